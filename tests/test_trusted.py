"""Trust in the marts: what is sure, what cannot be, and what follows for what is believed."""

import duckdb
import pytest

from ingest.confidence import weights

HEADLINES = [
    "fct_company_financials",
    "fct_segment_performance",
    "fct_user_metrics",
    "fct_live_commerce_industry",
]


@pytest.fixture(scope="module")
def marts(warehouse):
    with duckdb.connect(str(warehouse), read_only=True) as con:
        yield con


def one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return con.sql(query).fetchall()[0][0]


def test_a_figure_is_sure_from_the_learned_bound_on(marts):
    bound = weights()["sure"]["threshold"]
    told = marts.sql(
        "select trust, min(confidence), max(confidence), count(*) from marts.fct_figures"
        " where trust in ('sure', 'unsure') group by all"
    ).fetchall()
    lowest = {trust: float(low) for trust, low, _, _ in told}
    highest = {trust: float(high) for trust, _, high, _ in told}
    assert lowest.get("sure", bound) >= bound > highest["unsure"]


def test_what_cannot_be_has_a_reason_and_is_never_believed(marts):
    assert one(marts, "select count(*) from marts.fct_figures where trust = 'implausible'")
    assert not one(
        marts,
        "select count(*) from marts.fct_figures"
        " where (trust = 'implausible') != (implausible_because is not null)",
    )
    for table in ("fct_best_figures", "fct_figure_history"):
        assert not one(
            marts,
            f"select count(*) from marts.{table} inner join marts.fct_figures as figures"
            f" using (figure_id) where {table}.trust != figures.trust"
            " or figures.trust = 'implausible'",
        )


def test_only_sure_figures_contradict(marts):
    found = marts.sql(
        """
        select verdict, bool_and(figures.trust = 'sure') as all_sure, count(*)
        from (
            select check_key, verdict, unnest(figure_ids) as figure_id
            from marts.fct_figure_checks
            where verdict in ('contradicts', 'unproved')
        )
        inner join marts.fct_figures as figures using (figure_id)
        group by check_key, verdict
        """
    ).fetchall()
    assert found
    assert all(all_sure == (verdict == "contradicts") for verdict, all_sure, _ in found)


@pytest.mark.parametrize("table", HEADLINES)
def test_a_row_is_sure_where_all_of_its_figures_are(marts, table: str):
    assert not one(
        marts,
        f"""
        select count(*) from (
            select any_value(facts.trust) as trust, bool_and(figures.trust = 'sure') as all_sure
            from (
                select row_number() over () as row_nr, trust, unnest(figure_ids) as figure_id
                from marts.{table}
            ) as facts
            inner join marts.fct_figures as figures using (figure_id)
            group by row_nr
        ) where (trust = 'sure') != all_sure
        """,
    )


def test_status_says_how_much_is_sure_and_what_to_look_at(ingest, warehouse, marts):
    status = ingest("status", "--warehouse", warehouse).stdout
    for heading in ("How sure, by company", "How sure, by article", "What to look at first"):
        assert heading in status
    sure = one(marts, "select count(*) from marts.fct_figures where trust = 'sure'")
    assert f"{sure:,} of " in status
    # What cannot be comes first.
    why = marts.sql("select distinct implausible_because from marts.fct_figures").fetchall()
    first_row = status.split("What to look at first")[1].splitlines()[3]
    assert any(rule and rule[:12] in first_row for (rule,) in why)
