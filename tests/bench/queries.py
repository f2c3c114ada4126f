"""How long the documented queries and the dashboard's charts take on a warehouse."""

import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tests.bench import ROOT

QUERIES = ROOT / "warehouse" / "queries"
ASSETS = ROOT / "warehouse" / "superset" / "assets"

LIMIT = 5.0
"""Seconds after which a query is not asked again, if it was asked a few times."""

GOAL = 200.0
"""Milliseconds that no query shall take, at p95."""


def documented() -> dict[str, str]:
    """The query library: name → SQL."""
    return {
        f"queries/{path.stem}": path.read_text(encoding="utf-8")
        for path in sorted(QUERIES.glob("*.sql"))
    }


def dashboard() -> dict[str, str]:
    """What the dashboard asks: name → SQL, from its charts, datasets and filters.

    Superset puts a dataset's SQL in a subquery and a chart's columns, metrics, filters, order and
    limit around it; so does this. Each chart is asked as the dashboard opens it, under the filters'
    defaults, and once more without them, which is more work.
    """
    datasets = {text["uuid"]: text["sql"] for text in _assets("datasets").values()}
    (board,) = _assets("dashboards").values()
    filters = board["metadata"]["native_filter_configuration"]
    numbers = {
        item["meta"]["uuid"]: item["meta"]["chartId"]
        for item in board["position"].values()
        if isinstance(item, dict) and item.get("type") == "CHART"
    }
    asked = {}
    for each in filters:
        for target in each["targets"]:
            column = target["column"]["name"]
            asked[f"dashboard/filter {column}"] = (
                f"select {column} from ({datasets[target['datasetUuid']]}) as dataset"
                f" group by {column} order by {column} limit 1000"
            )
    for name, chart in _assets("charts").items():
        conditions = [
            f"{one['col']} in ({', '.join(map(_quoted, one['val']))})"
            for each in filters
            if numbers[chart["uuid"]] not in each["scope"]["excluded"]
            for one in each["defaultDataMask"]["extraFormData"]["filters"]
        ]
        dataset = datasets[chart["dataset_uuid"]]
        for suffix, params in _parts(chart["params"]):
            asked[f"dashboard/{name}{suffix}"] = _chart_sql(dataset, params, conditions)
            if conditions:
                asked[f"dashboard/{name}{suffix}, no filter"] = _chart_sql(dataset, params, [])
    return asked


def _assets(kind: str) -> dict[str, dict]:
    return {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted((ASSETS / kind).rglob("*.yaml"))
    }


def _parts(params: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A mixed chart asks twice: its second query has the parameters that end in _b."""
    yield "", params
    second = {key[:-2]: value for key, value in params.items() if key.endswith("_b")}
    if second:
        yield " b", params | second


def _chart_sql(dataset: str, params: dict[str, Any], conditions: list[str]) -> str:
    """A chart's query, as Superset writes it.

    Raises:
        KeyError: The chart is of a kind that has other parameters.
    """
    columns = [*_sql(params, "x_axis"), *params.get("groupby", [])]
    metrics = params.get("metrics") or [params[key] for key in ("metric",) if key in params]
    order = []
    if params.get("query_mode") == "raw":
        columns = params["all_columns"]
        for column, ascending in map(json.loads, params.get("order_by_cols", [])):
            order.append(column if ascending else f"{column} desc")
    elif columns:
        order = [f"{metrics[0]['sqlExpression']} desc"]
    said = [f"{metric['sqlExpression']} as {_name(metric['label'])}" for metric in metrics]
    where = [
        f"({each['sqlExpression']})"
        for each in params.get("adhoc_filters", [])
        if each["clause"] == "WHERE"
    ]
    words = f"select {', '.join([*columns, *said])} from ({dataset}) as dataset"
    if where or conditions:
        words += f" where {' and '.join([*where, *conditions])}"
    if columns and metrics:
        words += f" group by {', '.join(columns)}"
    if order:
        words += f" order by {', '.join(order)}"
    return f"{words} limit {params.get('row_limit', 50000)}"


def _sql(params: dict[str, Any], key: str) -> list[str]:
    return [params[key]] if key in params else []


def _name(label: str) -> str:
    return '"' + label.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def measure(warehouse: Path, times: int, threads: int = 2) -> dict[str, Any]:
    """Ask every query of a warehouse, opened for reading only.

    Args:
        warehouse: The DuckDB file.
        times: How often each is asked after the first time, which is told apart.
        threads: Of DuckDB.

    Returns:
        Milliseconds, to the last row fetched: of each query the first time (with opening the file,
        which Superset does for each), p50 and p95; p50 and p95 of all that were asked.
    """
    rows: list[dict[str, Any]] = []
    every: list[float] = []
    for name, sql in {**documented(), **dashboard()}.items():
        # A connection of its own, so the first time reads the file as after a publish.
        config = {"threads": threads}
        start = time.perf_counter()
        with duckdb.connect(warehouse, read_only=True, config=config) as con:
            opened = (time.perf_counter() - start) * 1000
            first, count = _timed(con, sql)
            taken = []
            while len(taken) < times and (len(taken) < 5 or sum(taken) < LIMIT * 1000):
                taken.append(_timed(con, sql)[0])
        every += taken
        rows.append({"query": name, "rows": count, "first": opened + first} | percentiles(taken))
    with duckdb.connect(warehouse, read_only=True) as con:
        (articles,) = con.sql("select count(*) from raw.articles").fetchone()
        (figures,) = con.sql("select count(*) from marts.fct_figures").fetchone()
    rows.sort(key=lambda row: -row["p95"])
    return {
        "articles": articles,
        "figures": figures,
        "threads": threads,
        "times": times,
        **percentiles(every),
        "first_p95": percentiles([row["first"] for row in rows])["p95"],
        "first_max": max(row["first"] for row in rows),
        "queries": rows,
    }


def _timed(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[float, int]:
    """Milliseconds, and how many rows there were."""
    start = time.perf_counter()
    rows = con.execute(sql).fetchall()
    return (time.perf_counter() - start) * 1000, len(rows)


def percentiles(values: list[float]) -> dict[str, float]:
    """p50 and p95 of some values."""
    if len(values) == 1:
        return {"p50": values[0], "p95": values[0]}
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return {"p50": statistics.median(values), "p95": cuts[-1]}
