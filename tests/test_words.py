"""Words of a list in texts: the first given at each place, in any case, with its span."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ingest.words import Words, beginning_in, find_words

_LETTERS = "甲乙丙aAbİ 、"


def _found(words: list[str], texts: list[str]) -> list[tuple[int, int, int, str]]:
    rows = pl.DataFrame({"match": words}, schema={"match": pl.String})
    frame = pl.DataFrame(
        {"nr": range(len(texts)), "text": texts}, schema_overrides={"text": pl.String}
    )
    return find_words(frame, "nr", "text", Words.of(rows)).rows()


def test_longest_first_is_found_as_the_longest() -> None:
    assert _found(["净利润率", "净利润"], ["净利润率与净利润"]) == [
        (0, 0, 4, "净利润率"),
        (0, 5, 8, "净利润"),
    ]


def test_a_word_does_not_reach_over_two_texts() -> None:
    assert _found(["利润"], ["利", "润"]) == []


def test_columns_of_the_list_come_along() -> None:
    words = Words.of(pl.DataFrame({"match": ["b", "a"], "term_nr": [7, 9]}))
    texts = pl.DataFrame({"nr": [3], "text": ["xAb"]})
    assert find_words(texts, "nr", "text", words).to_dicts() == [
        {"nr": 3, "start": 1, "end": 2, "match": "a", "term_nr": 9},
        {"nr": 3, "start": 2, "end": 3, "match": "b", "term_nr": 7},
    ]


@given(
    st.lists(st.text("甲乙丙ab", min_size=1, max_size=3), unique=True, max_size=6),
    st.lists(st.text(_LETTERS, max_size=8), max_size=4),
)
def test_as_one_would_look_by_hand(words: list[str], texts: list[str]) -> None:
    expected = []
    for nr, text in enumerate(texts):
        at, lower = 0, text.replace("İ", "i").lower()
        while at < len(text):
            word = next((word for word in words if lower.startswith(word, at)), None)
            if word:
                expected.append((nr, at, at + len(word), word))
            at += len(word or " ")
    assert _found(words, texts) == expected


def test_the_shorter_list_holds_what_is_there() -> None:
    rows = pl.DataFrame({"match": ["净利润", "净资产", "abc"]})
    assert beginning_in(pl.Series(["净利", "ABD"]), rows)["match"].to_list() == ["净利润", "abc"]
