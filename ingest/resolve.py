"""Who, what, when: numbers in their context → figures, or rejects with a reason.

What a number is about is the last word of the right sort before it, within a scope that widens
from the words since the last number to the clause, the sentence and the paragraph. Each step is
a forward fill, a gather or a join over whole columns, never a loop over sentences.
"""

import polars as pl

from ingest.clauses import split_sentences
from ingest.events import (
    SUBJECT_ROLES,
    between,
    code_of,
    cue,
    find_events,
    has,
    latest,
    looks_ahead,
    with_defaults,
)
from ingest.figures import FIGURES, REASONS, REJECTED_FIGURES
from ingest.numbers import VALUE, read_tokens
from ingest.vocabulary import companies, metric_terms, metrics, subject_terms

_SCOPES = ["segment", "clause", "sentence", "paragraph"]
# Ids that stand in no dictionary because they are parts of speech here.
_GENERIC_SHARE = "share"
# Forms whose small numbers in characters do measure something (两小时, 三成).
_MEASURED = ["currency", "duration", "ratio", "points", "multiple", "doubling", "none"]
_QUARTERS = ["Q1", "Q2", "Q3", "Q4"]
_PART_ORDER = {"Q1": 1, "H1": 2, "Q2": 2, "Q3": 3, "9M": 3, "Q4": 4, "H2": 4, "FY": 4}


