"""How sure a reading is: for each figure the probability that it is right, from clues.

A *clue* is a number from 0 to 1 that says how a figure was read: whether its subject stands in its
own clause, how many words around it nothing explains, whether the article says something else of
the same subject and period. Clues are taken where the reading knows them (`with_clues` of the
numbers in prose, `tables.py` of cells) and of whole articles (`of_article`).

The probabilities are sums of weighted clues under a logistic curve. No weight is set by hand:
`make train` learns them from first readings that people have marked (`tests/train.py`), and keeps
them in `dbt_project/seeds/confidence_weights.csv`.
"""

from functools import cache

import polars as pl

from ingest.events import Events
from ingest.figures import FIGURES, conform
from ingest.rows import look_up
from ingest.vocabulary import confidence_weights, cue

READING = {
    # of whom
    "s_none": "nobody is known whose figure it is",
    "s_sentence": "the subject stands in the sentence, in front of another number",
    "s_further": "the subject stands in a sentence before, or in the heading",
    "s_default": "no words say whose it is: it is given to the company that the article is about",
    "s_named": "the subject is a company that only this article introduces",
    "s_self": "the subject is 公司 and the like",
    "s_part": "the subject is a segment, product or app",
    "s_industry": "the subject is an industry",
    "s_foreign": "the company is not the one that the article is about",
    "s_no_main": "the article is about no known company",
    "s_no_title": "the title does not name the company",
    "s_short": "what names the subject has two characters at most",
    "s_head": "unexplained characters before what names the subject",
    "s_tail": "unexplained characters behind what names the subject",
    "s_between": "unexplained characters since the subject, in the sentence",
    "s_rivals": "other subjects in the sentence before the number",
    # what
    "m_open": "the metric is in no dictionary",
    "m_no_label": "no words name the metric",
    "m_clause": "the metric stands in the clause, in front of another number",
    "m_sentence": "the metric stands in another clause of the sentence",
    "m_further": "the metric stands in another sentence, or is that of a number before",
    "m_short": "what names the metric has two characters at most",
    "m_unit": "the unit is not that of the metric",
    "m_head": "unexplained characters before what names the metric",
    "m_tail": "unexplained characters behind what names the metric",
    "m_gap": "unexplained characters between the metric and the number",
    "m_rivals": "other metrics in the sentence before the number",
    # when
    "p_article": "no words say when: it is given the period that the article is about",
    "p_unknown": "the period is not known",
    "p_inferred": "the words leave the year open",
    "p_further": "the period stands in a sentence before, or in the heading",
    "p_local": "the words before the number alone say when",
    "p_rivals": "other periods in the sentence before the number",
    "p_other": "the period is not the one that the article is about",
    # how much
    "n_form": "the number is written in a broken form",
    "n_bare": "the number has no unit of its own",
    "n_list": "the number is one of a list",
    "n_qualified": "a word says about, over or under",
    "n_target": "the number is expected or a target",
    "n_change": "the number is the amount of a change",
    "n_growth": "the number is a growth",
    "n_no_base": "a growth or change, and no words say against what",
    "n_gap": "unexplained characters right before the number",
    "n_many": "how many numbers the sentence has",
    "is_cell": "the number stands in a table",
}  # fmt: skip
"""Clue → what it says, of one figure where it is read."""

OF_ARTICLE = {
    "x_conflict": "the article says something else of the same subject, metric and period",
    "x_same": "the article says the same again",
    "x_tail": "unexplained characters behind what names the subject, in the whole article",
    "a_none": "share of the article's figures that are nobody's",
    "a_open": "share of the article's figures whose metric is in no dictionary",
    "a_between": "unexplained characters since the subject, over the article's figures",
    "a_others": "share of the article's figures that are another company's",
    "a_conflict": "share of the article's figures that others contradict",
}
"""Clue → what it says, of a figure among those of its article."""

CLUES = pl.Struct(dict.fromkeys(READING, pl.Float64()))
CLUED = pl.Schema({**FIGURES, "clues": CLUES})
"""A figure with what tells how it was read."""

NOT_YET = {name: pl.lit(None, pl.Float64) for name in FIGURES if name.endswith("confidence")}
"""The probabilities of figures that are not weighed yet."""

SLOTS = ["number", "subject", "metric", "period"]
"""What can be wrong with a figure; number: its value, unit, kind, comparison or qualifier."""

_MOST = 8
"""More unexplained characters than these say no more."""


