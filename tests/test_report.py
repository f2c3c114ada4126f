"""The report in the terminal: whatever the width, a number stands whole."""

from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from ingest.report import Column, Rows, print_table

NAMES = Column("Segment", "left", lambda row: row["name"])
NUMBERS = [
    Column(heading, "right", lambda row, nr=nr: row["numbers"][nr])
    for nr, heading in enumerate(("Revenue", "YoY", "Year before", "GMV", "YoY", "Margin"))
]
ROWS = [
    {
        "name": "智能电动汽车及AI等创新业务的一个很长的名字",
        "numbers": (
            "4,457.78亿 TWD",
            "+1,017.9%",
            "2,500亿–3,000亿",
            "12,345.67亿",
            "-3%",
            "-0.351%",
        ),
    },
    {"name": "广告", "numbers": ("3亿", "", "", "", "", ">38%")},
    {"name": "直播", "numbers": ("", "", "", "≈5亿", "", "")},
]


def printed(width: int, columns: list[Column]) -> str:
    out = StringIO()
    print_table(Console(width=width, file=out), "Segments", columns, Rows(ROWS, len(ROWS)))
    return out.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_no_number_is_cut(width):
    text = printed(width, [NAMES, *NUMBERS])
    for row in ROWS:
        for number in filter(None, row["numbers"]):
            assert number in text
    assert max(map(cell_len, text.splitlines())) <= width


def test_what_has_no_room_follows_below_with_its_names():
    lines = printed(60, [NAMES, *NUMBERS]).splitlines()
    below = next(nr for nr, line in enumerate(lines) if "GMV" in line)
    assert "Segment" in lines[below]
    assert any("直播" in line and "≈5亿" in line for line in lines[below:])
    # A growth stands beside its value, and who has neither has no row there.
    assert "YoY" in lines[below]
    assert not any("广告" in line for line in lines[:below][3:] if "3亿" not in line)


def test_one_table_where_there_is_room():
    assert printed(200, [NAMES, *NUMBERS]).count("Segment ") == 1
