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
    looks_ahead,
)
from ingest.numbers import read_tokens
from ingest.vocabulary import adjusted_metrics

SCOPES = ["segment", "clause", "sentence", "paragraph"]
QUARTERS = ["Q1", "Q2", "Q3", "Q4"]
# The metric that stands for a share of something that the words name no more closely.
GENERIC_SHARE = "share"


def with_pointers(events: pl.DataFrame) -> pl.DataFrame:
    """Add to each event the numbers of the events that it may be about, nearest scope first."""
    return (
        events.pipe(_with_voices).pipe(_with_topics).pipe(_with_adjusted).with_columns(_pointers())
    )


def _with_voices(events: pl.DataFrame) -> pl.DataFrame:
    """Add which words speak: subjects that are voiced, and not in passing; wholes of a share."""
    is_subject = pl.col("role").is_in(SUBJECT_ROLES)
    is_metric = pl.col("role") == "metric"
    is_period = pl.col("role") == "period"
    is_share = is_metric & (pl.col("id") == GENERIC_SHARE)
    is_word = is_subject | is_metric | is_period
    # 小米全球智能手机出货量: after a subject, words that may mean an industry mean its products.
    in_passing = (pl.col("role") == "industry") & ~has(pl.col("match"), "broad_industry")
    spoken_of = count_so_far(is_subject & ~in_passing, "sentence") > 0
    head, tail = pl.col("head"), pl.col("tail")
    muted = has(head, "mute_before") | has(tail, "mute_after") | has(head, "mute_clause")
    return events.with_columns(
        # The words of the clause before a word, and a few after it.
        head=pl.when(is_word).then(between(pl.col("clause_start"), pl.col("start"))),
        tail=pl.when(is_word).then(pl.col("norm").str.slice(pl.col("end"), 10)),
    ).with_columns(
        is_subject=is_subject,
        voiced=is_subject & ~muted & ~(in_passing & spoken_of),
        # The whole of a share (占总收入的…) is not what the sentence is about.
        is_whole=is_metric & ~is_share & (has(head, "whole_before") | has(tail, "whole_after")),
        is_share=is_share,
        is_base=is_period & (has(head, "relative_base") | has(tail, "relative_after")),
    )


def _with_topics(events: pl.DataFrame) -> pl.DataFrame:
    """Add which words what follows is about: topics, leads of paragraphs, periods set apart."""
    is_metric = pl.col("role") == "metric"
    is_period = pl.col("role") == "period"
    voiced, company = pl.col("voiced"), pl.col("voiced") & (pl.col("role") == "company")
    negative = is_metric & pl.col("can_be_negative").fill_null(False)
    # 亏损 after 经营利润 is the operating loss, and 该项支出 what was spoken of last.
    points_back = has(pl.col("match"), "loss_alone") & (
        latest(negative & ~has(pl.col("match"), "loss_alone"), "sentence")
        > latest(voiced, "sentence").fill_null(0)
    ).fill_null(False)
    another = voiced & (pl.col("id") != before("id", voiced, "sentence")).fill_null(True)
    return events.with_columns(
        is_topic=is_metric
        & ~pl.col("is_whole")
        & ~pl.col("is_share")
        & ~points_back
        & ~has(pl.col("head"), "stand_in"),
        opens=voiced & (count_so_far(voiced, "sentence") == 1),
        # A paragraph is about what it voices first, unless it opens with a list of several.
        leads=voiced
        & (count_so_far(voiced, "paragraph") == 1)
        & ((count_in(another, "sentence") <= 1) | company),
        heads=company & (count_so_far(company, "paragraph") == 1),
        is_company=company,
        # 去年同期 and the like speak of the one number that follows, not of the sentence.
        local=is_period
        & (
            (pl.col("part") == "SAME").fill_null(False)
            | (pl.col("quarter_offset") != 0)
            | (pl.col("year_offset") < 0)
            | pl.col("is_base")
            | (
                (pl.col("year") < pl.col("default_year")).fill_null(False)
                & (count_so_far(is_period, "sentence") > 1)
            )
        ),
    )


def _with_adjusted(events: pl.DataFrame) -> pl.DataFrame:
    """非公认会计准则下，净利润…: a profit on an adjusted basis is the adjusted metric."""
    basis = pl.when(pl.col("is_topic")).then(between(pl.col("last_end"), pl.col("start")))
    return (
        events.join(adjusted_metrics(), on="id", how="left", maintain_order="left")
        .with_columns(
            id=pl.when(has(basis, "adjusted"))
            .then(pl.coalesce("adjusted_id", "id"))
            .otherwise("id")
        )
        .drop("adjusted_id")
    )


