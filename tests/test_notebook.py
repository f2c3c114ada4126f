"""The example notebook: its cells run in their order, and its chart shows the series it names."""

import html
import json
from pathlib import Path

import duckdb
import pytest

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "trend.ipynb"


@pytest.fixture(scope="module")
def names(warehouse):
    """What the notebook's names hold after its last cell."""
    names: dict = {"__name__": "notebook"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAREHOUSE", str(warehouse))
        for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                source = "".join(cell["source"])
                exec(compile(source, str(NOTEBOOK), "exec"), names)  # noqa: S102 - our own
    yield names
    names["warehouse"].close()


def test_the_trend_is_the_series_with_most_periods(names, warehouse):
    with duckdb.connect(warehouse, read_only=True) as con:
        query = """
            select max(n) from (
                select count(*) as n from marts.obt_values where value is not null
                group by company_name, subject_name, metric_id, period_type, unit_id
            )
        """
        [(longest,)] = con.sql(query).fetchall()
    assert len(names["trend"]) == names["series"]["periods"][0] == longest > 2
    periods = names["trend"]["period_id"].to_list()
    assert periods == sorted(set(periods))


def test_the_chart_says_each_value(names):
    svg = names["chart"]._repr_svg_()
    assert names["chosen"]["subject_name"] in svg
    for text in (*names["trend"]["value_text"], *names["trend"]["period_label_zh"]):
        assert f">{html.escape(text)}<" in svg


def test_no_output_is_kept():
    """A notebook that was run would carry an article's sentences into the repository."""
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None