def _is(condition: pl.Expr) -> pl.Expr:
    return condition.fill_null(False).cast(pl.Float64)


def _capped(count: pl.Expr, most: int) -> pl.Expr:
    return (count.fill_null(0).cast(pl.Float64) / most).clip(0, 1)


def _unexplained(text: pl.Expr) -> pl.Expr:
    """How many letters a text has beside the words that say nothing of who, what or when."""
    rest = text.str.replace_all(cue("plain_words"), "")
    return rest.str.count_matches(r"[\p{Han}A-Za-z]").fill_null(0).cast(pl.Int32)


def _gaps(events: Events, sentences: pl.DataFrame) -> pl.DataFrame:
    """The unexplained characters in front of each event, one row an event.

    Args:
        events: In reading order.
        sentences: norm, by sentence_nr.

    Returns:
        gap: characters between the event before (or the sentence's start) and this one that no
        word of the vocabulary and no plain word explains; so_far: their running sum.
    """
    same = (pl.col("sentence_nr") == pl.col("sentence_nr").shift(1)).fill_null(False)
    start = pl.when(same).then(pl.col("end").shift(1)).otherwise(0)
    length = pl.max_horizontal(pl.col("start") - start, 0)
    return (
        events.rows.select("sentence_nr", "start", "end")
        .pipe(look_up, "sentence_nr", sentences, norm="norm")
        .select(gap=_unexplained(pl.when(length > 0).then(pl.col("norm").str.slice(start, length))))
        .with_columns(so_far=pl.col("gap").cum_sum())
    )


def with_clues(numbers: pl.DataFrame, events: Events, sentences: pl.DataFrame) -> pl.DataFrame:
    """Add clues: how each number in prose was read, the fields of `READING`.

    Args:
        numbers: Numbers with their what, who and when, before they become figures.
        events: What the sentences hold.
        sentences: norm, by sentence_nr.
    """
    gaps = _gaps(events, sentences)
    clues = {
        **_clues_of_subject(),
        **_clues_of_metric(),
        **_clues_of_period(),
        **_clues_of_number(),
        **_clues_of_slots(),
        "is_cell": pl.lit(0.0, pl.Float64),
    }
    return (
        _with_places(numbers, events, gaps)
        .with_columns(clues=pl.struct(clues[name].cast(pl.Float64).alias(name) for name in READING))
        .drop("subject_at", "metric_at", "^gap_.*$", "^first_.*$", "in_title")
    )


def _with_places(numbers: pl.DataFrame, events: Events, gaps: pl.DataFrame) -> pl.DataFrame:
    """Add where subject and metric stand (event numbers), and the gaps around them."""
    titled = (
        events.subjects.filter("in_title", pl.col("company_id").is_not_null())
        .select("article_nr", "company_id", in_title=pl.lit(True))
        .unique()
    )
    behind = gaps.select(gap=pl.col("gap").shift(-1, fill_value=0))
    first = {f"first_{part}": f"{part}_before" for part in ("subjects", "metrics", "periods")}
    return (
        numbers.pipe(look_up, "subject", events.subjects, subject_at="event_nr")
        .pipe(look_up, "metric", events.metrics, metric_at="event_nr")
        .pipe(look_up, "sentence_first", events.rows, **first)
        .pipe(look_up, "subject_at", gaps, gap_subject="gap", gap_until_subject="so_far")
        .pipe(look_up, "subject_at", behind, gap_behind_subject="gap")
        .pipe(look_up, "metric_at", gaps, gap_metric="gap", gap_until_metric="so_far")
        .pipe(look_up, "metric_at", behind, gap_behind_metric="gap")
        .pipe(look_up, "sentence_first", gaps, gap_until_first="so_far", gap_first="gap")
        .pipe(look_up, "event_nr", gaps, gap_number="gap", gap_so_far="so_far")
        .join(titled, on=["article_nr", "company_id"], how="left", maintain_order="left")
    )


def _since(subject: str) -> pl.Expr:
    """Unexplained characters from a word, or else from the sentence's start, to the number."""
    start = pl.col("gap_until_first") - pl.col("gap_first")
    here = pl.col(f"{subject}_at").is_between(pl.col("sentence_first"), pl.col("event_nr"))
    return pl.col("gap_so_far") - pl.when(here).then(f"gap_until_{subject}").otherwise(start)


