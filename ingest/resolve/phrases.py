"""What the words around a number say: each cue is looked for once in each distinct phrase.

The words between two numbers are short and come again and again (，同比增长), so a table of the
distinct ones with all that they say is small, and one join brings it back to the numbers.
"""

import polars as pl

from ingest.events import code_of, cue, has

# phrase → the classes of cue words that are looked for in it
_CUES = {
    "before": [
        "arrival", "below_before", "change_before", "condition_before", "distribute", "fall_noun",
        "from", "growth_noun", "loss", "move_to", "multiple_base", "not_loss", "not_qualifier",
        "of_population", "per_share", "present", "price_before", "rate_noun", "rise_noun",
        "share_noun", "takes", "together",
    ],
    "lead": ["adjusted", "copula", "growth_noun", "list_separator", "move_to"],
    "after": [
        "bound_of", "condition_after", "condition_object", "forecast_after", "growth_after",
        "loss_after", "share_after",
    ],
}  # fmt: skip
_CODES = {
    "before": ["comparison", "qualifier_before"],
    "lead": ["comparison"],
    "after": ["comparison_after", "qualifier_after"],
}


def with_sayings(numbers: pl.DataFrame) -> pl.DataFrame:
    """Add what before, lead and after say; `says` names the columns."""
    for phrase in _CUES:
        numbers = told(numbers, phrase, **_sayings(phrase))
    return numbers


def says(phrase: str, saying: str) -> pl.Expr:
    """What a phrase (before | lead | after) says: whether it holds a cue, or a cue's code.

    Beside the classes of cues: direction (up | down); of before also label (its last word) and
    quoted (how many of its characters belong to the number's quote).
    """
    return pl.col(f"{phrase}:{saying}")


def told(frame: pl.DataFrame, phrase: str, **sayings: pl.Expr) -> pl.DataFrame:
    """Add columns that follow from a phrase alone, each worked out once for a distinct phrase."""
    distinct = frame.select(phrase).unique().with_columns(**sayings)
    return frame.join(distinct, on=phrase, how="left", nulls_equal=True, maintain_order="left")


def _sayings(phrase: str) -> dict[str, pl.Expr]:
    text = pl.col(phrase)
    return {
        f"{phrase}:{saying}": expression
        for saying, expression in (
            {name: has(text, name) for name in _CUES[phrase]}
            | {name: code_of(text, name) for name in _CODES[phrase]}
            | {"direction": _direction(text, following=phrase == "after")}
            | (_words_of_quote(text) if phrase == "before" else {})
        ).items()
    }


def _direction(text: pl.Expr, *, following: bool) -> pl.Expr:
    """up or down, by the word nearest to the number; null where there is none."""
    up, down = cue("direction", "up"), cue("direction", "down")
    word = text.str.extract(f"^[^,，]{{0,8}}?({up}|{down})" if following else f".*({up}|{down})")
    falls = word.str.contains(f"^(?:{down})$")
    return pl.when(falls).then(pl.lit("down")).when(word.is_not_null()).then(pl.lit("up"))


def _words_of_quote(before: pl.Expr) -> dict[str, pl.Expr]:
    return {
        "label": before.str.extract(r"([\p{Han}A-Za-z]{1,12})[^\p{Han}A-Za-z]*$"),
        "quoted": before.str.extract(r"([^\s,，;；:：。、·].{0,39})$")
        .str.len_chars()
        .fill_null(0)
        .cast(pl.Int64),
    }
