"""Where the words of a list stand in texts, found by an automaton that is made once a list."""

from typing import NamedTuple, Self

import polars as pl
from ahocorasick_rs import AhoCorasick, MatchKind

from ingest.characters import OPEN

FOUND = {"word_nr": pl.UInt32, "at": pl.Int64, "to": pl.Int64}
"""A word by its row in the list, and its span in all texts one after another."""


class Words(NamedTuple):
    """A list of words to look for, and the automaton that finds them.

    rows: match (the word in lower case) and what else the list says of it; of words that begin at
        one place, the first is found.
    finder: the automaton.
    """

    rows: pl.DataFrame
    finder: AhoCorasick

    @classmethod
    def of(cls, rows: pl.DataFrame) -> Self:
        """Make the automaton of a list: 0.1 s for 25,000 words."""
        return cls(rows, AhoCorasick(rows["match"], matchkind=MatchKind.LeftmostFirst))


def beginning_in(texts: pl.Series, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows whose word begins as the texts hold it: an automaton of them is sooner made.

    Words have two characters or more.
    """
    text = _lower("\n".join(texts))
    pairs = {text[at : at + 2] for at in range(len(text))}
    return rows.filter(pl.col("match").str.head(2).is_in(list(pairs)))


def find_words(texts: pl.DataFrame, key: str, text: str, words: Words) -> pl.DataFrame:
    """Where words stand in a text column, in any case, the first given at each place.

    Args:
        texts: One row a text, named by `key`.
        key: The column that names a text.
        text: The column of text, without the character OPEN.
        words: What to look for.

    Returns:
        key, start, end (characters) and the columns of `words.rows`; in the order of the texts.

    >>> words = Words.of(pl.DataFrame({"match": ["net profit", "profit"]}))
    >>> texts = pl.DataFrame({"nr": [7, 8], "text": ["Profit; net profit", "loss"]})
    >>> find_words(texts, "nr", "text", words).rows()
    [(7, 0, 6, 'profit'), (7, 8, 18, 'net profit')]
    """
    # One call for all texts; a word does not reach over the character between them.
    found = words.finder.find_matches_as_indexes(_lower(OPEN.join(texts[text])))
    spans = pl.DataFrame(found, schema=FOUND, orient="row")
    reach = texts[text].str.len_chars().cast(pl.Int64) + 1
    begins = reach.cum_sum() - reach
    row = begins.search_sorted(spans["at"], side="right") - 1
    return spans.select(
        texts[key].gather(row).alias(key),
        (pl.col("at") - begins.gather(row)).alias("start"),
        (pl.col("to") - begins.gather(row)).alias("end"),
        *(words.rows[column].gather(spans["word_nr"]) for column in words.rows.columns),
    )


def _lower(text: str) -> str:
    """The text in lower case, of the same length: İ alone would become two characters."""
    return text.replace("İ", "I").lower()