def _clues_of_subject() -> dict[str, pl.Expr]:
    beside = pl.col("subject_segment").is_not_null() | pl.col("listed_subject").is_not_null()
    spoken = pl.col("subject").is_not_null()
    in_sentence = (pl.col("subject_sentence_nr") == pl.col("sentence_nr")).fill_null(False)
    before = pl.col("subjects_before").cast(pl.Int64) - pl.col("first_subjects").cast(pl.Int64)
    named = spoken & ~pl.col("subject_role").is_in(["self"]).fill_null(False)
    length = pl.col("subject_end") - pl.col("subject_start")
    return {
        "s_none": _is(pl.col("subject_id").is_null() & (pl.col("subject_role") != "named")
                      .fill_null(True)),
        "s_sentence": _is(~beside & spoken & in_sentence),
        "s_further": _is(~beside & spoken & ~in_sentence),
        "s_default": _is(~spoken & pl.col("subject_id").is_not_null()),
        "s_named": _is(pl.col("subject_role") == "named"),
        "s_self": _is(pl.col("subject_role") == "self"),
        "s_no_title": _is(pl.col("in_title").is_null()),
        "s_short": _is(named & (length <= 2)),
        "s_head": _capped(pl.when(named).then("gap_subject"), 4),
        "s_tail": _capped(pl.when(named).then("gap_behind_subject"), 4),
        "s_between": _capped(_since("subject"), 2 * _MOST),
        "s_rivals": _capped(before - 1, 4),
    }  # fmt: skip


def _clues_of_metric() -> dict[str, pl.Expr]:
    beside = (
        (pl.col("metric_segment_first") == pl.col("segment_first"))
        | pl.col("listed_metric").is_not_null()
        | pl.col("next_touches")
    ).fill_null(False)
    in_sentence = (pl.col("metric_sentence_nr") == pl.col("sentence_nr")).fill_null(False)
    in_clause = in_sentence & (pl.col("metric_start") >= pl.col("clause_start"))
    is_open = pl.col("metric_id").is_null()
    before = pl.col("metrics_before").cast(pl.Int64) - pl.col("first_metrics").cast(pl.Int64)
    behind = in_sentence & (pl.col("metric_start") > pl.col("start"))
    length = pl.col("metric_end") - pl.col("metric_start")
    return {
        "m_no_label": _is(is_open & pl.col("label").is_null() & pl.col("metric").is_null()),
        "m_clause": _is(~beside & in_clause),
        "m_sentence": _is(~beside & in_sentence & ~in_clause),
        "m_further": _is(~is_open & ~in_sentence),
        "m_short": _is(length <= 2),
        "m_unit": _is((pl.col("kind") == "level") & (pl.col("metric_metric_unit")
                      != pl.col("unit_id")) & (pl.col("metric_metric_dimension") != "currency")),
        "m_head": _capped(pl.col("gap_metric"), _MOST),
        "m_tail": _capped(pl.when(~behind).then("gap_behind_metric"), _MOST),
        "m_gap": _capped(pl.when(~behind).then(_since("metric")), 2 * _MOST),
        "m_rivals": _capped(before - 1, 4),
    }  # fmt: skip


def _clues_of_period() -> dict[str, pl.Expr]:
    basis = pl.col("basis")
    other = (pl.col("part") != pl.col("default_part")) | (pl.col("year") != pl.col("default_year"))
    before = pl.col("periods_before").cast(pl.Int64) - pl.col("first_periods").cast(pl.Int64)
    return {
        "p_article": _is(basis == "article"),
        "p_further": _is(basis.is_in(["paragraph", "heading"])),
        "p_local": _is(basis == "local"),
        "p_rivals": _capped(before - 1, 3),
        "p_other": _is(other),
    }


def _clues_of_number() -> dict[str, pl.Expr]:
    in_sentence = pl.len().over("sentence_nr")
    return {
        "n_form": 1 - pl.col("confidence"),
        "n_bare": _is(pl.col("role") == "bare"),
        "n_list": _is(pl.col("chain_length") > 1),
        "n_target": _is((pl.col("kind") == "target") | pl.col("is_expected")),
        "n_gap": _capped(pl.col("gap_number"), _MOST),
        "n_many": _capped(in_sentence - 1, _MOST),
    }


