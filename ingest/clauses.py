"""Articles → sentences and clauses with spans, and the one way spans are found in text.

Matching is done on a *character-for-character* normalised text (simplified characters,
half-width ASCII), so that every offset in it is an offset in the article as it was written.
"""

import re

import polars as pl

from ingest.characters import CLOSE, OPEN, characters
from ingest.documents import prose_of

# A sentence ends here; what follows starts afresh. Line ends count: headlines have no full stop.
_SENTENCE_END = r"([。！？!?\n]+[”」』\"）)]*)"
_CLAUSE_END = r"[,，;；]"
# No sentence that a person wrote is longer; what is, is cut at its clauses, and then anywhere, so
# that the work on a text stays in proportion to its length.
_LONGEST = 1000
# What numbers and their units are written with: a cut between two of these might halve a number.
_NUMERIC = (
    r"[0-9０-９零〇一二两三四五六七八九十百千万亿兆半几多余成点负.．,%％‰倍元+＋\s–—~～〜至到−﹣-]"
)
# A piece of the whole length is one for which there was no other place.
_MOST = rf".{{{_LONGEST // 2},{_LONGEST - 2}}}"
_PIECE = (
    rf"(?s){_MOST}[、：:()（）“”《》|/的为是达于和与及]|{_MOST}[^{_NUMERIC[1:]}|.{{1,{_LONGEST}}}"
)


def normalise(text: pl.Expr) -> pl.Expr:
    """Simplified, half-width text of the same length, character for character."""
    mapping = characters()
    return text.str.replace_many(list(mapping), list(mapping.values()))


def _with_whole_decimals(text: pl.Expr) -> pl.Expr:
    """12. 5亿 and 12 .5亿, as columns of a page leave them, with the blank behind the decimals.

    1. 5% may be the first of a list: one digit alone is no such number unless a word precedes it.
    """
    return text.str.replace_all(
        r"(\p{Han}[0-9]+|[0-9]{2,})\. ([0-9]{1,2})(%|[万亿])", "${1}.${2} ${3}"
    ).str.replace_all(r"([0-9]) (\.[0-9]{1,2})(%|[万亿])", "${1}${2} ${3}")


def find_all(texts: pl.DataFrame, key: str, text: str, pattern: str) -> pl.DataFrame:
    """Every match of a regular expression in a text column, with its offsets.

    Polars has no expression that returns the offsets of all matches. So the matches are fenced
    with control characters, the text is split at the fences, and the offsets are the running
    length of the pieces. Groups in the pattern are made non-capturing: only without them does the
    engine stay in its fast automaton.

    Args:
        texts: One row a text, named by `key`; rows of one key stand together.
        key: The column that names a text.
        text: The column of text, without the characters OPEN and CLOSE.
        pattern: A regular expression; its groups are of no account.

    Returns:
        key, start, end (characters), match, following (the text up to the next match).
    """
    fenced = pl.col(text).str.replace_all(f"(?:{_groupless(pattern)})", f"{OPEN}${{0}}{CLOSE}")
    return _between_fences(texts, key, fenced)


def _groupless(pattern: str) -> str:
    """The pattern with every capturing group made a plain one."""
    return re.sub(r"(?<!\\)\((?:\?P<\w+>|(?!\?))", "(?:", pattern)


def _between_fences(texts: pl.DataFrame, key: str, fenced: pl.Expr) -> pl.DataFrame:
    """What stands between OPEN and CLOSE in each text, with its offsets; as `find_all`."""
    part = pl.col("piece").str.split_exact(CLOSE, 1).struct
    return (
        # At once: a lazy query compiles the pattern once a thread.
        texts.select(key, piece=fenced.str.split(OPEN))
        .lazy()
        # A text without a match is one piece.
        .filter(pl.col("piece").list.len() > 1)
        .explode("piece")
        .select(key, match=part.field("field_0"), following=part.field("field_1"))
        # The first piece of a text is what stands before its first match.
        .with_columns(
            length=pl.col("match").str.len_chars().cast(pl.Int64),
            gap=pl.col("following").str.len_chars().fill_null(0).cast(pl.Int64),
        )
        .with_columns(reach=_running(pl.col("length") + pl.col("gap"), key))
        .with_columns(end=pl.col("reach") - pl.col("gap"))
        .filter(pl.col("following").is_not_null())
        .select(
            key,
            start=pl.col("end") - pl.col("length"),
            end="end",
            match="match",
            following="following",
        )
        .collect()
    )


def _running(length: pl.Expr, key: str) -> pl.Expr:
    """The running sum of lengths within each key, whose rows stand together."""
    total = length.cum_sum()
    opens = pl.col(key).ne(pl.col(key).shift(1)).fill_null(True)
    return total - pl.when(opens).then(total - length).forward_fill()


def furthest_before(end: pl.Expr, key: str) -> pl.Expr:
    """How far the rows before this one reach into its text; null where none does.

    Rows of one key stand together, and keys ascend. A row whose end is null reaches nowhere.
    """
    # Later texts reach further on this scale, so that one running maximum serves them all.
    base = pl.col(key).cast(pl.Int64) * _FAR
    reach = (end + base).cum_max().shift(1).forward_fill() - base
    return pl.when(reach > 0).then(reach)


_FAR = 1_000_000_000


