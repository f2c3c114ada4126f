"""Which period a number is of: months, words that point back, and what was over at publication."""

from datetime import date

import polars as pl
import pytest

from ingest.resolve import extract


def read(text: str, published: date | None = None, title: str | None = None) -> pl.DataFrame:
    articles = pl.DataFrame(
        {
            "article_id": ["a" * 64],
            "source_path": ["article.txt"],
            "title": [title],
            "published_on": [published],
            "text": [text if title is None else f"{title}\n{text}"],
        },
        schema_overrides={"title": pl.String, "published_on": pl.Date},
    )
    return extract(articles)[0]


def periods(text: str, published: date | None = None, title: str | None = None) -> list:
    return read(text, published, title)["period_id"].to_list()


QUARTER = "快手发布2025年第三季度财报，营收355亿元。"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # A plain month is the period of the number in its own clause, and of those that follow.
        ("8月，可灵的月活跃用户为3100万，环比增长4%。", ["2025-08", "2025-08"]),
        ("1-2月亏损3亿元，3月份盈利2亿元，4月份盈利5亿元。", ["2025-2M", "2025-03", "2025-04"]),
        ("2025年8月份，受台风和停电的影响，订单同比下降4%。", ["2025-08"]),
        ("2025年8月销售竹篮3万只；营收2亿元，同比增长4%。", ["2025-08"] * 3),
        # But not where something only happened in it, or where it is what is compared with.
        ("8月发布的报告称，二季度营收为350亿元。", ["2025Q2"]),
        ("截至8月，员工总数为2.5万人。", ["2025-08"]),
        ("9月可灵的月活跃用户为3100万，较去年12月净增800万。", ["2025-09", "2025-09"]),
    ],
)
def test_a_month_is_the_period_of_what_its_clause_says(text, wanted):
    assert periods(QUARTER + text)[1:] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2021年公司营收810亿元。这一年，净亏损为188亿元。", ["2021", "2021"]),
        ("2021年公司营收810亿元，当年三季度为205亿元。", ["2021", "2021Q3"]),
        ("前三季度营收1032亿元。期内，毛利率为55%。", ["2025-9M", "2025-9M"]),
        ("短期内，毛利率为55%。", ["2025Q3"]),
        ("一季度营收326亿元，本季毛利率为54%。", ["2025Q1", "2025Q1"]),
    ],
)
def test_words_that_point_back_to_a_period(text, wanted):
    assert periods(QUARTER + text)[1:] == wanted


def test_what_points_back_to_nothing_is_of_no_known_period():
    assert periods("那一年，甲公司净亏损为188亿元。") == [None]


def test_last_month_is_seen_from_the_day_of_publication():
    text = "甲公司上月交付量为2.1万辆，按月减少8%。"
    assert periods(text, date(2026, 1, 2)) == ["2025-12", "2025-12"]
    assert read(text)["comparison"].to_list() == [None, "qoq"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # A metric right behind a month says that it was measured, in a title too.
        ("甲公司9月销量创新高\n甲公司公布销量，为3.2万辆，年增8%。", ["2024-09", "2024-09"]),
        ("甲公司扩产\n2024年9月，甲公司及其下属公司的运力投入同比下降8%。", ["2024-09"]),
        ("甲公司8月营收2亿元，至8月累计营收18亿元。", ["2024-08", "2024-8M"]),
        # What happened in a month measures nothing.
        (
            "甲公司三季报\n甲公司第三季营收3亿元。9月举行的会议上，公司说员工有5万人。",
            ["2024Q3"] * 2,
        ),
        # 台中报导 is no report on a half-year, and 前二月 are the first two of the year.
        (
            "甲公司2月营收增长\n记者某某/台中报导\n2月营收5亿元，累计前二月营收9亿元。",
            ["2024-02", "2024-2M"],
        ),
    ],
)
def test_a_month_that_an_article_reports_on(text, wanted):
    assert periods(text, date(2024, 10, 9)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("今日股价收于12.5元，上涨3%。", ["2024-10-09", "2024-10-09"]),
        ("昨日股价收报12.5元。总市值为90亿元。", ["2024-10-08", "2024-10-08"]),
        ("股价周一收跌3%。", ["2024-10-07"]),
        ("受消息提振。截至早上9时30分，该股升5元，报12.5元。", ["2024-10-09", "2024-10-09"]),
        ("4日股价也收红，收在20.5元，上涨0.7%。", ["2024-10-04", "2024-10-04"]),
        ("28日股价收在20.5元。", ["2024-09-28"]),
        ("股价连升2日，报20.5元。", ["2024Q3"]),
        # A price of no day is the article's period's, and a target is none.
        ("股价为12.5元。", ["2024Q3"]),
        ("今日将目标价由10元上调至12.5元。", [None, None]),
    ],
)
def test_a_price_is_of_the_day_that_its_sentence_tells(text, wanted):
    article = f"甲公司第三季度营收3亿元。甲公司{text}"
    assert periods(article, date(2024, 10, 9))[1:] == wanted
    assert None is periods(article)[1] or "-" not in periods(article)[1]


