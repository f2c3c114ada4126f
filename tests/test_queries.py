"""Each query of the library runs on the warehouse and answers its question."""

from pathlib import Path

import duckdb
import pytest

QUERIES = sorted((Path(__file__).resolve().parent.parent / "warehouse" / "queries").glob("*.sql"))


@pytest.mark.parametrize("query", QUERIES, ids=lambda path: path.stem)
def test_a_query_says_what_it_answers_and_does(query, warehouse):
    sql = query.read_text(encoding="utf-8")
    assert sql.startswith("-- Question: ")
    assert "\n-- Reading: " in sql
    header = " ".join(line.strip("- ") for line in sql.splitlines() if line.startswith("--"))
    with duckdb.connect(warehouse, read_only=True) as con:
        answer = con.execute(sql)
        rows = answer.fetchall()
        columns = [column[0] for column in answer.description]
    assert len(columns) == len(set(columns))
    if "may be empty" not in header.lower():
        assert rows


def test_there_are_queries_to_learn_from():
    assert len(QUERIES) >= 12


def test_a_number_leads_to_the_words_of_its_article(warehouse):
    query = next(path for path in QUERIES if path.stem == "from_a_number_to_its_sentence")
    with duckdb.connect(warehouse, read_only=True) as con:
        found = con.sql(query.read_text(encoding="utf-8"))
        words = found.project("quote, in_the_article, sentence").fetchall()
    for quote, in_the_article, sentence in words:
        assert quote == in_the_article
        assert quote.strip() in sentence
