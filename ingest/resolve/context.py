"""Numbers in their context: the words around each, and what it may be about.

Every pointer is the number of an event: the latest of its sort in a scope (the words since the
last number, the clause, the sentence, the paragraph), found by a forward fill over whole columns.
"""

import polars as pl

from ingest.events import (
    SUBJECT_ROLES,
    after,
    before,
    between,
    count_in,
    count_so_far,
    has,
    latest,
    look_up,
    seen,
    spread,
    within,
)
from ingest.numbers import read_tokens
from ingest.resolve.phrases import says, with_sayings

SCOPES = ["segment", "clause", "sentence", "paragraph"]
QUARTERS = ["Q1", "Q2", "Q3", "Q4"]
# The metric that stands for a share of something that the words name no more closely.
GENERIC_SHARE = "share"


def with_voices(events: pl.DataFrame) -> pl.DataFrame:
    """Add to each word whether it speaks, and of what: what the pointers of the numbers look for.

    Subjects: is_subject, voiced (not in passing), is_company, opens, leads, heads; and for every
    event subject_sentence: the latest that is voiced in its sentence.
    Metrics: is_share, is_whole (of a share), is_topic; id where the words make it the adjusted one.
    Periods: is_period, is_base (what is compared with), local (said of one number only).
    """
    return (
        events.with_columns(
            is_subject=pl.col("role").is_in(SUBJECT_ROLES),
            is_metric=pl.col("role") == "metric",
            is_period=pl.col("role") == "period",
        )
        .pipe(_with_voiced)
        .pipe(_with_topics)
        .pipe(_with_local)
    )


def _around(events: pl.DataFrame, mask: str) -> pl.DataFrame:
    """The events that the mask names, with the clause's words before each and a few after it."""
    return events.filter(pl.col(mask)).select(
        "event_nr",
        "id",
        "match",
        "role",
        "last_end",
        "start",
        "norm",
        head=between(pl.col("clause_start"), pl.col("start")),
        tail=pl.col("norm").str.slice(pl.col("end"), 10),
    )


def _with_voiced(events: pl.DataFrame) -> pl.DataFrame:
    """Add the traits of subjects."""
    head, tail = pl.col("head"), pl.col("tail")
    subjects = _around(events, "is_subject").with_columns(
        # 小米全球智能手机出货量: after a subject, words that may mean an industry mean its products.
        in_passing=(pl.col("role") == "industry") & ~has(pl.col("match"), "broad_industry"),
        muted=has(head, "mute_before") | has(tail, "mute_after") | has(head, "mute_clause"),
    )
    voiced, is_company = pl.col("voiced"), pl.col("is_company")
    return (
        spread(events, subjects, "in_passing", "muted")
        .with_columns(
            voiced=pl.col("is_subject")
            & ~pl.col("muted")
            & ~(
                pl.col("in_passing")
                & (count_so_far(pl.col("is_subject") & ~pl.col("in_passing"), "sentence") > 0)
            )
        )
        .with_columns(pl.col("voiced").fill_null(False))
        .with_columns(
            is_company=voiced & (pl.col("role") == "company"),
            another=voiced & (pl.col("id") != before("id", voiced, "sentence")).fill_null(True),
            opens=voiced & (count_so_far(voiced, "sentence") == 1),
            subject_sentence=latest(voiced, "sentence"),
        )
        .with_columns(
            # A paragraph is about what it voices first, unless it opens with a list of several.
            leads=voiced
            & (count_so_far(voiced, "paragraph") == 1)
            & ((count_in(pl.col("another"), "sentence") <= 1) | is_company),
            heads=is_company & (count_so_far(is_company, "paragraph") == 1),
        )
        .drop("in_passing", "muted", "another")
    )