def _pointers() -> list[pl.Expr]:
    """The pointers: what each event, if it is a number, may be about."""
    is_topic, local, voiced = pl.col("is_topic"), pl.col("local"), pl.col("voiced")
    is_period = pl.col("role") == "period"
    opening = is_period & ~local & pl.col("part").is_not_null()
    families = {
        "any": is_topic,
        "currency": is_topic & (pl.col("metric_dimension") == "currency"),
        "count": is_topic & ~pl.col("metric_dimension").is_in(["currency", "ratio"]),
        "ratio": is_topic & (pl.col("value_kind") == "share"),
        "amount": is_topic & (pl.col("value_kind") != "share"),
    }
    pointers = {
        f"metric_{family}_{scope}": latest(mask, scope)
        for family, mask in families.items()
        for scope in SCOPES
    } | {
        "metric_count_heading": latest(families["count"] & pl.col("is_heading"), "heading"),
        "metric_next": after("event_nr", is_topic, "clause"),
        "whole_clause": latest(pl.col("is_whole"), "clause"),
        "share_clause": latest(pl.col("is_share"), "clause"),
        "subject_segment": latest(voiced, "segment"),
        "subject_sentence": latest(voiced, "sentence"),
        "subject_muted": latest(pl.col("is_subject"), "segment"),
        "subject_aside": latest(pl.col("is_subject") & (pl.col("role") != "self"), "sentence"),
        "subject_topic": latest(pl.col("leads"), "paragraph"),
        "subject_heading": latest(pl.col("opens") & pl.col("is_heading"), "heading"),
        # Whose segments these are: the company of the sentence, or first in the paragraph.
        "owner": pl.coalesce(
            latest(pl.col("is_company"), "sentence"), latest(pl.col("heads"), "paragraph")
        ),
        "period_local": latest(local, "segment"),
        "period_aside": latest(local & ~pl.col("is_base"), "lead"),
        "period_sentence": latest(opening, "sentence"),
        "period_heading": latest(opening & pl.col("is_heading"), "heading"),
        "period_paragraph": latest(
            is_period & ~local & ~looks_ahead() & pl.col("part").is_in(QUARTERS), "paragraph"
        ),
        "term_end": before("end", pl.col("is_subject") | is_period, "segment").fill_null(0),
        "heading_ahead": latest(
            pl.col("is_heading") & has(pl.col("norm"), "forecast"), "heading"
        ).is_not_null(),
    }
    return [expression.alias(name) for name, expression in pointers.items()]


def follow(
    numbers: pl.DataFrame, events: pl.DataFrame, pointer: str, *columns: str
) -> pl.DataFrame:
    """Join the events that a pointer names; their columns are prefixed with the pointer's name."""
    target = events.select(
        pl.col("event_nr").alias(pointer), pl.col(columns).name.prefix(f"{pointer}_")
    )
    return numbers.join(target, on=pointer, how="left", maintain_order="left")


def numbers_in_context(events: pl.DataFrame) -> pl.DataFrame:
    """Number events with their reading and the words around them.

    before: the words since the last number or the clause's start; lead: since the last number in
    the sentence; after: up to the next number or the clause's end. The numbers of a
    list (10%、12%和15%) are a chain: chain_head holds the words before its first number.
    """
    numbers = events.filter("is_number").with_columns(
        before_start=pl.max_horizontal("last_end", "clause_start")
    )
    numbers = numbers.with_columns(
        before=between(pl.col("before_start"), pl.col("start")),
        lead=between(pl.col("last_end"), pl.col("start")),
        clause_before=between(pl.col("clause_start"), pl.col("start")),
        after=between(pl.col("end"), pl.col("next_start")),
        sentence_before=pl.col("norm").str.slice(0, pl.col("start")),
    )
    first = pl.col("sentence_nr").ne(pl.col("sentence_nr").shift(1)).fill_null(True)
    return (
        numbers.rename({"match": "token"})
        .join(read_tokens(numbers["match"]), on="token", how="left", maintain_order="left")
        .with_columns(
            starts=first
            | ~has(pl.col("lead"), "list_separator")
            | pl.col("form").ne_missing(pl.col("form").shift(1))
        )
        .with_row_index("row_nr")
        .with_columns(
            # A chain is a run of rows, so its first and last rows fill all of it.
            **{f"chain_{name}": _of_first(name) for name in ("lead", "start", "row_nr")},
            chain_head=_of_first("before"),
            chain_after=_of_last("after"),
            chain_length=(_of_last("row_nr") - _of_first("row_nr") + 1).cast(pl.Int64),
        )
        .with_columns(chain_order=(pl.col("row_nr") - pl.col("chain_row_nr")).cast(pl.Int64))
    )


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
        "metric": pl.col("role") == "metric",
        "subject": pl.col("is_subject"),
        "period": (pl.col("role") == "period") & pl.col("part").is_not_null(),
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
        numbers.filter(pl.col("chain_length") == 1, has(pl.col("before"), "together"))
        .select("event_nr", "sentence_nr", "start")
        .join(runs, on="sentence_nr")
        .filter(pl.col("run_end") <= pl.col("start"))
        .filter(pl.col("run_nr") == pl.col("run_nr").max().over("event_nr"))
        .select("event_nr", shared_metric="listed_metric")
    )
    return numbers.join(shared, on="event_nr", how="left", maintain_order="left").with_columns(
        listed_metric=pl.coalesce("listed_metric", "shared_metric")
    )