def _short_pieces(sentence: pl.Expr) -> pl.Expr:
    """The sentence in pieces of at most `_LONGEST` characters: itself, if it is shorter."""
    # 1,234 holds no clause's end.
    ends = "([^0-9０-９],|[，;；])"
    clauses = sentence.str.replace_all(ends, "${1}" + OPEN).str.split(OPEN)
    pieces = clauses.list.eval(pl.element().str.extract_all(_PIECE).explode())
    return (
        pl.when(sentence.str.len_chars() >= _LONGEST)
        .then(pieces)
        .otherwise(pl.concat_list(sentence))
    )


def _without_halves(pieces: pl.DataFrame) -> pl.DataFrame:
    """The pieces with … in `norm` for the part of a number that a cut has left at either end.

    Half a number is a wrong one; the whole has hundreds of characters and is none either.
    """
    cut = pl.col("length") == _LONGEST
    if not pieces.select(cut.any()).item():
        return pieces
    cut_before = (cut & (pl.col("article_nr") == pl.col("article_nr").shift(-1))).shift(1)
    head, tail = (
        pl.when(torn).then("norm").str.extract(pattern).str.len_chars().fill_null(0).cast(pl.Int64)
        for torn, pattern in ((cut_before, f"^({_NUMERIC}+)"), (cut, f"({_NUMERIC}+)$"))
    )
    # A piece that is numeric throughout is a part of both.
    tail = pl.min_horizontal(tail, pl.col("length") - head)
    middle = pl.col("norm").str.slice(head, pl.col("length") - head - tail)
    filler = (pl.lit("").str.pad_start(length, "…") for length in (head, tail))
    return pieces.with_columns(norm=pl.concat_str(next(filler), middle, next(filler)))


def split_sentences(articles: pl.DataFrame) -> pl.DataFrame:
    """Articles (article_id, text, blocks) → one row a sentence of their prose.

    Args:
        articles: One row an article. Its blocks (`documents.BLOCKS`) are worked out from its text
            where there are none; what is no prose has no sentences.

    Returns:
        What `sentences_of` does.
    """
    return sentences_of(articles, prose_of(articles))


def sentences_of(articles: pl.DataFrame, prose: pl.DataFrame) -> pl.DataFrame:
    """Articles and their prose (`documents.prose_of`) → one row a sentence.

    Returns:
        sentence_nr (unique over the batch), article_nr (the article's row), article_id,
        paragraph_nr (counted over the batch), sentence_start (characters in the article),
        sentence, joined (the sentence without the line ends that cut its words), norm (the
        normalised sentence).
    """
    sentences = (
        prose.with_row_index("article_nr")
        .select(
            "article_nr",
            "article_id",
            sentence=pl.col("text").str.replace_all(_SENTENCE_END, "${1}" + OPEN).str.split(OPEN),
        )
        .explode("sentence")
        .with_columns(sentence=_short_pieces(pl.col("sentence")))
        .explode("sentence")
        .with_columns(length=pl.col("sentence").str.len_chars().cast(pl.Int64))
        .with_columns(
            sentence_start=_running(pl.col("length"), "article_nr") - pl.col("length"),
            paragraph_nr=pl.col("sentence")
            .str.contains("\n")
            .cast(pl.Int64)
            .cum_sum()
            .shift(1, fill_value=0)
            + pl.col("article_nr").cast(pl.Int64),
        )
        .filter(pl.col("sentence").str.contains(r"\S"))
        .with_columns(norm=_with_whole_decimals(normalise(pl.col("sentence"))))
        .pipe(_without_halves)
        .with_row_index("sentence_nr")
        .select(
            "sentence_nr",
            "article_nr",
            "article_id",
            "paragraph_nr",
            "sentence_start",
            "sentence",
            "norm",
            joined="sentence",
        )
    )
    return _as_written(sentences, articles["text"], prose["text"])


def _as_written(sentences: pl.DataFrame, texts: pl.Series, prose: pl.Series) -> pl.DataFrame:
    """The sentences of texts that something was left out of, as they stand there."""
    changed = (texts != prose).arg_true()
    if changed.is_empty():
        return sentences
    of_changed = sentences.filter(pl.col("article_nr").is_in(changed.implode())).select(
        "sentence_nr", "article_nr", "sentence_start", length=pl.col("sentence").str.len_chars()
    )
    written = dict(zip(changed.to_list(), texts.gather(changed).to_list(), strict=True))
    rows = [
        (nr, written[article][start : start + length])
        for nr, article, start, length in of_changed.iter_rows()
    ]
    there = pl.DataFrame(
        rows,
        schema={"sentence_nr": sentences["sentence_nr"].dtype, "there": pl.String},
        orient="row",
    )
    return (
        sentences.join(there, on="sentence_nr", how="left", maintain_order="left")
        .with_columns(
            sentence=pl.coalesce("there", "sentence"),
            joined=pl.when(pl.col("there").str.contains(r"\S\s*\n\s*\S"))
            .then("sentence")
            .otherwise(pl.coalesce("there", "sentence")),
        )
        .drop("there")
    )


def find_clause_ends(sentences: pl.DataFrame) -> pl.DataFrame:
    """Where clauses end: sentence_nr, start, end of each comma or semicolon."""
    return find_all(sentences, "sentence_nr", "norm", _CLAUSE_END)
