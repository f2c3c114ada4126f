"""The vocabulary, each name by its row."""

from functools import cache
from typing import NamedTuple

import polars as pl

from ingest.vocabulary import (
    adjusted_metrics,
    agencies,
    cue,
    listings,
    metric_terms,
    metrics,
    subject_terms,
    units,
)
from ingest.words import Words


class Lexicon(NamedTuple):
    """The vocabulary as frames.

    terms: alias, role, id, name, company_id, is_short, a metric's traits and adjusted_id.
    words: the names that are looked for, longest first (match), and the row each stands for.
    taiwan: the same for names of two characters that count in traditional script only.
    shared: match, code and row (coded_nr) of the names that several listed companies have.
    coded: code (a number), alias and row (term_nr) of the names of listings.
    industries: bare and industry_nr: industries by their names without 行业, 市场 and the like.
    goods: goods, default_industry and is_of_industry: the same, for each industry.
    market: the same for 市场规模 and the like: 中国AI云市场规模 holds both 中国AI云市场 and it.
    metrics: the same for every metric.
    owned: match and default_company: what a name means in an article about that company.
    """

    terms: pl.DataFrame
    words: Words
    taiwan: Words
    shared: pl.DataFrame
    coded: pl.DataFrame
    industries: pl.DataFrame
    goods: pl.DataFrame
    market: Words
    metrics: pl.DataFrame
    owned: pl.DataFrame


@cache
def lexicon() -> Lexicon:
    """The vocabulary of the dictionaries, read once: `lexicon().terms[term_nr, "id"]`."""
    terms = (
        pl.concat([subject_terms(), metric_terms(), agencies()], how="diagonal")
        .join(_metric_traits(), on=["id", "role"], how="left", maintain_order="left")
        .with_row_index("term_nr")
    )
    match = pl.col("alias").alias("match")
    is_metric = pl.col("role") == "metric"
    length = pl.col("alias").str.len_chars()
    words = terms.unique("alias", keep="first", maintain_order=True).sort(
        length, descending=True, maintain_order=True
    )
    is_taiwan = pl.col("context").eq_missing("taiwan")
    owned = terms.filter(~is_metric, pl.col("company_id").is_not_null()).unique(
        ["alias", "company_id"], keep="first", maintain_order=True
    )
    industries = (
        terms.filter(pl.col("role") == "industry")
        .select(
            "id", industry_nr="term_nr", bare=pl.col("alias").str.replace(cue("industry_end"), "")
        )
        .filter(pl.col("bare").str.len_chars() > 1)
    )
    return Lexicon(
        terms,
        Words.of(words.filter(~is_taiwan).select(match, "term_nr")),
        Words.of(words.filter(is_taiwan).select(match, "term_nr")),
        terms.filter(pl.col("role") == "company", pl.col("id").n_unique().over("alias", "role") > 1)
        .join(listings().select("code", id="company_id"), on="id")
        .select(match, "code", coded_nr="term_nr"),
        terms.filter(pl.col("role") == "company")
        .join(listings().select("code", "name", id="company_id"), on="id")
        .filter(pl.col("code").str.contains("^[0-9]+$"), pl.col("alias") == pl.col("name"))
        .select(pl.col("code").cast(pl.Int64), "alias", "term_nr"),
        industries.unique("bare", keep="first", maintain_order=True).drop("id"),
        industries.select(
            goods="bare", default_industry="id", is_of_industry=pl.lit(True)
        ).unique(),
        Words.of(
            terms.filter(
                is_metric & pl.col("alias").str.contains("^(?:市场|行业|产业|业务量)")
            ).select(match, "term_nr")
        ),
        terms.filter(is_metric).select(match, "term_nr"),
        owned.select(match, pl.col("company_id").alias("default_company"), own_nr="term_nr"),
    )


METRIC_TRAITS = [
    "id", "metric_unit", "metric_dimension", "value_kind", "subject_level", "can_be_negative",
    "is_burden", "home_subject_id", "adjusted_id",
]  # fmt: skip


def _metric_traits() -> pl.DataFrame:
    """What the resolution needs to know of a metric, keyed by its id."""
    return (
        metrics()
        .join(units().unique("unit_id").select("unit_id", "dimension"), on="unit_id", how="left")
        .join(adjusted_metrics().rename({"id": "metric_id"}), on="metric_id", how="left")
        .select(
            id="metric_id",
            role=pl.lit("metric"),
            metric_unit="unit_id",
            metric_dimension=pl.col("dimension").fill_null("count"),
            value_kind="value_kind",
            subject_level="subject_level",
            can_be_negative=pl.col("can_be_negative") == "true",
            # A cost and the like, which is better the lower it is.
            is_burden=pl.col("better_is") == "down",
            home_subject_id="home_subject_id",
            adjusted_id="adjusted_id",
        )
    )
