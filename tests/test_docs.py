"""dbt's documentation: whole, and what is made from it is what docs/schema.md shows."""

import json

import pytest

from ingest.docs import SCHEMA, er_diagram, with_diagram, write_site


@pytest.fixture(scope="module")
def site(warehouse, tmp_path_factory):
    """The page, the manifest and the catalog (what the warehouse has) of the test articles."""
    target = tmp_path_factory.mktemp("docs")
    page, manifest = write_site(warehouse, target)
    return page, manifest, json.loads((target / "catalog.json").read_text(encoding="utf-8"))


def tables(manifest):
    """Models, seeds and sources by id."""
    nodes = manifest["nodes"] | manifest["sources"]
    kinds = {"model", "seed", "source"}
    return {name: node for name, node in nodes.items() if node["resource_type"] in kinds}


def test_every_table_and_column_is_described(site):
    _, manifest, catalog = site
    bare = [name for name, node in tables(manifest).items() if not node["description"].strip()]
    for name, held in (catalog["nodes"] | catalog["sources"]).items():
        about = {key.lower(): value for key, value in tables(manifest)[name]["columns"].items()}
        columns = {column.lower() for column in held["columns"]}
        # Working tables are in no file that is read: what columns.md says of a column holds there.
        working = tables(manifest)[name]["database"] == "working"
        unlike = about.keys() - columns if working else columns ^ about.keys()
        bare += [f"{name}.{column}" for column in unlike]
        bare += [
            f"{name}.{key}" for key, value in about.items() if not value["description"].strip()
        ]
    assert bare == []
    assert catalog["nodes"].keys() | catalog["sources"].keys() == tables(manifest).keys()


def test_lineage_leads_from_every_source_to_the_dashboard(site):
    _, manifest, _ = site
    (exposure,) = manifest["exposures"].values()
    reached, waiting = set(), [exposure["unique_id"]]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += manifest["parent_map"].get(name, [])
    used = {"source.figurehouse.raw.articles", "source.figurehouse.raw.figures"}
    assert used <= reached
    assert any(name.startswith("seed.") for name in reached)


def test_site_is_one_file(site):
    page, manifest, _ = site
    text = page.read_text(encoding="utf-8")
    assert "fct_figures" in text
    assert manifest["metadata"]["invocation_id"] in text


def test_schema_page_shows_the_relationships_that_are_tested(site):
    _, manifest, _ = site
    page = SCHEMA.read_text(encoding="utf-8")
    cure = "make docs writes it again"
    assert with_diagram(page, er_diagram(manifest)) == page, cure


def test_diagram_holds_every_key(site):
    _, manifest, _ = site
    diagram = er_diagram(manifest)
    assert "dim_subject ||--o{ fct_figures : subject_key" in diagram
    assert "dim_subject |o--o{ dim_subject : parent_subject_key" in diagram
    assert "varchar figure_id PK\n" in diagram
