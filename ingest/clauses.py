"""Articles → sentences and clauses with spans, and the one way spans are found in text.

Matching is done on a *character-for-character* normalised text (simplified characters,
half-width ASCII), so that every offset in it is an offset in the article as it was written.
"""

from functools import cache

import opencc
import polars as pl

OPEN, CLOSE = "\x01", "\x02"

# A sentence ends here; what follows starts afresh. Line ends count: headlines have no full stop.
_SENTENCE_END = r"([。！？!?\n]+[”」』\"）)]*)"
_CLAUSE_END = r"[,，;；]"
# No sentence that a person wrote is longer; what is, is cut at its clauses, and then anywhere, so
# that the work on a text stays in proportion to its length.
_LONGEST = 1000
_PIECE = rf"(?s).{{1,{_LONGEST}}}"

_LOOKALIKES = {
    "\u3000": " ", "\xa0": " ", "\t": " ", "％": "%", "﹪": "%", "～": "~", "〜": "~",
    "−": "-", "﹣": "-", "‧": "·", "彔": "录",
}  # fmt: skip


@cache
def _characters() -> dict[str, str]:
    """Character → character: traditional to simplified, full-width to half-width."""
    ideographs = [chr(code) for code in range(0x3400, 0xA000)]
    simplified = opencc.OpenCC("t2s").convert("\n".join(ideographs)).split("\n")
    mapping = {old: new for old, new in zip(ideographs, simplified, strict=True) if old != new}
    # ，；：（） keep their width: a full-width comma never groups thousands.
    mapping |= {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    for punctuation in "，；：":
        del mapping[punctuation]
    return mapping | _LOOKALIKES


def normalise(text: pl.Expr) -> pl.Expr:
    """Simplified, half-width text of the same length, character for character."""
    mapping = _characters()
    return text.str.replace_many(list(mapping), list(mapping.values()))


def find_fenced(texts: pl.DataFrame, key: str, fenced: pl.Expr) -> pl.DataFrame:
    """Spans of what an expression has put between OPEN and CLOSE.

    Returns key, start, end (characters, without the fences), match, following (the text up to
    the next match), in text order.

    Polars has no expression that returns the offsets of all regular-expression matches. Matches
    are therefore fenced with control characters, the text is split at the fences, and the
    offsets are the running length of the pieces: three vectorised steps.
    """
    part = pl.col("piece").str.split_exact(CLOSE, 1).struct
    return (
        texts.select(key, piece=fenced.str.split(OPEN))
        .explode("piece")
        .select(key, match=part.field("field_0"), following=part.field("field_1"))
        .with_columns(
            length=pl.col("match").str.len_chars().cast(pl.Int64),
            after=pl.col("following").str.len_chars().fill_null(0).cast(pl.Int64),
        )
        .with_columns(
            end=(pl.col("length") + pl.col("after")).cum_sum().over(key) - pl.col("after")
        )
        .filter(pl.col("following").is_not_null())
        .select(key, pl.col("end").sub("length").alias("start"), "end", "match", "following")
    )


def _short_pieces(sentence: pl.Expr) -> pl.Expr:
    """The sentence in pieces of at most `_LONGEST` characters: itself, unless it is longer."""
    clauses = sentence.str.replace_all(f"({_CLAUSE_END})", "${1}" + OPEN).str.split(OPEN)
    pieces = clauses.list.eval(pl.element().str.extract_all(_PIECE).explode())
    return (
        pl.when(sentence.str.len_chars() > _LONGEST)
        .then(pieces)
        .otherwise(pl.concat_list(sentence))
    )


def split_sentences(articles: pl.DataFrame) -> pl.DataFrame:
    """Articles (article_id, text) → one row a sentence.

    sentence_nr (unique over the batch), article_id, paragraph_nr (counted over the batch),
    sentence_start (characters in the article), sentence, norm (the normalised sentence).
    """
    return (
        articles.select(
            "article_id",
            sentence=pl.col("text").str.replace_all(_SENTENCE_END, "${1}" + OPEN).str.split(OPEN),
        )
        .explode("sentence")
        .with_columns(sentence=_short_pieces(pl.col("sentence")))
        .explode("sentence")
        .with_columns(length=pl.col("sentence").str.len_chars().cast(pl.Int64))
        .with_columns(
            sentence_start=pl.col("length").cum_sum().over("article_id") - pl.col("length"),
            paragraph_nr=pl.col("sentence")
            .str.contains("\n")
            .cast(pl.Int64)
            .cum_sum()
            .shift(1, fill_value=0)
            + pl.col("article_id").ne(pl.col("article_id").shift(1)).fill_null(False).cum_sum(),
        )
        .filter(pl.col("sentence").str.contains(r"\S"))
        .with_columns(norm=normalise(pl.col("sentence")))
        .with_row_index("sentence_nr")
        .select("sentence_nr", "article_id", "paragraph_nr", "sentence_start", "sentence", "norm")
    )


def find_clause_ends(sentences: pl.DataFrame) -> pl.DataFrame:
    """Where clauses end: sentence_nr, start, end of each comma or semicolon."""
    return find_fenced(
        sentences,
        "sentence_nr",
        pl.col("norm").str.replace_all(f"({_CLAUSE_END})", f"{OPEN}${{1}}{CLOSE}"),
    )
