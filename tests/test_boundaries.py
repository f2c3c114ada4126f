"""Names of companies count only where they are words, and where the article means the company."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.boundaries import is_word
from ingest.resolve import extract
from ingest.vocabulary import companies, listings, subject_terms


def subjects(text: str) -> list[str | None]:
    """The subject_id of each figure of a text whose first line is its title."""
    article = pl.DataFrame(
        {
            "article_id": ["0" * 64],
            "source_path": ["a.txt"],
            "title": [text.split("\n", maxsplit=1)[0]],
            "published_on": [date(2024, 4, 30)],
            "text": [text],
        }
    )
    return extract(article)[0]["subject_id"].to_list()


@pytest.mark.parametrize(
    ("before", "name", "after", "expected"),
    [
        ("其", "中公", "司收入", False),
        ("", "京东方", "面回应", False),
        ("据", "中国移动", "互联网报告", False),
        ("", "南京银行", "业景气", False),
        ("", "中公", "教育", True),
        ("", "京东方", "面板收入", True),
        ("在", "美团", "购物", True),
        ("", "中国移动", "移动客户", True),
        ("", "南京银行", "净利润", True),
    ],
)
def test_a_name_is_a_word_where_the_text_most_probably_has_it(before, name, after, expected):
    assert is_word(before, name, after) is expected


@given(
    st.sampled_from(listings().filter(pl.col("context").is_null())["name"].to_list()),
    st.sampled_from(["，", "。", "（", "2024年"]),
)
@settings(max_examples=50, deadline=None)
def test_a_name_between_marks_is_always_a_word(name, mark):
    assert is_word("", name.lower(), "")
    assert not mark[0].isalpha() or is_word("", name.lower(), mark)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("面板厂周报\n京东方2023年收入1745亿元。", ["szse_000725"]),
        ("家电周报\n海尔生物2023年营收22亿元，海尔智家营收2614亿元。", ["sse_688139", "haier"]),
        ("果农日记\n2023年山东苹果产量950万吨。", [None]),
        ("苹果第四财季\n苹果第四财季收入895亿美元。", ["apple"]),
        ("行业周报\n2023年机器人收入12亿元。", [None]),
        ("机器人（300024）年报\n机器人2023年收入39亿元。", ["szse_300024"]),
        ("周报\n创意收入12亿元。", [None]),
        ("飼料股週報\n大成3月營收95億元，年增2%。", [None, None]),
        (
            "卜蜂3月營收創高\n（中央社台北10日電）卜蜂3月營收25億元。大成3月營收95億元。",
            ["twse_1215", "twse_1210"],
        ),
        ("聯合新聞網 2024-04-10\n財政部統計，3月出口418億美元。", [None]),
        ("卜蜂盈利\n香港電台報道，卜蜂按年多賺2成，盈利25億港元。", ["卜蜂", "卜蜂"]),
        ("創意（3443）11月營收公布\n創意11月合併營收達25.5億元，較去年同期增加。", ["twse_3443"]),
    ],
)
def test_whose_figure_it_is(text, expected):
    assert subjects(text) == expected


def test_a_broker_that_expects_something_owns_nothing():
    text = "远山早报\n贵州茅台2023年收入1477亿元。中信建投证券预计其2024年收入1700亿元。"
    assert subjects(text) == ["kweichow_moutai", "kweichow_moutai"]


def test_a_broker_owns_what_it_reports():
    text = "中信建投2023年年报\n中信建投2023年营业收入232亿元。"
    assert subjects(text) == ["sse_601066"]


def test_companies_have_one_row_each_and_one_primary_listing():
    assert companies()["company_id"].is_unique().all()
    primary = listings().filter("is_primary")
    assert primary["company_id"].is_unique().all()
    assert set(primary["company_id"]) == set(listings()["company_id"])
    assert listings().select("exchange", "code").is_unique().all()


def test_every_name_has_a_company():
    names = subject_terms().filter(pl.col("role") == "company")
    assert names["id"].is_in(companies()["company_id"].implode()).all()
    assert names["name"].null_count() == 0
