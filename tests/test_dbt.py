"""The models on what no article has shown yet: nothing at all, and figures of every odd kind."""

import os
import random
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingest.documents import ARTICLES
from ingest.figures import FIGURES, REJECTED_FIGURES
from ingest.load import CHANGED_ARTICLES, INGEST_RUNS, REJECTED_ARTICLES
from ingest.places import ARTICLE_PLACES
from ingest.review.settle import REPLACED

MODELS = Path(__file__).resolve().parent.parent / "dbt_project"
SCHEMAS = {
    "articles": ARTICLES,
    "article_places": ARTICLE_PLACES,
    "figures": FIGURES,
    "rejected_figures": REJECTED_FIGURES,
    "rejected_articles": REJECTED_ARTICLES,
    "ingest_runs": INGEST_RUNS,
    "changed_articles": CHANGED_ARTICLES,
    "replaced_figures": REPLACED,
}
DAY = datetime(2025, 11, 20, 8, tzinfo=UTC).replace(tzinfo=None)

# Companies, segments of many, of one, unknown ones; names that a key or a literal could trip over.
SUBJECTS = [
    # company_id, subject_id, subject_name, subject_type
    ("kuaishou", "kuaishou", "快手", "company"),
    ("tencent", "tencent", "腾讯", "company"),
    ("kuaishou", "live_streaming", "直播", "segment"),
    ("tencent", "live_streaming", "直播", "segment"),
    ("tencent", "value_added_services", "增值服务", "segment"),
    ("tencent", "domestic_games", "本土市场游戏", "segment"),
    ("kuaishou", "other_services", "其他服务", "segment"),
    ("kuaishou", "online_marketing_services", "线上营销服务", "segment"),
    ("baidu", "kling_ai", "可灵AI", "product"),
    ("tencent", "wechat", "微信", "app"),
    (None, "live_commerce_industry", "直播电商", "industry"),
    (None, None, "低空经济", "industry"),
    (None, None, "低空经济", "unknown"),
    ("kuaishou", None, "新业务'线\"|,{}", "segment"),
    ("kuaishou", None, "新业务'线\"|,{}", "product"),
    ("tencent", None, "kuaishou", "segment"),
    (None, None, "没听说过的公司", "company"),
    ("no_such_company", None, "它的分部", "segment"),
    ("no_such_company", "no_such_subject", "它的应用", "app"),
    (None, None, "", None),
]
METRICS = [
    ("revenue", "营收"),
    ("revenue", "总收入"),
    ("revenue_share", "收入占比"),
    ("net_profit", "净利润"),
    ("net_margin", "净利率"),
    ("gmv", "GMV"),
    ("transaction_value", "交易额"),
    ("penetration_rate", "渗透率"),
    ("dau", "日活"),
    ("mau", "月活"),
    ("paying_users", "付费用户"),
    ("revenue_target", "收入目标"),
    ("price", "价格"),
    (None, "revenue"),
    (None, "量子纠缠度'\"|"),
    (None, ""),
]
PERIODS = [
    None, "", "2025Q3", "2025Q3", "2024Q3", "2025Q2", "2025H1", "2025H2", "2025-9M", "2025", "2024",
    "2030", "1999Q4", "2025-09", "2025-13", "FY2026Q1", "上市以来", "9999",
]  # fmt: skip
UNITS = ["CNY", "CNY", "USD", "ratio", "ratio", "pp", "people", "minutes", "光年", "", None]
COMPARISONS = [None, "yoy", "yoy", "qoq", "cagr", "prior_version", "prior_target"]
# The largest and the smallest that DECIMAL(38, 8) holds, nothing, and the doubling that divides
# by zero the other way round.
VALUES = [
    Decimal(text)
    for text in (
        "999999999999999999999999999999.99999999", "-999999999999999999999999999999.99999999",
        "1e24", "0.00000001", "-0.00000001", "0", "-1", "1", "-0.5", "0.142", "-2.5", "100", "26.9",
    )
]  # fmt: skip


def figures_of(article_id: str, chance: random.Random, count: int) -> tuple[str, list[dict]]:
    """A text, and figures that stand in it; every column is anything that its schema admits."""
    text, rows = "", []
    for n in range(count):
        company_id, subject_id, subject_name, subject_type = chance.choice(SUBJECTS)
        metric_id, metric_label = chance.choice(METRICS)
        value = chance.choice([*VALUES, Decimal(chance.randrange(-(10**12), 10**12)) / 100])
        spread = min(abs(value) / 100, Decimal(10**20))
        low, high = max(value - spread, -abs(VALUES[0])), min(value + spread, VALUES[0])
        qualifier = chance.choice(["eq", "eq", "gt", "lt", "approx", "range"])
        sentence = f"{subject_name}的{metric_label}是{value}。\n"
        start = len(text) + sentence.rindex("是") + 1
        rows.append(
            {
                "figure_id": f"{article_id}/{n}",
                "article_id": article_id,
                "run_id": "run",
                "char_start": start,
                "char_end": start + len(str(value)),
                "quote": str(value),
                "number_start": start,
                "number_end": start + len(str(value)),
                "sentence_start": len(text),
                "sentence_end": len(text) + len(sentence),
                "sentence": sentence,
                "company_id": company_id,
                "subject_id": subject_id,
                "subject_name": subject_name,
                "subject_type": subject_type,
                "metric_id": metric_id,
                "metric_label": metric_label,
                "kind": chance.choice(["level", "level", "growth", "change", "share", "target"]),
                "comparison": chance.choice(COMPARISONS),
                "value": value,
                "value_low": None if qualifier == "lt" or chance.random() < 0.1 else low,
                "value_high": None if qualifier == "gt" or chance.random() < 0.1 else high,
                "unit_id": chance.choice(UNITS),
                "qualifier": qualifier,
                "period_id": chance.choice(PERIODS),
                "period_basis": chance.choice(["stated", "article", "no_such_basis", None]),
                "attributed_to": chance.choice([None, "CFO"]),
                "rule_id": "odd",
                "confidence": chance.random(),
                "origin": "rules",
            }
        )
        text += sentence
    return text, rows


