"""Figures made elsewhere: admitted if the article bears them out."""

import polars as pl
import pytest

from ingest import Trouble
from ingest.figures import FIGURES, REJECTED_FIGURES, admit

TEXT = "快手第三季度营收355.54亿元，同比增长14.2%。"
ARTICLES = pl.DataFrame({"article_id": ["k"], "text": [TEXT]})
GOOD = {
    "article_id": "k",
    "char_start": 6,
    "char_end": 16,
    "quote": TEXT[6:16],
    "kind": "level",
    "value": "35554000000",
    "unit_id": "CNY",
    "subject_id": "kuaishou",
    "metric_id": "revenue",
}


def admitted(**changes: object) -> tuple[pl.DataFrame, pl.DataFrame]:
    return admit(pl.DataFrame([GOOD | changes]), ARTICLES, "analyst.csv")


def test_a_figure_that_its_article_bears_out_is_admitted():
    figures, rejected = admitted()
    assert rejected.is_empty()
    assert dict(figures.schema) == {k: v for k, v in FIGURES.items() if k != "run_id"}
    row = figures.row(0, named=True)
    assert row["sentence"] == TEXT
    assert TEXT[row["number_start"] : row["number_end"]] == "355.54亿元"
    assert row["origin"] == "analyst.csv"


def test_a_fall_may_be_told_by_the_words():
    span = {"char_start": 17, "char_end": 26, "quote": TEXT[17:26]}
    figures, _ = admitted(**span, kind="growth", value="-0.142", unit_id="ratio")
    assert figures.height == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"article_id": "another"}, "unknown_article"),
        ({"char_start": 5}, "quote_not_at_span"),
        ({"char_start": -3}, "quote_not_at_span"),
        ({"quote": "营收355.54万元。"}, "quote_not_at_span"),
        ({"value": "355.54"}, "value_not_in_quote"),
        ({"unit_id": "USD"}, "value_not_in_quote"),
        ({"value": "a lot"}, "no_value"),
        ({"kind": "rumour"}, "unknown_code"),
        ({"qualifier": "maybe"}, "unknown_code"),
    ],
)
def test_what_the_article_does_not_bear_out_is_rejected_with_the_reason(changes, reason):
    figures, rejected = admitted(**changes)
    assert figures.is_empty()
    assert rejected["reason"].to_list() == [reason]
    assert dict(rejected.schema) == {k: v for k, v in REJECTED_FIGURES.items() if k != "run_id"}


def test_rows_that_say_the_same_keep_ids_of_their_own():
    figures, _ = admit(pl.DataFrame([GOOD, GOOD]), ARTICLES, "analyst.csv")
    assert figures["figure_id"].n_unique() == 2


def test_a_missing_column_is_named():
    with pytest.raises(Trouble, match="quote"):
        admit(pl.DataFrame([GOOD]).drop("quote"), ARTICLES, "analyst.csv")
    with pytest.raises(Trouble, match="metric_id or metric_label"):
        admit(pl.DataFrame([GOOD]).drop("metric_id"), ARTICLES, "analyst.csv")
