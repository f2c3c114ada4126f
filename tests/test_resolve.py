"""Who, what, when: what small texts say, one rule at a time."""

from decimal import Decimal

import polars as pl
import pytest

from ingest.figures import FIGURES, REJECTED_FIGURES
from ingest.resolve import extract

# An opening that tells whose article this is, and of which quarter.
OPENING = "快手发布2025年第三季度财报。"


def read(text: str, opening: str = OPENING) -> tuple[pl.DataFrame, pl.DataFrame]:
    articles = pl.DataFrame(
        {
            "article_id": ["a" * 64],
            "source_path": ["article.txt"],
            "title": [None],
            "published_on": [None],
            "text": [opening + text],
        },
        schema_overrides={"title": pl.String, "published_on": pl.Date},
    )
    return extract(articles)


def rows(text: str, *columns: str, opening: str = OPENING) -> list[tuple]:
    return read(text, opening)[0].select(columns).rows()


def values(text: str, opening: str = OPENING) -> list[float]:
    return [float(value) for (value,) in rows(text, "value", opening=opening)]


def test_the_frames_have_the_schemas_of_the_contract():
    figures, rejected = read("营收355.54亿元，前三名。")
    assert dict(figures.schema) == {k: v for k, v in FIGURES.items() if k != "run_id"}
    assert dict(rejected.schema) == {k: v for k, v in REJECTED_FIGURES.items() if k != "run_id"}


def test_no_text_has_no_figures():
    figures, rejected = read("", opening="")
    assert figures.is_empty()
    assert rejected.is_empty()


def test_quote_and_number_stand_at_their_spans():
    text = "公司的營收為３５５.５４億元，同比增長14.2%。"
    figures, _ = read(text)
    whole = OPENING + text
    for row in figures.iter_rows(named=True):
        assert whole[row["char_start"] : row["char_end"]] == row["quote"]
        assert whole[row["number_start"] : row["number_end"]] in row["quote"]
        assert whole[row["sentence_start"] : row["sentence_end"]] == row["sentence"]


@pytest.mark.parametrize(
    ("text", "kind", "comparison", "value", "unit"),
    [
        ("营收355.54亿元。", "level", None, "35554000000", "CNY"),
        ("营收同比增长14.2%。", "growth", "yoy", "0.142", "ratio"),
        ("营收环比下降3%。", "growth", "qoq", "-0.03", "ratio"),
        ("研发费用同比减少了百分之三十二。", "growth", "yoy", "-0.32", "ratio"),
        ("营收同比增速放缓至11.7%。", "growth", "yoy", "0.117", "ratio"),
        ("毛利率为54.3%。", "share", None, "0.543", "ratio"),
        ("毛利率同比提升2.3个百分点。", "change", "yoy", "2.3", "pp"),
        ("毛利率环比下降50个基点。", "change", "qoq", "-0.5", "pp"),
        ("DAU环比增加800万。", "change", "qoq", "8000000", "people"),
        ("DAU为4.16亿。", "level", None, "416000000", "people"),
        ("每股收益为56.7港仙。", "level", None, "0.567", "HKD"),
        ("每股收益为12.5美分。", "level", None, "0.125", "USD"),
        ("经营亏损为8.9亿元。", "level", None, "-890000000", "CNY"),
        ("经营亏损同比收窄32.6%。", "growth", "yoy", "-0.326", "ratio"),
        ("经营亏损同比扩大24.3%。", "growth", "yoy", "0.243", "ratio"),
        ("经营利润率为负百分之四点四。", "share", None, "-0.044", "ratio"),
        ("营收同比翻了一番。", "growth", "yoy", "1", "ratio"),
        ("营收同比增长两倍。", "growth", "yoy", "2", "ratio"),
        ("营收增至去年同期的三倍。", "growth", "yoy", "2", "ratio"),
        ("预计全年资本开支将达150亿元。", "target", None, "15000000000", "CNY"),
        ("市场规模的复合增长率为12%。", "growth", "cagr", "0.12", "ratio"),
        ("单次生成的成本较上一代降低20%。", "growth", "prior_version", "-0.2", "ratio"),
        ("经营利润2.3亿元，同比下降五成。", "growth", "yoy", "-0.5", "ratio"),
        ("营收同比走低8%。", "growth", "yoy", "-0.08", "ratio"),
        ("营收同比增长不到8%。", "growth", "yoy", "0.08", "ratio"),
        ("营收同比下滑了不到8%。", "growth", "yoy", "-0.08", "ratio"),
        ("毛利率还不到8%。", "share", None, "0.08", "ratio"),
        ("净利率-5.8%。", "share", None, "-0.058", "ratio"),
        ("净利率由去年同期的-6.9%升至-5.8%。", "share", None, "-0.058", "ratio"),
        ("营收同比+5.8%。", "growth", "yoy", "0.058", "ratio"),
        ("东鹏饮料的营收为5亿元。", "level", None, "500000000", "CNY"),
    ],
)
def test_kind_comparison_sign_and_unit(text, kind, comparison, value, unit):
    found = rows(text, "kind", "comparison", "value", "unit_id")[-1]
    assert found == (kind, comparison, Decimal(value), unit)