def _clues_of_slots() -> dict[str, pl.Expr]:
    """The clues that the slots themselves tell, whether a number stands in prose or in a table."""
    kind = pl.col("subject_type")
    moves = pl.col("kind").is_in(["growth", "change"])
    return {
        "s_part": _is(kind.is_in(["segment", "product", "app"])),
        "s_industry": _is(kind == "industry"),
        "s_foreign": _is(pl.col("company_id") != pl.col("default_company")),
        "s_no_main": _is(pl.col("default_company").is_null()),
        "m_open": _is(pl.col("metric_id").is_null()),
        "p_unknown": _is(pl.col("period_id").is_null()),
        "p_inferred": _is(pl.col("period_basis") == "year_inferred"),
        "n_qualified": _is(pl.col("qualifier") != "eq"),
        "n_change": _is(pl.col("kind") == "change"),
        "n_growth": _is(pl.col("kind") == "growth"),
        "n_no_base": _is(moves & pl.col("comparison").is_null()),
    }


def cell_clues() -> pl.Expr:
    """The clues of a cell (of the frame that `tables.py` makes figures from)."""
    known = _clues_of_slots() | {
        "s_none": _is(pl.col("subject_id").is_null()),
        "s_default": _is(pl.col("climbs")),
        "p_article": _is(pl.col("period_basis") == "article"),
        "n_bare": _is(pl.col("bare")),
        "n_target": _is(pl.col("kind") == "target"),
        "is_cell": pl.lit(1.0),
    }
    nothing = pl.lit(0.0)
    return pl.struct(known.get(name, nothing).cast(pl.Float64).alias(name) for name in READING)


def of_article(figures: pl.DataFrame) -> pl.DataFrame:
    """Figures with a column for each clue, those of whole articles too.

    Args:
        figures: All the figures of some articles, in the schema `CLUED`.

    Returns:
        The same rows, clues unpacked: the columns of `READING` and `OF_ARTICLE`.
    """
    who = pl.coalesce("subject_id", "subject_name")
    what = pl.coalesce("metric_id", "metric_label")
    measure = pl.struct("article_id", who, what, "kind", "comparison", "period_id", "unit_id")
    apart = pl.col("value_low").max() > pl.col("value_high").min()
    return (
        figures.unnest("clues")
        .with_columns(measure=measure.hash())
        .with_columns(
            times=pl.len().over("measure"),
            conflict=(apart.over("measure") & (pl.col("kind") != "target")).fill_null(False),
        )
        .with_columns(
            x_conflict=_is(pl.col("conflict")),
            x_same=_is((pl.col("times") > 1) & ~pl.col("conflict")),
            x_tail=pl.col("s_tail").mean().over("article_id", who),
        )
        .drop("measure", "times", "conflict")
        .with_columns(
            a_none=pl.col("s_none").mean().over("article_id"),
            a_open=pl.col("m_open").mean().over("article_id"),
            a_between=pl.col("s_between").mean().over("article_id"),
            a_others=pl.col("s_foreign").mean().over("article_id"),
            a_conflict=pl.col("x_conflict").mean().over("article_id"),
        )
    )


@cache
def weights() -> dict[str, dict[str, float]]:
    """Model → clue (or intercept) → weight, as `make train` learned them."""
    found: dict[str, dict[str, float]] = {}
    for model, clue, weight in confidence_weights().iter_rows():
        found.setdefault(model, {})[clue] = weight
    return found


def _logistic(model: str) -> pl.Expr:
    """The probability that a model's weights give."""
    weighed = {name: weight for name, weight in weights()[model].items() if weight}
    start = pl.lit(weighed.pop("intercept", 0.0))
    total = pl.sum_horizontal(start, *(pl.col(clue) * by for clue, by in weighed.items()))
    return 1 / (1 + (-total).exp())


def with_confidence(figures: pl.DataFrame) -> pl.DataFrame:
    """Figures that know how they were read → figures with their probabilities.

    confidence is the probability that all of the figure is right; subject_confidence,
    metric_confidence and period_confidence that this one thing is.

    Args:
        figures: All the figures of some articles, in the schema `CLUED`.

    Returns:
        The same rows in the schema `FIGURES`, without run_id.
    """
    slots = {f"{slot}_confidence": _logistic(slot) for slot in SLOTS}
    product = pl.sum_horizontal(pl.col(f"{slot}_confidence").log() for slot in SLOTS).exp()
    all_slots = (product / (1 - product)).log()
    return (
        of_article(figures)
        .with_columns(**slots)
        .with_columns(all_slots=all_slots)
        .with_columns(confidence=_logistic("figure"))
        .with_columns(pl.col("^.*confidence$").round(3))
        .pipe(conform, FIGURES)
    )
