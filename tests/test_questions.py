"""The twelve questions of an analyst, each a short query, held to its answer."""

from pathlib import Path

import duckdb
import pytest

from ingest.catalog import read_marts

QUERIES = Path(__file__).resolve().parent.parent / "warehouse" / "queries"

ANSWERS = {
    "gmv_by_quarter": (
        "subject_name, period_label_zh, value_text, growth_yoy_text",
        [
            ("快手", "2025年第三季度", "3850亿元", "+15.2%"),
            ("电商", "2024年第四季度", "4621亿元", "+14.4%"),
            ("电商", "2025年第三季度", "3850亿元", "+15.2%"),
            ("短视频电商", "2024年第四季度", None, ">+50%"),
        ],
    ),
    "fastest_advertising": (
        "company_name, ticker, growth_yoy_text, value_text",
        [
            ("腾讯音乐", "01698", ">+30%", None),
            ("哔哩哔哩", "09626", "+23%", "25.7亿元"),
            ("腾讯", "00700", "+21%", "362.42亿元"),
            ("小米", "01810", "+17.2%", "71.6亿元"),
            ("快手", "01024", "+14%", "201亿元"),
            ("拼多多", "PDD", "+8%", "533.5亿元"),
        ],
    ),
    "live_commerce_penetration": (
        "period_label_zh, penetration, transactions, growth",
        [
            ("2020年", None, "12900亿元", "+8.3%"),
            ("2021年", None, "23600亿元", "+83.77%"),
            ("2022年", None, "35000亿元", "+48.21%"),
            ("2023年", "31.9%", "49200亿元", "+40.48%"),
            ("2024年上半年", None, "约27100亿元", "+7.3%"),
            ("2024年", "34.3%", "53256亿元", "+8.31%"),
            ("2025年上半年", "35%", "约29000亿元", "+7.4%"),
        ],
    ),
    "product_against_target": (
        "currency, first_target_text, target_text, reached_text, reached_quarters",
        [
            ("CNY", "4.3亿元", "10亿元", ">7亿元", 3),
            ("USD", "约1.4亿美元", "约1.4亿美元", None, None),
        ],
    ),
    "share_by_segment": (
        "subject_name, stated, computed",
        [
            ("线上营销服务", "56.5%", "56.5%"),
            ("直播", "26.9%", "26.928%"),
            ("其他服务", "16.5%", "16.54%"),
        ],
    ),
    "change_between_quarters": (
        "subject_name, metric_name, before, since, change",
        [
            ("IP衍生品及其他", "收入", "4.7亿元", "4.4亿元", -0.0638),
            ("哔哩哔哩", "付费用户", "3180万人", "3200万人", 0.0063),
            ("哔哩哔哩", "会员数", "2350万人", "2370万人", 0.0085),
            ("哔哩哔哩", "净利润", "-1100万元", "2.18亿元", None),
            ("哔哩哔哩", "收入", "71.2亿元", "73.4亿元", 0.0309),
            ("哔哩哔哩", "日均使用时长", "108分钟", "105分钟", -0.0278),
            ("哔哩哔哩", "日活跃用户", "1.07亿人", "1.09亿人", 0.0187),
            ("哔哩哔哩", "月活跃用户", "3.68亿人", "3.63亿人", -0.0136),
            ("哔哩哔哩", "毛利", "25.9亿元", "26.8亿元", 0.0347),
            ("哔哩哔哩", "毛利率", "36.4%", "36.5%", None),
            ("哔哩哔哩", "现金储备", "171.5亿元", "223亿元", 0.3003),
            ("哔哩哔哩", "研发费用", "8.4亿元", "8.66亿元", 0.031),
            ("哔哩哔哩", "经营活动现金流", "13.2亿元", "19.9亿元", 0.5076),
            ("哔哩哔哩", "经调整净利润", "3.62亿元", "5.61亿元", 0.5497),
            ("哔哩哔哩", "销售及市场推广开支", "11.7亿元", "10.5亿元", -0.1026),
            ("增值服务", "收入", "28.4亿元", "28.4亿元", 0),
            ("广告", "收入", "20.3亿元", "24.5亿元", 0.2069),
            ("移动游戏", "收入", "17.8亿元", "16.1亿元", -0.0955),
        ],
    ),
    "margin_ranking": (
        "company_name, margin, stated",
        [
            ("拼多多", "23.12%", "23.1%"),
            ("联发科", "15.6147%", "15.6%"),
            ("快手", "14.9%", None),
            ("瑞幸咖啡", "11.64%", "11.6%"),
            ("唯品会", "6.79%", "6.8%"),
            ("京东物流", "2.34%", None),
            ("网易有道", "1.74%", None),
            ("京东", "-0.351%", None),
            ("理想汽车", "-4.4%", "-4.4%"),
            ("蔚来", "-16.69%", None),
        ],
    ),
    "profits_side_by_side": (
        "period_label_zh, currency, net_profit, attributable, adjusted",
        [
            ("2024年第三季度", "CNY", None, None, "365.18亿元"),
            ("2025年第二季度", "CNY", None, "427.1亿元", None),
            ("2025年第三季度", "CNY", "206.12亿元", None, "103.52亿元"),
        ],
    ),
}