@pytest.mark.parametrize(
    ("words", "qualifier", "low", "high"),
    [
        ("4.16亿", "eq", 415_500_000, 416_500_000),
        ("超过4500万", "gt", 45_000_000, None),
        ("4500多万", "gt", 45_000_000, None),
        ("4500万以上", "gt", 45_000_000, None),
        ("不足4500万", "lt", None, 45_000_000),
        ("不超过4500万", "lt", None, 45_000_000),
        ("将近4500万", "approx", 44_000_000, 45_000_000),
        ("将近4000万", "approx", 35_000_000, 40_000_000),
        ("约4500万", "approx", 44_500_000, 45_500_000),
        ("4500万左右", "approx", 44_500_000, 45_500_000),
        ("4500万至4600万", "range", 45_000_000, 46_000_000),
    ],
)
def test_qualifier_and_bounds(words, qualifier, low, high):
    (found,) = rows(f"DAU{words}。", "qualifier", "value_low", "value_high")
    assert found == (qualifier, low, high)


def test_what_doubled_is_near_double():
    (found,) = rows("营收同比翻了一番。", "value_low", "value_high")
    assert found == (Decimal("0.95"), Decimal("1.05"))


def test_the_bounds_of_a_fall_are_mirrored():
    (found,) = rows("营收同比下降超过20%。", "value", "value_low", "value_high")
    assert found == (Decimal("-0.2"), None, Decimal("-0.2"))


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("电商收入59亿元。", ["ecommerce"]),
        ("直播方面，其收入95.74亿元。", ["live_streaming"]),
        ("公司总营收355亿元。", ["kuaishou"]),
        ("电商收入59亿元。快手净利润49亿元。", ["ecommerce", "kuaishou"]),
        ("受电商广告需求带动，直播收入95亿元。", ["live_streaming"]),
        ("微信MAU14.14亿，抖音MAU10亿。", ["wechat", "douyin"]),
        ("快手MAU7.31亿，在微信(14.14亿)、抖音(10亿)之后。", ["kuaishou", "wechat", "douyin"]),
        ("直播、电商收入分别为95亿元和59亿元。", ["live_streaming", "ecommerce"]),
        ("2024年直播电商交易额53256亿元。", ["live_commerce_industry"]),
        ("361度营收59亿元。", ["361_degrees"]),
        ("直播、电商收入分别为95亿元，59亿元。", ["live_streaming", "ecommerce"]),
        (
            "直播、电商和广告收入同比分别增长5%，7%和9%。",
            ["live_streaming", "ecommerce", "advertising"],
        ),
        ("甲骨文企业客户数9.6万家。", ["oracle"]),
        ("一季度全国快递业务量451亿件。", ["express_industry"]),
        ("顺丰控股快递业务量达33亿件，同比增长15%。", ["sf_holding", "sf_holding"]),
    ],
)
def test_subject(text, subjects):
    assert [subject for (subject,) in rows(text, "subject_id")] == subjects


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("经调整净利润49.9亿元，同比增长26.3%。", ["adjusted_net_profit"] * 2),
        ("DAU、MAU分别为4.16亿和7.31亿。", ["dau", "mau"]),
        ("直播收入95亿元，占总收入的26.9%。", ["revenue", "revenue_share"]),
        ("研发费用35亿元，占收入的比例为10%。", ["rd_expense", "rd_expense_ratio"]),
        ("营收100亿元，经营亏损3亿元，亏损同比收窄四成。", ["revenue"] + ["operating_profit"] * 2),
        ("非美国通用会计准则下，净利润为11亿元。", ["adjusted_net_profit"]),
        ("研发的费用35亿元。", ["rd_expense"]),
        ("公司拥有12万名员工。", ["headcount"]),
    ],
)
def test_metric(text, metrics):
    assert [metric for (metric,) in rows(text, "metric_id")] == metrics


