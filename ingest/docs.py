"""`make docs`: dbt's documentation as one file, and the ER diagram of docs/schema.md.

Run as `python -m ingest.docs`; the warehouse (variable WAREHOUSE) is read, never written to.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from ingest import Trouble
from ingest.load import MODELS

SCHEMA = MODELS.parent / "docs" / "schema.md"
BEGIN, END = "<!-- ER diagram: made by `make docs` -->\n", "<!-- end of the ER diagram -->\n"

FEW = 4
"""Columns of a table that the diagram shows beside its keys."""

_BESIDE = re.compile(r"_(ids?|key|low|high|en|qoq|basis)$|_(implied|change)_")

Manifest = dict[str, Any]


def dbt(command: list[str], warehouse: Path, target: Path) -> Manifest:
    """Run dbt without a build.

    Args:
        command: The subcommand and its options.
        warehouse: The DuckDB file, which dbt opens for writing; working tables go beside it.
        target: The folder for what dbt makes.

    Returns:
        The manifest: what dbt knows of the project.

    Raises:
        Trouble: dbt failed.
    """
    words = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", *command]
    words += ["--project-dir", str(MODELS), "--profiles-dir", str(MODELS), "--no-use-colors"]
    words += ["--target-path", str(target.absolute()), "--log-path", str(target.absolute())]
    environment = os.environ | {
        "FIGUREHOUSE_WAREHOUSE": str(warehouse.absolute()),
        "FIGUREHOUSE_WORKING": str(warehouse.absolute().with_name("working.duckdb")),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }
    done = subprocess.run(words, env=environment, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        said = " ".join(done.stdout.split()[-60:])
        raise Trouble(MODELS, f"dbt {command[0]}", said, f"Its log: {target / 'dbt.log'}")
    manifest: Manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def write_site(warehouse: Path, target: Path) -> tuple[Path, Manifest]:
    """Make dbt's documentation, catalog included.

    Returns:
        The page, which needs no server, and the manifest.

    Raises:
        Trouble: There is no warehouse, or dbt failed.
    """
    if not warehouse.exists():
        raise Trouble(warehouse, "path", "does not exist", "Build it: make run.")
    with tempfile.TemporaryDirectory() as folder:
        # dbt opens its database for writing; those who read the published one are not disturbed.
        copy = Path(shutil.copyfile(warehouse, Path(folder) / "figurehouse.duckdb"))
        # A build's working tables are gone with it; for their columns they may be empty.
        dbt(["run", "--empty", "--select", "config.database:working"], copy, target)
        manifest = dbt(["docs", "generate", "--static"], copy, target)
    return target / "static_index.html", manifest


def er_diagram(manifest: Manifest) -> str:
    """The star with its keys as a Mermaid ER diagram, from dbt's models and their tests.

    A line is a `relationships` test. It begins at one, or at none or one where the column may be
    null, and ends at many, or at none or one where the column is unique.
    """
    marts = {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["schema"] == "marts"
        and not node["name"].startswith("obt_")
    }
    tested: dict[tuple[str, str], set[str]] = {
        (name, column): {rule["type"] for rule in about.get("constraints", [])}
        for name, node in marts.items()
        for column, about in node["columns"].items()
    }
    lines: dict[tuple[str, str, str], str] = {}
    for node in manifest["nodes"].values():
        test, model = node.get("test_metadata"), (node.get("attached_node") or "").split(".")[-1]
        if not test or model not in marts or not node["column_name"]:
            continue
        tested.setdefault((model, node["column_name"]), set()).add(test["name"])
        if test["name"] == "relationships":
            to = re.sub(r".*'(\w+)'.*", r"\1", test["kwargs"]["to"])
            lines[to, model, node["column_name"]] = test["kwargs"]["field"]
    rows = ["erDiagram"]
    for to, model, column in sorted(lines):
        tests = tested[model, column]
        one = "||" if "not_null" in tests else "|o"
        many = "o|" if "unique" in tests else "o{"
        rows.append(f"    {to} {one}--{many} {model} : {column}")
    referring = {(model, column) for _, model, column in lines}
    for name in sorted(marts):
        rows.append(f"    {name} {{")
        columns = marts[name]["columns"]
        own = (c for c in columns if {"unique", "not_null"} <= tested.get((name, c), set()))
        primary = next(own, None)
        few = FEW
        for column, about in columns.items():
            keys = ["PK"] * (column == primary) + ["FK"] * ((name, column) in referring)
            # What stands beside another column says less of the table: bounds, ids beside keys.
            beside = _BESIDE.search(column)
            if keys or (not beside and few > 0):
                few -= not keys
                kind = re.sub(r"\W.*", "", about["data_type"])
                rows.append(f"        {kind} {column} {', '.join(keys)}".rstrip())
        rows.append("    }")
    return "\n".join(rows) + "\n"


def with_diagram(page: str, diagram: str) -> str:
    """The page with the diagram between its two marks."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}```mermaid\n{diagram}```\n{END}{after}"


def main() -> None:
    """Write the site and the diagram, and print where they are."""
    warehouse = Path(os.environ.get("WAREHOUSE", "warehouse/figurehouse.duckdb"))
    try:
        page, manifest = write_site(warehouse, MODELS / "target")
    except Trouble as trouble:
        print(f"error: {trouble}", file=sys.stderr)
        sys.exit(1)
    print(f"Open it in a browser: {os.path.relpath(page)}")
    text = SCHEMA.read_text(encoding="utf-8")
    new = with_diagram(text, er_diagram(manifest))
    if new != text:
        SCHEMA.write_text(new, encoding="utf-8")
        print("The ER diagram in docs/schema.md has changed.")


if __name__ == "__main__":
    main()
