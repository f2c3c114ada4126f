"""What an article is about as a whole, where no company is: the market that it speaks of."""

import pytest

from ingest.api import figures_in


def subjects(text: str) -> list[str]:
    return figures_in(text)["subject_name"].to_list()


def test_a_market_that_an_article_speaks_of_again_owns_what_nobody_does():
    text = "近年来竹编行业回暖。据统计，2024年销售额达30亿元，同比增长8%。竹编行业以手工为主。"
    assert subjects(text) == ["竹编行业"] * 2


@pytest.mark.parametrize(
    "text",
    [
        # Named once.
        "近年来竹编行业回暖。据统计，2024年销售额达30亿元。",
        # Anybody's.
        "资本市场回暖。据统计，2024年销售额达30亿元。资本市场仍是重点。",
    ],
)
def test_what_is_named_in_passing_or_is_anybodys_owns_nothing(text: str):
    assert subjects(text) == ["未知"]


def test_a_market_owns_nothing_of_an_articles_company():
    text = "竹编行业回暖。腾讯2024年收入达6000亿元，净利润2000亿元。竹编行业仍以手工为主。"
    assert subjects(text) == ["腾讯"] * 2
