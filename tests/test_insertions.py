"""What is set into a line beside its sentences, and the day at the end of a dispatch."""

from datetime import date
from pathlib import Path

import pytest

from ingest.documents import read_files


def article(tmp_path: Path, text: str) -> dict:
    file = tmp_path / "one.txt"
    file.write_text(text, encoding="utf-8")
    return read_files([file]).articles.row(0, named=True)


def read_text(row: dict) -> str:
    """The text that a figure may come from."""
    kinds = {"title", "heading", "paragraph", "item"}
    return "".join(
        row["text"][block["start"] : block["end"]]
        for block in row["blocks"]
        if block["kind"] in kinds
    )


@pytest.mark.parametrize(
    "quote",
    [
        " +2.200 (+0.511%) 沽空 $3.19億; 比率 13.225%",
        " -0.35 (-2.817%)",
        "+1.1(+4.2%)沽空$65.35萬;比率4.297%",
    ],
)
def test_a_quote_behind_a_code_is_not_read(tmp_path, quote):
    text = (
        f"港灣集團公布中期業績\n\n港灣集團(00188.HK){quote}　公布，上半年收入12.5億元，按年升8%。"
    )
    found = read_text(article(tmp_path, text))
    assert "收入12.5億元，按年升8%。" in found
    assert quote.strip() not in found


def test_a_change_in_brackets_behind_a_figure_is_read(tmp_path):
    text = "甲集團公布中期業績\n\n甲集團收入(未經審計) 12.3億元 (+5%)，毛利4.1億元 (-2%)。"
    assert "12.3億元 (+5%)" in read_text(article(tmp_path, text))


@pytest.mark.parametrize(
    ("end", "day"),
    [("（編輯：某某）1130215", date(2024, 2, 15)), ("（編輯：某某）1131315", None), ("", None)],
)
def test_the_day_behind_a_taiwanese_editor(tmp_path, end, day):
    row = article(tmp_path, f"（中央社記者某某台北15日電）某公司第4季營收3.2億元。{end}")
    assert row["published_on"] == day
    assert row["published_on_basis"] == ("dateline" if day else None)
