"""How sure a reading is: clues, probabilities, and what `make train` learns."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.confidence import OF_ARTICLE, READING, SLOTS, of_article, with_confidence
from ingest.resolve import extract, read
from tests.first_sight import marks
from tests.train import (
    CLUES_OF,
    EITHER_WAY,
    SEED,
    SUPPORT,
    as_seed,
    auc,
    calibration_error,
    fit,
    read_rounds,
    risk_coverage,
    sure_from,
    train,
)

CLUES = [*READING, *OF_ARTICLE]
KNOWN = "腾讯发布2025年第三季度财报。2025年第三季度，腾讯营业收入300亿元，同比增长12.5%。"


def articles(*texts: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "article_id": [f"{nr:064}" for nr in range(len(texts))],
            "source_path": [f"{nr}.txt" for nr in range(len(texts))],
            "title": [None] * len(texts),
            "published_on": [None] * len(texts),
            "text": texts,
        },
        schema_overrides={"title": pl.String, "published_on": pl.Date},
    )


def clues(text: str, nr: int = 0) -> dict[str, float]:
    return of_article(read(articles(text))[0]).select(CLUES).row(nr, named=True)


def test_a_plain_reading_gives_no_clue_against_it():
    against = {name for name, value in clues(KNOWN).items() if value}
    assert against <= {"s_no_title", "s_short", "m_short", "n_many"}


@pytest.mark.parametrize(
    ("text", "clue"),
    [
        ("去年卖出的衬衫收入300亿元。", "s_none"),
        ("腾讯发布2025年第三季度财报。会上坐满远道而来的听众收入300亿元。", "s_between"),
        ("腾讯发布2025年第三季度财报。腾讯花粉浓缩罐头收入300亿元。", "s_tail"),
        ("腾讯发布2025年第三季度财报。腾讯收入约300亿元。", "n_qualified"),
        ("腾讯发布2025年第三季度财报。腾讯收入300亿元，腾讯收入200亿元。", "x_conflict"),
        ("腾讯发布2025年第三季度财报。腾讯收入300亿元。\n会上说，腾讯收入300亿元。", "x_same"),
        ("腾讯发布2025年第三季度财报。腾讯收入增长9%。", "n_no_base"),
    ],
)
def test_what_is_unclear_is_a_clue(text: str, clue: str):
    assert clues(text)[clue] > 0
    assert clues(KNOWN)[clue] == 0


def test_what_nothing_explains_makes_a_reading_less_sure():
    plain, open_subject = (
        extract(articles(f"腾讯发布2025年第三季度财报。腾讯{what}收入300亿元。"))[0]
        for what in ("", "远洋捕捞船队的花粉罐头")
    )
    for name in ("confidence", "subject_confidence"):
        assert plain[name][0] > open_subject[name][0] + 0.05


def test_a_figure_is_as_sure_in_whatever_batch_it_is_read():
    other = "某地的网络用户达到3.5亿人，同比增长8%。"
    columns = ["figure_id", "confidence", "subject_confidence"]
    together = extract(articles(KNOWN, other))[0].select(columns)
    alone = extract(articles(KNOWN))[0].select(columns)
    assert together.head(alone.height).equals(alone)


@settings(max_examples=4, deadline=None)
@given(
    st.lists(
        st.text(
            alphabet="腾讯快手收入营利润同比增长下降0123456789.%亿元年第季度，。；、 的为",
            max_size=60,
        ),
        min_size=10,
        max_size=30,
    )
)
def test_probabilities_are_probabilities(texts: list[str]):
    figures, _ = read(articles(*(f"腾讯发布2025年财报。{text}" for text in texts)))
    weighed = with_confidence(figures)
    for name in ("confidence", "subject_confidence", "metric_confidence", "period_confidence"):
        assert weighed[name].null_count() == 0
        assert weighed[name].is_between(0, 1).all()
    found = of_article(figures)
    assert all(found[name].is_between(0, 1).all() for name in CLUES)


# --- learning -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def learned():
    return train(read_rounds())


def test_the_seed_is_what_make_train_learns(learned):
    models, held = learned
    kept = pl.read_csv(SEED)
    assert (
        as_seed(models, sure_from(held))
        .select("model", "clue")
        .equals(kept.select("model", "clue"))
    )
    apart = as_seed(models, sure_from(held))["weight"] - kept["weight"]
    assert apart.abs().max() <= 0.002


def test_held_out_articles_are_told_apart(learned):
    _, held = learned
    assert auc(held["p_figure"].to_list(), held["figure"].to_list()) >= 0.78
    assert calibration_error(held["p_figure"].to_list(), held["figure"].to_list()) <= 0.1


def test_each_clue_can_be_learned_from():
    rounds = read_rounds()
    for rows in (rounds.first, rounds.known):
        assert {*CLUES, "figure", *SLOTS, "group", "round"} <= {*rows.columns}
        assert rows.select(CLUES).null_count().sum_horizontal().item() == 0
    prefixes = tuple(word for words in CLUES_OF.values() for word in words.split())
    assert all(clue.startswith(prefixes) for clue in CLUES)
    assert {*EITHER_WAY, *SUPPORT} <= {*CLUES, "all_slots"}


def test_a_clue_against_a_reading_cannot_speak_for_it():
    # Every row with the clue is right, so an unbounded weight would be above nothing.
    model = fit({"m_open": [1.0] * 20 + [0.0] * 20}, [1.0] * 20 + [1.0, 0.0] * 10)
    assert model.weights["m_open"] == 0
    model = fit({"m_open": [1.0] * 20 + [0.0] * 20}, [0.0] * 20 + [1.0] * 20)
    assert model.weights["m_open"] < -1


def test_without_clues_a_model_says_how_many_are_right():
    model = fit({"n_growth": [0.0] * 10}, [1.0] * 7 + [0.0] * 3)
    assert model.of({"n_growth": [0.0]})[0] == pytest.approx(0.7, abs=1e-3)


def test_measures_of_probabilities():
    assert auc([0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1]) == 1
    assert auc([0.5, 0.5], [0, 1]) == 0.5
    assert calibration_error([0.5] * 4, [0, 1, 0, 1], bands=1) == 0
    assert calibration_error([0.9] * 4, [0, 0, 0, 0], bands=1) == pytest.approx(0.9)


def test_figures_are_sure_from_where_enough_are_right():
    held = pl.DataFrame({"p_figure": [0.9, 0.8, 0.7, 0.1], "figure": [1, 1, 0, 0]})
    assert risk_coverage(held)["precision"].to_list() == pytest.approx([1, 1, 2 / 3, 1 / 2])
    assert sure_from(held) == 0.8
    assert sure_from(held.with_columns(figure=pl.lit(0))) == 1


def test_what_no_gold_row_tells_of_is_wrong():
    gold = {
        "quote": "3亿元", "subject": "acme", "metric": "revenue", "kind": "level",
        "comparison": "", "value": "300000000", "unit": "CNY", "qualifier": "eq",
        "period": "2025Q1",
    }  # fmt: skip
    figure = {
        "char_start": 3, "char_end": 8, "subject_id": "acme", "subject_name": "甲",
        "metric_id": "revenue", "metric_name": "收入", "metric_label": "收入", "kind": "level",
        "comparison": None, "value": 300000000, "unit_id": "CNY", "qualifier": "eq",
        "period_id": "2025Q2",
    }  # fmt: skip
    found = marks("甲公司收入3亿元。", [gold], [figure, figure | {"value": 5}])
    right = {"subject": True, "metric": True, "number": True, "period": False, "figure": False}
    assert found == [right, dict.fromkeys(right, False)]