@pytest.mark.parametrize(
    ("text", "published", "wanted"),
    [
        # In the months of results 去年 is the year that an article is about, unless it compares.
        ("去年纯利10亿元，按年升8%。期内派息每股1元。", date(2024, 3, 20), ["2023"] * 3),
        ("截至去年底止全年盈利10亿元。毛利率为42%。", date(2024, 2, 27), ["2023", "2023"]),
        ("去年第四季度营收10亿元。毛利率为42%。", date(2024, 1, 20), ["2023Q4", "2023Q4"]),
        ("毛利率为42%，去年为40%。", date(2024, 3, 20), ["2024", "2023"]),
        ("去年营收10亿元。毛利率为42%。", date(2024, 10, 20), ["2023", "2024"]),
        # What has not begun is last year's.
        ("第四季度营收10亿元。毛利率为42%。", date(2024, 1, 20), ["2023Q4", "2023Q4"]),
        ("第四季度营收10亿元。毛利率为42%。", date(2024, 12, 20), ["2024Q4", "2024Q4"]),
    ],
)
def test_a_year_that_is_over_as_seen_from_publication(text, published, wanted):
    assert periods(f"甲公司公布，{text}", published, "甲公司公布业绩") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # The article tells where its company's year closes.
        ("甲公司公布，截至5月底止全年度亏损3亿元。期内收入5亿元。", ["FY2024", "FY2024"]),
        ("甲公司公布截至今年9月底的上半年净亏5亿元。毛利率为42%。", ["FY2025H1", "FY2025H1"]),
        ("甲公司截至今年3月杪第二季净利3亿元。营业额为5亿元。", ["2024Q1", "2024Q1"]),
        # Of the calendar's years it is none.
        ("甲公司公布，截至6月底止中期盈利3亿元。", ["2024H1"]),
        ("截至10月底，甲公司全年累计合同销售额5亿元。", ["2024"]),
    ],
)
def test_a_year_of_the_companys_own_as_the_article_tells_it(text, wanted):
    assert periods(text, date(2024, 11, 9)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # Short years are years among others as short.
        ("甲公司发布23年报。23 年收入5亿元，24Q1收入2亿元。", ["2023", "2024Q1"]),
        ("甲公司预计24-26年收入增长。23年收入5亿元。", ["2023"]),
        ("甲公司成立23年，24Q1收入2亿元。", ["2024Q1"]),
        ("甲公司经营23年来收入5亿元。24Q1收入2亿元。", ["2024Q1"] * 2),
        ("2019年、2020年及2021前三季度，甲公司收入分别为1亿元、2亿元和3亿元。",
         ["2019", "2020", "2021-9M"]),
        # An undated article is about the year that it names first.
        ("2021年甲公司一路领先，上半年收入5亿元。2022年股息每股1元。", ["2021H1", "2022"]),
    ],
)  # fmt: skip
def test_years_as_they_are_written(text, wanted):
    assert periods(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # The lists that follow have the periods of the first.
        ("2022年、2023年及2024年，甲公司收入分别为1亿元、2亿元和3亿元。同期，毛利率分别为10%、12%和15%。",
         ["2022", "2023", "2024"] * 2),
        ("2022年、2023年，甲公司收入分别为1亿元、2亿元。毛利率为12%。", ["2022", "2023", "2023"]),
        ("甲公司预计2021—23年净利润分别为1亿元、2亿元和3亿元。", ["2021", "2022", "2023"]),
        ("18年一季度收入2亿元。", ["2018Q1"]),
        # The end of a month is a balance's, that of a quarter the quarter's.
        ("2024年第三季度收入2亿元。7月底总资产为9亿元。", ["2024Q3", "2024-07"]),
        ("2024年第三季度收入2亿元。截至2024年11月末，总资产为9亿元。", ["2024Q3", "2024-11"]),
        ("甲公司6月销量5万辆。截至2024年6月底，门店有90家。", ["2024-06", "2024-06"]),
        # A day that opens an article says what it is about.
        ("截至2024年6月，甲公司用户为3亿。员工有5万人。甲公司第一季度收入2亿元。",
         ["2024Q2", "2024Q2", "2024Q1"]),
    ],
)  # fmt: skip
def test_periods_that_others_of_the_article_give(text, wanted):
    assert periods(text) == wanted


