"""The figure: its schema (what `raw.*` holds), and admitting figures that were made elsewhere."""

import polars as pl

from ingest import Trouble
from ingest.clauses import split_sentences
from ingest.numbers import VALUE, read_numbers

FIGURES = pl.Schema(
    {
        "figure_id": pl.String(),
        "article_id": pl.String(),
        "run_id": pl.String(),
        "char_start": pl.Int64(),
        "char_end": pl.Int64(),
        "quote": pl.String(),
        "number_start": pl.Int64(),
        "number_end": pl.Int64(),
        "sentence_start": pl.Int64(),
        "sentence_end": pl.Int64(),
        "sentence": pl.String(),
        "company_id": pl.String(),
        "subject_id": pl.String(),
        "subject_name": pl.String(),
        "subject_type": pl.String(),
        "metric_id": pl.String(),
        "metric_label": pl.String(),
        "kind": pl.String(),
        "comparison": pl.String(),
        "value": VALUE,
        "value_low": VALUE,
        "value_high": VALUE,
        "unit_id": pl.String(),
        "qualifier": pl.String(),
        "period_id": pl.String(),
        "period_basis": pl.String(),
        "attributed_to": pl.String(),
        "row_head": pl.String(),
        "column_head": pl.String(),
        "page": pl.Int64(),
        "rule_id": pl.String(),
        "confidence": pl.Float64(),
        "subject_confidence": pl.Float64(),
        "metric_confidence": pl.Float64(),
        "period_confidence": pl.Float64(),
        "origin": pl.String(),
    }
)

REJECTED_FIGURES = pl.Schema(
    {
        "rejected_id": pl.String(),
        "article_id": pl.String(),
        "run_id": pl.String(),
        "char_start": pl.Int64(),
        "char_end": pl.Int64(),
        "quote": pl.String(),
        "sentence": pl.String(),
        "reason": pl.String(),
        "detail": pl.String(),
        "origin": pl.String(),
    }
)