def write_raw(warehouse: Path, sources: dict[str, str], count: int) -> None:
    """Raw tables of these articles (article_id → source_path), in the order of their coming."""
    articles, figures, places = [], [], []
    for age, (article_id, path) in enumerate(sources.items()):
        text, rows = figures_of(article_id, random.Random(article_id), count)
        figures += rows
        articles.append(
            {
                "article_id": article_id,
                "source_path": path,
                "title": None,
                "published_on": date(2025, 11, 20) if age % 2 else None,
                "language": "zh-Hans",
                "encoding": "UTF-8",
                "text": text,
                "char_count": len(text),
                "run_id": "run",
                "ingested_at": DAY.replace(minute=age),
            }
        )
    for article in articles:
        again = [one for one in articles if one["source_path"] == article["source_path"]]
        is_edited = article is not again[-1]
        places.append(
            {
                "article_id": article["article_id"],
                "source_path": article["source_path"],
                "published_on": article["published_on"],
                "first_seen_at": article["ingested_at"],
                "last_seen_at": article["ingested_at"],
                "gone_at": again[-1]["ingested_at"] if is_edited else None,
                "gone_because": "edited" if is_edited else None,
            }
        )
    run = {"run_id": "run", "started_at": DAY, "finished_at": DAY, "duration_seconds": 1.0}
    rows = {
        "articles": articles,
        "article_places": places,
        "figures": figures,
        "ingest_runs": [run] if articles else [],
        "changed_articles": [{"article_id": article["article_id"]} for article in articles],
    }
    with duckdb.connect(warehouse) as con:
        con.execute("create schema if not exists raw")
        for name, schema in SCHEMAS.items():
            frame = pl.DataFrame(rows.get(name, []), schema=schema, strict=False)
            con.register("frame", frame)
            con.execute(f"create or replace table raw.{name} as select * from frame")
            con.unregister("frame")


def dbt(warehouse: Path, *arguments: str) -> str:
    """Run dbt on a warehouse; its output, where it succeeds."""
    process = subprocess.run(
        [
            sys.executable, "-W", "ignore", "-c", "from dbt.cli.main import cli; cli()", *arguments,
            "--project-dir", str(MODELS), "--profiles-dir", str(MODELS), "--no-use-colors",
            "--target-path", str(warehouse.parent / "target"),
            "--log-path", str(warehouse.parent / "logs"),
        ],
        env=os.environ
        | {
            "FIGUREHOUSE_WAREHOUSE": str(warehouse),
            "FIGUREHOUSE_WORKING": str(warehouse.with_name("working.duckdb")),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
    )  # fmt: skip
    assert process.returncode == 0, process.stdout[-4000:] + process.stderr[-2000:]
    return process.stdout


def rows_of(warehouse: Path, query: str) -> list[tuple]:
    with duckdb.connect(warehouse, read_only=True) as con:
        return con.sql(query).fetchall()


FACTS = "select * exclude (run_id) from marts.fct_figures order by figure_id"


@pytest.fixture(scope="module")
def stages(tmp_path_factory):
    """One warehouse through its life, so that dbt parses once; what it held at each stage."""
    warehouse = tmp_path_factory.mktemp("odd") / "odd.duckdb"
    seen = {"warehouse": warehouse}
    write_raw(warehouse, {}, 0)
    seen["log"] = dbt(warehouse, "build")
    seen["empty"] = rows_of(warehouse, FACTS)

    first = {"one": "one.txt", "two": "two.txt", "three": "three.txt"}
    write_raw(warehouse, first, 150)
    dbt(warehouse, "build", "--exclude-resource-type", "unit_test")
    seen["odd"] = rows_of(warehouse, FACTS)
    seen["flat"] = rows_of(warehouse, "select figure_id from marts.obt_figures")
    seen["checks"] = rows_of(warehouse, "select * from marts.fct_figure_checks")

    # two.txt was changed and came in again.
    write_raw(warehouse, first | {"two again": "two.txt"}, 150)
    dbt(warehouse, "run", "--select", "+fct_figures")
    seen["incremental"] = rows_of(warehouse, FACTS)
    dbt(warehouse, "run", "--select", "+fct_figures", "--full-refresh")
    seen["full"] = rows_of(warehouse, FACTS)
    return seen


def test_an_empty_warehouse_builds_without_a_warning(stages):
    assert stages["empty"] == []
    assert "WARN=0 ERROR=0 SKIP=0" in stages["log"]
    assert "deprecat" not in stages["log"].lower()


def test_no_odd_figure_is_lost_or_stops_the_build(stages):
    assert len(stages["odd"]) == 450
    assert len(stages["flat"]) == 450


def test_odd_figures_are_checked_too(stages):
    assert stages["checks"]


def test_a_changed_article_replaces_its_figures(stages):
    articles = {row[0].split("/")[0] for row in stages["incremental"]}
    assert articles == {"one", "two again", "three"}


def test_incremental_and_full_builds_agree(stages):
    assert stages["incremental"] == stages["full"]


def test_implied_values_lie_within_their_bounds(stages):
    outside = """
        select * from intermediate.int_implied_values
        where implied_value < implied_low or implied_value > implied_high
    """
    assert rows_of(stages["warehouse"].with_name("working.duckdb"), outside) == []
