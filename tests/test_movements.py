"""Where a movement starts, by how much it moves, where it lands; what a text denies."""

from datetime import date

import polars as pl
import pytest

from ingest.resolve import extract

Row = tuple[str, float]


def read(text: str, published_on: date | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    articles = pl.DataFrame(
        {
            "article_id": ["b" * 64],
            "source_path": ["article.txt"],
            "title": [text.split("\n", 1)[0]],
            "published_on": [published_on],
            "text": [text],
        },
        schema_overrides={"published_on": pl.Date},
    )
    return extract(articles)


def rows(text: str, *columns: str, published_on: date | None = None) -> list[tuple]:
    figures, _ = read(text, published_on)
    return figures.select(columns).rows()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("快手2024年员工减少310人至2.6万人。", [("change", -310), ("level", 26000)]),
        ("快手2024年存货增加了7.5亿元到19.2亿元。", [("change", 7.5e8), ("level", 19.2e8)]),
        ("快手股价下跌1.4港元至52.1港元。", [("change", -1.4), ("level", 52.1)]),
        ("快手预计2024年净利润同比增加9亿元至12亿元。", [("change", 9e8)]),
        ("快手2024年收入为9亿元至12亿元。", [("level", 9e8)]),
        ("快手2024年收入增长5%至8%。", [("growth", 0.05)]),
        ("快手2024年毛利率由41.2%上升2.3个百分点至43.5%。",
         [("share", 0.412), ("change", 2.3), ("share", 0.435)]),
        ("快手2024年收入由8亿元增长25%至10亿元。",
         [("level", 8e8), ("growth", 0.25), ("level", 1e9)]),
    ],
)  # fmt: skip
def test_by_how_much_and_to_where(text: str, wanted: list[Row]):
    got = [(kind, float(value)) for kind, value in rows(text, "kind", "value")]
    assert got == [(kind, pytest.approx(value)) for kind, value in wanted]


def test_where_a_movement_starts_is_of_no_known_period_or_of_the_year_before():
    said = "快手2024年收入由8亿元增长25%至10亿元。"
    assert [period for (period,) in rows(said, "period_id")] == [None, "2024", "2024"]
    said = "快手2024年收入由上年同期的8亿元同比增长25%至10亿元。"
    assert [period for (period,) in rows(said, "period_id")] == ["2023", "2024", "2024"]


@pytest.mark.parametrize(
    ("text", "wanted", "denied"),
    [
        ("快手2024年收入不是82亿元，而是91亿元。", [9.1e9], ["82亿元"]),
        ("快手2024年收入为91亿元，而非82亿元。", [9.1e9], ["82亿元"]),
        ("快手2024年收入被误写为82亿元，应为91亿元。", [9.1e9], ["82亿元"]),
        ("快手将2024年收入82亿元更正为91亿元。", [9.1e9], ["82亿元"]),
        ("快手否认2024年亏损82亿元。", [], ["82亿元"]),
        ("快手2024年收入不低于91亿元。", [9.1e9], []),
    ],
)
def test_what_a_text_denies_is_no_figure(text: str, wanted: list[float], denied: list[str]):
    figures, rejected = read(text)
    assert [float(value) for value in figures["value"]] == wanted
    assert rejected.filter(pl.col("reason") == "denied")["quote"].to_list() == denied


@pytest.mark.parametrize("words", ["没有达到", "未达", "未能突破", "没能超过"])
def test_what_was_not_reached_bounds_from_above(words: str):
    (row,) = rows(f"快手2024年电商GMV{words}9000亿元。", "value", "qualifier")
    assert row == (900_000_000_000, "lt")


def test_last_year_is_seen_from_the_day_of_publication():
    text = "快手交出2024年成绩单\n去年公司收入91亿元，上年同期为82亿元。"
    got = rows(text, "period_id", published_on=date(2025, 3, 20))
    assert got == [("2024",), ("2023",)]


def test_a_year_that_heads_a_quarter_s_release_dates_nothing():
    text = "快手公布2024年第二季度业绩\n2024年业绩摘要\n总收入310亿元。\n2024年全年展望\n总收入"
    assert rows(text, "period_id") == [("2024Q2",)]


def test_an_indicator_is_no_target_and_a_target_is():
    assert rows("快手2024年运营指标：GMV为9000亿元。", "kind") == [("level",)]
    assert rows("快手2024年的目标：GMV为9000亿元。", "kind") == [("target",)]