def test_one_number_may_be_said_of_several_metrics():
    found = rows("DAU和MAU同比都超过了30%。", "metric_id", "value")
    assert found == [("dau", Decimal("0.3")), ("mau", Decimal("0.3"))]


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("营收355亿元。", ["2025Q3"]),
        ("营收355亿元，去年同期为311亿元。", ["2025Q3", "2024Q3"]),
        ("毛利率由去年同期的53.1%升至56.4%。", ["2024Q3", "2025Q3"]),
        ("营收355亿元，较去年同期增长15%。", ["2025Q3", "2025Q3"]),
        ("上季度营收350亿元。", ["2025Q2"]),
        ("前两个季度营收分别为326亿元和350亿元。", ["2025Q1", "2025Q2"]),
        ("前三个季度营收增幅依次为8%、9%和14%。", ["2025Q1", "2025Q2", "2025Q3"]),
        ("第一至第三季度营收分别为326亿元、350亿元和355亿元。", ["2025Q1", "2025Q2", "2025Q3"]),
        ("前三季度营收和净利润分别为1000亿元和9亿元。", ["2025-9M", "2025-9M"]),
        ("2022年营收942亿元；2023年同比增长20%，达1135亿元。", ["2022", "2023", "2023"]),
        ("2022年营收942亿元，2021年为811亿元，同比增长16%。", ["2022", "2021", "2022"]),
        ("2025年上半年营收676亿元。", ["2025H1"]),
        ("前九个月营收1000亿元。", ["2025-9M"]),
        ("25Q1-3营收1000亿元。", ["2025-9M"]),
        ("2025年Q1-Q2营收676亿元。", ["2025H1"]),
        ("一至三季度营收1000亿元。", ["2025-9M"]),
        ("2024年全年营收1269亿元。", ["2024"]),
        ("第四季度营收354亿元。", ["2024Q4"]),
        ("预计第四季度营收390亿元。", ["2025Q4"]),
        ("资本开支高于2024年的768亿元。", ["2024"]),
        ("公司成立于2011年。营收355亿元。", ["2025Q3"]),
        ("截至2025年6月30日止三个月，营收350亿元。", ["2025Q2"]),
        ("截至2025年6月30日止六个月，营收676亿元。", ["2025H1"]),
        ("截至2025年5月31日止六个月，营收650亿元。", [None]),
        ("前8个月营收900亿元。", ["2025-8M"]),
        ("2025年1月至10月营收1100亿元。", ["2025-10M"]),
        ("1—11月，营收1200亿元。", ["2025-11M"]),
        ("上市前一个月营收100亿元。", ["2025Q3"]),
        # Months from January on hold for the next sentence, if they open theirs.
        ("前三季度研发费用100亿元。经营现金流300亿元。", ["2025-9M", "2025-9M"]),
        ("资本开支30亿元，前三季度累计90亿元。研发费用40亿元。", ["2025Q3", "2025-9M", "2025Q3"]),
        # 从二季度的 is said of the first number alone.
        ("营业亏损从二季度的20亿元收窄至12亿元，降幅40%。", ["2025Q2", "2025Q3", "2025Q3"]),
        ("毛利率同比下降3个百分点，降幅小于二季度的4个百分点。", ["2025Q3", "2025Q2"]),
        ("受去年同期高基数影响，营收为300亿元。", ["2025Q3"]),
    ],
)
def test_period(text, periods):
    assert [period for (period,) in rows(text, "period_id")] == periods


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("营业收入900亿元。", ["2025-9M"]),
        ("总资产12万亿元，贷款余额7万亿元。", ["2025Q3", "2025Q3"]),
        ("期末门店3000家，较年初增长5%。", ["2025Q3", "2025Q3"]),
        ("不良率0.98%，资产负债率60%。", ["2025Q3", "2025Q3"]),
        ("净息差1.5%。", ["2025-9M"]),
        ("截至9月末，保单继续率90%。", ["2025Q3"]),
        # An average is over all of the months, and so is a count that is said of them.
        ("月均活跃用户3000万。", ["2025-9M"]),
        ("前三季度有300万名创作者获得收入。", ["2025-9M"]),
        # A day without a year may be of the next one.
        ("截至3月末，门店3000家。", ["2025Q3"]),
        ("其中第三季度单季营业收入300亿元。研发费用90亿元。", ["2025Q3", "2025-9M"]),
    ],
)
def test_a_balance_is_of_the_end_of_cumulated_months(text, periods):
    opening = "平安银行发布2025年前三季度业绩。"
    assert [period for (period,) in rows(text, "period_id", opening=opening)] == periods