REVISED = """---
date: {day}
---
北海铜业：{title}

北海铜业发布公告。北海铜业2024年第三季度收入{revenue}亿元，同比增长12%。
"""


def answer(warehouse: Path, query: str) -> duckdb.DuckDBPyRelation:
    con = duckdb.connect(warehouse, read_only=True)
    return con.sql((QUERIES / f"{query}.sql").read_text(encoding="utf-8"))


CLOSED = {"product_against_target", "share_by_segment", "profits_side_by_side"}
"""Whose answer is all of it; of the others an article more may bring rows between these."""


@pytest.mark.parametrize("query", ANSWERS)
def test_a_question_has_its_answer(query, warehouse):
    columns, expected = ANSWERS[query]
    rows = answer(warehouse, query).project(columns).fetchall()
    assert rows == expected if query in CLOSED else in_order(expected, rows) == expected


def in_order(expected: list[tuple], rows: list[tuple]) -> list[tuple]:
    """Those of the expected rows that are there, in the order in which they are."""
    return [row for row in rows if row in expected]


def test_daily_and_monthly_users_of_all_apps(warehouse):
    apps = answer(warehouse, "daily_and_monthly_users").project(
        "subject_name, period_label_zh, dau, mau, dau_mau"
    )
    expected = [
        ("哔哩哔哩", "2024年第四季度", "1.03亿人", "3.4亿人", "30.3%"),
        ("哔哩哔哩", "2025年第一季度", "1.07亿人", "3.68亿人", "29.1%"),
        ("哔哩哔哩", "2025年第二季度", "1.09亿人", "3.63亿人", "30%"),
        ("哔哩哔哩", "2025年第三季度", "1.17亿人", "3.76亿人", "31.1%"),
        ("快手", "2024年第四季度", "4.01亿人", "7.36亿人", "54.5%"),
        ("快手", "2025年第三季度", "4.16亿人", "7.31亿人", "56.9%"),
    ]
    assert in_order(expected, apps.fetchall()) == expected
    one_side = apps.filter("dau_mau is null").fetchall()
    assert ("QQ", "2025年第二季度", None, "5.31亿人", None) in one_side
    assert ("Temu", "2025年8月", None, "5.3亿人", None) in one_side


def test_an_article_is_a_table_with_sentences(warehouse):
    figures = answer(warehouse, "article_with_sentences")
    rows = figures.project(
        "subject_name, metric_name, comparison_label_zh, period_label_zh, value_text, quote"
    ).fetchall()
    assert rows[2:7] == [
        ("百度", "收入", None, "2025年第一季度", "331.2亿元", "【营收】一季度总收入331.2亿元"),
        ("百度", "收入", "同比", "2025年第一季度", "+5.1%", "同比增长5.1%"),
        ("百度", "收入", "环比", "2025年第一季度", "-2.9%", "环比下降2.9%"),
        ("百度核心", "收入", None, "2025年第一季度", "258.3亿元", "百度核心收入258.3亿元"),
        ("百度核心", "收入", "同比", "2025年第一季度", "+8.5%", "同比增长8.5%"),
    ]
    article = (Path(__file__).parent / "articles" / "baidu_2025q1.txt").read_text(encoding="utf-8")
    for quote, sentence in figures.project("quote, sentence").fetchall():
        assert quote in sentence
        assert sentence in article


def test_contradictions_say_which_figures(warehouse):
    found = answer(warehouse, "contradictions").project(
        "company_name, subject_name, metric_name, period_label_zh, statement"
    )
    assert {
        ("无", "直播电商", "交易额", "2024年", "53256亿 ≠ 53412亿"),
        ("小米", "小米", "收入", "2025年第三季度", "1131亿 ≠ 1128.4亿"),
        ("美团", "核心本地商业", "经营利润", "2025年第二季度", "41.3亿 ≠ 37.2亿"),
        (
            *("贵州茅台", "系列酒", "收入占比", "2025年前九个月"),
            "178.6亿 ÷ 1310.9亿 = 13.624% ≠ 13.9%",
        ),
    } <= set(found.fetchall())


