"""Whose word counts for each number: a person's, then a file's from outside, then the rules'.

The rules' figures stay in `raw.figures`; which of them another row has replaced is worked out again
in each run, from what stands there. So a decision holds whatever the rules find today.
"""

from typing import NamedTuple

import polars as pl

from ingest.figures import FIGURES, REASONS, REJECTED_FIGURES, conform, with_sentences
from ingest.numbers import VALUE
from ingest.vocabulary import metric_terms, subject_terms

ORIGIN = "review"
"""The origin of a figure that a person settled."""

REPLACED = pl.Schema(
    {"figure_id": pl.String(), "article_id": pl.String(), "replaced_by": pl.String()}
)
"""`raw.replaced_figures`: figures that another row states better, and that row's origin."""

LAPSED = {
    "another_text": "the article's text has changed since",
    "quote_not_at_span": "the article's text at this span is not the quote",
    "nothing_read": "it accepts what the rules read there, and they read nothing",
}
"""Why a decision does not apply: code → the reason in words."""


class Settled(NamedTuple):
    """What came of decisions and files: figures, rejected, replaced, and lapsed (row, reason)."""

    figures: pl.DataFrame
    rejected: pl.DataFrame
    replaced: pl.DataFrame
    lapsed: pl.DataFrame


def settle_numbers(
    decisions: pl.DataFrame, articles: pl.DataFrame, figures: pl.DataFrame
) -> Settled:
    """Decisions and the figures that are there → the figures of persons, and which give way.

    Args:
        decisions: As `decisions.read_reviews` gives them.
        articles: article_id, text, blocks, is_changed (its file holds another text now). Decisions
            on others are passed over, since one file may serve several warehouses.
        figures: Those of these articles in the schema `FIGURES`, but for origin `review`.

    Returns:
        Figures and rejected figures of origin `review`, without run_id; the figures that rows of
        another origin replace (schema `REPLACED`); and the decisions that do not apply: row,
        article_id, quote, reason.
    """
    if articles.is_empty():
        # The vocabulary is not read for nothing.
        return Settled(*(pl.DataFrame(schema=schema) for schema in _NOTHING))
    outside = _told_outside(figures)
    seen = figures.join(outside, on="figure_id", how="anti", maintain_order="left")
    judged = anchored(decisions, articles, seen).with_columns(
        reason=pl.when("is_changed")
        .then(pl.lit("another_text"))
        .when(pl.col("text").str.slice("char_start", _length()) != pl.col("quote"))
        .then(pl.lit("quote_not_at_span"))
        .when(_as_read() & _unread())
        .then(pl.lit("nothing_read"))
    )
    good = judged.filter(pl.col("reason").is_null()).pipe(_with_sentence, articles)
    replaced = good.filter(~_unread()).select(
        "article_id", figure_id="read_figure_id", replaced_by=pl.lit(ORIGIN)
    )
    return Settled(
        _figures(good.filter(pl.col("verdict") != "reject")),
        _rejected(good.filter(pl.col("verdict") == "reject")),
        pl.concat([outside, replaced.select(outside.columns)]),
        judged.filter(pl.col("reason").is_not_null()).select(
            "row", "article_id", "quote", "reason"
        ),
    )


def _without_run(schema: pl.Schema) -> pl.Schema:
    return pl.Schema({name: kind for name, kind in schema.items() if name != "run_id"})


_NOTHING = [
    _without_run(FIGURES),
    _without_run(REJECTED_FIGURES),
    REPLACED,
    pl.Schema({"row": pl.UInt32, **dict.fromkeys(["article_id", "quote", "reason"], pl.String)}),
]


def _length() -> pl.Expr:
    return pl.col("char_end") - pl.col("char_start")


def _unread() -> pl.Expr:
    """No figure stands at the decision's number."""
    return pl.col("read_figure_id").is_null()


def _as_read() -> pl.Expr:
    """The decision says no slot: it accepts what was read, whatever that is."""
    return (pl.col("verdict") == "accept") & pl.col("kind").is_null()


def slots_read(prefix: str = "") -> dict[str, pl.Expr]:
    """Slot of a decision → what a figure (schema `FIGURES`, columns so prefixed) says in it."""
    columns = {
        "subject": ("subject_id", "subject_name"),
        "company": ("company_id",),
        "metric": ("metric_id", "metric_label"),
        "kind": ("kind",),
        "comparison": ("comparison",),
        "value": ("value",),
        "unit": ("unit_id",),
        "qualifier": ("qualifier",),
        "period": ("period_id",),
    }
    return {
        slot: pl.coalesce(f"{prefix}{name}" for name in names) for slot, names in columns.items()
    }