def test_the_quarter_that_is_looked_forward_to_is_the_one_of_publication():
    text = "甲公司去年第四季度营收3亿元。甲公司预估本季营收为5亿元。"
    figures = read(text, date(2025, 1, 20), "甲公司业绩")
    assert figures.select("kind", "period_id").rows() == [("level", "2024Q4"), ("target", "2025Q1")]


def test_what_is_expected_of_a_year_that_is_over_is_of_that_year():
    figures = read("甲公司预计2023年净利润为3亿元。", date(2024, 1, 20), "甲公司业绩预告")
    assert figures.select("kind", "period_id").rows() == [("target", "2023")]


def test_a_price_is_of_the_date_that_stands_before_it():
    text = (
        "竹编股回顾\n2024年4月23日，远山竹编上市，开盘价为15元，市值为189亿元。收盘价报12元。\n"
        "2021年6月30日，岚屿竹编上市，收盘价报17元。"
    )
    assert periods(text) == [*["2024-04-23"] * 3, "2021-06-30"]


def test_years_of_a_list_are_compared_with_nothing():
    figures = read("甲公司2021和2022年净利润分别为3亿元和4亿元。")
    assert figures.select("kind", "period_id").rows() == [("level", "2021"), ("level", "2022")]


def test_a_valuation_is_of_the_day_that_was_read():
    assert periods("截至2024年5月31日，快手市盈率为12.5倍，市净率为2.9倍。") == [
        "2024-05-31",
        "2024-05-31",
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("10月销量20万辆；今年以来累计销量170万辆。", ["2025-10", "2025-10M"]),
        ("丙集团中期收入为13亿元，中期票据余额为2亿元。", ["2025H1", "2025H1"]),
        ("丙集团截至6月底止六个月收入为13亿元。", ["2025H1"]),
        ("12月3日，丙集团股价收报4.2元，涨1.5%。", ["2025-12-03", "2025-12-03"]),
    ],
)
def test_stretches_up_to_a_day(text, wanted):
    assert periods(text, date(2025, 12, 5)) == wanted


def test_a_forecast_governs_all_numbers_of_its_years():
    text = "预计2025-2027年营收分别为180/195/209亿元，净利润分别为9/10/11亿元，同比+5%/+6%/+7%。"
    found = read(text, date(2025, 10, 31)).select("kind", "period_id").rows()
    years = ["2025", "2026", "2027"]
    assert found == [(kind, year) for kind in ("target", "target", "growth") for year in years]


def test_forecast_years_in_two_digits():
    text = "我们预计24-26年公司净利润分别为1.1/2.2/3.3亿元。"
    assert periods(text) == ["2024", "2025", "2026"]
