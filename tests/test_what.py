"""Of which metric and kind a number is: lists, what is left out, own words, what is over."""

from datetime import date

import polars as pl
import pytest

from ingest.resolve import extract


def read(text: str, *columns: str, published: date | None = None) -> list[tuple]:
    articles = pl.DataFrame(
        {
            "article_id": ["a" * 64],
            "source_path": ["article.txt"],
            "title": [None],
            "published_on": [published],
            "text": [text],
        },
        schema_overrides={"title": pl.String, "published_on": pl.Date},
    )
    return extract(articles)[0].select(columns).rows()


def metrics(text: str) -> list:
    return [metric or label for metric, label in read(text, "metric_id", "metric_label")]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # Names that share their ending, or stand between slashes.
        (
            "甲公司销售/管理/财务费用率分别为11%/5%/1%。",
            [
                "selling_and_marketing_expense_ratio",
                "general_and_admin_expense_ratio",
                "finance_expense_ratio",
            ],
        ),
        (
            "甲公司管理、研发费用率分别为7%和9%。",
            ["general_and_admin_expense_ratio", "rd_expense_ratio"],
        ),
        ("甲公司DAU/GMV/收入同比增12%/9%+/31%。", ["dau", "gmv", "revenue"]),
        # A breakdown is of revenue; what a class adds to prices is no price.
        ("甲公司利润3亿元。\n分区域看，华南、华北分别增长5%、6%。", ["profit", *["revenue"] * 2]),
        ("牛奶价格上涨2%，影响CPI上涨约0.02个百分点。", ["price", "cpi_contribution"]),
        # What is left out is not what is told of.
        ("甲公司撇除投资收益后，净利润为3.1亿元。", ["net_profit"]),
        (
            "社会消费品零售总额同比增长7%（扣除价格因素增长4%）。",
            ["retail_sales_of_consumer_goods"] * 2,
        ),
        # What a dictionary does not hold keeps its own words, without when and which way.
        ("1月蘑菇采购年降2.5%。", ["蘑菇采购"]),
        ("各地新栽苹果树700万亩，同比增长2%。", ["各地新栽苹果树"] * 2),
        # What grew is the amount, and not its share of something.
        (
            "甲公司生产粗钢3亿吨，占全国总粗钢产量的40%，同比增长2%。",
            ["crude_steel_output", "share", "crude_steel_output"],
        ),
    ],
)
def test_the_metric_of_each_number(text, wanted):
    assert metrics(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("丙公司三季度营收9亿元，本季营收估在7亿至8亿元。", ["level", "target"]),
        ("丙公司三季度营收9亿元，四季度毛利率将约为31%。", ["level", "target"]),
        (
            "丙公司三季度营收9亿元。到2026年1月，门店已经突破500家，未来还要再开。",
            ["level", "level"],
        ),
    ],
)
def test_what_lies_ahead_and_what_has_happened(text, wanted):
    assert [kind for (kind,) in read("丙公司2025年第三季度财报。" + text, "kind")] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("净利润为-2亿元，由盈转亏，去年同期为3亿元。", [-2e8, 3e8]),
        ("毛利率和净利率同比分别下降3.1个和5.6个百分点。", [-3.1, -5.6]),
        ("预计营收分别为18/1950/21亿元。", [18e8, 1950e8, 21e8]),
    ],
)
def test_signs_and_units_of_lists(text, wanted):
    assert [float(value) for (value,) in read("丙公司" + text, "value")] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("10月，工业用电量同比增长4%，比上月回落2个百分点。", ["yoy", "qoq"]),
        ("1-8月利润同比下降4%，降幅较1-7月收窄3个百分点。", ["yoy", "qoq"]),
        ("3月，粮食价格同比上涨2%。其中，大豆价格上涨5%。", ["yoy", "yoy"]),
    ],
)
def test_what_a_statistic_is_measured_against(text, wanted):
    assert [comparison for (comparison,) in read(text, "comparison")] == wanted


def test_what_was_over_at_publication_does_not_lie_ahead():
    text = "丙公司2025年第二季度财报：营收9亿元。公司新批准了回购计划，7月回购股份3亿元。"
    assert read(text, "kind", published=date(2025, 8, 20)) == [("level",), ("level",)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # Whose money a plain 元 is, the article says.
        ("联合早报 2024-11-06\n\n甲集团第三季总收入为5亿元，每股派息48分。", ["SGD", "SGD"]),
        ("甲公司报12.5令吉，市值达5亿令吉。每股派20仙股息。", ["MYR", "MYR", "MYR"]),
        ("澳門首季博彩毛收入為761億元。", ["MOP"]),
        ("甲公司第三季度总收入为5亿元，人民币兑新元汇率上升。", ["CNY"]),
        # A share is priced where it is read of.
        (
            "大行報告：該行將中國移動目標價由67.3元調整至63.1元，營收為5億元。",
            ["HKD", "HKD", "CNY"],
        ),
    ],
)
def test_whose_money_it_is(text, wanted):
    assert [unit for (unit,) in read(text, "unit_id")] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("甲公司2月销量较1月增长8%。", ("growth", "qoq", "eq")),
        ("甲公司去年多赚近一成。", ("growth", "yoy", "approx")),
        ("甲公司今年资本支出上看50亿元。", ("target", None, "eq")),
        ("甲公司净利25亿元，高于24亿元的预测。", ("level", None, "eq")),
        ("8月零售业销货额的临时估计为324亿元。", ("level", None, "eq")),
        ("甲公司毛利率略高于42%。", ("share", None, "gt")),
        ("甲公司净利润为人民币-7,907百万元到人民币-10,861百万元。", ("level", None, "range")),
    ],
)
def test_what_is_measured_and_how_exactly(text, wanted):
    assert read(text, "kind", "comparison", "qualifier")[0] == wanted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("铁路工程新签合同额147亿元，占新签合同总额的15.5%。", "占新签合同总额"),
        ("对外销售比重升至31%。", "对外销售比重"),
        ("占本区渔船总数的比重为16%。", "占本区渔船总数的比重"),
    ],
)
def test_a_share_of_what_no_metric_has_keeps_its_words(text, words):
    assert read(text, "metric_id", "metric_label")[-1] == ("share", words)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("甲公司净利狂飙近17倍。", [("growth", 17)]),
        ("甲公司手游同廣告收入分別跌1%同27%。", [("growth", -0.01), ("growth", -0.27)]),
        ("甲公司股价急升5元或2.1%，报12元。", [("change", 5), ("growth", 0.021), ("level", 12)]),
        ("约7成收入源自海外。", [("share", 0.7)]),
        ("甲公司收购乙公司100%股权。", [("share", 1)]),
    ],
)
def test_kinds_that_a_word_beside_the_number_tells(text, wanted):
    found = read(text, "kind", "value")
    assert [(kind, float(value)) for kind, value in found] == wanted