def nth_of_number() -> pl.Expr:
    """Which of its number's figures each is, 0 for the first."""
    return pl.col("figure_id").rank("ordinal").over("article_id", "number_start") - 1


def _told_outside(figures: pl.DataFrame) -> pl.DataFrame:
    """The rules' figures at numbers of which a file from outside states one, in schema `REPLACED`.

    Where a number states two figures, the one of the same subject gives way.
    """
    named = figures.select(
        "figure_id", "article_id", "number_start", "number_end", "origin",
        subject=slots_read()["subject"],
        of_number=pl.len().over("article_id", "number_start", "origin"),
    )  # fmt: skip
    rules = pl.col("origin") == "rules"
    return (
        named.filter(rules)
        .join(named.filter(~rules), on="article_id", suffix="_there")
        .filter(
            pl.col("number_start") < pl.col("number_end_there"),
            pl.col("number_end") > pl.col("number_start_there"),
            (pl.col("of_number") == 1) | pl.col("subject").eq_missing(pl.col("subject_there")),
        )
        .unique("figure_id", keep="first", maintain_order=True)
        .select("figure_id", "article_id", replaced_by="origin_there")
    )


def anchored(
    decisions: pl.DataFrame, articles: pl.DataFrame, figures: pl.DataFrame
) -> pl.DataFrame:
    """Decisions on these articles, with what was read at each one's number as columns `read_…`.

    They are null where nothing is read there. at, until: the span in which the number is.
    """
    ranked = figures.with_columns(nth=nth_of_number())
    known = decisions.join(
        articles.select("article_id", "text", "is_changed"), on="article_id", maintain_order="left"
    ).with_columns(
        at=pl.coalesce("number_start", "char_start"), until=pl.coalesce("number_end", "char_end")
    )
    found = (
        known.select("row", "article_id", "nth", "at", "until")
        .join(
            ranked.rename(lambda name: f"read_{name}"),
            left_on="article_id",
            right_on="read_article_id",
        )
        .filter(
            pl.col("read_number_start") < pl.col("until"),
            pl.col("read_number_end") > pl.col("at"),
            pl.col("read_nth") == pl.col("nth"),
        )
        # Of several numbers in a quote it is about the last one: what stands before is said of it.
        .sort("row", "read_number_start")
        .unique("row", keep="last", maintain_order=True)
        .drop("article_id", "nth", "at", "until", "read_nth")
    )
    return known.join(found, on="row", how="left", maintain_order="left")


