"""The figures of a warehouse for a person to look at, what matters most first."""

from pathlib import Path

import duckdb
import polars as pl

from ingest import Trouble
from ingest.review.decisions import REVIEWS, SLOTS, plain, read_reviews
from ingest.review.settle import ORIGIN, anchored, nth_of_number, slots_read

_HEADLINES = [
    "fct_company_financials",
    "fct_segment_performance",
    "fct_user_metrics",
    "fct_live_commerce_industry",
]

_IDS = "select unnest(figure_ids) as figure_id from marts.{}"

_FIGURES = f"""
    with headlines as (
        {" union all ".join(_IDS.format(name) for name in _HEADLINES)}
    )
    select
        figures.*,
        articles.title,
        articles.source_path,
        case
            when figures.figure_id in (select figure_id from headlines) then 4
            when figures.figure_id in (select figure_id from marts.fct_best_figures) then 2
            else 1
        end as consequence
    from raw.figures
    inner join marts.dim_article as articles using (article_id)
    left join raw.replaced_figures as replaced using (figure_id)
    where
        figures.origin != '{ORIGIN}'
        and articles.is_current
        and coalesce(replaced.replaced_by, '{ORIGIN}') = '{ORIGIN}'
"""

SHOWN = ["title", "source_path", "sentence", "confidence"]
"""What a list has beside the columns of decisions, for the reader; it is not read back."""


def to_review(con: duckdb.DuckDBPyConnection, decisions: pl.DataFrame) -> pl.DataFrame:
    """Every figure of the current articles, with what is decided on it.

    Args:
        con: The warehouse, open for reading.
        decisions: As `decisions.read_reviews` gives them.

    Returns:
        One row a figure: figure_id, the columns of `REVIEWS` (verdict, who and when are null where
        nothing is decided; the slots are those of the decision, else what was read), those of
        `SHOWN`, sentence_start, company_id, consequence (1, 2 for a figure that is believed, 4 for
        one that a headline mart shows), and the reading as read_subject, read_value, ….
        The order is that of the harm that a wrong figure does: consequence × (1 - confidence).
    """
    figures = con.sql(_FIGURES).pl()
    query = "select article_id, text, false as is_changed from raw.articles"
    query += " where article_id in (select unnest($1))"
    articles = con.execute(query, [decisions["article_id"].unique().to_list()]).pl()
    decided = (
        anchored(decisions, articles, figures)
        .filter(pl.col("read_figure_id").is_not_null())
        .unique("read_figure_id", keep="last", maintain_order=True)
        .select(
            "verdict",
            "who",
            "when",
            pl.col(SLOTS).name.prefix("said_"),
            figure_id="read_figure_id",
        )
    )
    said = pl.col("said_kind").is_not_null()
    return (
        figures.with_columns(
            nth=nth_of_number().cast(pl.Int64),
            **{f"read_{slot}": read for slot, read in slots_read().items()},
        )
        .join(decided, on="figure_id", how="left", maintain_order="left")
        .with_columns(
            pl.when(said).then(f"said_{name}").otherwise(f"read_{name}").alias(name)
            for name in SLOTS
        )
        .with_columns(harm=pl.col("consequence") * (1 - pl.col("confidence")))
        .sort("harm", "figure_id", descending=[True, False])
        .select(
            "figure_id",
            *REVIEWS,
            *SHOWN,
            "sentence_start",
            "company_id",
            "consequence",
            *(f"read_{name}" for name in SLOTS),
        )
    )


def write_list(warehouse: Path, file: Path, target: Path) -> int:
    """Write the figures of a warehouse as CSV, for verdicts to be filled in; how many there are.

    Args:
        warehouse: The DuckDB file.
        file: The decisions there are.
        target: The file to write.
    """
    with duckdb.connect(warehouse, read_only=True) as con:
        figures = to_review(con, read_reviews(file))
    lines = figures.select(*REVIEWS, *SHOWN).with_columns(value=plain("value"))
    try:
        lines.write_csv(target)
    except OSError as error:
        raise Trouble(target, "file", f"cannot be written ({error})", "Mend it.") from error
    return figures.height
