"""Sentences → events: all that matters in the text, in reading order, each with its scopes.

An event is a number, a reporting period, a word of the vocabulary (subject or metric) or the end
of a clause. What a number is about is later found by looking back along this one ordered frame.
"""

from functools import cache

import polars as pl

from ingest.clauses import CLOSE, OPEN, find_clause_ends, find_fenced
from ingest.numbers import find_tokens
from ingest.periods import read_periods
from ingest.vocabulary import cues, metrics, terms, units

SUBJECT_ROLES = ["company", "segment", "product", "app", "industry", "self"]


@cache
def _cue(cue_class: str, code: str | None = None) -> str:
    """The regular expression of a class of cue words (dbt_project/seeds/cues.csv)."""
    rows = cues().filter(pl.col("cue_class") == cue_class)
    if code is not None:
        rows = rows.filter(pl.col("code") == code)
    return "|".join(f"(?:{pattern})" for pattern in rows["pattern"])


def cue(cue_class: str, code: str | None = None) -> str:
    """The regular expression of a class of cue words, or of one code in it.

    Raises ValueError where the dictionary has none: an empty pattern would match everything.
    """
    pattern = _cue(cue_class, code)
    if not pattern:
        raise ValueError(f"cues.csv: no cue of class {cue_class!r}, code {code!r}")
    return pattern


def has(text: pl.Expr, cue_class: str, code: str | None = None) -> pl.Expr:
    """Whether the text holds a cue of the class."""
    return text.str.contains(cue(cue_class, code)).fill_null(False)


def code_of(text: pl.Expr, cue_class: str) -> pl.Expr:
    """The code of the first cue of the class, in the dictionary's order, that the text holds."""
    rows = cues().filter(pl.col("cue_class") == cue_class)
    return pl.coalesce(
        pl.when(text.str.contains(pattern)).then(pl.lit(code))
        for code, pattern in rows.select("code", "pattern").iter_rows()
    )