def _with_topics(events: pl.DataFrame) -> pl.DataFrame:
    """Add the traits of metrics."""
    head, tail = pl.col("head"), pl.col("tail")
    is_share = pl.col("id") == GENERIC_SHARE
    words = (
        _around(events, "is_metric")
        .with_columns(
            is_share=is_share,
            # The whole of a share (占总收入的…) is not what the sentence is about.
            is_whole=~is_share & (has(head, "whole_before") | has(tail, "whole_after")),
            stands_in=has(head, "stand_in"),
            loss_alone=has(pl.col("match"), "loss_alone"),
            # 非公认会计准则下，净利润…: a profit on an adjusted basis is the adjusted metric.
            on_adjusted=has(between(pl.col("last_end"), pl.col("start")), "adjusted"),
        )
    )
    flags = ["is_share", "is_whole", "stands_in", "loss_alone", "on_adjusted"]
    negative = pl.col("is_metric") & pl.col("can_be_negative").fill_null(False)
    # 亏损 after 经营利润 is the operating loss, and 该项支出 what was spoken of last.
    points_back = pl.col("loss_alone") & (
        latest(negative & ~pl.col("loss_alone"), "sentence")
        > pl.col("subject_sentence").fill_null(0)
    ).fill_null(False)
    return (
        spread(events, words, *flags)
        .with_columns(pl.col(flags).fill_null(False))
        .with_columns(
            is_topic=pl.col("is_metric")
            & ~pl.col("is_whole")
            & ~pl.col("is_share")
            & ~points_back
            & ~pl.col("stands_in")
        )
        .with_columns(
            id=pl.when(pl.col("is_topic") & pl.col("on_adjusted"))
            .then(pl.coalesce("adjusted_id", "id"))
            .otherwise("id")
        )
        .drop("stands_in", "loss_alone", "on_adjusted", "adjusted_id")
    )


def _with_local(events: pl.DataFrame) -> pl.DataFrame:
    """Add the traits of periods."""
    tail = pl.col("norm").str.slice(pl.col("end"), 10)
    bases = events.filter("is_period").select(
        "event_nr", is_base=pl.col("is_compared") | has(tail, "relative_after")
    )
    return (
        spread(events, bases, "is_base")
        .with_columns(pl.col("is_base").fill_null(False))
        .with_columns(
            # 去年同期 and the like speak of the one number that follows, not of the sentence.
            local=pl.col("is_period")
            & (
                (pl.col("part") == "SAME").fill_null(False)
                | (pl.col("quarter_offset") != 0)
                | (pl.col("year_offset") < 0)
                | pl.col("is_base")
                | (
                    (pl.col("year") < pl.col("default_year")).fill_null(False)
                    & (count_so_far(pl.col("is_period"), "sentence") > 1)
                )
            )
        )
    )


METRIC_FAMILIES = ["any", "currency", "count", "ratio", "amount"]


def _seen_words() -> dict[str, pl.Expr]:
    """For each sort of word, the latest so far: what the pointers are picked from."""
    is_topic, local, voiced = pl.col("is_topic"), pl.col("local"), pl.col("voiced")
    is_period, is_heading = pl.col("is_period"), pl.col("is_heading")
    opening = is_period & ~local & pl.col("part").is_not_null()
    count = is_topic & ~pl.col("metric_dimension").is_in(["currency", "ratio"])
    masks = {
        "metric_any": is_topic,
        "metric_currency": is_topic & (pl.col("metric_dimension") == "currency"),
        "metric_count": count,
        "metric_ratio": is_topic & (pl.col("value_kind") == "share"),
        "metric_amount": is_topic & (pl.col("value_kind") != "share"),
        "metric_count_headed": count & is_heading,
        "whole": pl.col("is_whole"),
        "share": pl.col("is_share"),
        "voice": voiced,
        "subject": pl.col("is_subject"),
        "aside": pl.col("is_subject") & (pl.col("role") != "self"),
        "lead": pl.col("leads"),
        "headed": pl.col("opens") & is_heading,
        "company": pl.col("is_company"),
        "head": pl.col("heads"),
        "local": local,
        "local_aside": local & ~pl.col("is_base"),
        "opening": opening,
        "opening_headed": opening & is_heading,
        "quarter": is_period & ~local & ~pl.col("is_ahead") & pl.col("part").is_in(QUARTERS),
        "forecast_headed": is_heading & has(pl.when(is_heading).then("norm"), "forecast"),
    }
    return {f"seen_{name}": seen(mask) for name, mask in masks.items()}