def extract(articles: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Articles (article_id, title, published_on, text) → figures and rejected figures.

    The frames have the columns of `figures.FIGURES` and `figures.REJECTED_FIGURES` without
    run_id, which the load adds.
    """
    sentences = split_sentences(articles)
    events = with_defaults(find_events(sentences), articles)
    events = _with_pointers(events)
    numbers = (
        _read_numbers(events)
        .pipe(_with_lists, events)
        .pipe(_with_metric, events)
        .pipe(_with_kind)
        .pipe(_with_share_metric, events)
        .pipe(_with_adjusted)
        .pipe(_with_plain_revenue, events)
        .pipe(_with_subject, events)
        .pipe(_with_echo)
        .pipe(_with_period, events)
        .pipe(_with_inherited)
        .pipe(_with_unit)
        .pipe(_with_bounds)
        .pipe(_with_reason)
        .pipe(_with_confidence)
    )
    no_figures = pl.concat(
        [
            numbers.filter(pl.col("reason").is_not_null()),
            events.filter(pl.col("role").is_in(["span", "rank", "name"])).with_columns(
                reason="role"
            ),
        ],
        how="diagonal_relaxed",
    )
    return _figures(numbers, sentences), _rejected(no_figures, sentences)


# --- context: what each number may be about -------------------------------------------------------


def _with_pointers(events: pl.DataFrame) -> pl.DataFrame:
    """Add to each event the numbers of the events that it may be about, nearest scope first."""
    clause_head = between(pl.col("clause_start"), pl.col("start"))
    tail = pl.col("norm").str.slice(pl.col("end"), 10)
    is_subject = pl.col("role").is_in(SUBJECT_ROLES)
    is_metric = pl.col("role") == "metric"
    is_period = pl.col("role") == "period"
    # The whole of a share (占总收入的…) is not what the sentence is about.
    is_whole = is_metric & (has(clause_head, "whole_before") | has(tail, "whole_after"))
    is_share = is_metric & (pl.col("id") == _GENERIC_SHARE)
    # 亏损 after 经营利润 is the operating loss, and 该项支出 what was spoken of last.
    voiced = is_subject & ~(
        has(clause_head, "mute_before") | has(tail, "mute_after") | has(clause_head, "mute_clause")
    )
    negative = is_metric & pl.col("can_be_negative").fill_null(False)
    events = (
        events.with_columns(
            is_subject=is_subject,
            voiced=voiced,
            is_whole=is_whole,
            is_share=is_share,
            negative_before=latest(negative & ~has(pl.col("match"), "loss_alone"), "sentence_nr"),
            is_base=is_period & (has(clause_head, "relative_base") | has(tail, "relative_after")),
            voiced_before=latest(voiced, "sentence_nr"),
            spoken_before=is_period.cast(pl.Int32).cum_sum().over("sentence_nr") > 1,
        )
        .with_columns(
            opens=pl.col("voiced") & pl.col("voiced").cum_sum().over("sentence_nr").eq(1),
            is_company=pl.col("voiced") & (pl.col("role") == "company"),
        )
        .with_columns(
            leads=pl.col("voiced") & pl.col("voiced").cum_sum().over("paragraph_nr").eq(1),
            heads=pl.col("is_company") & pl.col("is_company").cum_sum().over("paragraph_nr").eq(1),
            # 去年同期 and the like speak of the one number that follows, not of the sentence.
            local=is_period
            & (
                (pl.col("part") == "SAME").fill_null(False)
                | (pl.col("quarter_offset") != 0)
                | (pl.col("year_offset") < 0)
                | pl.col("is_base")
                | (
                    (pl.col("year") < pl.col("default_year")).fill_null(False)
                    & pl.col("spoken_before")
                )
            ),
            # 亏损 after 经营利润 is the operating loss, and 该项支出 what was spoken of last.
            is_topic=is_metric
            & ~pl.col("is_whole")
            & ~pl.col("is_share")
            & ~(
                has(pl.col("match"), "loss_alone")
                & (pl.col("negative_before") > pl.col("voiced_before").fill_null(0)).fill_null(
                    False
                )
            )
            & ~has(clause_head, "stand_in"),
        )
    )
    is_topic, local = pl.col("is_topic"), pl.col("local")
    families = {
        "any": is_topic,
        "currency": is_topic & (pl.col("metric_dimension") == "currency"),
        "count": is_topic & ~pl.col("metric_dimension").is_in(["currency", "ratio"]),
        "ratio": is_topic & (pl.col("value_kind") == "share"),
        "amount": is_topic & (pl.col("value_kind") != "share"),
    }
    return events.with_columns(
        *(
            latest(mask, f"{scope}_nr").alias(f"metric_{family}_{scope}")
            for family, mask in families.items()
            for scope in _SCOPES
        ),
        metric_next=pl.when(is_topic).then("event_nr").shift(-1).backward_fill().over("clause_nr"),
        whole_clause=latest(pl.col("is_whole"), "clause_nr"),
        share_clause=latest(pl.col("is_share"), "clause_nr"),
        term_end=pl.when(pl.col("is_subject") | is_period)
        .then("end")
        .forward_fill()
        .over("segment_nr")
        .fill_null(0),
        subject_segment=latest(pl.col("voiced"), "segment_nr"),
        subject_sentence=latest(pl.col("voiced"), "sentence_nr"),
        subject_muted=latest(pl.col("is_subject"), "segment_nr"),
        subject_aside=latest(pl.col("is_subject") & (pl.col("role") != "self"), "sentence_nr"),
        subject_topic=latest(pl.col("leads"), "paragraph_nr"),
        subject_heading=latest(pl.col("opens") & pl.col("is_heading"), "heading_nr"),
        # Whose segments these are: the company of the sentence, or first in the paragraph.
        owner=pl.coalesce(
            latest(pl.col("is_company"), "sentence_nr"), latest(pl.col("heads"), "paragraph_nr")
        ),
        period_local=latest(local, "segment_nr"),
        period_aside=latest(local & ~pl.col("is_base"), "lead_nr"),
        period_sentence=latest(is_period & ~local & pl.col("part").is_not_null(), "sentence_nr"),
        heading_ahead=(pl.col("is_heading") & has(pl.col("norm"), "forecast"))
        .any()
        .over("heading_nr"),
        period_heading=latest(
            is_period & pl.col("is_heading") & ~local & pl.col("part").is_not_null(), "heading_nr"
        ),
        period_paragraph=latest(
            is_period & ~local & ~looks_ahead() & pl.col("part").is_in(_QUARTERS), "paragraph_nr"
        ),
    )


def _follow(
    numbers: pl.DataFrame, events: pl.DataFrame, pointer: str, *columns: str
) -> pl.DataFrame:
    """Join the events that a pointer names; their columns are prefixed with the pointer's name."""
    target = events.select(
        pl.col("event_nr").alias(pointer), pl.col(columns).name.prefix(f"{pointer}_")
    )
    return numbers.join(target, on=pointer, how="left", maintain_order="left")


def _read_numbers(events: pl.DataFrame) -> pl.DataFrame:
    """Number events with their reading and the words around them.

    before: the words since the last number or the clause's start; lead: since the last number in
    the sentence; after: up to the next number or the clause's end; chain_nr groups the numbers of
    a list (10%、12%和15%), chain_head holds the words before the list's first number.
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
        .with_columns(chain_nr=pl.col("starts").cum_sum())
        .with_columns(
            chain_head=pl.col("before").first().over("chain_nr"),
            chain_lead=pl.col("lead").first().over("chain_nr"),
            chain_after=pl.col("after").last().over("chain_nr"),
            chain_start=pl.col("start").first().over("chain_nr"),
            chain_order=pl.col("event_nr").cum_count().over("chain_nr") - 1,
            chain_length=pl.len().over("chain_nr"),
        )
    )


# --- lists: 分别为 -------------------------------------------------------------------------------


def _runs(events: pl.DataFrame, role: str, mask: pl.Expr) -> pl.DataFrame:
    """Coordinated events (A、B和C): run_nr, order in the run, length of the run."""
    listed = events.filter(mask)
    gap = pl.col("norm").str.slice(
        pl.col("end").shift(1), pl.max_horizontal(pl.col("start") - pl.col("end").shift(1), 0)
    )
    continues = pl.col("sentence_nr").eq(pl.col("sentence_nr").shift(1)) & has(gap, "coordination")
    return (
        listed.with_columns(run_nr=(~continues.fill_null(False)).cum_sum())
        .with_columns(
            run_order=pl.col("event_nr").cum_count().over("run_nr").cast(pl.Int64) - 1,
            run_length=pl.len().over("run_nr"),
            run_end=pl.col("end").max().over("run_nr"),
            # A list whose first member is no known word cannot be paired off.
            headless=between(pl.lit(0), pl.col("start"))
            .str.contains(r"[、和与及]\s*$")
            .first()
            .over("run_nr"),
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


def _with_lists(numbers: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
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
    for role, mask in masks.items():
        paired = (
            chains.join(_runs(events, role, mask), on=["sentence_nr", "run_length"])
            .filter(
                pl.col("run_end") <= pl.col("chain_start"),
                pl.col("run_order") == pl.col("chain_order"),
            )
            .sort("event_nr", "run_nr")
            .unique("event_nr", keep="last", maintain_order=True)
            .select("event_nr", f"listed_{role}")
        )
        numbers = numbers.join(paired, on="event_nr", how="left", maintain_order="left")
    return _with_shared(numbers, _runs(events, "metric", masks["metric"]))


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


# --- what ----------------------------------------------------------------------------------------


def _with_metric(numbers: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Add metric (an event_nr) with its traits, and label: the article's own words where unknown.

    Which metrics come into question depends on the number's form: an amount of money is of a
    metric in money, points are of a ratio, a growth may be of any.
    """
    family = (
        pl.when(pl.col("form") == "currency")
        .then(pl.lit("currency"))
        .when(pl.col("form") == "points")
        .then(pl.lit("ratio"))
        .when(pl.col("form").is_in(["ratio", "multiple", "doubling"]))
        .then(pl.lit("any"))
        .when(pl.col("form") == "none")
        .then(pl.lit("amount"))
        .otherwise(pl.lit("count"))
    )

    def of_family(scope: str) -> pl.Expr:
        return pl.coalesce(
            pl.when(pl.col("family") == name).then(f"metric_{name}_{scope}")
            for name in ("any", "currency", "count", "ratio", "amount")
        )

    next_text = pl.when(pl.col("metric_next").is_not_null()).then(
        between(pl.col("end"), pl.col("metric_next_start"))
    )
    next_fits = (
        (pl.col("family") == "any")
        | ((pl.col("family") == "amount") & (pl.col("metric_next_value_kind") != "share"))
        | (pl.col("family") == pl.col("metric_next_metric_dimension"))
        | (
            (pl.col("family") == "count")
            & ~pl.col("metric_next_metric_dimension").is_in(["currency", "ratio"])
        )
    )
    touches = next_fits & next_text.str.contains(r"^\s*(?:的|多的|以上的|左右的)?\s*$")
    near = next_fits & has(next_text, "near_after") & ~has(next_text, "direction")
    own_words = between(pl.max_horizontal("before_start", "term_end"), pl.col("start"))
    label = own_words.str.extract(cue("head_noun"))
    of_whole = pl.col("whole_clause").is_not_null() | pl.col("share_clause").is_not_null()
    label = pl.when(~has(label, "growth_noun") & ~has(label, "bare_noun") & ~of_whole).then(label)
    return (
        _follow(numbers, events, "metric_next", "start", "value_kind", "metric_dimension")
        .with_columns(
            family=family,
            label=label,
            label_from=pl.max_horizontal("before_start", "term_end"),
            label_at=own_words.str.find(label, literal=True).cast(pl.Int64),
        )
        .with_columns(next_touches=touches.fill_null(False))
        .with_columns(
            metric=pl.coalesce(
                "listed_metric",
                pl.when(touches & of_family("segment").is_null()).then("metric_next"),
                of_family("segment"),
                pl.when(near).then("metric_next"),
                of_family("clause"),
                pl.when(pl.col("label").is_null()).then(of_family("sentence")),
                pl.when(pl.col("label").is_null() & (pl.col("family") != "count")).then(
                    of_family("paragraph")
                ),
            )
        )
        .pipe(
            _follow,
            events,
            "metric",
            "start",
            "end",
            "match",
            "id",
            "name",
            "value_kind",
            "metric_dimension",
            "metric_unit",
            "subject_level",
            "can_be_negative",
            "home_subject_id",
            "sentence_nr",
            "segment_nr",
            "subject_segment",
            "subject_sentence",
        )
        .pipe(_with_counted_metric)
        .with_columns(
            metric_id=pl.when(
                (pl.col("form") == "currency")
                & has(pl.col("before"), "per_share")
                & (pl.col("value") < 1000)
            )
            .then(
                pl.when(pl.col("metric_id").is_in(["dividends", "dps"]))
                .then(pl.lit("dps"))
                .otherwise(pl.lit("eps"))
            )
            .otherwise("metric_id")
        )
        .with_columns(
            since_metric=pl.when(pl.col("metric_sentence_nr") == pl.col("sentence_nr")).then(
                between(pl.col("metric_end"), pl.col("start"))
            )
        )
    )


def _with_counted_metric(numbers: pl.DataFrame) -> pl.DataFrame:
    """What is counted in words of its own is no count of anything spoken of before.

    115076名员工 names its metric within the unit; 157座城市 has a unit that one metric has.
    """
    named = metric_terms().select(counted_noun="alias", named_id="id")
    counted = (
        metrics()
        .filter(~pl.col("unit_id").is_in(["people", "times", "CNY", "ratio"]))
        .unique("unit_id", keep="first", maintain_order=True)
        .select(unit_id="unit_id", counted_id="metric_id", counted_unit="unit_id")
    )
    numbers = (
        numbers.with_columns(counted_noun=pl.col("unit_word").str.slice(1))
        .join(named, on="counted_noun", how="left", maintain_order="left")
        .join(counted, on="unit_id", how="left", maintain_order="left")
        .with_columns(
            counted_id=pl.coalesce("named_id", "counted_id"),
            counted_unit=pl.coalesce("counted_unit", "unit_id"),
        )
    )
    foreign = (
        (pl.col("form") == "count")
        & (pl.col("unit_word").str.len_chars() > 1)
        & (pl.col("metric_metric_unit") != pl.col("unit_id")).fill_null(True)
        & (pl.col("metric_segment_nr") != pl.col("segment_nr")).fill_null(True)
        & pl.col("counted_id").is_not_null()
    )
    return numbers.with_columns(
        metric_id=pl.when(foreign).then("counted_id").otherwise("metric_id"),
        metric_metric_unit=pl.when(foreign).then("counted_unit").otherwise("metric_metric_unit"),
        metric_metric_dimension=pl.when(foreign)
        .then(pl.lit("count"))
        .otherwise("metric_metric_dimension"),
        metric_match=pl.when(foreign).then("unit_word").otherwise("metric_match"),
    )


def _with_kind(numbers: pl.DataFrame) -> pl.DataFrame:
    """Add kind, comparison, sign and qualifier: what sort of statement the number makes."""
    head, after = pl.col("chain_head"), pl.col("after")
    last = pl.col("chain_after")
    is_share_metric = (pl.col("metric_value_kind") == "share").fill_null(False)
    grows = has(head, "growth_noun")
    grows_after = has(last, "growth_after")
    is_multiple = pl.col("form") == "multiple"
    lands = has(head, "arrival") | (is_multiple & has(head, "multiple_base"))
    # 提升至95% is where a ratio stands; 增速放缓至11% is still a growth, for 增速 says so.
    stands = has(head, "move_to") & ~has(head, "rise_noun") & ~has(head, "fall_noun")
    moved = has(pl.col("before"), "change_before") & ~has(pl.col("before"), "arrival")
    composed = pl.col("whole_clause").is_not_null() | pl.col("share_clause").is_not_null()
    ratio = (
        pl.when(grows_after)
        .then(pl.lit("growth"))
        .when(pl.col("token").str.contains(r"^[+＋-]"))
        .then(pl.lit("growth"))
        .when((composed | is_share_metric) & (lands | ~grows))
        .then(pl.lit("share"))
        .when(stands)
        .then(pl.lit("share"))
        .when(grows)
        .then(pl.lit("growth"))
        .when(has(head, "share_noun") | has(after, "share_after"))
        .then(pl.lit("share"))
        .when(has(pl.col("lead"), "growth_noun"))
        .then(pl.lit("growth"))
        .when(is_share_metric)
        .then(pl.lit("share"))
    )
    multiple = pl.when(
        has(head, "growth_noun") | has(head, "change_before") | grows_after | lands
    ).then(pl.lit("growth"))
    numbers = numbers.with_columns(
        kind=pl.when(pl.col("form") == "points")
        .then(pl.lit("change"))
        .when(pl.col("form") == "doubling")
        .then(pl.lit("growth"))
        .when(pl.col("form") == "multiple")
        .then(multiple)
        .when(pl.col("form") == "ratio")
        .then(ratio)
        .when(moved)
        .then(pl.lit("change"))
        .otherwise(pl.lit("level")),
        lands=lands,
    ).with_columns(
        # 而一季度还有18.1%: what the number before it in the sentence was, this is too.
        kind=pl.when(pl.col("form") == "ratio")
        .then(
            pl.coalesce(
                "kind",
                pl.when(has(pl.col("lead"), "copula")).then(
                    pl.when(pl.col("form") == "ratio")
                    .then("kind")
                    .forward_fill()
                    .over("sentence_nr")
                ),
            )
        )
        .otherwise("kind")
    )
    moves = pl.col("kind").is_in(["growth", "change"])
    comparison = pl.coalesce(
        code_of(pl.col("before"), "comparison"),
        code_of(head, "comparison"),
        code_of(pl.col("chain_lead"), "comparison"),
        code_of(last, "comparison_after"),
        code_of(pl.col("clause_before"), "comparison"),
        code_of(pl.col("sentence_before"), "comparison"),
    )
    # 增速 names a rise and 降幅 a fall, whatever became of them.
    noun_sign = pl.when(has(head, "rise_noun")).then(1).when(has(head, "fall_noun")).then(-1)
    up, down = cue("direction", "up"), cue("direction", "down")
    direction = pl.coalesce(
        pl.col("before").str.extract(f".*({up}|{down})"),
        head.str.extract(f".*({up}|{down})"),
        last.str.extract(f"^[^,，]{{0,8}}?({up}|{down})"),
        pl.col("chain_lead").str.extract(f".*({up}|{down})"),
    )
    falls = direction.str.contains(f"^(?:{down})$").fill_null(False)
    is_loss = (
        (
            has(pl.col("metric_match"), "loss")
            & (pl.col("metric_sentence_nr") == pl.col("sentence_nr"))
        )
        | has(head, "loss")
        | has(pl.col("since_metric"), "loss")
    ) & ~has(head, "not_loss") & ~has(pl.col("since_metric"), "not_loss") | has(after, "loss_after")
    sign = (
        pl.when(moves)
        .then(pl.coalesce(noun_sign, pl.when(falls).then(-1), 1))
        .when(is_loss & pl.col("form").is_in(["currency", "none"]))
        .then(-1)
        .otherwise(1)
    )
    qualifier = pl.coalesce(
        pl.when(pl.col("qualifier") != "eq").then("qualifier"),
        pl.when(has(pl.col("before"), "not_qualifier")).then(pl.lit("eq")),
        code_of(pl.col("before"), "qualifier_before"),
        code_of(after, "qualifier_after"),
        pl.when(pl.col("chain_order") > 0).then(code_of(head, "qualifier_before")),
        pl.lit("eq"),
    )
    return numbers.with_columns(
        comparison=pl.when(moves).then(comparison),
        sign=pl.when(pl.col("value") < 0).then(1).otherwise(sign),
        qualifier=qualifier,
        value=pl.when((pl.col("form") == "multiple") & pl.col("lands"))
        .then(pl.col("value") - 1)
        .otherwise("value"),
    )


def _with_share_metric(numbers: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Add metric_id: as found, or for a share of a whole the ratio of the part to the whole.

    研发费用…占收入的1.5% is the R&D expense ratio, 收入…占比19% the share of revenue: the ratio is
    looked up by its numerator and denominator in the metric dictionary.
    """
    ratios = metrics().filter(pl.col("numerator_metric_id").is_not_null())
    exact = ratios.select(
        part_id="numerator_metric_id", whole_id="denominator_metric_id", exact_id="metric_id"
    ).unique(["part_id", "whole_id"], keep="first", maintain_order=True)
    of_whole = (
        ratios.filter(pl.col("denominator_scope") == "parent")
        .select(whole_id="denominator_metric_id", of_whole_id="metric_id")
        .unique("whole_id", keep="first", maintain_order=True)
    )
    is_share = pl.col("kind") == "share"
    is_composed = is_share & (
        (pl.col("metric_value_kind") != "share").fill_null(True)
        | pl.col("whole_clause").is_not_null()
    )
    # 经调整EBITDA为47.6亿元，利润率32%: the margin of the profit spoken of.
    is_margin = pl.col("metric_id") == "profit_margin"
    names_share = pl.col("share_clause").is_not_null()
    numbers = (
        _follow(numbers, events, "whole_clause", "id")
        .pipe(_follow, events, "metric_currency_sentence", "id")
        .with_columns(
            part_id=pl.when(is_margin).then("metric_currency_sentence_id").otherwise("metric_id"),
            whole_id=pl.coalesce(
                "whole_clause_id",
                # 占八成收入
                pl.when(has(pl.col("before"), "takes") & pl.col("next_touches")).then("metric_id"),
                pl.when(names_share | is_margin).then(pl.lit("revenue")),
            ),
        )
        .join(exact, on=["part_id", "whole_id"], how="left", maintain_order="left")
        .join(of_whole, on="whole_id", how="left", maintain_order="left")
        .with_columns(
            composed_id=pl.coalesce(
                "exact_id",
                pl.when(
                    pl.col("whole_clause").is_not_null()
                    | (has(pl.col("before"), "takes") & pl.col("next_touches"))
                ).then("of_whole_id"),
                pl.when(names_share).then(pl.lit(_GENERIC_SHARE)),
            )
        )
        .with_columns(
            composed_id=pl.when(is_margin)
            .then("exact_id")
            .when(is_composed)
            .then(
                # 占比由18%升至24%: the second is a share of the same.
                pl.coalesce(
                    "composed_id",
                    pl.when(is_composed).then("composed_id").forward_fill().over("sentence_nr"),
                )
            )
        )
    )
    return numbers.with_columns(
        metric_id=pl.when(is_composed)
        .then("composed_id")
        .otherwise(pl.coalesce("composed_id", "metric_id")),
        metric_subject_level=pl.when(is_composed)
        .then(pl.lit("any"))
        .otherwise("metric_subject_level"),
    )


def _with_adjusted(numbers: pl.DataFrame) -> pl.DataFrame:
    """非公认会计准则下，净利润…: a profit on an adjusted basis is the adjusted metric."""
    known = metrics().select(adjusted_id="metric_id", is_known=pl.lit(True))
    basis = pl.col("sentence_before").str.extract(r"([^；;]*)$")
    adjusted = pl.lit("adjusted_") + pl.col("metric_id").str.strip_suffix("_attributable")
    return (
        numbers.with_columns(adjusted_id=pl.when(has(basis, "adjusted")).then(adjusted))
        .join(known, on="adjusted_id", how="left", maintain_order="left")
        .with_columns(
            metric_id=pl.when(pl.col("is_known")).then("adjusted_id").otherwise("metric_id")
        )
        .drop("is_known")
    )


# --- who -----------------------------------------------------------------------------------------


def _with_plain_revenue(numbers: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """云音乐：20亿元，同比减少1.8%: money beside a segment's bare name is its revenue."""
    bare_name = (
        pl.col("metric_id").is_null()
        & (pl.col("form") == "currency")
        & pl.col("subject_segment_role").is_in(["segment", "product", "app"])
        & has(between(pl.col("subject_segment_end"), pl.col("start")), "names_amount")
    )
    metric_id = pl.when(bare_name).then(pl.lit("revenue")).otherwise("metric_id")
    follows = pl.col("metric_id").is_null() & pl.col("label").is_null()
    return (
        _follow(numbers, events, "subject_segment", "role", "end")
        .with_columns(metric_id=metric_id)
        .with_columns(
            metric_id=pl.when(follows)
            .then(pl.col("metric_id").forward_fill().over("sentence_nr"))
            .otherwise("metric_id")
        )
    )


def _with_subject(numbers: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Add subject_id, subject_name, subject_type and company_id.

    The subject is the last one voiced before the number; a metric that only companies (or apps)
    have climbs from a segment to the company.
    """
    touching = has(between(pl.col("subject_muted_end"), pl.col("start")), "subject_touches")
    home = (
        subject_terms()
        .unique("id", keep="first", maintain_order=True)
        .select(metric_home_subject_id="id", home_id="id", home_name="name", home_type="role")
    )
    return (
        _follow(numbers, events, "subject_muted", "end")
        .with_columns(
            subject=pl.coalesce(
                "listed_subject",
                "subject_segment",
                pl.when(touching).then("subject_muted"),
                "subject_sentence",
                "metric_subject_sentence",
                "subject_topic",
                "subject_heading",
                "subject_aside",
            )
        )
        .pipe(
            _follow,
            events,
            "subject",
            "role",
            "id",
            "name",
            "company_id",
            "start",
            "end",
            "sentence_nr",
        )
        .pipe(_follow, events, "owner", "id")
        .with_columns(owner_id=pl.coalesce("owner_id", "default_company"))
        .with_columns(
            is_home=pl.col("metric_home_subject_id").is_not_null()
            & (
                pl.col("subject_segment").is_null()
                | pl.col("subject_role").is_in(["self", "company"])
            ),
            climbs=(pl.col("subject_role") == "self")
            | pl.col("subject").is_null()
            | (
                (pl.col("metric_subject_level") == "company")
                & ~pl.col("subject_role").is_in(["company", "industry"])
            )
            | (
                (pl.col("metric_subject_level") == "app")
                & ~pl.col("subject_role").is_in(["company", "app", "industry", "product"])
            ),
        )
        .with_columns(
            home_company=pl.when("climbs")
            .then(pl.coalesce("subject_company_id", "owner_id"))
            .otherwise("subject_company_id")
        )
        .join(
            companies().select(home_company="company_id", home_name="name_zh"),
            on="home_company",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            subject_id=pl.when("climbs").then("home_company").otherwise("subject_id"),
            subject_name=pl.when("climbs").then("home_name").otherwise("subject_name"),
            subject_type=pl.when("climbs").then(pl.lit("company")).otherwise("subject_role"),
            company_id=pl.when(pl.col("climbs") | (pl.col("subject_role") == "industry"))
            .then("home_company")
            .otherwise(pl.coalesce("subject_company_id", "owner_id")),
        )
        .join(home, on="metric_home_subject_id", how="left", maintain_order="left")
        .with_columns(
            pl.when("is_home")
            .then(pl.col(f"home_{name}"))
            .otherwise(pl.col(f"subject_{name}"))
            .alias(f"subject_{name}")
            for name in ("id", "name", "type")
        )
        .with_columns(
            company_id=pl.when(pl.col("is_home") & (pl.col("subject_type") == "industry"))
            .then(None)
            .otherwise("company_id"),
            subject_name=pl.col("subject_name").fill_null("未知"),
            subject_type=pl.when(pl.col("subject_id").is_null())
            .then(pl.lit("unknown"))
            .otherwise("subject_type"),
        )
    )


def _with_echo(numbers: pl.DataFrame) -> pl.DataFrame:
    """二者分别增长14.8%、5.8%: a list that names nothing is of the list before."""
    echoed = [
        "subject_id",
        "subject_name",
        "subject_type",
        "company_id",
        "metric_id",
        "metric_match",
        "metric_metric_unit",
        "metric_metric_dimension",
    ]
    # 每股0.40美元，去年同期为0.31美元: a clause that names only another time is of the same thing.
    parallel = (
        pl.col("subject_segment").is_null()
        & (pl.col("metric_segment_nr") != pl.col("segment_nr")).fill_null(True)
        & (pl.col("period_local").is_not_null() | pl.col("period_aside").is_not_null())
        & has(pl.col("lead"), "copula")
        & (pl.col("unit_id") == pl.col("unit_id").shift(1))
        & (pl.col("sentence_nr") == pl.col("sentence_nr").shift(1))
    )
    unnamed = (
        pl.col("listed_metric").is_null()
        & pl.col("listed_subject").is_null()
        & pl.col("listed_period").is_null()
        & has(pl.col("chain_head"), "distribute")
        & (pl.col("metric_segment_nr") != pl.col("segment_nr"))
        .first()
        .over("chain_nr")
        .fill_null(True)
    )

    def before(column: str) -> pl.Expr:
        return pl.coalesce(
            pl.when(parallel).then(pl.col(column).shift(1)),
            *(
                pl.when(
                    unnamed
                    & (pl.col("chain_length") == n)
                    & (pl.col("sentence_nr") == pl.col("sentence_nr").shift(n))
                ).then(pl.col(column).shift(n))
                for n in (2, 3, 4, 5)
            ),
        )

    return numbers.with_columns(pl.coalesce(before(name), name).alias(name) for name in echoed)


# --- when ----------------------------------------------------------------------------------------


def _with_period(numbers: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Add period_id, period_basis, and whether the figure lies ahead (forecast or target)."""
    parts = ["year", "year_offset", "quarter_offset", "part", "fiscal", "start", "end", "match"]
    # A past period set apart by a comma (去年同期，净利润为…) holds unless another came since.
    aside = pl.when(pl.col("period_aside") > pl.col("period_sentence").fill_null(0)).then(
        "period_aside"
    )
    numbers = (
        numbers.with_columns(
            period_local=pl.coalesce(
                pl.when(pl.col("kind").is_in(["level", "share"])).then("listed_period"),
                "period_local",
                aside,
            )
        )
        .pipe(_follow, events, "period_local", *parts, "is_base")
        .pipe(_follow, events, "period_sentence", *parts)
        .pipe(_follow, events, "period_paragraph", *parts)
        .pipe(_follow, events, "period_heading", *parts)
    )
    states = pl.col("kind").is_in(["level", "share"])
    # 较去年同期增长至100亿 lands in the article's own period.
    since_local = between(pl.col("period_local_end"), pl.col("start"))
    use_local = pl.col("period_local").is_not_null() & (
        (states & ~has(since_local, "growth_noun"))
        | (
            (pl.col("kind") == "growth")
            & ~pl.col("period_local_is_base")
            & has(pl.col("lead"), "copula")
            & (pl.col("form") == "ratio")
        )
    )
    # 毛利率从29.9%降至16.8%: the first is of the time compared with, where that is known.
    starts_movement = (
        states
        & has(pl.col("before"), "from")
        & ~has(pl.col("metric_match"), "forecast_after")
        & (pl.col("sentence_nr") == pl.col("sentence_nr").shift(-1))
        & has(pl.col("lead").shift(-1), "move_to")
        & ~use_local
    ).fill_null(False)
    year_ago = code_of(pl.col("sentence_before"), "comparison") == "yoy"
    basis = (
        pl.when(has(pl.col("before"), "present"))
        .then(pl.lit("article"))
        .when(starts_movement & ~year_ago.fill_null(False))
        .then(pl.lit("unknown"))
        .when(use_local)
        .then(pl.lit("local"))
        .when(pl.col("period_sentence").is_not_null())
        .then(pl.lit("sentence"))
        .when(pl.col("period_paragraph").is_not_null())
        .then(pl.lit("paragraph"))
        .when(pl.col("period_heading").is_not_null())
        .then(pl.lit("heading"))
        .otherwise(pl.lit("article"))
    )

    def said(name: str) -> pl.Expr:
        return pl.coalesce(
            pl.when(pl.col("basis") == scope).then(f"period_{scope}_{name}")
            for scope in ("local", "sentence", "paragraph", "heading")
        )

    open_part = pl.coalesce(
        "period_sentence_part", "period_paragraph_part", "period_heading_part", "default_part"
    )
    return (
        numbers.with_columns(basis=basis, year_ago=starts_movement & year_ago.fill_null(False))
        .with_columns(
            said_year=said("year"),
            year_offset=said("year_offset").fill_null(0),
            quarter_offset=said("quarter_offset").fill_null(0),
            part=said("part"),
            fiscal=said("fiscal").fill_null(False),
            said_period=said("match"),
            open_part=open_part,
        )
        .with_columns(
            part=pl.when(pl.col("quarter_offset") != 0)
            .then(pl.when(pl.col("open_part").is_in(_QUARTERS)).then("open_part").otherwise(None))
            .when((pl.col("part") == "SAME") | pl.col("part").is_null())
            .then("open_part")
            .otherwise("part"),
            ahead=(has(pl.col("clause_before"), "forecast") & ~has(pl.col("before"), "present"))
            | has(pl.col("after"), "forecast_after"),
        )
        .with_columns(
            # The year inferred: the article's own; a later part of it than the article's, looked
            # back on, is last year's.
            late=pl.col("said_year").is_null()
            & (pl.col("year_offset") == 0)
            & ~has(pl.col("sentence_before"), "forecast")
            & (
                pl.col("part").replace_strict(_PART_ORDER, default=0, return_dtype=pl.Int32)
                > pl.col("default_part").replace_strict(
                    _PART_ORDER, default=4, return_dtype=pl.Int32
                )
            )
            & (pl.col("part") != "FY")
        )
        .with_columns(
            year=pl.when(pl.col("basis") != "unknown").then(
                pl.coalesce("said_year", pl.col("default_year") + pl.col("year_offset"))
            )
            - pl.col("late").cast(pl.Int32)
            - pl.col("year_ago").cast(pl.Int32),
        )
        .with_columns(_shift_quarter())
        .with_columns(_calendar_period())
        .with_columns(
            period_basis=pl.when(pl.col("period_id").is_null())
            .then(pl.lit("unknown"))
            .when(pl.col("basis") == "article")
            .then(pl.lit("article"))
            .when(pl.col("said_year").is_null())
            .then(pl.lit("year_inferred"))
            .otherwise(pl.lit("stated")),
            # What lies after the article's own period is expected, not reported.
            ahead=pl.col("kind").is_in(["level", "share"])
            & (
                has(pl.col("metric_match"), "forecast_after")
                | (pl.col("ahead") & ~_is_before_article())
                | (_is_after_article() & pl.col("basis").is_in(["local", "sentence"]))
                | (_is_after_article() & pl.col("heading_ahead") & (pl.col("basis") == "heading"))
            ),
        )
        .with_columns(kind=pl.when("ahead").then(pl.lit("target")).otherwise("kind"))
        .with_columns(
            period_id=pl.when(pl.col("ahead") & pl.col("basis").is_in(["article", "paragraph"]))
            .then(None)
            .otherwise("period_id")
        )
    )


def _shift_quarter() -> list[pl.Expr]:
    """Year and part moved by quarter_offset (上季度)."""
    number = pl.col("part").str.extract("Q([1-4])").cast(pl.Int32) - 1 + pl.col("quarter_offset")
    moves = pl.col("quarter_offset") != 0
    return [
        pl.when(moves).then(pl.col("year") + number // 4).otherwise("year").alias("year"),
        pl.when(moves)
        .then(pl.lit("Q") + (number % 4 + 1).cast(pl.String))
        .otherwise("part")
        .alias("part"),
    ]


def _is_after_article() -> pl.Expr:
    order = {"part": pl.col("part"), "default": pl.col("default_part")}
    now, own = (
        part.replace_strict(_PART_ORDER, default=4, return_dtype=pl.Int32)
        for part in order.values()
    )
    return (pl.col("year") > pl.col("default_year")) | (
        (pl.col("year") == pl.col("default_year")) & (now > own) & (pl.col("part") != "FY")
    )


def _is_before_article() -> pl.Expr:
    return (pl.col("year") < pl.col("default_year")).fill_null(False)


def _calendar_period() -> pl.Expr:
    """The period's code: 2025Q3, 2025H1, 2025-9M, 2024."""
    year = pl.col("year").cast(pl.String)
    part = pl.col("part")
    return (
        # A fiscal half or year that is none of the calendar's has no code here.
        pl.when(part.is_null() | pl.col("year").is_null() | pl.col("fiscal"))
        .then(None)
        .when(part == "FY")
        .then(year)
        .when(part == "9M")
        .then(year + "-9M")
        .otherwise(year + part)
        .alias("period_id")
    )


# --- finishing -----------------------------------------------------------------------------------


def _with_inherited(numbers: pl.DataFrame) -> pl.DataFrame:
    """Comparison that the sentence has named; a target that moved is measured by its past."""
    moves = pl.col("kind").is_in(["growth", "change"])
    revised = (pl.col("kind") == "target").cum_sum().over("sentence_nr") >= 2
    comparison = pl.coalesce(
        "comparison",
        pl.when(revised).then(pl.lit("prior_target")),
        pl.col("comparison").forward_fill().over("sentence_nr"),
    )
    return numbers.with_columns(comparison=pl.when(moves & (comparison != "none")).then(comparison))


def _with_unit(numbers: pl.DataFrame) -> pl.DataFrame:
    """Add the unit: as stated, else the metric's."""
    # A classifier says how a thing is counted; which thing, the metric says.
    classifier = pl.col("unit_word").is_in(list("个家座款台件部张条项种间处支只名位户次"))
    reporting = companies().select(
        pl.col("company_id").alias("default_company"), "reporting_currency"
    )
    plain_yuan = pl.col("token").str.contains("元$") & ~pl.col("token").str.contains("民币")
    counts = ~pl.col("metric_metric_dimension").is_in(["currency", "ratio"]).fill_null(True)
    return numbers.join(
        reporting, on="default_company", how="left", maintain_order="left"
    ).with_columns(
        unit_id=pl.when(
            (pl.col("unit_id") == "CNY") & plain_yuan & pl.col("reporting_currency").is_in(["TWD"])
        )
        .then("reporting_currency")
        .when(pl.col("unit_id").is_null() & (pl.col("metric_value_kind") != "share"))
        .then(
            pl.when(pl.col("metric_metric_dimension") == "currency")
            .then(
                pl.coalesce(
                    pl.when(pl.col("reporting_currency") == "TWD").then("reporting_currency"),
                    "metric_metric_unit",
                )
            )
            .otherwise("metric_metric_unit")
        )
        .when(classifier & counts & pl.col("metric_metric_unit").is_not_null())
        .then("metric_metric_unit")
        .otherwise("unit_id")
    )


def _with_bounds(numbers: pl.DataFrame) -> pl.DataFrame:
    """Signed value and its bounds: what the words allow; null is open."""
    sign = pl.col("sign")
    low = (
        pl.when(pl.col("qualifier") == "eq")
        .then(pl.col("value") - pl.col("rounding"))
        .when(pl.col("qualifier") == "gt")
        .then("value")
        .when(pl.col("qualifier") == "range")
        .then("value")
        .when((pl.col("qualifier") == "approx") & has(pl.col("before"), "below_before"))
        .then(pl.col("value") - pl.col("coarse"))
        .when(pl.col("qualifier") == "approx")
        .then(pl.col("value") - pl.col("coarse"))
    )
    high = (
        pl.when(pl.col("qualifier") == "eq")
        .then(pl.col("value") + pl.col("rounding"))
        .when(pl.col("qualifier") == "lt")
        .then("value")
        .when(pl.col("qualifier") == "range")
        .then("upper")
        .when((pl.col("qualifier") == "approx") & has(pl.col("before"), "below_before"))
        .then("value")
        .when(pl.col("qualifier") == "approx")
        .then(pl.col("value") + pl.col("coarse"))
    )
    flipped = sign < 0
    return numbers.with_columns(low=low, high=high).with_columns(
        value=(pl.col("value") * sign).cast(VALUE),
        value_low=pl.when(flipped).then(-pl.col("high")).otherwise("low").cast(VALUE),
        value_high=pl.when(flipped).then(-pl.col("low")).otherwise("high").cast(VALUE),
    )


def _with_reason(numbers: pl.DataFrame) -> pl.DataFrame:
    """Add reason: why the number is no figure; null where it is one."""
    after = pl.col("after")
    condition = (
        has(after, "condition_after")
        | has(pl.col("clause_before"), "hypothesis")
        | (has(after, "bound_of") & ~pl.col("next_touches").fill_null(False))
    ) | (has(pl.col("before"), "condition_before") & has(after, "condition_object"))
    # 9.9元 beside no metric is a price tag.
    small_money = (
        (pl.col("form") == "currency")
        & (pl.col("value").abs() < 1000)
        & (pl.col("metric_segment_nr") != pl.col("segment_nr")).fill_null(True)
        & ~pl.col("next_touches").fill_null(False)
        & pl.col("listed_metric").is_null()
        & ~(
            (pl.col("value").shift(1).abs() < 1000)
            & (pl.col("sentence_nr").shift(1) == pl.col("sentence_nr"))
        ).fill_null(False)
        & ~has(pl.col("before"), "per_share")
    )
    # 两个方面, 一家企业: a small numeral counts nothing, unless it is a metric's value.
    small_count = (
        (~pl.col("form").is_in(_MEASURED) | (pl.col("unit_word") == "块"))
        & pl.col("token").str.contains(r"^[一二两三四五六七八九十几数半]{1,2}[^百千万亿]*$")
        & ~(has(pl.col("since_metric"), "value_follows") & pl.col("metric").is_not_null())
    )
    return numbers.with_columns(
        reason=pl.when(pl.col("value").is_null())
        .then(pl.lit("unreadable"))
        .when(has(pl.col("norm"), "caption"))
        .then(pl.lit("caption"))
        .when(condition)
        .then(pl.lit("threshold"))
        .when(small_count)
        .then(pl.lit("idiom"))
        .when(small_money)
        .then(pl.lit("price_tag"))
        .when(
            (pl.col("form") == "duration")
            & (pl.col("metric_metric_dimension") != "duration").fill_null(True)
        )
        .then(pl.lit("time_span"))
        .when(
            (pl.col("role") == "bare")
            & ~(
                pl.col("metric").is_not_null()
                & (pl.col("metric_segment_nr") == pl.col("segment_nr"))
                & (pl.col("metric_value_kind") != "share")
            )
        )
        .then(pl.lit("name"))
        .when((pl.col("form") == "multiple") & pl.col("kind").is_null())
        .then(pl.lit("unclear_multiple"))
        .when(pl.col("kind").is_null())
        .then(pl.lit("unclear_ratio"))
        .when(pl.col("unit_id").is_null())
        .then(pl.lit("no_unit"))
    )


def _with_confidence(numbers: pl.DataFrame) -> pl.DataFrame:
    """How sure the reading is: each thing taken from further off, or inferred, takes its share."""
    in_clause = pl.col("metric_segment_nr") == pl.col("segment_nr")
    in_sentence = pl.col("metric_sentence_nr") == pl.col("sentence_nr")
    listed = pl.col("listed_metric").is_not_null() | pl.col("next_touches").fill_null(False)
    metric = (
        pl.when(pl.col("metric_id").is_null())
        .then(0.6)
        .when(listed | in_clause.fill_null(False))
        .then(1.0)
        .when(in_sentence.fill_null(False))
        .then(0.97)
        .otherwise(0.8)
    )
    subject = (
        pl.when(pl.col("subject_segment").is_not_null() | pl.col("listed_subject").is_not_null())
        .then(1.0)
        .when(pl.col("subject_sentence").is_not_null())
        .then(0.97)
        .when(pl.col("subject").is_not_null())
        .then(0.92)
        .otherwise(0.88)
    )
    period = pl.col("period_basis").replace_strict(
        {"stated": 1.0, "year_inferred": 0.98, "article": 0.95, "unknown": 0.9}
    )
    sign = (
        pl.when(pl.col("kind").is_in(["growth", "change"]) & pl.col("comparison").is_null())
        .then(0.95)
        .otherwise(1.0)
    )
    return numbers.with_columns(
        confidence=(pl.col("confidence") * metric * subject * period * sign).round(3)
    )


def _in_sentence(numbers: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Add the sentence as it was written: its text and where it stands in the article."""
    written = sentences.select("sentence_nr", "sentence_start", "sentence")
    return numbers.drop("sentence_start").join(
        written, on="sentence_nr", how="left", maintain_order="left"
    )


def _written(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """The words between two offsets, in the characters that the article has them in."""
    return pl.col("sentence").str.slice(start, end - start)


def _trimmed_sentence() -> list[pl.Expr]:
    """The sentence without the blanks and line ends around it, and its span in the article."""
    text = pl.col("sentence").str.strip_chars()
    blank = (
        pl.col("sentence").str.len_chars()
        - pl.col("sentence").str.strip_chars_start().str.len_chars()
    )
    start = pl.col("sentence_start") + blank
    return [
        text.alias("sentence"),
        start.alias("sentence_start"),
        (start + text.str.len_chars()).alias("sentence_end"),
    ]


def _figures(numbers: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """The numbers that are figures, in the schema of `FIGURES` (without run_id)."""
    here = pl.col("metric_sentence_nr") == pl.col("sentence_nr")
    label_start = pl.col("label_from") + pl.col("label_at")
    label = pl.coalesce(
        pl.when(here).then(_written(pl.col("metric_start"), pl.col("metric_end"))),
        "metric_match",
        _written(label_start, label_start + pl.col("label").str.len_chars()),
        pl.col("before").str.extract(r"([\p{Han}A-Za-z]{1,12})[^\p{Han}A-Za-z]*$"),
        "token",
    )
    suffix = pl.col("after").str.extract(cue("quote_after")).fill_null("")
    lead = pl.col("before").str.extract(r"([^\s,，;；:：。、·].{0,39})$").fill_null("")
    named_here = (pl.col("subject_role") == "named") & (
        pl.col("subject_sentence_nr") == pl.col("sentence_nr")
    )
    return (
        numbers.filter(pl.col("reason").is_null())
        .pipe(_in_sentence, sentences)
        .with_columns(
            quote_from=pl.col("start") - lead.str.len_chars().cast(pl.Int64),
            quote_to=pl.col("end") + suffix.str.len_chars().cast(pl.Int64),
            metric_label=label,
            subject_name=pl.when(named_here)
            .then(_written(pl.col("subject_start"), pl.col("subject_end")))
            .otherwise("subject_name"),
        )
        .with_columns(
            *_trimmed_sentence(),
            quote=_written(pl.col("quote_from"), pl.col("quote_to")),
            char_start=pl.col("sentence_start") + pl.col("quote_from"),
            char_end=pl.col("sentence_start") + pl.col("quote_to"),
            number_start=pl.col("sentence_start") + pl.col("start"),
            number_end=pl.col("sentence_start") + pl.col("end"),
            attributed_to=pl.col("sentence_before").str.extract(cue("attribution")),
            rule_id=pl.concat_str("kind", "form", separator="/"),
            origin=pl.lit("rules"),
        )
        .with_columns(
            figure_id=pl.concat_str(
                pl.col("article_id").str.slice(0, 16),
                pl.col("number_start").cast(pl.String).str.zfill(6),
                pl.int_range(pl.len()).over("article_id", "number_start").cast(pl.String),
                separator="-",
            )
        )
        .select(pl.col(name).cast(dtype) for name, dtype in FIGURES.items() if name != "run_id")
    )


def _rejected(numbers: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """What looked like numbers and is no figure, in the schema of `REJECTED_FIGURES`."""
    return (
        numbers.unique("event_nr", keep="first", maintain_order=True)
        .pipe(_in_sentence, sentences)
        .with_columns(
            *_trimmed_sentence(),
            quote=_written(pl.col("start"), pl.col("end")),
            char_start=pl.col("sentence_start") + pl.col("start"),
            char_end=pl.col("sentence_start") + pl.col("end"),
            detail=pl.col("reason").replace_strict(REASONS),
            origin=pl.lit("rules"),
        )
        .with_columns(
            rejected_id=pl.concat_str(
                pl.col("article_id").str.slice(0, 16),
                pl.col("char_start").cast(pl.String).str.zfill(6),
                separator="-",
            )
        )
        .select(
            pl.col(name).cast(dtype) for name, dtype in REJECTED_FIGURES.items() if name != "run_id"
        )
    )
