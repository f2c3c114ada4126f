"""What each cell of a table is, whatever the table is made of."""

import pytest

from ingest.documents.tables import Cell, is_value, table_lines
from ingest.units import unit_of, unit_said


def cells(lines):
    return [
        (piece.text, piece.row_head, piece.column_head, piece.unit_note)
        for line in lines
        for piece in line
        if piece.kind == "cell"
    ]


def grid(*rows):
    return [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows]


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("人民幣百萬元", "百万人民币元"),
        ("RMB'000", "千RMB"),
        ("HK$ million", "百万HK$"),
        ("新台幣仟元", "千新台币"),
        ("元/股", "元"),
        ("万辆", "万辆"),
        ("合并口径", None),
        ("未经审计", None),
        ("十", None),
    ],
)
def test_a_unit_is_told_from_other_words(words, unit):
    assert unit_of(words) == unit


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：元  币种：人民币", "人民币元"),
        ("（金额单位：万元，另有说明者除外）", "万元"),
        ("除特别注明外，金额以人民币千元列示", "千人民币元"),
        ("基本每股收益（元/股）", "元"),
        ("营业收入（未经审计）", None),
    ],
)
def test_a_line_tells_its_unit(line, unit):
    assert unit_said(line) == unit


@pytest.mark.parametrize(
    "text", ["-4,270", "（1.2）", "+3.5%", "增加0.7个百分点", "9,876家", "HK$1.2"]
)
def test_values(text):
    assert is_value(text)


@pytest.mark.parametrize(
    "text", ["2023", "2023年", "2023/12", "7-9月", "Q3", "不适用", "5G手机", ""]
)
def test_no_values(text):
    assert not is_value(text)


def test_heads_over_several_columns_are_joined_and_a_second_head_begins_anew():
    lines = table_lines(
        grid(
            ["项目", Cell("截至6月30日止六个月", columns=2), "变动"],
            ["", "2025年", "2024年", "%"],
            ["", "人民币千元", "人民币千元", ""],
            ["收入", "812", "790", "2.8"],
            ["", "本报告期末", "上年度末", "增减"],
            ["总资产", "4,100", "3,900", "5.1%"],
        ),
        0,
    )
    assert cells(lines) == [
        ("812", "收入", "截至6月30日止六个月 / 2025年", "千人民币元"),
        ("790", "收入", "截至6月30日止六个月 / 2024年", "千人民币元"),
        ("2.8", "收入", "变动 / %", "%"),
        ("4,100", "总资产", "本报告期末", "千人民币元"),
        ("3,900", "总资产", "上年度末", "千人民币元"),
        ("5.1%", "总资产", "增减", None),
    ]


def test_the_units_nearest_to_the_cell_counts():
    lines = table_lines(
        grid(
            ["指标", "2024年（万元）", "占比（%）"],
            ["销售收入", "120", "60"],
            ["每股收益（元/股）", "0.3", "不适用"],
        ),
        0,
        before="单位：亿元",
    )
    assert [unit for *_, unit in cells(lines)] == ["万元", "%", "元", None]


def test_serial_numbers_and_notes_are_no_cells():
    lines = table_lines(
        grid(["排名", "公司", "营收（亿元）"], ["1", "甲公司", "7.5"], ["2", "乙公司", "6.1"]), 0
    )
    assert [(text, row) for text, row, *_ in cells(lines)] == [("7.5", "甲公司"), ("6.1", "乙公司")]


def test_a_layout_is_no_table():
    assert table_lines(grid(["首页", "公司", "行情"], ["正文在这里。第二句。", "", ""]), 0) is None
    assert table_lines(grid(["收入5亿元"]), 0) is None
