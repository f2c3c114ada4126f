"""A metric says what the mart says."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from .conftest import ROOT, lacking


def test_the_year_before_is_what_the_growth_says(warehouse):
    with duckdb.connect(warehouse, read_only=True) as con:
        rows = con.sql("""
            select sem.revenue / sem.revenue_before - 1, facts.revenue_growth_yoy
            from semantic.sem_subject_periods as sem
            inner join marts.fct_segment_performance as facts
                using (company_id, subject_id, period_id)
            where sem.part = 'segment' and sem.revenue_before is not null
        """).fetchall()
    assert len(rows) > 10
    for metric, mart in rows:
        assert metric == pytest.approx(float(mart))


@pytest.fixture(scope="module")
def asked(warehouse, tmp_path_factory):
    """MetricFlow's answer by part, company, subject and period; each row's metrics by name."""
    metricflow = Path(sys.executable).with_name("mf")
    if not metricflow.exists():
        lacking("MetricFlow (the group clients)")
    folder = tmp_path_factory.mktemp("semantic")
    project = shutil.copytree(ROOT / "dbt_project", folder / "dbt_project")
    file = shutil.copyfile(warehouse, folder / warehouse.name)
    environment = os.environ | {
        "FIGUREHOUSE_WAREHOUSE": str(file),
        "DBT_PROFILES_DIR": str(project),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }
    grain = ["part", "company_id", "subject_id", "period_id"]
    metrics = ["revenue_growth", "segment_share", "dau_mau", "operating_margin"]
    metrics += ["adjusted_net_margin", "gmv_growth"]
    words = [metricflow, "query", "--metrics", ",".join(metrics), "--csv", folder / "answer.csv"]
    words += ["--group-by", ",".join(f"subject_period__{name}" for name in grain)]
    parse = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "parse", "--quiet"]
    for command in (parse, words):
        done = subprocess.run(
            command, cwd=project, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
    with (folder / "answer.csv").open(encoding="utf-8") as answer:
        rows = list(csv.DictReader(answer))
    return {
        tuple(row[f"subject_period__{name}"] for name in grain): {
            name: float(row[name]) for name in metrics if row[name]
        }
        for row in rows
    }


@pytest.mark.bi
@pytest.mark.parametrize(
    ("part", "mart", "metric", "column"),
    [
        ("company", "fct_company_financials", "revenue_growth", "revenue_growth_yoy"),
        ("segment", "fct_segment_performance", "revenue_growth", "revenue_growth_yoy"),
        ("segment", "fct_segment_performance", "gmv_growth", "gmv_growth_yoy"),
        ("segment", "fct_segment_performance", "segment_share", "revenue_share_computed"),
        ("users", "fct_user_metrics", "dau_mau", "dau_mau"),
        ("company", "fct_company_financials", "operating_margin", "operating_margin"),
        ("company", "fct_company_financials", "adjusted_net_margin", "adjusted_net_margin"),
    ],
)
def test_metric_is_what_the_mart_says(asked, warehouse, part, mart, metric, column):
    bounded = not column.endswith("yoy")
    low, high = (f"{column}_low", f"{column}_high") if bounded else (column, column)
    subject = "company_id" if part == "company" else "subject_id"
    # A margin that the article states is the article's, not the quotient of two others.
    computed = f"{column}_basis = 'computed'" if column.endswith("margin") else "true"
    with duckdb.connect(warehouse, read_only=True) as con:
        rows = con.sql(f"""
            select company_id, {subject}, period_id, {low}, {high}
            from marts.{mart}
            where {column} is not null and {computed}
        """).fetchall()
    compared = 0
    for company, name, period, least, most in rows:
        said = asked[part, company or "none", name, period].get(metric)
        if said is not None:
            compared += 1
            assert float(least) - 1e-7 <= said <= float(most) + 1e-7, (company, name, period)
    assert compared > 0
