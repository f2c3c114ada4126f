"""Where an article begins and ends among the lines of a page. All made up."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import blocks_of_text

TITLE = "松湖陶瓷上半年净利增两成 拟每股派0.3元"
DAY = "2024年08月21日 19:40"
BODY = [
    "松湖陶瓷8月21日晚间披露半年度报告，上半年实现营业收入23.4亿元，同比增长9.2%。",
    "公司归母净利润3.1亿元，同比增长20.5%；董事会拟向全体股东每股派发现金红利0.3元。",
    "报告期内公司新开门店86家，期末门店总数达到1204家，海外收入占比升至17%。",
]
TAIL = ["我们还关心", "云上茶业卖出400万杯新品", "海鸥船务一年赚了12亿元", "谁在囤3万吨白银"]


def read(lines: list[str]) -> list[str]:
    """The lines that are read as the article's, title and all."""
    text = "\n".join(lines)
    (blocks,) = blocks_of_text(pl.DataFrame({"text": [text]}))["blocks"]
    kept = ("title", "paragraph", "heading", "item")
    return [text[block["start"] : block["end"]] for block in blocks if block["kind"] in kept]


def test_the_article_is_found_among_lines_whose_words_no_list_holds():
    head = ["某某财富", "热卖 满300减50", "新客立领88元", "频道", "甲乙丙"]
    assert read([*head, TITLE, DAY, *BODY, *TAIL]) == [TITLE, *BODY]


@pytest.mark.parametrize(
    "tail",
    [
        ["云上茶业卖出400万杯 08-20", "海鸥船务赚了12亿元 08-19"],
        ["2024-08-20 云上茶业卖出400万杯", "2024-08-19 海鸥船务赚了12亿元"],
        ["#陶瓷", "#松湖陶瓷 #派息0.3元"],
        ["前台总机 (02) 5555-1234"],
        ["客户专线：400-555-1234"],
        ["本文共1250字 读完约3分钟"],
        ["01 云上茶业卖出400万杯 02 海鸥船务赚了12亿元"],
        ["1352"],
        ["重点推荐", "云上茶业卖出400万杯"],
        ["精选要闻：云上茶业卖出400万杯"],
        ["股价 3.25 ↑2% 深 9,745.20 -1.2%"],
    ],
)
def test_what_stands_behind_an_article_is_told_by_its_form(tail: list[str]):
    assert read([TITLE, DAY, *BODY, *tail]) == [TITLE, *BODY]


def test_a_summary_between_headlines_is_not_the_article():
    summary = "云上茶业昨天公布，新品上市两周卖出400万杯，公司预计全年收入可以达到9亿元以上。"
    tail = [
        "我们还关心",
        "云上茶业新品大卖",
        summary,
        "8月20日",
        "海鸥船务续约",
        summary,
        "8月19日",
    ]
    assert summary not in read([TITLE, DAY, *BODY, "原创 甲乙丙", "版式设计", *tail])


@pytest.mark.parametrize("end", ["（完）", "（编辑：周南）1130821", "(责编：周南)"])
def test_nothing_follows_the_line_that_ends_an_article(end: str):
    after = [
        "云上茶业卖出400万杯新品，全年收入可望达到9亿元，公司说产能不足，正在建第二座工厂。"
    ] * 2
    assert read([TITLE, DAY, *BODY[:2], BODY[2] + end, "话题", *after])[1:3] == BODY[:2]
    assert after[0] not in read([TITLE, DAY, *BODY[:2], BODY[2] + end, "话题", *after])


def test_a_list_of_values_behind_the_last_paragraph_is_the_articles():
    values = ["毛利率：31.5%", "研发费用：1.2亿元", "员工：5200人"]
    assert read([TITLE, DAY, *BODY, *values, *TAIL]) == [TITLE, *BODY, *values]


def test_paragraphs_go_on_behind_a_list_that_stands_between_them():
    assert read([TITLE, DAY, BODY[0], *TAIL, *BODY[1:], *TAIL])[-2:] == BODY[1:]


def test_a_text_of_short_lines_without_a_page_around_it_is_left_alone():
    lines = [
        "【速览】松湖陶瓷2024年上半年数据",
        "币种为人民币，括号内为上年同期的数据，均未经审计，以公司的公告为准。",
        "◆ 分红",
        "累计回购逾2亿元",
        "◆ 展望",
        "全年收入46亿元—48亿元",
        "◆ 机构的看法",
        "分析师周南：“松湖陶瓷的海外收入三年里翻了一番，明年占比有望突破两成。”",
    ]
    assert read(lines) == lines


def test_a_table_of_prices_behind_the_article_is_not_read():
    table = ["名称\t最新价\t涨跌幅", "云上茶业\t12.5元\t3.1%", "海鸥船务\t8.8元\t-1.2%"]
    text = "\n".join([TITLE, DAY, *BODY, "", "我们还关心", *table])
    (blocks,) = blocks_of_text(pl.DataFrame({"text": [text]}))["blocks"]
    assert not [block for block in blocks if block["kind"] == "cell"]


def test_a_table_of_the_article_behind_its_last_paragraph_is_read():
    table = ["项目\t2024年上半年\t2023年上半年", "营业收入\t23.4亿元\t21.4亿元"]
    text = "\n".join([TITLE, DAY, *BODY, "", *table])
    (blocks,) = blocks_of_text(pl.DataFrame({"text": [text]}))["blocks"]
    assert len([block for block in blocks if block["kind"] == "cell"]) == 2


def test_a_quote_of_three_numbers_behind_a_name_is_left_out():
    line = "松湖陶瓷(12.35, 0.42, 3.52%)8月21日披露，上半年营业收入23.4亿元，同比增长9.2%。"
    assert read([TITLE, line])[1:] == ["松湖陶瓷", line[len("松湖陶瓷(12.35, 0.42, 3.52%)") :]]


_NAMES = st.text(alphabet="云海山川松柏江河南北东西天地金木", min_size=3, max_size=7)
_NUMBERS = st.integers(2, 9999)
_AROUND = st.builds("{}卖出{}万件新品".format, _NAMES, _NUMBERS)


@settings(max_examples=30, deadline=None)
@given(st.lists(_AROUND, min_size=4, max_size=12), st.lists(_NAMES, min_size=4, max_size=8))
def test_headlines_around_an_article_are_never_read(tail: list[str], head: list[str]):
    assert read([*head, TITLE, DAY, *BODY, *tail]) == [TITLE, *BODY]