def test_revisions_have_both_values(ingest, tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    for day, title, revenue in (
        ("2024-10-28", "三季度业绩预告", "41.5"),
        ("2024-11-05", "三季度财报点评", "41.5"),
        ("2024-12-02", "三季度业绩更正", "38.2"),
    ):
        text = REVISED.format(day=day, title=title, revenue=revenue)
        (folder / f"{day}.md").write_text(text, encoding="utf-8")
    warehouse = tmp_path / "figurehouse.duckdb"
    done = ingest("run", folder, "--warehouse", warehouse)
    assert done.returncode == 0, done.stderr
    found = answer(warehouse, "revisions").project(
        "metric_name, period_label_zh, cast(revised_on as varchar), value_text_before, value_text"
    )
    assert found.fetchall() == [("收入", "2024年第三季度", "2024-12-02", "41.5亿元", "38.2亿元")]


@pytest.mark.parametrize(
    "query",
    [
        *ANSWERS,
        "daily_and_monthly_users",
        "article_with_sentences",
        "contradictions",
        "revisions",
    ],
)
def test_a_question_is_one_short_query(query):
    sql = (QUERIES / f"{query}.sql").read_text(encoding="utf-8")
    lines = [line for line in sql.splitlines() if line and not line.startswith("--")]
    assert len(lines) <= 15
    assert "_key =" not in sql
    assert sql.count("select") == 1


# --- comments -----------------------------------------------------------------------------------


def test_every_table_and_column_has_its_comment(warehouse):
    with duckdb.connect(warehouse, read_only=True) as con:
        tables = con.sql(
            """
            select schema_name || '.' || table_name as name, comment from duckdb_tables()
            union all
            select schema_name || '.' || view_name, comment from duckdb_views() where not internal
            """
        ).fetchall()
        columns = con.sql(
            """
            select schema_name || '.' || table_name || '.' || column_name as name, comment
            from duckdb_columns() where not internal
            """
        ).fetchall()
        marts = {mart.name: mart for mart in read_marts(con)}
    assert [name for name, comment in tables + columns if not (comment or "").strip()] == []
    comments = dict(tables + columns)
    for name, mart in marts.items():
        assert comments[f"marts.{name}"] == mart.description
        for column in mart.columns:
            assert comments[f"marts.{name}.{column.name}"] == column.description


# --- the layer ----------------------------------------------------------------------------------


def test_periods_have_the_days_of_the_companys_own_year(warehouse):
    with duckdb.connect(warehouse, read_only=True) as con:
        found = con.sql(
            """
            select distinct company_name, period_id, fiscal_period,
                cast(period_starts_on as varchar), cast(period_ends_on as varchar)
            from marts.obt_figures
            where (company_name, period_id) in (
                ('阿里巴巴', '2025Q3'), ('阿里巴巴', '2025H1'),
                ('东方甄选', 'FY2025H1'), ('快手', '2025Q3')
            )
            order by all
            """
        ).fetchall()
    assert found == [
        ("东方甄选", "FY2025H1", "FY2025H1", "2024-06-01", "2024-11-30"),
        ("快手", "2025Q3", "FY2025Q3", "2025-07-01", "2025-09-30"),
        ("阿里巴巴", "2025H1", None, "2025-01-01", "2025-06-30"),
        ("阿里巴巴", "2025Q3", "FY2026Q2", "2025-07-01", "2025-09-30"),
    ]


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("可灵 AI 单季度营收超过 3 亿元", ">3亿元"),
        ("同比都超过了30%", ">+30%"),
        ("京东集团第三季度净利同比减少逾五成", "<-50%"),
        ("以下的订单占了近三成", "约30%"),
        ("经调整净利润约为3.6亿至4亿元", "3.6亿–4亿元"),
        ("较去年同期回落4.5个百分点", "-4.5个百分点"),
        ("股份昨日收報10.32港元", "10.32港元"),
        ("月度活跃买家约2.9亿", "约2.9亿人"),
    ],
)
def test_a_value_is_written_as_a_reader_would(quote, text, warehouse):
    with duckdb.connect(warehouse, read_only=True) as con:
        query = "select distinct value_text from marts.obt_figures where quote = $1"
        assert con.execute(query, [quote]).fetchall() == [(text,)]


def test_a_row_is_joined_to_one_of_each_dimension(warehouse):
    """No join of the layer loses or doubles a row."""
    with duckdb.connect(warehouse, read_only=True) as con:
        for flat, fact in (
            ("obt_figures", "fct_figures"),
            ("obt_checks", "fct_figure_checks"),
        ):
            counted = con.sql(
                f"select (select count(*) from marts.{flat}), (select count(*) from marts.{fact})"
            ).fetchall()
            assert len(set(counted[0])) == 1, flat
        values, measures = con.sql(
            """
            select
                (select count(*) from marts.obt_values where value is not null),
                (select count(*) from marts.fct_best_figures where measure = 'value')
            """
        ).fetchall()[0]
    assert values == measures > 1000