def test_a_balance_in_the_report_of_a_half_is_of_the_half():
    opening = "平安银行发布2025年半年报。"
    assert rows("总资产6万亿元。", "period_id", opening=opening) == [("2025H1",)]


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("营收40亿美元。", ["FY2025"]),
        ("营收由上一财年的35亿美元增至40亿美元。", ["FY2024", "FY2025"]),
        ("下半财年净利润2亿美元，上年同期为1亿美元。", ["FY2025H2", "FY2024H2"]),
        ("2026财年营收有望达到45亿美元。", ["FY2026"]),
        # Whose half it is, is open.
        ("上半年净利润2亿美元。", [None]),
    ],
)
def test_a_companys_own_year(text, periods):
    opening = "新东方发布2025财年业绩。"
    assert [period for (period,) in rows(text, "period_id", opening=opening)] == periods


def test_a_year_that_is_not_said_is_inferred_and_marked():
    (found,) = rows("第三季度营收355亿元。", "period_id", "period_basis")
    assert found == ("2025Q3", "year_inferred")


def test_fiscal_quarters_are_named_by_the_calendar():
    opening = "阿里巴巴公布2026财年第一季度业绩。"
    assert rows("收入2476亿元。", "period_id", opening=opening) == [("2025Q2",)]
    # Its own half-years and years are none of the calendar's: 2025Q2 lies in the year 2026.
    later = "收入2476亿元。2026财年上半年收入4954亿元。本财年资本开支1000亿元。"
    found = rows(later, "period_id", "kind", opening=opening)
    assert found == [("2025Q2", "level"), ("FY2026H1", "level"), ("FY2026", "level")]


def test_what_no_dictionary_knows_keeps_the_words_of_the_article():
    text = "《山海奇旅》机甲改装次数突破3000万次。"
    (found,) = rows(text, "subject_name", "metric_id", "metric_label")
    assert found[0] == "山海奇旅"
    assert found[1] is None
    assert "次数" in found[2]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("排名第三名。", "rank"),
        ("过去三年持续投入。", "span"),
        ("实付30元以上的订单增加。", "threshold"),
        ("存在两个问题。", "idiom"),
        ("发布S3赛季。", "name"),
        ("酱油和醋收入32.9/11.2/6.3亿元。", "name"),
    ],
)
def test_what_is_no_figure_is_kept_with_its_reason(text, reason):
    figures, rejected = read(text)
    assert figures.is_empty()
    assert set(rejected["reason"]) == {reason}
    assert rejected["detail"].null_count() == 0


def test_the_revenue_of_a_part_is_not_the_companys():
    text = "营收355亿元。前三季度挖掘机械销售收入254亿元，同比增长15%；公司主营业务收入350亿元。"
    assert [name for (name,) in rows(text, "subject_name")] == [
        "快手", "挖掘机械", "挖掘机械", "快手"
    ]  # fmt: skip


def test_what_ten_shares_get_is_not_what_one_gets():
    figures, rejected = read("向全体股东每10股派发现金红利3.00元。")
    assert figures.is_empty()
    assert rejected["reason"].to_list() == ["per_many", "rank"]


def test_articles_do_not_leak_into_each_other():
    texts = [
        "快手2025年第三季度营收355亿元。",
        "同比增长20%。\n净利润5亿元。",
        "京东2024年营收11588亿元。",
    ]
    articles = pl.DataFrame(
        {
            "article_id": ["a", "b", "c"],
            "source_path": ["a", "b", "c"],
            "title": [None] * 3,
            "published_on": [None] * 3,
            "text": texts,
        },
        schema_overrides={"title": pl.String, "published_on": pl.Date},
    )
    together = extract(articles)[0]
    alone = pl.concat(extract(articles[i])[0] for i in range(3))
    assert together.equals(alone)


