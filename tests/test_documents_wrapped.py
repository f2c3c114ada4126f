"""Paragraphs in lines of one width, as e-mail and copies of PDFs have them. All made up."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.api import figures_in
from ingest.documents import blocks_of_text
from ingest.documents.wrapped import unwrapped

LETTER = """海阔港务集团9月12日公布了上半年的经营情况。上半年集团的营业收入达到43.6
亿元，较上年同期增长7.5%，其中集装箱业务的收入为21.8亿元，占总收入的一半；归
母净利润5.2亿元，同比下降3.1%。

期内集团的货物吞吐量为8,650万吨，同比上升2.4%；员工总数增至6,210人，较年初
增加180人。公司预计下半年的业务量与上半年大致相当，全年的资本开支约为12.5
亿元。"""


def paragraphs(text: str) -> list[str]:
    (blocks,) = blocks_of_text(pl.DataFrame({"text": [text]}))["blocks"]
    return [text[block["start"] : block["end"]] for block in blocks]


def test_a_paragraph_in_several_lines_is_one_block():
    assert paragraphs(LETTER) == LETTER.split("\n\n")


def test_numbers_at_the_ends_of_lines_are_whole_and_spans_are_of_the_text():
    found = figures_in(LETTER)
    values = {float(value) for value in found["value"]}
    assert {43.6e8, 0.075, 21.8e8, 5.2e8, -0.031, 6210, 180} <= values
    for row in found.iter_rows(named=True):
        assert LETTER[row["char_start"] : row["char_end"]] == row["quote"]
        assert "\n" not in (row["metric_label"] or "")


def test_a_blank_line_or_an_indent_begins_a_paragraph():
    text = LETTER.replace("\n\n", "\n\u3000\u3000")
    assert len(paragraphs(text)) == 2


def test_headlines_of_one_width_are_not_one_sentence():
    lines = [
        f"{name}集团上半年卖出新能源车{nr}万辆创新高" for nr, name in enumerate("甲乙丙丁戊", 11)
    ]
    assert paragraphs("\n".join(lines)) == lines


@pytest.mark.parametrize(
    "lines",
    [
        [
            "营业收入28亿元，营业利润率8.5%，上年同期9.3%",
            "归母净利润24亿元，净利率7.5%，上年同期7.7%",
        ]
        * 3,
        ["2024年8月的出口量 13.94 13.7% -50.0%", "2024年8月的进口量 13.94 13.7% -50.0%"] * 3,
        ["某公司去年收入按年上升百分之五，毛利率为百分之十。"] * 6,
    ],
)
def test_lines_of_their_own_stay_lines(lines: list[str]):
    assert paragraphs("\n".join(lines)) == lines


def test_a_list_in_a_wrapped_text_keeps_its_lines():
    items = [
        "- 集装箱业务收入21.8亿元，同比增长4.4%，海外航线占比为百分之四十以",
        "- 散货收入9亿元",
    ]
    assert paragraphs(LETTER + "\n\n" + "\n".join(items))[-2:] == items


def test_a_number_that_a_line_end_cuts_is_whole():
    assert unwrapped("总量为1,2\n34万吨，") == "总量为1,234万吨 ，"


@given(st.text(alphabet="收入1, 3.\n吨，。aB\u3000", max_size=60))
def test_joining_keeps_the_length_and_every_character(text: str):
    joined = unwrapped(text)
    assert len(joined) == len(text)
    assert "".join(joined.split()) == "".join(text.split())
