"""The calendar grammar: period tokens written by a generator of its own, and fixed ones."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.numbers import find_tokens
from ingest.periods import last_quarter, order_of, read_periods

PARTS = {
    "Q1": ["{y}Q1", "{s}Q1", "1Q{s}", "FY{s}Q1", "{y}年第一季度", "{y}年1-3月", "{y} Q1"],
    "Q3": ["{y}Q3", "{s}Q3", "3Q{s}", "{y}年三季度", "{y}年7-9月", "{y}年7月至9月", "Q3 {y}"],
    "H1": ["{y}H1", "{s}H1", "1H{s}", "{y}年上半年", "{y}年1—6月", "{y}年6月30日止六个月"],
    "H2": ["{y}H2", "{s}H2", "2H{s}", "{y}年下半年"],
    "9M": ["9M{s}", "{y}年前三季度", "{y}年1-9月", "{y}年前9个月", "{y}年9月30日止九个月"],
    "10M": ["{y}年1—10月份", "{y}年前十个月"],
    "FY": ["{y}年度", "{y}年全年", "{y}E", "FY{y}", "{y}年12月31日止年度"],
    "-10": ["{y}年10月单月"],
}


def read(texts: list[str]) -> pl.DataFrame:
    """The period tokens of the texts and what they say."""
    frame = pl.DataFrame({"nr": range(len(texts)), "text": texts})
    found = find_tokens(frame, "nr", "text").filter(pl.col("token_class") == "period")
    return found.with_columns(read_periods(pl.col("token")))


@settings(deadline=None, max_examples=30)
@given(st.integers(2020, 2029))
def test_a_written_period_is_read_back_whatever_digit_its_year_ends_in(year):
    wanted = [
        (form.format(y=year, s=year % 100), year, part)
        for part, forms in PARTS.items()
        for form in forms
    ]
    found = read([f"{text}营收" for text, _, _ in wanted])
    assert found.select("token", "year", "part").rows() == wanted


@pytest.mark.parametrize(
    ("text", "year", "part", "years"),
    [
        ("2021/2022/2023年", 2021, "FY", 3),
        ("25/26/27E", 2025, "FY", 3),
        ("2025-2027E", 2025, "FY", 3),
        ("2012年至2014年", 2012, "FY", 3),
        ("2021/2023年", 2021, "OWN", 3),
        ("2023/24财年", 2024, "FY", None),
        ("2月至5月", None, "OWN", None),
        ("次季", None, "Q2", None),
        ("十至十二月", None, "Q4", None),
    ],
)
def test_lists_and_stretches(text, year, part, years):
    assert read([text]).select("token", "year", "part", "years").rows() == [
        (text, year, part, years)
    ]


def test_a_date_has_its_day_and_no_part():
    found = read(["2024年6月28日", "2024-06-28", "十一月十三日", "2024年6月"])
    assert found["day"].to_list() == ["-06-28", "-06-28", "-11-13", None]
    assert found["part"].to_list() == [None] * 4


def test_a_chip_is_no_half_year():
    assert read(["H20芯片"]).is_empty()


def test_the_order_of_the_parts_is_the_calendars():
    parts = pl.DataFrame({"part": ["Q1", "8M", "-07", "FY", "OWN", "SAME"]})
    found = parts.select(order_of(pl.col("part")), last=last_quarter(pl.col("part")))
    assert found["part"].to_list() == [1, 3, 3, 4, 4, None]
    assert found["last"].to_list() == [None, None, None, "Q4", None, None]