def _with_sentence(good: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Add the sentence: the one that was read, or the one around the quote."""
    names = ["sentence", "sentence_start", "sentence_end"]
    return with_sentences(good, articles.drop("is_changed")).with_columns(
        pl.coalesce(f"read_{name}", name).alias(name) for name in names
    )


def _figures(settled: pl.DataFrame) -> pl.DataFrame:
    """Accepted and mended decisions as figures, in the schema `FIGURES` (without run_id)."""
    return (
        settled.pipe(_with_slots)
        .pipe(_with_subject)
        .pipe(_with_metric)
        .pipe(_with_bounds)
        .with_columns(
            figure_id=_key(),
            number_start=pl.coalesce("read_number_start", "at"),
            number_end=pl.coalesce("read_number_end", "until"),
            unit_id="unit",
            period_id="period",
            period_basis=pl.when(pl.col("period").eq_missing(pl.col("read_period_id")))
            .then("read_period_basis")
            .when(pl.col("period").is_not_null())
            .then(pl.lit("stated")),
            rule_id=pl.coalesce("read_rule_id", pl.lit(ORIGIN)),
            origin=pl.lit(ORIGIN),
        )
        .with_columns(pl.col(f"read_{name}").alias(name) for name in _AS_READ)
        .with_columns(pl.lit(1.0).alias(name) for name in FIGURES if name.endswith("confidence"))
        .pipe(conform, FIGURES)
    )


_AS_READ = ["attributed_to", "row_head", "column_head", "page"]


def _key() -> pl.Expr:
    return pl.concat_str(
        pl.col("article_id").str.slice(0, 16),
        pl.coalesce("read_number_start", "at").cast(pl.String).str.zfill(6),
        "nth",
        pl.lit(ORIGIN),
        separator="-",
    )


def _with_slots(settled: pl.DataFrame) -> pl.DataFrame:
    """The slots that the decision says, or where it says none what was read."""
    as_read = _as_read()
    return settled.with_columns(
        pl.when(as_read).then(slot).otherwise(name).alias(name)
        for name, slot in slots_read("read_").items()
    ).with_columns(pl.col("qualifier").fill_null("eq"))


def _named(terms: pl.DataFrame) -> pl.DataFrame:
    """Ids, and the names that mean one thing only: one row each, with what it means."""
    ids = terms.unique("id", keep="first", maintain_order=True).with_columns(said=pl.col("id"))
    names = terms.filter(pl.col("id").n_unique().over("alias") == 1).with_columns(
        said=pl.col("alias")
    )
    return pl.concat([ids, names]).unique("said", keep="first", maintain_order=True)


def _with_subject(settled: pl.DataFrame) -> pl.DataFrame:
    """Add subject_id, subject_name, subject_type and company_id."""
    terms = _named(subject_terms().filter(pl.col("role") != "self")).select(
        "said", known_id="id", known_name="name", known_type="role", known_company="company_id"
    )
    same = pl.col("subject").eq_missing(slots_read("read_")["subject"])
    joined = settled.with_columns(said=pl.col("subject").str.to_lowercase()).join(
        terms, on="said", how="left", maintain_order="left"
    )
    kind = pl.coalesce("known_type", pl.lit("unknown"))
    company = pl.coalesce("company", "known_company", "read_company_id")
    return joined.with_columns(
        subject_id=pl.when(same).then("read_subject_id").otherwise("known_id"),
        subject_name=pl.when(same)
        .then("read_subject_name")
        .otherwise(pl.coalesce("known_name", "subject")),
        subject_type=pl.when(same).then("read_subject_type").otherwise(kind),
    ).with_columns(company_id=pl.when(pl.col("subject_type") != "industry").then(company))


def _with_metric(settled: pl.DataFrame) -> pl.DataFrame:
    """Add metric_id and metric_label."""
    terms = _named(metric_terms()).select("said", known_metric="id", known_label="name")
    same = pl.col("metric").eq_missing(slots_read("read_")["metric"])
    joined = settled.with_columns(said=pl.col("metric").str.to_lowercase()).drop(
        "known_name"
    ).join(terms, on="said", how="left", maintain_order="left")  # fmt: skip
    return joined.with_columns(
        metric_id=pl.when(same).then("read_metric_id").otherwise("known_metric"),
        metric_label=pl.when(same)
        .then("read_metric_label")
        .otherwise(pl.coalesce("known_label", "metric")),
    )


def _with_bounds(settled: pl.DataFrame) -> pl.DataFrame:
    """Add value_low and value_high: as read, in the scale of the value; else what the words allow.

    A number that was read in 万 and is one in 亿 keeps its digits, and so how closely they say it.
    """
    ratio = pl.col("value").cast(pl.Float64) / pl.col("read_value").cast(pl.Float64)
    power = ratio.abs().log10().round()
    scaled = (ratio.abs() / pl.lit(10.0).pow(power) - 1).abs() < 1e-12
    same = (scaled & (pl.col("qualifier") == pl.col("read_qualifier"))).fill_null(False)
    factor = pl.lit(10.0).pow(power) * ratio.sign()

    def bound(read: str) -> pl.Expr:
        exact = pl.when(ratio == 1).then(pl.col(read))
        moved = (pl.col(read).cast(pl.Float64) * factor).round_sig_figs(15)
        return exact.otherwise(moved.cast(VALUE, strict=False))

    low, high = bound("read_value_low"), bound("read_value_high")
    turned = ratio < 0
    # Less than nothing, more is lower: a loss of over 5亿.
    upward = pl.col("qualifier") == pl.when(pl.col("value") < 0).then(pl.lit("lt")).otherwise(
        pl.lit("gt")
    )
    exact = pl.col("qualifier") == "eq"
    one_sided = pl.col("qualifier").is_in(["gt", "lt"])
    floor = exact | (pl.col("qualifier") == "range") | (one_sided & upward)
    return settled.with_columns(
        value_low=pl.when(same & turned).then(high).when(same).then(low).when(floor).then("value"),
        value_high=pl.when(same & turned)
        .then(low)
        .when(same)
        .then(high)
        .when(exact | (one_sided & ~upward))
        .then("value"),
    )


def _rejected(settled: pl.DataFrame) -> pl.DataFrame:
    """Rejected decisions, in the schema `REJECTED_FIGURES` (without run_id)."""
    return settled.with_columns(
        rejected_id=_key(),
        reason=pl.lit("reviewed"),
        detail=pl.lit(REASONS["reviewed"]),
        origin=pl.lit(ORIGIN),
    ).pipe(conform, REJECTED_FIGURES)