def _pointers() -> dict[str, pl.Expr]:
    """The pointers: the number of the event that a number may be about, by sort and scope."""

    def found(name: str, scope: str) -> pl.Expr:
        return within(pl.col(f"seen_{name}"), scope)

    return {
        f"metric_{family}_{scope}": found(f"metric_{family}", scope)
        for family in METRIC_FAMILIES
        for scope in SCOPES
    } | {
        "metric_count_heading": found("metric_count_headed", "heading"),
        "whole_clause": found("whole", "clause"),
        "share_clause": found("share", "clause"),
        "subject_segment": found("voice", "segment"),
        "subject_muted": found("subject", "segment"),
        "subject_aside": found("aside", "sentence"),
        "subject_topic": found("lead", "paragraph"),
        "subject_heading": found("headed", "heading"),
        # Whose segments these are: the company of the sentence, or first in the paragraph.
        "owner": pl.coalesce(found("company", "sentence"), found("head", "paragraph")),
        "period_local": found("local", "segment"),
        "period_aside": found("local_aside", "lead"),
        "period_sentence": found("opening", "sentence"),
        "period_heading": found("opening_headed", "heading"),
        "period_paragraph": found("quarter", "paragraph"),
        "heading_ahead": found("forecast_headed", "heading").is_not_null(),
    }


def follow(
    numbers: pl.DataFrame, events: pl.DataFrame, pointer: str, *columns: str
) -> pl.DataFrame:
    """Add columns of the events that a pointer names, prefixed with the pointer's name."""
    return look_up(numbers, pointer, events, **{f"{pointer}_{name}": name for name in columns})


def numbers_in_context(events: pl.DataFrame) -> pl.DataFrame:
    """Number events with their reading, the words around them, and what they may be about.

    before: the words since the last number or the clause's start; lead: since the last number in
    the sentence; after: up to the next number or the clause's end. The numbers of a
    list (10%、12%和15%) are a chain; `head_says` tells of the words before its first number.
    The pointers are those of `_pointers`, and metric_next: the next metric in the clause.
    """
    words = _seen_words()
    numbers = (
        events.select(
            "event_nr", "sentence_nr", "article_nr", "norm", "role", "match", "start", "end",
            "is_caption", "names_source", "is_number", "clause_start", "last_end", "next_start",
            "default_company", "default_year", "default_part", "subject_sentence",
            *(f"{scope}_first" for scope in [*SCOPES, "lead", "heading"]),
            metric_next=after("event_nr", pl.col("is_topic"), "clause"),
            term_end=before("end", pl.col("is_subject") | pl.col("is_period"), "segment"),
            **words,
        )
        .filter("is_number")
        .with_columns(pl.col("term_end").fill_null(0), **_pointers())
        .drop(words)
        .with_columns(before_start=pl.max_horizontal("last_end", "clause_start"))
        .with_columns(
            before=between(pl.col("before_start"), pl.col("start")),
            lead=between(pl.col("last_end"), pl.col("start")),
            clause_before=between(pl.col("clause_start"), pl.col("start")),
            after=between(pl.col("end"), pl.col("next_start")),
            sentence_before=pl.col("norm").str.slice(0, pl.col("start")),
        )
        .pipe(with_sayings)
    )  # fmt: skip
    first = pl.col("sentence_nr").ne(pl.col("sentence_nr").shift(1)).fill_null(True)
    return (
        numbers.rename({"match": "token"})
        .join(read_tokens(numbers["match"]), on="token", how="left", maintain_order="left")
        .with_columns(
            starts=first
            | ~says("lead", "list_separator")
            | pl.col("form").ne_missing(pl.col("form").shift(1))
        )
        .with_row_index("row_nr")
        .with_columns(
            # A chain is a run of rows, so its first and last rows fill all of it.
            **{f"chain_{name}": _of_first(name) for name in ("start", "row_nr")},
            chain_length=(_of_last("row_nr") - _of_first("row_nr") + 1).cast(pl.Int64),
        )
        .with_columns(chain_order=(pl.col("row_nr") - pl.col("chain_row_nr")).cast(pl.Int64))
    )


def head_says(saying: str, phrase: str = "before") -> pl.Expr:
    """What the words before the first number of the chain say."""
    return says(phrase, saying).gather("first_row")