# --- periods --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opening", "text", "periods"),
    [
        # A list as long as a span of years has one of each.
        (
            "",
            "2022年至2024年，直播电商交易额同比增速分别为48%、35%和12%。",
            ["2022", "2023", "2024"],
        ),
        # A day that closes a quarter is of that quarter; or of what the article is about.
        (OPENING, "截至2025年9月30日，快手现金储备为900亿元。", ["2025Q3"]),
        (OPENING, "截至2024年12月31日，快手现金储备为800亿元。", ["2024Q4"]),
        ("快手发布2024年财报。", "截至2024年12月31日，快手现金储备为800亿元。", ["2024"]),
        ("丰田披露截至2022年6月30日的季度财报。", "营收8万亿日元。", ["2022Q2"]),
        # The next year, said once and in passing, is not the article's.
        (
            "快手2023年全年财报：收入1135亿元。",
            "谈及2024年，公司归纳了三个重点。净利润64亿元。",
            ["2023"] * 2,
        ),
        # The quarter before is not the year's first.
        (
            "丰田披露截至2022年9月30日止季度的财报。",
            "营收由上一季度的7万亿日元增至8万亿日元。净利润由上一季度的5千亿日元增至6千亿日元。",
            ["2022Q2", "2022Q3"] * 2,
        ),
        # 2026年 said of what analysts think is not the article's, which its title dates.
        (
            "快手2025年第三季度点评。快手2025年第三季度收入355亿元。",
            "毛利率54%。给予2026年20倍PE，2026年净利润增速可能降至两成。",
            ["2025Q3", "2025Q3", "2026", "2026"],
        ),
        # A year that is said again and again is what the article is about.
        (
            "直播电商行业报告。",
            (
                "2024年规模为53412亿元。2024年渗透率为34%。2024年投诉为40万件。2024年用户6亿人。"
                "2024年网民11亿人。2025年一季度，快手GMV为3323亿元。\n退货率为50%。"
            ),
            ["2024"] * 5 + ["2025Q1", "2024"],
        ),
        # 三季报 is the report on nine months where it speaks more of those.
        (
            "三一重工（600031.SH）前三季度业绩：三一重工披露2025年三季报。",
            "前三季度营业收入650亿元。归母净利润70亿元。\n毛利率为27%。",
            ["2025-9M"] * 3,
        ),
        ("", "3Q25收入90亿元。", ["2025Q3"]),
        # Where a movement started, in a paragraph on the year before.
        (OPENING, "收入同比增长9%。毛利率则从50%升至52%。", ["2025Q3", "2024Q3", "2025Q3"]),
        (OPENING, "净亏损1亿元，而在一年以前，这个数目还是7亿元。", ["2025Q3", "2024Q3"]),
        # Letters and characters that may be digits are the company's name.
        ("", "三六零2023年营收90亿元。", ["2023"]),
        ("", "OPPO2022年三季度营收90亿元。", ["2022Q3"]),
    ],
)
def test_period_of_what_the_article_is_about(opening, text, periods):
    assert [period for (period,) in rows(text, "period_id", opening=opening)] == periods


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("公司预计2026年全年营收将同比增长15%至20%。", "outlook/ratio"),
        ("2025年三季度营收同比增长15%。", "growth/ratio"),
    ],
)
def test_a_growth_that_is_expected_is_told_apart(text, rule):
    assert rows(text, "kind", "rule_id") == [("growth", rule)]


def test_the_year_of_a_quarter_that_is_looked_forward_to_is_a_target():
    text = "管理层指引显示，2025年全年总收入为1400亿元。"
    assert rows(text, "kind", "period_id") == [("target", "2025")]


