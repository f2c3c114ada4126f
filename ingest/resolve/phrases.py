"""What the words around a number say: each cue is looked for once in each distinct phrase.

The words between two numbers are short and come again and again (，同比增长), so a table of the
distinct ones with all that they say is small, and one join brings it back to the numbers.
"""

import polars as pl

from ingest.rows import has, with_code
from ingest.vocabulary import cue

# phrase → the classes of cue words that are looked for in it
_CUES = {
    "before": [
        "arrival", "below_before", "cash_pool", "change_before", "condition_before",
        "denied_before", "distribute",
        "fall_noun", "from", "growth_noun", "loss", "move_to", "multiple_base", "not_loss",
        "not_qualifier", "of_population", "per_share", "present", "price_before", "rate_noun",
        "rise_noun", "share_noun", "takes", "together",
    ],
    "lead": ["adjusted", "copula", "from", "growth_noun", "list_separator", "move_to"],
    "after": [
        "bound_of", "condition_after", "condition_object", "denied_after", "forecast_after",
        "growth_after",
        "loss_after", "share_after", "share_of",
    ],
}  # fmt: skip
_CODES = {
    "before": ["comparison", "qualifier_before"],
    "lead": ["comparison"],
    "after": ["comparison_after", "qualifier_after"],
}


def with_sayings(numbers: pl.DataFrame) -> pl.DataFrame:
    """Add what before, lead and after say; `says` names the columns."""
    for phrase, classes in _CUES.items():
        distinct = _with_direction(numbers.select(phrase).unique(), phrase).with_columns(
            **{f"{phrase}:{name}": has(pl.col(phrase), name) for name in classes},
        )
        for name in _CODES[phrase]:
            distinct = with_code(distinct, f"{phrase}:{name}", pl.col(phrase), name)
        numbers = _joined(numbers, phrase, distinct)
    return numbers


def says(phrase: str, saying: str) -> pl.Expr:
    """What a phrase (before | lead | after) says: whether it holds a cue, or a cue's code.

    Beside the classes of cues: direction, up or down, by the word nearest to the number.
    """
    return pl.col(f"{phrase}:{saying}")


def told(frame: pl.DataFrame, /, phrase: str, **sayings: pl.Expr) -> pl.DataFrame:
    """Add columns that follow from a phrase alone, each worked out once for a distinct phrase."""
    return _joined(frame, phrase, frame.select(phrase).unique().with_columns(**sayings))


def _joined(frame: pl.DataFrame, phrase: str, distinct: pl.DataFrame) -> pl.DataFrame:
    return frame.join(distinct, on=phrase, how="left", nulls_equal=True, maintain_order="left")


def _with_direction(phrases: pl.DataFrame, phrase: str) -> pl.DataFrame:
    up, down = cue("direction", "up"), cue("direction", "down")
    nearest = f"^[^,，]{{0,8}}?({up}|{down})" if phrase == "after" else f".*({up}|{down})"
    text = pl.col(phrase)
    if phrase == "after":
        rises = falls = text.str.contains(f"^[^,，]{{0,8}}?(?:{up}|{down})")
    else:
        rises, falls = text.str.contains(up), text.str.contains(down)
    # Few phrases say both, and only in those it takes a search for the word nearest.
    word = pl.when(pl.col("rises") & pl.col("falls")).then(phrase).str.extract(nearest)
    return (
        phrases.with_columns(rises=rises, falls=falls)
        .with_columns(word=word.str.contains(f"^(?:{down})$"))
        .with_columns(
            pl.when(pl.coalesce("word", pl.col("falls") & ~pl.col("rises")))
            .then(pl.lit("down"))
            .when("rises")
            .then(pl.lit("up"))
            .alias(f"{phrase}:direction")
        )
        .drop("rises", "falls", "word")
    )