def conform(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """The columns of a schema, in its order and types; run_id is the load's to add."""
    return frame.select(
        pl.col(name).cast(kind) for name, kind in schema.items() if name != "run_id"
    )


REASONS = {
    "span": "a stretch of time, not a value",
    "rank": "a rank, class or label, not a value",
    "name": "part of a name, or a number that says neither what nor how much",
    "idiom": "a small number word that counts nothing in particular",
    "denied": "the text says that it is not so",
    "threshold": "a condition or threshold, not a value",
    "per_many": "told for ten shares or a hundred at once, not for one",
    "caption": "stands in a caption made of search words, not in prose",
    "price_tag": "a small sum beside no metric: a price or a setting",
    "time_span": "a time, but nothing here is measured in time",
    "unclear_ratio": "a ratio, but the words leave open whether a growth or a share",
    "unclear_multiple": "a multiple, but the words do not say of what",
    "no_unit": "a number without a unit, and its metric is not known",
    "unreadable": "written as a number, but not one that can be read exactly",
    "unknown_article": "the warehouse does not hold this article",
    "quote_not_at_span": "the article's text at this span is not the quote",
    "no_value": "the value is no decimal number",
    "unknown_code": "kind, comparison or qualifier is none of the contract's codes",
    "value_not_in_quote": "the quote holds no number of this value and unit",
    "reviewed": "a person says that it is no figure",
}
"""Why a number is no figure: code → the reason in words."""

_REQUIRED = ["article_id", "char_start", "char_end", "quote", "kind", "value", "unit_id"]
CODES = {
    "kind": ["level", "growth", "change", "share", "target"],
    "comparison": ["yoy", "qoq", "cagr", "prior_version", "prior_target"],
    "qualifier": ["eq", "gt", "lt", "approx", "range"],
}


def admit(
    candidates: pl.DataFrame, articles: pl.DataFrame, origin: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Figures made elsewhere → those that their articles bear out, and the rest with a reason.

    A row is admitted if its quote stands in the article at its span and the quote holds a number
    of its value (either sign: whether the words mean a fall is the maker's to say) and unit.

    Args:
        candidates: One row a figure: article_id, char_start, char_end, quote, kind, value (in
            the unit's base), unit_id; a subject (subject_id or subject_name) and a metric
            (metric_id or metric_label); any further column of `FIGURES`.
        articles: article_id, text of the articles that the quotes are from.
        origin: What the figures came from, kept with each row.

    Returns:
        Frames in the schemas `FIGURES` and `REJECTED_FIGURES`, without run_id.

    Raises:
        Trouble: A column is missing.
    """
    missing = [name for name in _REQUIRED if name not in candidates.columns]
    missing += [
        f"{one} or {other}"
        for one, other in (("subject_id", "subject_name"), ("metric_id", "metric_label"))
        if one not in candidates.columns and other not in candidates.columns
    ]
    if missing:
        cure = f"Give each figure: {', '.join(_REQUIRED)}, a subject and a metric."
        raise Trouble(origin, "columns", f"column {', '.join(missing)} is missing", cure)
    checked = _checked(_complete(candidates), articles)
    admitted = checked.filter(pl.col("reason").is_null()).with_columns(origin=pl.lit(origin))
    rejected = checked.filter(pl.col("reason").is_not_null()).with_columns(origin=pl.lit(origin))
    key = pl.concat_str(
        pl.col("article_id").fill_null("none").str.slice(0, 16),
        pl.lit(origin),
        "candidate_nr",
        separator="-",
    )
    return (
        conform(admitted.with_columns(figure_id=key), FIGURES),
        conform(
            rejected.with_columns(
                rejected_id=key,
                article_id=pl.when(pl.col("reason") != "unknown_article").then("article_id"),
                detail=pl.col("reason").replace_strict(REASONS),
            ),
            REJECTED_FIGURES,
        ),
    )


def _complete(candidates: pl.DataFrame) -> pl.DataFrame:
    """Candidates with every column of `FIGURES`, in its type; what cannot be cast is null."""
    there = candidates.with_columns(
        pl.lit(None, dtype).alias(name)
        for name, dtype in FIGURES.items()
        if name not in candidates.columns
    )
    return (
        there.select(pl.col(name).cast(dtype, strict=False) for name, dtype in FIGURES.items())
        .with_row_index("candidate_nr")
        .with_columns(
            pl.col("qualifier").fill_null("eq"),
            subject_name=pl.coalesce("subject_name", "subject_id"),
            subject_type=pl.coalesce("subject_type", pl.lit("unknown")),
            metric_label=pl.coalesce("metric_label", "metric_id"),
            period_basis=pl.coalesce("period_basis", pl.lit("stated")),
            rule_id=pl.coalesce("rule_id", pl.lit("admitted")),
            confidence=pl.coalesce("confidence", pl.lit(1.0)),
        )
        .with_columns(
            pl.coalesce(f"{slot}_confidence", "confidence").alias(f"{slot}_confidence")
            for slot in ("subject", "metric", "period")
        )
    )


def _checked(candidates: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Add reason (null = admitted), the place of the number and the sentence around it."""
    in_text = candidates.drop("sentence", "sentence_start", "sentence_end").join(
        articles.select("article_id", "text"), on="article_id", how="left", maintain_order="left"
    )
    stands = pl.col("text").str.slice(
        pl.max_horizontal("char_start", 0),
        pl.max_horizontal(pl.col("char_end") - pl.col("char_start"), 0),
    ) == pl.col("quote")
    numbers = read_numbers(in_text["quote"].fill_null("")).select(
        "start",
        "end",
        candidate_nr="text_nr",
        read_value="value",
        read_upper="upper",
        read_unit="unit_id",
        form="form",
    )
    # A multiple that a value grew to is one less as a growth (增至三倍 is +2).
    borne_out = (
        (pl.col("read_value").abs() == pl.col("value").abs())
        | (pl.col("read_upper").abs() == pl.col("value").abs())
        | ((pl.col("form") == "multiple") & (pl.col("read_value") - 1 == pl.col("value")))
    ) & (
        pl.col("read_unit").is_null()
        | (pl.col("read_unit") == pl.col("unit_id"))
        | (pl.col("form") == "count")
    )
    found = (
        in_text.select("candidate_nr", "value", "unit_id")
        .join(numbers, on="candidate_nr", how="inner", maintain_order="left")
        .filter(borne_out)
        .unique("candidate_nr", keep="first", maintain_order=True)
        .select("candidate_nr", "start", "end")
    )
    known_codes = pl.all_horizontal(
        pl.col(name).is_in(codes) | ((name != "kind") & pl.col(name).is_null())
        for name, codes in CODES.items()
    )
    return (
        in_text.join(found, on="candidate_nr", how="left", maintain_order="left")
        .with_columns(
            reason=pl.when(pl.col("text").is_null())
            .then(pl.lit("unknown_article"))
            .when(~stands.fill_null(False))
            .then(pl.lit("quote_not_at_span"))
            .when(pl.col("value").is_null())
            .then(pl.lit("no_value"))
            .when(~known_codes.fill_null(False))
            .then(pl.lit("unknown_code"))
            .when(pl.col("start").is_null())
            .then(pl.lit("value_not_in_quote")),
            number_start=pl.col("char_start") + pl.col("start"),
            number_end=pl.col("char_start") + pl.col("end"),
        )
        .pipe(with_sentences, articles)
        .sort("candidate_nr")
    )


def with_sentences(rows: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Add sentence, sentence_start and sentence_end: the sentence in which char_start stands.

    The rows come sorted by char_start.
    """
    sentences = split_sentences(articles).select("article_id", "sentence_start", "sentence")
    return (
        rows.sort("char_start", maintain_order=True)
        .join_asof(
            sentences.sort("sentence_start"),
            left_on="char_start",
            right_on="sentence_start",
            by="article_id",
            coalesce=False,
            check_sortedness=False,
        )
        .with_columns(sentence_end=pl.col("sentence_start") + pl.col("sentence").str.len_chars())
    )