def test_a_comparison_is_no_part_of_a_metrics_name():
    assert rows("公司研发投入比上年同期增加9.7亿元。", "metric_id", "kind") == [
        ("rd_expense", "change")
    ]


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        # banks
        ("净息差为1.4%，拨备覆盖率230%。", ["net_interest_margin", "provision_coverage_ratio"]),
        ("不良贷款余额300亿元，不良率0.9%。", ["npl_balance", "npl_ratio"]),
        (
            "净利息收入900亿元，非利息净收入400亿元。",
            ["net_interest_income", "net_non_interest_income"],
        ),
        ("成本收入比27.1%，核心一级资本充足率11.2%。", ["cost_income_ratio", "core_tier1_ratio"]),
        ("客户存款总额5万亿元，零售贷款2万亿元。", ["deposits", "retail_loans"]),
        # insurers and brokers
        ("新业务价值180亿元，内含价值6000亿元。", ["new_business_value", "embedded_value"]),
        ("综合成本率96.5%。", ["combined_ratio"]),
        ("两融余额900亿元。", ["margin_balance"]),
        # property, airlines, power
        ("签约面积300万平方米，合同销售额500亿元。", ["contracted_area", "contracted_sales"]),
        ("净负债率48%。", ["net_gearing"]),
        (
            "客座率83.1%，可用座公里同比增长6%。",
            ["passenger_load_factor", "available_seat_kilometres"],
        ),
        ("发电量500亿千瓦时，上网电价0.42元。", ["electricity_generation", "electricity_price"]),
        ("装机容量3GW。", ["installed_capacity"]),
        # medicine, liquor, telecom, couriers, shops
        ("在研管线30项，首付款1亿美元。", ["pipeline_projects", "upfront_payment"]),
        ("直销收入60亿元，合同负债20亿元。", ["direct_channel_revenue", "contract_liabilities"]),
        ("移动客户4亿户，5G网络客户3亿户。", ["mobile_customers", "5g_network_customers"]),
        ("主营业务收入300亿元，DOU达20GB。", ["core_revenue", "dou"]),
        ("件量50亿件，单票收入2.1元。", ["parcel_volume", "revenue_per_parcel"]),
        ("闭店率3%，客单价36.5元。", ["store_closure_rate", "aov"]),
    ],
)
def test_the_terms_of_many_trades(text, metrics):
    assert [metric for (metric,) in rows(text, "metric_id")] == metrics


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # A dividend of a few yuan is a share's.
        ("中期派息1.2港元。", [("dps", "level", 1.2)]),
        ("分红总额12亿元。", [("dividends", "level", 1.2e9)]),
        # Cash and investments together; money put into something; no share of a profit.
        (
            "现金及现金等价物30亿元、短期投资50亿元，合计80亿元。",
            [
                ("cash_and_equivalents", "level", 3e9),
                ("short_term_investments", "level", 5e9),
                ("cash_and_investments", "level", 8e9),
            ],
        ),
        (
            "首次实现盈利3亿元，未来还将在当地投入2亿美元。",
            [("profit", "level", 3e8), ("investment_amount", "target", 2e8)],
        ),
        ("公司斥资6亿元回购股份。", [("share_buyback", "level", 6e8)]),
        # What is a multiple by nature.
        ("市盈率约18倍。", [("pe_ratio", "level", 18)]),
        ("收入是去年同期的3倍。", [("revenue", "growth", 2)]),
        # A cost that improves falls.
        (
            "销售费用率同比优化1.5个百分点。",
            [("selling_and_marketing_expense_ratio", "change", -1.5)],
        ),
        ("毛利率同比改善1.5个百分点。", [("gross_margin", "change", 1.5)]),
        ("净利润同比倒退12%。", [("net_profit", "growth", -0.12)]),
        (
            "存货周转天数90日，同比增加5日。",
            [
                ("inventory_turnover_days", "level", 90),
                ("inventory_turnover_days", "change", 5),
            ],
        ),
        # The share of a whole that has no ratio of its own.
        ("会员贡献的成交额占比为四成。", [("share", "share", 0.4)]),
        ("资本开支预算为40亿元。", [("capex", "target", 4e9)]),
        ("用户总数流失了20万人。", [("users", "change", -2e5)]),
        ("若剔除一次性因素影响，净利润为5亿元。", [("adjusted_net_profit", "level", 5e8)]),
        (
            "若不计去年出售资产的一次性利得，净利润5亿元，包括该等利得则同比下降9%。",
            [("adjusted_net_profit", "level", 5e8), ("net_profit", "growth", -0.09)],
        ),
        ("业务收入同比腰斩。", [("revenue", "growth", -0.5)]),
        ("毛利率比上年同期低了3个百分点。", [("gross_margin", "change", -3)]),
        ("公司权益持有人应占净利润21亿元。", [("net_profit_attributable", "level", 21e8)]),
        (
            "现金、定期存款及短期投资合计360亿元。",
            [("cash_and_investments", "level", 360e8)],
        ),
        ("期内一共回购了约3800万股。", [("shares_repurchased", "level", 38e6)]),
        ("截至收盘，快手报82.5元。", [("share_price", "level", 82.5)]),
        ("维持目标价72港元。", [("share_price", "target", 72)]),
        ("每辆车的平均售价为26.2万元。", [("asp", "level", 262000)]),
        ("对应25倍PE。", [("pe_ratio", "level", 25)]),
        (
            "GMV为70亿元，其中抖音GMV为40亿元，占比57%。",
            [("gmv", "level", 70e8), ("gmv", "level", 40e8), ("gmv_share", "share", 0.57)],
        ),
        (
            "每位日活用户平均每天停留的时间是108分钟。",
            [("avg_daily_time_spent_per_dau", "level", 108)],
        ),
        # Forty of a machine are no shops.
        ("首批40台自动售货机进驻门店。", []),
    ],
)
def test_what_words_make_of_a_number(text, found):
    told = rows(text, "metric_id", "kind", "value")
    if found:
        assert [(metric, kind, float(value)) for metric, kind, value in told] == found
    else:
        assert "store_count" not in [metric for metric, *_ in told]


@pytest.mark.parametrize(
    "text", ["20日晚间公布，员工3000人。", "采用3纳米工艺，折合8英寸。", "也有一部分。"]
)
def test_dates_and_sizes_are_no_figures(text):
    assert [value for value in values(text) if value != 3000] == []


