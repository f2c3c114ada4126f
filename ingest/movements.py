"""Movements in numbers: 增加140万人至9,720万人 is a change and a level, and no range.

The number grammar reads A至B as one range. Behind a verb that moves (增加, 下降了, 涨) it is two
numbers: by how much, and to where. A forecast of a change (预计增加47亿元至53亿元) stays a range.
"""

import polars as pl

from ingest.vocabulary import cue

# A到B, each with a unit of its own: the last sign of A is no digit and no magnitude.
_TO = r"[至到]"
_BOTH_ENDS = rf"^[^至到]*[^0-9.,千万亿兆百十\s至到]\s?{_TO}\s?[^至到]+$"
_RATE = "[%‰成倍番]|百分|千分|点|pct|pp|bp"
_REACH = 12
"""Characters before a number in which its verb stands."""


def split_movements(tokens: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Each range behind a verb that moves becomes two tokens.

    Args:
        tokens: sentence_nr, start, end, match, role, in reading order.
        sentences: norm, by sentence_nr.

    Returns:
        The tokens, in reading order.
    """
    is_range = (
        (pl.col("role") == "figure")
        & pl.col("match").str.contains(_BOTH_ENDS)
        & ~pl.col("match").str.contains(_RATE)
    )
    ranges = tokens.select(is_range.arg_true()).to_series()
    if ranges.is_empty():
        return tokens
    moves = (
        tokens[ranges]
        .with_columns(token_nr=ranges, norm=sentences["norm"].gather(tokens["sentence_nr"][ranges]))
        .with_columns(clause=pl.col("norm").str.slice(0, "start").str.extract(r"([^,，;；。]*)$"))
        .filter(
            pl.col("clause").str.tail(_REACH).str.contains(cue("change_before")),
            ~pl.col("clause").str.contains(cue("forecast")),
        )
        .with_columns(
            at=pl.col("match").str.extract(rf"^([^至到]*){_TO}").str.len_chars().cast(pl.Int64)
        )
    )
    if moves.is_empty():
        return tokens
    distance = pl.col("match").str.head("at").str.strip_chars_end()
    first = moves.select(
        "sentence_nr", "start", end=pl.col("start") + distance.str.len_chars().cast(pl.Int64),
        match=distance, role="role",
    )  # fmt: skip
    landing = pl.col("match").str.slice(pl.col("at") + 1).str.strip_chars_start()
    second = moves.select(
        "sentence_nr", start=pl.col("end") - landing.str.len_chars().cast(pl.Int64), end="end",
        match=landing, role="role",
    )  # fmt: skip
    rest = tokens.with_row_index("token_nr").join(moves, on="token_nr", how="anti")
    return pl.concat([rest.drop("token_nr"), first, second], how="diagonal").sort(
        "sentence_nr", "start", maintain_order=True
    )
