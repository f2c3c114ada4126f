"""Tables that a text keeps without its markup: rows parted by blanks, names in two lines."""

from ingest.api import figures_in
from ingest.documents.kept import tables_in_text


def cells(text: str) -> list[tuple[object, ...]]:
    """Each cell: its words, row head, column head and unit."""
    return [
        (text[cell["start"] : cell["end"]], *(cell[name] for name in _HEADS))
        for cell in tables_in_text(text)
        if cell["kind"] == "cell"
    ]


_HEADS = ("row_head", "column_head", "unit_note")


def test_rows_parted_by_one_blank_below_a_head_are_a_table():
    text = (
        "指标 数值 环比 同比\n营业收入 12.5亿元 +3.2% -18%\n毛利率 31.2% -- +0.8%\n此外没有变化。"
    )
    assert cells(text) == [
        ("12.5亿元", "营业收入", "数值", None),
        ("+3.2%", "营业收入", "环比", None),
        ("-18%", "营业收入", "同比", None),
        ("31.2%", "毛利率", "数值", None),
        ("--", "毛利率", "环比", None),
        ("+0.8%", "毛利率", "同比", None),
    ]


def test_a_head_may_have_nothing_over_the_names():
    text = "2024年 2023年 增减\n营业收入（亿元） 12.5 10.6 17.9%\n净利润（亿元） 1.6 -0.4 不适用"
    found = [(cell[0], cell[2], cell[3]) for cell in cells(text)]
    assert found[3:] == [
        ("1.6", "2024年", "亿元"),
        ("-0.4", "2023年", "亿元"),
        ("不适用", "增减", None),
    ]


def test_a_cell_without_a_value_does_not_end_a_table():
    text = "单位：万元\n项目 2024年 2023年\n营业收入 125,000 不适用\n净利润 16,000 -2,300"
    assert [cell[0] for cell in cells(text)] == ["125,000", "不适用", "16,000", "-2,300"]


def test_a_list_of_shares_is_no_table():
    assert cells("名称 最新价 涨跌幅\n云山股份 4.05 +2.30%\n海川电子 35.18 +5.05%") == []


def test_a_name_that_goes_on_in_the_next_line_is_one_name():
    rows = ["项目  2024年  2023年", "归属于上市公司股东的", "净利润（万元）  16,000  12,000"]
    text = "\n".join([*rows, "收入（万元）  99,000  88,000"])
    assert [cell[:2] for cell in cells(text)] == [
        ("16,000", "归属于上市公司股东的净利润（万元）"),
        ("12,000", "归属于上市公司股东的净利润（万元）"),
        ("99,000", "收入（万元）"),
        ("88,000", "收入（万元）"),
    ]


def test_taiwans_years_over_columns_are_the_calendars():
    head = "（單位：新台幣百萬元）\n項目 民國114年 民國113年"
    text = f"{head}\n營業收入 17,520 13,230\n營業淨利 4,410 3,020"
    assert sorted(figures_in(text)["period_id"]) == ["2024", "2024", "2025", "2025"]
