import json
import subprocess
import sys

import duckdb
import pytest

from ingest.catalog import read_marts
from ingest.load import MODELS


@pytest.fixture(scope="module")
def marts(warehouse):
    with duckdb.connect(warehouse, read_only=True) as con:
        return {mart.name: mart for mart in read_marts(con)}


def test_every_mart_is_described_and_has_a_key(marts):
    assert "fct_figures" in marts
    for mart in marts.values():
        assert mart.description, mart.name
        assert mart.keys, mart.name
        assert [column.name for column in mart.columns if not column.description] == []


def test_what_the_yaml_says_is_what_dbt_understands(marts, tmp_path):
    """The YAML is read without dbt, since it takes seconds; here dbt reads it as well."""
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--quiet", "parse"]
    command += ["--project-dir", MODELS, "--profiles-dir", MODELS]
    command += ["--target-path", tmp_path, "--log-path", tmp_path]
    subprocess.run(command, check=True, capture_output=True)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    nodes = manifest["nodes"]
    models = {
        node["name"]: node
        for node in nodes.values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    }
    tests = [node for node in nodes.values() if node["resource_type"] == "test"]
    assert set(models) == set(marts)
    for name, model in models.items():
        assert marts[name].description == " ".join(model["description"].split())
        for column in marts[name].columns:
            described = model["columns"][column.name]["description"]
            assert column.description == " ".join(described.split()), (name, column.name)

        def tested(kind: str, name: str = name) -> list[dict]:
            return [
                test
                for test in tests
                if (test.get("attached_node") or "").endswith(f".{name}")
                and test["test_metadata"]["name"] == kind
            ]

        required = {test["column_name"] for test in tested("not_null")} | {
            column
            for column, said in model["columns"].items()
            if any(rule["type"] == "not_null" for rule in said["constraints"])
        }
        unique = {test["column_name"] for test in tested("unique")}
        references = {
            (
                test["column_name"],
                test["test_metadata"]["kwargs"]["to"].split("'")[1],
                test["test_metadata"]["kwargs"]["field"],
            )
            for test in tested("relationships")
        }
        assert {column.name for column in marts[name].columns if column.required} == required
        assert set(marts[name].keys) == required & unique
        assert set(marts[name].references) == references
