"""Columns of rows in reading order: cues in their texts, look-ups by row, the latest of a scope."""

from collections.abc import Callable

import polars as pl

from ingest.vocabulary import cue, cues


def has(text: pl.Expr, cue_class: str, code: str | None = None) -> pl.Expr:
    """Whether the text holds a cue of the class."""
    return text.str.contains(cue(cue_class, code)).fill_null(False)


def with_code(frame: pl.DataFrame, name: str, text: pl.Expr, cue_class: str) -> pl.DataFrame:
    """Add the code of the class's first cue, in the dictionary's order, that the text holds."""
    rows = cues().filter(pl.col("cue_class") == cue_class)
    code = pl.coalesce(
        pl.when(pl.col("holding").str.contains(pattern)).then(pl.lit(code))
        for code, pattern in rows.select("code", "pattern").iter_rows()
    )
    # Most texts hold none of them, which one look tells.
    return (
        frame.with_columns(holding=text)
        .with_columns(holding=pl.when(has(pl.col("holding"), cue_class)).then("holding"))
        .with_columns(code.alias(name))
        .drop("holding")
    )


def each(column: str, holds: Callable[[str], bool]) -> pl.Expr:
    """Whether something holds of each text of a column: for the few that no expression can ask."""
    return pl.col(column).map_batches(
        lambda texts: pl.Series([holds(text) for text in texts], dtype=pl.Boolean),
        return_dtype=pl.Boolean,
    )


def is_traditional(text: pl.Expr) -> pl.Expr:
    """Whether a text is written in traditional script, as in Taiwan and Hong Kong."""
    return text.str.count_matches(_TRADITIONAL) >= 2


def is_of_hong_kong(text: pl.Expr) -> pl.Expr:
    """Whether a text in traditional script speaks of Hong Kong's companies, not of Taiwan's."""
    return text.str.count_matches(cue("place_words", "HK")) > text.str.count_matches(
        cue("place_words", "TW")
    )


_TRADITIONAL = "[營億萬與為較個長這業說電國會動開產實現總數經發點後將報際達應機車]"


def between(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """The sentence's normalised text between two offsets; empty where they cross."""
    return pl.col("norm").str.slice(start, pl.max_horizontal(end - start, 0))


# --- rows by their numbers ----------------------------------------------------------------------


def look_up(frame: pl.DataFrame, /, row: str, table: pl.DataFrame, **columns: str) -> pl.DataFrame:
    """Add columns of a table by row number (new name = the table's name); null where it is null."""
    rows = frame[row]
    return frame.with_columns(
        *table.select(pl.col(column).gather(rows).alias(name) for name, column in columns.items())
    )


# Events stand in reading order, so a scope (sentence, clause, …) is a run of rows. Each event knows
# the event_nr of the first and last event of its scopes; looking back within a scope is then a
# forward fill over the whole column and one comparison, without any grouping.


def latest(mask: pl.Expr, scope: str) -> pl.Expr:
    """The event_nr of the latest event so far in the scope for which the mask holds."""
    found = pl.when(mask).then("event_nr").forward_fill()
    return pl.when(found >= pl.col(f"{scope}_first")).then(found)


def before(value: str, mask: pl.Expr, scope: str) -> pl.Expr:
    """A column's value at the latest earlier event of the scope for which the mask holds."""
    at = pl.when(mask).then("event_nr").forward_fill().shift(1)
    found = pl.when(mask).then(value).forward_fill().shift(1)
    return pl.when(at >= pl.col(f"{scope}_first")).then(found)


def after(value: str, mask: pl.Expr, scope: str) -> pl.Expr:
    """A column's value at the next later event of the scope for which the mask holds."""
    at = pl.when(mask).then("event_nr").backward_fill().shift(-1)
    found = pl.when(mask).then(value).backward_fill().shift(-1)
    return pl.when(at <= pl.col(f"{scope}_last")).then(found)


def carried(value: pl.Expr, scope: str) -> pl.Expr:
    """The value, or where it is null the latest earlier one in the scope."""
    at = pl.when(value.is_not_null()).then("event_nr").forward_fill()
    return pl.when(at >= pl.col(f"{scope}_first")).then(value.forward_fill())


def count_so_far(mask: pl.Expr, scope: str) -> pl.Expr:
    """How many events of the scope up to this one the mask holds for."""
    running = mask.fill_null(False).cast(pl.Int64).cum_sum()
    starts = pl.col(f"{scope}_first").ne(pl.col(f"{scope}_first").shift(1)).fill_null(True)
    earlier = pl.when(starts).then(running - mask.fill_null(False).cast(pl.Int64)).forward_fill()
    return running - earlier


def count_in(mask: pl.Expr, scope: str) -> pl.Expr:
    """How many events of the scope the mask holds for."""
    ends = pl.col(f"{scope}_first").ne(pl.col(f"{scope}_first").shift(-1)).fill_null(True)
    return pl.when(ends).then(count_so_far(mask, scope)).backward_fill()
