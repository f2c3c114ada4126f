"""Numbers that have their what, who and when → figures, or rejects with a reason."""

import polars as pl

from ingest.confidence import CLUED, NOT_YET
from ingest.events import Events
from ingest.figures import REASONS, REJECTED_FIGURES, conform
from ingest.numbers import VALUE
from ingest.resolve.phrases import says
from ingest.rows import has, look_up
from ingest.vocabulary import cue, in_role

NO_VALUES = ["span", "rank", "name"]
"""Roles of what looks like a number and states no value."""

# Forms whose small numbers in characters do measure something (两小时, 三成).
_MEASURED = ["currency", "duration", "ratio", "points", "multiple", "doubling", "none"]


def with_bounds(numbers: pl.DataFrame) -> pl.DataFrame:
    """Signed value and its bounds: what the words allow; null is open."""
    sign = pl.col("sign")
    # 近32亿 is the next that one would say of anything above 31亿; but 近400亿 is not of 310亿.
    is_round = (pl.col("coarse") > pl.col("rounding")) & (pl.col("value") < 20 * pl.col("coarse"))
    short = pl.when(is_round).then("coarse").otherwise(2 * pl.col("coarse"))
    below = says("before", "below_before")
    low = (
        pl.when(pl.col("qualifier") == "eq")
        .then(pl.col("value") - pl.col("rounding"))
        # -82亿元至-88亿元: of what is below nothing, the further end may come last.
        .when((pl.col("qualifier") == "range") & (pl.col("value") < 0))
        .then(pl.min_horizontal("value", "upper"))
        .when(pl.col("qualifier").is_in(["gt", "range"]))
        .then("value")
        .when((pl.col("qualifier") == "approx") & below)
        .then(pl.col("value") - short)
        .when(pl.col("qualifier") == "approx")
        .then(pl.col("value") - pl.col("coarse"))
    )
    high = (
        pl.when(pl.col("qualifier") == "eq")
        .then(pl.col("value") + pl.col("rounding"))
        .when(pl.col("qualifier") == "lt")
        .then("value")
        .when((pl.col("qualifier") == "range") & (pl.col("value") < 0))
        .then(pl.max_horizontal("value", "upper"))
        .when(pl.col("qualifier") == "range")
        .then("upper")
        .when((pl.col("qualifier") == "approx") & below)
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


def with_reason(numbers: pl.DataFrame) -> pl.DataFrame:
    """Add reason: why the number is no figure; null where it is one."""
    condition = (
        says("after", "condition_after")
        | has(pl.col("clause_before"), "hypothesis")
        | (says("after", "bound_of") & ~pl.col("next_touches"))
    ) | (says("before", "condition_before") & says("after", "condition_object"))
    # 9.9元 beside no metric is a price tag.
    small_money = (
        (pl.col("form") == "currency")
        & (pl.col("value").abs() < 1000)
        & (pl.col("metric_segment_first") != pl.col("segment_first")).fill_null(True)
        & ~pl.col("next_touches")
        & pl.col("listed_metric").is_null()
        & ~(
            (pl.col("value").shift(1).abs() < 1000)
            & (pl.col("sentence_nr").shift(1) == pl.col("sentence_nr"))
        ).fill_null(False)
        & ~says("before", "per_share")
        & (pl.col("metric_id") != in_role("quoted")).fill_null(True)
    )
    priced = (pl.col("form") == "currency") & says("before", "price_before")
    # 两个方面, 一家企业: a small numeral counts nothing, unless it is a metric's value.
    a_piece = (pl.col("unit_word") == "块") & pl.col("token").is_in(["一块", "两块", "几块"])
    counted = pl.when(~pl.col("form").is_in(_MEASURED)).then("token")
    small_count = a_piece | (
        counted.str.contains(r"^[一二两三四五六七八九十几数半]{1,2}[^百千万亿]*$").fill_null(False)
        & ~(pl.col("value_follows") & pl.col("metric").is_not_null())
    )
    # 每10股派3元
    per_many = has(pl.when(pl.col("form") == "currency").then("clause_before"), "per_many")
    in_time = (pl.col("form") == "duration") & (
        pl.col("metric_metric_dimension") != "duration"
    ).fill_null(True)
    # A和B收入3.2/4.8亿元, where one of the two is no known name: which number is whose is open.
    unpaired = (
        (pl.col("chain_length") > 1)
        & (pl.col("kind") == "level")
        & pl.col("lead").gather("last_row").str.contains(r"^\s?/\s?$")
        & pl.all_horizontal(
            pl.col(f"listed_{part}").is_null() for part in ("metric", "subject", "period")
        )
        & pl.col("nth_quarter").is_null()
        & (pl.col("said_years") != pl.col("chain_length")).fill_null(True)
    )
    return numbers.with_columns(
        reason=pl.when(
            pl.col("value").is_null()
            # A range from more to less is none.
            | (pl.col("value_low") > pl.col("value"))
            | (pl.col("value_high") < pl.col("value"))
        )
        .then(pl.lit("unreadable"))
        .when(unpaired)
        .then(pl.lit("name"))
        .when("is_caption")
        .then(pl.lit("caption"))
        .when(
            says("before", "denied_before")
            | says("after", "denied_after")
            | has(pl.col("clause_before"), "denial")
        )
        .then(pl.lit("denied"))
        .when(condition)
        .then(pl.lit("threshold"))
        .when(per_many)
        .then(pl.lit("per_many"))
        .when(small_count)
        .then(pl.lit("idiom"))
        .when(small_money | priced)
        .then(pl.lit("price_tag"))
        # 折合8英寸, 3纳米: a class of things, unless a size is what is told.
        .when(
            pl.col("unit_id").is_in(["inches", "nanometres"])
            & (pl.col("metric_metric_unit") != pl.col("unit_id")).fill_null(True)
        )
        .then(pl.lit("rank"))
        # 20日 is a date, unless days are what is measured: 存货周转天数136日，增加22日.
        .when(
            pl.col("token").str.ends_with("日")
            & ~(
                (pl.col("metric_metric_dimension") == "duration")
                & (
                    (pl.col("metric_segment_first") == pl.col("segment_first"))
                    | pl.col("kind").is_in(["growth", "change"])
                )
            ).fill_null(False)
        )
        .then(pl.lit("time_span"))
        .when(in_time & ~has(pl.when(in_time).then("sentence_before"), "lasting"))
        .then(pl.lit("time_span"))
        .when(
            (pl.col("role") == "bare")
            & ~(
                pl.col("metric").is_not_null()
                & (pl.col("metric_segment_first") == pl.col("segment_first"))
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


def _in_sentence(numbers: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Add the sentence as it was written: its text and where it stands in the article."""
    written = ["article_id", "sentence_start", "sentence", "joined"]
    return look_up(numbers, "sentence_nr", sentences, **{name: name for name in written})


def _written(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """The words between two offsets, in the characters that the article has them in."""
    return pl.col("sentence").str.slice(start, end - start)


def _named(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """The words between two offsets, without the line ends that cut them."""
    return pl.col("joined").str.slice(start, end - start)


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


def _with_words_of_share(figures: pl.DataFrame) -> pl.DataFrame:
    """占新签合同额的91%, 出口比重升至30%: a share of what no metric has is called by these words.

    The numbers of a list are of the first one's.
    """
    is_share = pl.col("metric_id") == in_role("generic_share")
    before = pl.when(is_share).then("before")
    words, rest = (before.str.extract(cue("share_words"), group) for group in (1, 2))
    end = pl.col("start") - rest.str.len_chars().cast(pl.Int64)
    said = _written(end - words.str.len_chars().cast(pl.Int64), end)
    in_list = before.str.contains(r"^\s?[、/和与及]+\s?$")
    return (
        figures.with_columns(words_of_share=said)
        .with_columns(
            pl.when(in_list)
            .then(pl.col("words_of_share").forward_fill().over("sentence_nr"))
            .otherwise("words_of_share")
            .alias("words_of_share")
        )
        .with_columns(metric_label=pl.coalesce("words_of_share", "metric_label"))
        .drop("words_of_share")
    )


# What the rows of figures are made from.
_FIGURE_PARTS = [
    "event_nr", "sentence_nr", "start", "end", "token", "form", "before", "after", "names_source",
    "sentence_before", "label", "label_from", "label_at",
    "metric_sentence_nr", "metric_start", "metric_end", "metric_match",
    "subject_sentence_nr", "subject_start", "subject_end", "subject_role",
    "company_id", "subject_id", "subject_name", "subject_type", "metric_id", "kind", "comparison",
    "value", "value_low", "value_high", "unit_id", "qualifier", "period_id", "period_basis",
    "clues", "is_expected",
]  # fmt: skip


def _nth_of(column: str) -> pl.Expr:
    """How many rows before this one, in an unbroken run, hold the same value."""
    row = pl.int_range(pl.len())
    opens = pl.col(column).ne(pl.col(column).shift(1)).fill_null(True)
    return row - pl.when(opens).then(row).forward_fill()


def to_figures(numbers: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """The numbers that are figures, in the schema of `CLUED` (without run_id)."""
    here = pl.col("metric_sentence_nr") == pl.col("sentence_nr")
    label_start = pl.col("label_from") + pl.col("label_at")
    label = pl.coalesce(
        pl.when(here).then(_named(pl.col("metric_start"), pl.col("metric_end"))),
        "metric_match",
        _named(label_start, label_start + pl.col("label").str.len_chars()),
        "last_word",
    )
    # Set off from the number before by a sign alone, in a list or beside it (53亿／+8%).
    set_off = pl.col("before").str.contains(r"^\s?[、/和与及]?\s?[+-]?$")
    unnamed = pl.col("metric_match").is_null() & pl.col("label").is_null()
    last_word = (
        pl.when(unnamed).then("before").str.extract(r"([\p{Han}A-Za-z]{1,12})[^\p{Han}A-Za-z]*$")
    )
    # The words before a number belong to its quote, but for what separates them from others.
    quoted = pl.col("before").str.tail(40).str.strip_chars_start(" \t\n,，;；:：。、·")
    suffix = pl.col("after").str.extract(cue("quote_after")).str.len_chars().fill_null(0)
    sourced = pl.when("names_source").then("sentence_before")
    named_here = (pl.col("subject_role") == "named") & (
        pl.col("subject_sentence_nr") == pl.col("sentence_nr")
    )
    return (
        numbers.lazy()
        .filter(pl.col("reason").is_null())
        .select(_FIGURE_PARTS)
        .collect()
        .pipe(_in_sentence, sentences)
        .with_columns(
            last_word=last_word,
            quote_from=pl.col("start") - quoted.str.len_chars().cast(pl.Int64),
            quote_to=pl.col("end") + suffix.cast(pl.Int64),
            subject_name=pl.when(named_here)
            .then(_named(pl.col("subject_start"), pl.col("subject_end")))
            .otherwise("subject_name"),
        )
        .with_columns(metric_label=label)
        .pipe(_with_words_of_share)
        .with_columns(
            metric_label=pl.when(pl.col("metric_label").is_null() & set_off)
            .then(pl.col("metric_label").forward_fill().over("sentence_nr"))
            .otherwise("metric_label")
        )
        .with_columns(
            *_trimmed_sentence(),
            quote=_written(pl.col("quote_from"), pl.col("quote_to")),
            char_start=pl.col("sentence_start") + pl.col("quote_from"),
            char_end=pl.col("sentence_start") + pl.col("quote_to"),
            number_start=pl.col("sentence_start") + pl.col("start"),
            number_end=pl.col("sentence_start") + pl.col("end"),
            attributed_to=sourced.str.extract(cue("attribution")),
            rule_id=pl.concat_str(
                pl.when("is_expected").then(pl.lit("outlook")).otherwise("kind"),
                "form",
                separator="/",
            ),
            origin=pl.lit("rules"),
            row_head=pl.lit(None, pl.String),
            column_head=pl.lit(None, pl.String),
            page=pl.lit(None, pl.Int64),
            **NOT_YET,
        )
        .with_columns(
            figure_id=pl.concat_str(
                pl.col("article_id").str.slice(0, 16),
                pl.col("number_start").cast(pl.String).str.zfill(6),
                _nth_of("event_nr").cast(pl.String),
                separator="-",
            )
        )
        .pipe(conform, CLUED)
    )


def to_rejected(numbers: pl.DataFrame, events: Events, sentences: pl.DataFrame) -> pl.DataFrame:
    """What looks like a number and is no figure, in the schema of `REJECTED_FIGURES`."""
    shared = ["event_nr", "sentence_nr", "start", "end"]
    no_values = events.rows.lazy().filter(pl.col("role").is_in(NO_VALUES))
    rejected = numbers.lazy().filter(pl.col("reason").is_not_null())
    return (
        pl.concat([rejected.select(*shared, "reason"), no_values.select(*shared, reason="role")])
        .collect()
        .unique("event_nr", keep="first", maintain_order=True)
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
        .pipe(conform, REJECTED_FIGURES)
    )