def end_says(saying: str) -> pl.Expr:
    """What the words after the last number of the chain say."""
    return says("after", saying).gather("last_row")


def _of_first(name: str) -> pl.Expr:
    return pl.when("starts").then(name).forward_fill()


def _of_last(name: str) -> pl.Expr:
    return pl.when(pl.col("starts").shift(-1, fill_value=True)).then(name).backward_fill()


def _runs(events: pl.DataFrame, role: str, mask: pl.Expr) -> pl.DataFrame:
    """Coordinated events (A、B和C): run_nr, order in the run, length of the run."""
    gap = between(pl.col("end").shift(1), pl.col("start"))
    same = (pl.col("sentence_nr") == pl.col("sentence_nr").shift(1)).fill_null(False)
    return (
        events.filter(mask)
        .select("event_nr", "sentence_nr", "norm", "clause_start", "start", "end")
        .with_columns(starts=~(same & has(pl.when(same).then(gap), "coordination")))
        .with_row_index("row_nr")
        .with_columns(run_nr=pl.col("starts").cum_sum())
        .with_columns(
            run_order=(pl.col("row_nr") - _of_first("row_nr")).cast(pl.Int64),
            run_length=(_of_last("row_nr") - _of_first("row_nr") + 1).cast(pl.Int64),
            run_end=_of_last("end"),
        )
        # A list whose first member is no known word cannot be paired off.
        .with_columns(
            headless=pl.when(pl.col("starts") & (pl.col("run_length") > 1))
            .then(between(pl.col("clause_start"), pl.col("start")).str.contains(r"[、和与及]\s*$"))
            .forward_fill()
        )
        .filter(pl.col("run_length") > 1, ~pl.col("headless"))
        .select(
            "sentence_nr",
            "run_nr",
            "run_order",
            "run_length",
            "run_end",
            pl.col("event_nr").alias(f"listed_{role}"),
        )
    )


def with_lists(numbers: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Add listed_metric, listed_subject, listed_period: what a number in a list belongs to.

    Numbers in a list of n pair off with the latest list of n metrics, and of n subjects, that
    stands before them in the sentence (DAU、MAU分别为1.03亿和3.40亿).
    """
    chains = numbers.filter(pl.col("chain_length") > 1).select(
        "event_nr", "sentence_nr", "chain_start", "chain_order", run_length="chain_length"
    )
    masks = {
        "metric": pl.col("is_metric"),
        "subject": pl.col("is_subject"),
        "period": pl.col("is_period") & pl.col("part").is_not_null(),
    }
    runs = {role: _runs(events, role, mask) for role, mask in masks.items()}
    for role, listed in runs.items():
        paired = (
            chains.join(listed, on=["sentence_nr", "run_length"])
            .filter(
                pl.col("run_end") <= pl.col("chain_start"),
                pl.col("run_order") == pl.col("chain_order"),
            )
            .sort("event_nr", "run_nr")
            .unique("event_nr", keep="last", maintain_order=True)
            .select("event_nr", f"listed_{role}")
        )
        numbers = numbers.join(paired, on="event_nr", how="left", maintain_order="left")
    return _with_shared(numbers, runs["metric"])


def _with_shared(numbers: pl.DataFrame, runs: pl.DataFrame) -> pl.DataFrame:
    """One number said of several metrics (A和B都超过30%) becomes one row a metric."""
    shared = (
        numbers.filter(pl.col("chain_length") == 1, says("before", "together"))
        .select("event_nr", "sentence_nr", "start")
        .join(runs, on="sentence_nr")
        .filter(pl.col("run_end") <= pl.col("start"))
        .filter(pl.col("run_nr") == pl.col("run_nr").max().over("event_nr"))
        .select("event_nr", shared_metric="listed_metric")
    )
    row, ends = pl.int_range(pl.len()), pl.col("starts").shift(-1, fill_value=True)
    return numbers.join(shared, on="event_nr", how="left", maintain_order="left").with_columns(
        listed_metric=pl.coalesce("listed_metric", "shared_metric"),
        # Rows are final here, so a chain's first and last can be looked up by row.
        first_row=pl.when("starts").then(row).forward_fill(),
        last_row=pl.when(ends).then(row).backward_fill(),
    )
