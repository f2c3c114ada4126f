"""The figure: its schema (what `raw.*` holds), and admitting figures that were made elsewhere."""

import polars as pl

from ingest.numbers import VALUE

_TIME = pl.Datetime("us")

ARTICLES = pl.Schema(
    {
        "article_id": pl.String,
        "source_path": pl.String,
        "title": pl.String,
        "published_on": pl.Date,
        "language": pl.String,
        "encoding": pl.String,
        "text": pl.String,
        "char_count": pl.Int64,
        "run_id": pl.String,
        "ingested_at": _TIME,
    }
)

FIGURES = pl.Schema(
    {
        "figure_id": pl.String,
        "article_id": pl.String,
        "run_id": pl.String,
        "char_start": pl.Int64,
        "char_end": pl.Int64,
        "quote": pl.String,
        "number_start": pl.Int64,
        "number_end": pl.Int64,
        "sentence_start": pl.Int64,
        "sentence_end": pl.Int64,
        "sentence": pl.String,
        "company_id": pl.String,
        "subject_id": pl.String,
        "subject_name": pl.String,
        "subject_type": pl.String,
        "metric_id": pl.String,
        "metric_label": pl.String,
        "kind": pl.String,
        "comparison": pl.String,
        "value": VALUE,
        "value_low": VALUE,
        "value_high": VALUE,
        "unit_id": pl.String,
        "qualifier": pl.String,
        "period_id": pl.String,
        "period_basis": pl.String,
        "attributed_to": pl.String,
        "rule_id": pl.String,
        "confidence": pl.Float64,
        "origin": pl.String,
    }
)

REJECTED_FIGURES = pl.Schema(
    {
        "rejected_id": pl.String,
        "article_id": pl.String,
        "run_id": pl.String,
        "char_start": pl.Int64,
        "char_end": pl.Int64,
        "quote": pl.String,
        "sentence": pl.String,
        "reason": pl.String,
        "detail": pl.String,
        "origin": pl.String,
    }
)