@pytest.mark.parametrize(
    ("text", "comparisons"),
    [
        ("净亏损从一季度的20亿元收窄至15亿元，降幅25%。", [None, None, "qoq"]),
        ("毛利率27%，高出京东3个百分点。", [None, None]),
        ("收入由上一财年的20亿元增至25亿元，增幅25%。", [None, None, "yoy"]),
        ("收入同比增长9%，低于上一季度的12%。", ["yoy", "yoy"]),
        ("2021年至2024年年复合增长率为8%。增速曾达30%。", ["cagr", "yoy"]),
        ("2021年至2024年年复合增长率为8%，而2020年的增速曾是30%。", ["cagr", "yoy"]),
        # Beside its own level a growth is what the paragraph's others are.
        ("收入90亿元，同比增长9%。其中广告收入70亿元，增长17%。", [None, "yoy", None, "yoy"]),
        ("收入90亿元，同比增长9%。电商：+12%。", [None, "yoy", "yoy"]),
        ("毛利增长61%，来到25亿元。净利润同比增长9%。", ["yoy", None, "yoy"]),
        ("收入90亿元，同比增长9%。门店员工3000人，比4月之前增长190%。", [None, "yoy", None, None]),
        ("收入90亿元，同比增长9%。收盘股价报20港元，涨2%。", [None, "yoy", None, None]),
        ("净利润30亿元，跟上年同期的20亿元比起来，高出了50%。", [None, None, "yoy"]),
        ("毛利率从去年一季度的28%，抬升到36%，提升了8个百分点。", [None, None, "yoy"]),
        ("渗透率为34.5%，比上一年的31.9%高出2.6个百分点。", [None, None, "yoy"]),
        ("收入增至上年的3倍。", ["yoy"]),
        ("门店28家，季内净增10家。", [None, "qoq"]),
        ("将公司2025年收入预测上调6%至382亿元。", ["prior_target", None]),
    ],
)
def test_what_a_movement_is_measured_against(text, comparisons):
    assert [comparison for (comparison,) in rows(text, "comparison")] == comparisons


@pytest.mark.parametrize(
    ("opening", "text", "subjects"),
    [
        # Brands in a list, whose amounts share one unit.
        (
            "安踏发布2025年上半年业绩。",
            "「安踏」、「FILA」及「其他品牌」的收入分别为100亿、90亿及40亿元。",
            ["anta_brand", "fila", "other_brands"],
        ),
        (
            "阿里巴巴发布2025年第三季度业绩。",
            "阿里巴巴和淘天集团的收入分别为2400亿元和900亿元。",
            ["alibaba", "taobao_and_tmall_group"],
        ),
        # What 其中 tells of ends with its stretch.
        (
            "快手发布2025年第三季度业绩。",
            "商品收入80亿元，其中电商收入50亿元；服务收入30亿元，同比增长8%。",
            ["kuaishou", "ecommerce", "kuaishou", "kuaishou"],
        ),
        # A peer beside figures of something else does not take over what follows.
        (
            "微博发布2025年第二季度业绩。",
            "月活跃用户5.8亿，和知乎8000万的月活放在一起来看。人均使用时长31分钟。",
            ["weibo", "zhihu", "weibo"],
        ),
        (
            "美的集团发布2025年第三季度业绩。",
            "空调市占率30%，高出第二名格力电器4个百分点。",
            ["air_conditioners", "air_conditioners"],
        ),
        # A heading that holds no word of the vocabulary ends what stood under the one before.
        (
            "快手发布2025年第三季度业绩。\n",
            "电商\n商家数同比增长10%。\n赚钱与花钱\n毛利率为54%。",
            ["ecommerce", "kuaishou"],
        ),
        (
            "京东发布2025年第三季度业绩。",
            "京东外卖骑手超过10万人，公司力争年底将这一数字提高到15万人。",
            ["jd_food_delivery", "jd_food_delivery"],
        ),
    ],
)
def test_whose_figure_it_is(opening, text, subjects):
    assert [subject for (subject,) in rows(text, "subject_id", opening=opening)] == subjects


def test_a_brand_in_quotation_marks_is_what_the_figure_is_of():
    found = rows("自有品牌“重新加载”销售额1亿元。", "subject_name")
    assert found == [("重新加载",)]


def test_a_year_in_a_title_dates_nothing():
    text = "《2025年直播行业报告》显示：2023年，市场规模为100亿元，同比增长20%。"
    found = rows(text, "period_id", opening="行业观察。")
    assert found == [("2023",), ("2023",)]


def test_a_span_of_years_is_none_of_them():
    found = rows("2023年至2026年市场规模的年复合增长率为11%。", "period_id", "comparison")
    assert found == [(None, "cagr")]


