"""Announcements as PDFs, rebuilt with figures of their own: every figure, in prose and tables."""

from decimal import Decimal

import polars as pl
import pytest

from ingest.documents import read_contents
from ingest.resolve import extract
from tests import saved

Figure = tuple[str, str, str, str, Decimal, str, str]


def figures(data: bytes) -> set[Figure]:
    row = {"source_path": ["a.pdf"], "length": [len(data)], "content": [data]}
    reading = read_contents(pl.DataFrame(row))
    assert reading.rejected.is_empty(), reading.rejected.rows()
    names = ["metric_id", "kind", "comparison", "value", "unit_id", "period_id"]
    found = extract(reading.articles)[0]
    said = pl.col("number_start"), pl.col("number_end")
    text = reading.articles["text"][0]
    return {
        (text[start:end], *(one or "" for one in row))
        for start, end, *row in found.select(*said, *names).iter_rows()
    }


def wanted(*rows: tuple[str, str, str, str, str, str, str]) -> set[Figure]:
    return {(*row[:4], Decimal(row[4]), *row[5:]) for row in rows}


FILLER = (
    "公司在第三季度继续推进数字化与全球化，渠道库存保持在健康的水平，研发体系按照既定的路线图投入，"
    "新的工厂陆续投入使用，供应链的效率得到提升，费用的管控也取得成效。"
)
HEAD = ["项目", "本报告期", "比上年同期增减", "年初至报告期末"]
QUARTER = {
    "营业收入": ("revenue", ["812,640.15", "6.40%", "2,401,330.28"]),
    "营业成本": ("cost_of_revenue", ["590,117.02", "5.12%", "1,745,206.90"]),
    "研发费用": ("rd_expense", ["31,208.44", "-2.35%", "90,016.71"]),
    "销售费用": ("selling_and_marketing_expense", ["70,551.36", "11.08%", "204,870.55"]),
    "管理费用": ("general_and_admin_expense", ["24,019.77", "-0.91%", "71,362.18"]),
    "净利润": ("net_profit", ["-8,204.60", "-121.33%", "60,418.02"]),
}


def quarter_gold() -> set[Figure]:
    gold = set()
    for metric, (own, growth, to_date) in QUARTER.values():
        value = Decimal(own.replace(",", "")) * 10_000
        gold.add((own, metric, "level", "", value, "CNY", "2024Q3"))
        rate = Decimal(growth.strip("%")) / 100
        gold.add((growth, metric, "growth", "yoy", rate, "ratio", "2024Q3"))
        value = Decimal(to_date.replace(",", "")) * 10_000
        gold.add((to_date, metric, "level", "", value, "CNY", "2024-9M"))
    return gold


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize("repeat", [0, 1])
def test_a_table_over_a_page_break(ruled, repeat):
    rows = [[name, *cells] for name, (_, cells) in QUARTER.items()]
    data = saved.pdf(
        ["美的集团2024年第三季度报告", "公告日期：2024年10月30日", *[FILLER] * 9, "单位：万元"],
        [HEAD, *rows],
        header="美的集团股份有限公司 第三季度报告 编号2024-061",
        ruled=ruled,
        repeat=repeat,
        room=90,
    )
    assert figures(data) == quarter_gold()


PROSE = wanted(
    ("1,021.7亿元", "revenue", "level", "", "102170000000", "CNY", "2024Q3"),
    ("8.05%", "revenue", "growth", "yoy", "0.0805", "ratio", "2024Q3"),
    ("113.4亿元", "rd_expense", "level", "", "11340000000", "CNY", "2024-9M"),
    ("12.5%", "rd_expense", "growth", "yoy", "0.125", "ratio", "2024-9M"),
)


def test_two_columns_of_prose_with_a_table_in_one_of_them():
    rows = [[name, cells[0]] for name, (_, cells) in QUARTER.items()]
    data = saved.pdf(
        [
            "美的集团2024年第三季度业绩",
            "公告日期：2024年10月30日",
            "美的集团第三季度营业收入为1,021.7亿元，同比增长8.05%，业务保持稳健，渠道的库存处于健康水平。",
            *[FILLER] * 9,
            "美的集团前三季度的研发费用为113.4亿元，同比增长12.5%，主要投向新的产品与技术平台的建设。",
            "单位：万元",
        ],
        [HEAD[:2], *rows],
        after=[FILLER],
        columns=2,
    )
    assert figures(data) == PROSE | {
        figure for figure in quarter_gold() if "%" not in figure[0] and figure[-1] == "2024Q3"
    }