def between(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """The sentence's normalised text between two offsets; empty where they cross."""
    return pl.col("norm").str.slice(start, pl.max_horizontal(end - start, 0))


def latest(mask: pl.Expr, scope: str) -> pl.Expr:
    """The event_nr of the latest event so far in the scope for which the mask holds."""
    return pl.when(mask).then("event_nr").forward_fill().over(scope)


def _find_terms(sentences: pl.DataFrame) -> pl.DataFrame:
    """Words of the vocabulary in the sentences, the longest at each place."""
    table = terms()
    aliases = table["alias"]
    fenced = pl.col("norm").str.replace_many(
        aliases.to_list(),
        [f"{OPEN}{alias}{CLOSE}" for alias in aliases],
        ascii_case_insensitive=True,
        leftmost=True,
    )
    found = find_fenced(sentences, "sentence_nr", fenced)
    letter = r"[A-Za-z]"
    return (
        found.with_columns(
            # A Latin alias is a word of its own: JD is not in JDK.
            inside=pl.col("match").str.contains(rf"^{letter}")
            & (
                pl.col("following").str.contains(rf"^{letter}")
                | (
                    pl.col("following").shift(1).str.contains(rf"{letter}$")
                    & pl.col("sentence_nr").eq(pl.col("sentence_nr").shift(1))
                )
            ).fill_null(False)
        )
        .filter(~pl.col("inside"))
        .join(table.rename({"alias": "match"}), on="match", how="left", maintain_order="left")
        .select("sentence_nr", "start", "end", "match", "role", "id", "name", "company_id", "parent_id")
    )


def find_events(sentences: pl.DataFrame) -> pl.DataFrame:
    """Everything in the sentences that the resolution looks at, in reading order.

    Returns one row an event: event_nr, sentence_nr, article_id, paragraph_nr, norm, start, end,
    match, role (figure | bare | period | span | rank | idiom | name | metric | a subject role |
    clause_end); for terms id, name, company_id and a metric's traits; for periods the columns of
    `read_periods`; and the scopes of `_windows`.
    """
    tokens = find_tokens(sentences, "sentence_nr", "norm").select(
        "sentence_nr", "start", "end", match="token", role="token_class"
    )
    ends = find_clause_ends(sentences).select(
        "sentence_nr", "start", "end", "match", role=pl.lit("clause_end")
    )
    numeric = ["figure", "period", "name", "bare", "span", "rank"]
    return (
        pl.concat([tokens, _find_terms(sentences), ends], how="diagonal")
        .join(sentences.drop("sentence"), on="sentence_nr")
        .sort("sentence_nr", "start", "end", descending=[False, False, True], maintain_order=True)
        # A comma that groups thousands ends no clause; a word inside a number is no word, and a
        # number inside a word (88VIP) is no number.
        .with_columns(
            covered=pl.when(pl.col("role").is_in([*numeric, "metric", *SUBJECT_ROLES]))
            .then("end")
            .cum_max()
            .over("sentence_nr")
            .shift(1)
            .forward_fill()
            .over("sentence_nr")
        )
        .filter(pl.col("covered").is_null() | (pl.col("start") >= pl.col("covered")))
        .drop("covered")
        .join(_metric_traits(), on="id", how="left", maintain_order="left")
        .with_columns(
            *read_periods(pl.when(pl.col("role") == "period").then("match")),
            is_number=pl.col("role").is_in(["figure", "bare"]),
            is_end=pl.col("role") == "clause_end",
        )
        .with_row_index("event_nr")
        .with_columns(_windows())
    )


def _metric_traits() -> pl.DataFrame:
    """What the resolution needs to know of a metric, keyed by its id."""
    return (
        metrics()
        .join(units().unique("unit_id").select("unit_id", "dimension"), on="unit_id", how="left")
        .select(
            id="metric_id",
            metric_unit="unit_id",
            metric_dimension=pl.col("dimension").fill_null("count"),
            value_kind="value_kind",
            subject_level="subject_level",
        )
    )


def _windows() -> list[pl.Expr]:
    """Scopes and the text around each event.

    clause_nr and segment_nr (from number to number within a clause) are unique over the batch;
    clause_start, last_end (of the number before, in the sentence), next_start (of the next number
    or clause end) are offsets in the sentence.
    """
    ends = pl.col("is_end").cast(pl.Int64)
    new_sentence = (
        pl.col("sentence_nr").ne(pl.col("sentence_nr").shift(1)).fill_null(True).cast(pl.Int64)
    )
    after_number = pl.col("is_number").shift(1).fill_null(False)
    length = pl.col("norm").str.len_chars().cast(pl.Int64)
    return [
        (new_sentence + ends).cum_sum().alias("clause_nr"),
        (new_sentence + ends + after_number).cum_sum().alias("segment_nr"),
        pl.when(pl.col("is_end").shift(1) & (new_sentence == 0))
        .then(pl.col("end").shift(1))
        .forward_fill()
        .over("sentence_nr")
        .fill_null(0)
        .alias("clause_start"),
        pl.when("is_number")
        .then("end")
        .shift(1)
        .forward_fill()
        .over("sentence_nr")
        .fill_null(0)
        .alias("last_end"),
        pl.when(pl.col("is_number") | pl.col("is_end"))
        .then("start")
        .shift(-1)
        .backward_fill()
        .over("sentence_nr")
        .fill_null(length)
        .alias("next_start"),
    ]


def article_defaults(events: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """The company and the reporting period that an article is about, inferred from its words.

    Returns article_id, default_company, default_year, default_part, default_fiscal. The company
    is the one most often named, the part of the year likewise (a mention in the title counts
    five times); the year is the one that stands with that part, else the latest that the article
    looks back on.
    """
    in_title = (pl.col("sentence_start") + pl.col("start")) < pl.col("title").str.len_chars()
    named = events.join(articles.select("article_id", "title"), on="article_id").with_columns(
        weight=pl.when(in_title.fill_null(False)).then(5).otherwise(1)
    )
    most_named = ["article_id", pl.col("weight").neg(), "event_nr"]
    company = (
        named.filter(pl.col("role").is_in(SUBJECT_ROLES), pl.col("company_id").is_not_null())
        .group_by("article_id", "company_id")
        .agg(pl.col("weight").sum(), pl.col("event_nr").min())
        .sort(most_named)
        .unique("article_id", keep="first", maintain_order=True)
        .select("article_id", default_company="company_id")
    )
    ahead = has(between(pl.col("clause_start"), pl.col("start")), "forecast")
    periods = named.filter(pl.col("role") == "period", ~ahead)
    stated_part = (pl.col("part") != "FY") | (pl.col("weight") > 1) | pl.col("match").str.contains("全|财")
    part = (
        periods.filter(pl.col("part") != "SAME", stated_part, pl.col("year_offset") == 0)
        .group_by("article_id", "part")
        .agg(
            pl.col("weight").sum(),
            pl.col("event_nr").min(),
            part_year=pl.col("year").drop_nulls().mode().max(),
            part_fiscal=(pl.col("fiscal") & pl.col("year").is_not_null()).any(),
        )
        .sort(most_named)
        .unique("article_id", keep="first", maintain_order=True)
    )
    latest_year = periods.group_by("article_id").agg(latest_year=pl.col("year").max())
    return (
        articles.select("article_id", "published_on")
        .join(company, on="article_id", how="left")
        .join(part, on="article_id", how="left")
        .join(latest_year, on="article_id", how="left")
        .select(
            "article_id",
            "default_company",
            default_part=pl.col("part").fill_null("FY"),
            default_fiscal=pl.col("part_fiscal").fill_null(False),
            default_year=pl.coalesce(
                "part_year", "latest_year", pl.col("published_on").dt.year().cast(pl.Int32)
            ),
        )
    )