def test_a_month_measured_by_itself():
    found = rows(
        "9月单月交付3万辆，同比增长20%。", "period_id", opening="理想汽车发布2025年三季报。"
    )
    assert found == [("2025-09",), ("2025-09",)]
    found = rows("10月交付新车4万台。10月，公司开店20家。", "period_id", "kind")
    assert found == [("2025-10", "level"), ("2025-10", "level")]
    found = rows("1-9月销量30万辆。", "period_id", opening="理想汽车发布2025年三季报。")
    assert found == [("2025-9M",)]


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        # a year that the sentence has said holds on
        ("2023年一季度营收为1亿元，二季度营收为2亿元。", ["2023Q1", "2023Q2"]),
        # another company's year is none of this one's
        ("阿里巴巴2026财年第二财季收入为1亿元。快手第三季度营收为2亿元。", ["2025Q3", "2025Q3"]),
        # a month that is measured, with its subject between
        ("2025年9月，国内快递业务量为1亿件，同比增长3%。", ["2025-09", "2025-09"]),
        ("2025年9月，快手发布新品，销售费用为1亿元。", ["2025Q3"]),
        ("9月，单量为1亿单；过去十二个月，交易用户数为8亿。", ["2025-09", "2025Q3"]),
    ],
)
def test_periods_that_hold_on_and_those_that_do_not(text, periods):
    assert [period for (period,) in rows(text, "period_id")] == periods


@pytest.mark.parametrize(
    ("text", "values", "periods"),
    [
        # a sum over several years is of none of them
        ("2022年、2023年营收合计20亿元。", [2e9], [None]),
        ("2022年、2023年营收分别为9亿元、11亿元。", [9e8, 1.1e9], ["2022", "2023"]),
        # a month beside the months that it closes
        ("1至10月GMV为12亿元，10月份GMV为2亿元。", [1.2e9, 2e8], ["2025-10M", "2025-10"]),
        # a price has its day; a flow has none
        ("截至2025年11月5日，市值为30亿港元。", [3e9], ["2025-11-05"]),
        ("2025年11月5日，公司公布营收为30亿元。", [3e9], ["2025Q3"]),
        # blanks within decimals
        ("净利润12. 5亿元，营收35 .5亿元。", [1.25e9, 3.55e9], ["2025Q3", "2025Q3"]),
    ],
)
def test_sums_months_days_and_broken_decimals(text, values, periods):
    found = rows(text, "value", "period_id")
    assert [float(value) for value, _ in found] == values
    assert [period for _, period in found] == periods


def test_years_and_numbers_of_one_list_pair_off():
    text = "预计25/26/27E净利润为1.5/2.5/3.5亿元。"
    assert rows(text, "period_id", "kind") == [
        (year, "target") for year in ("2025", "2026", "2027")
    ]


def test_the_currency_that_an_amount_is_counted_in():
    text = "营收为70亿元，以美元计为10亿元。尽管港币走强，净利润为2亿元。"
    assert [unit for (unit,) in rows(text, "unit_id")] == ["CNY", "USD", "CNY"]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("東盛地產全年收益52.5億元，按年升7%，末期息每股0.25元。", "HKD"),
        ("東盛地產全年收益52.5億元人民幣，按年升7%。", "CNY"),
        ("（中央社記者林某台北電）東盛電子全年營收52.5億元，年增7%。", "TWD"),
        ("东盛地产全年收入52.5亿元，同比增长7%，在香港上市。", "CNY"),
        ("快手公佈業績，全年總收入為52.5億元，按年升7%。", "CNY"),
    ],
)
def test_whose_yuan_a_plain_one_is(text, unit):
    found = rows(text, "unit_id", opening="")
    assert [one for (one,) in found if one != "ratio"] == [unit] * (len(found) - 1)


@pytest.mark.parametrize("words", ["按月增加", "月增", "較上月增加", "环比增加"])
def test_against_the_month_before_is_against_the_period_before(words):
    assert rows(f"8月用户数{words}3%。", "comparison") == [("qoq",)]


def test_the_numbers_of_a_list_share_the_words_of_the_first():
    found = rows("铝锭、铜杆价差同比分别-5%、+3%。", "value", "metric_label")
    assert [float(value) for value, _ in found] == [-0.05, 0.03]
    assert len({label for _, label in found}) == 1


def test_a_comparison_before_a_list_is_not_of_the_list_before_it():
    found = rows("毛利率同比+2.1/+0.7pcts，环比-1.4/-0.6pcts。", "value", "comparison")
    assert [(float(value), what) for value, what in found] == [
        (2.1, "yoy"), (0.7, "yoy"), (-1.4, "qoq"), (-0.6, "qoq"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("東盛電子（中央社記者電）114年營收6.5億元。", "2025"),
        ("東盛電子114年第3季營收6.5億元，為史上新高。", "2025Q3"),
        ("東盛電子113年10月營收6.5億元，為史上新高。", "2024-10"),
        ("東盛電子成立115年來，營收首次達6.5億元，為史上新高。", None),
        ("东盛电子走过了114年，营收达6.5亿元。", None),
    ],
)
def test_the_years_of_taiwan_count_from_1911(text, period):
    assert rows(text, "period_id", opening="") == [(period,)]
