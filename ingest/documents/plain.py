"""Text → blocks: what each line of an article is, by its words."""

import re
from collections.abc import Iterable

import polars as pl

from ingest.documents.schema import BLOCK, BLOCKS, PROSE

_FIELDS = [field.name for field in BLOCK.fields]
_NO_BLOCKS = pl.DataFrame(
    schema={"article_nr": pl.Int64, **{f.name: f.dtype for f in BLOCK.fields}}
)
_WORKED_OUT = ["paragraph", "dateline", "note", "other"]
"""Kinds that a line may have by its words alone."""
_INK = re.compile(r"[^\n]")


def blocks_of_text(articles: pl.DataFrame) -> pl.DataFrame:
    """Work out the blocks of texts, as far as their markup has not told them.

    Args:
        articles: text and title; and blocks, where markup has told any. Each of those covers
            a line, or a part of one that holds several.

    Returns:
        The articles with all their blocks (`schema.BLOCKS`): each line that is not blank lies in
        one or in several.
    """
    if "blocks" not in articles.columns:
        articles = articles.with_columns(blocks=pl.lit(None, BLOCKS))
    rows = articles.select("text", "blocks", article_nr=pl.int_range(pl.len()))
    told = (
        rows.filter(pl.col("blocks").list.len() > 0)
        .select("article_nr", "blocks")
        .explode("blocks")
        .unnest("blocks")
    )
    lines = _lines(rows)
    if told.height:
        lines = lines.join(told, on=["article_nr", "start"], how="anti", maintain_order="left")
    blocks = (
        pl.concat([_NO_BLOCKS, lines.with_columns(kind=pl.lit("paragraph")), told], how="diagonal")
        .sort("article_nr", "start")
        .select("article_nr", blocks=pl.struct(_FIELDS).cast(BLOCK))
        .group_by("article_nr", maintain_order=True)
        .agg("blocks")
    )
    found = rows.select("article_nr").join(blocks, on="article_nr", how="left")["blocks"]
    return articles.with_columns(blocks=found)


def blocks_anew(articles: pl.DataFrame) -> pl.DataFrame:
    """Work out again the blocks of articles that an earlier version has read.

    Args:
        articles: text, title, source_path and blocks, as a warehouse holds them.

    Returns:
        The articles; of their blocks those that markup had told are as they were.
    """
    by_markup = ~pl.col("source_path").str.to_lowercase().str.ends_with(".txt")
    told = pl.col("blocks").list.eval(
        pl.element().filter(~pl.element().struct.field("kind").is_in(_WORKED_OUT))
    )
    return blocks_of_text(articles.with_columns(blocks=pl.when(by_markup).then(told)))


def _lines(rows: pl.DataFrame) -> pl.DataFrame:
    """The lines that are not blank: article_nr, start, end."""
    length = pl.col("line").str.len_chars().cast(pl.Int64)
    indent = length - pl.col("line").str.strip_chars_start().str.len_chars()
    return (
        rows.lazy()
        .select("article_nr", line=pl.col("text").str.split("\n"))
        .explode("line")
        .with_columns(reach=(length + 1).cum_sum().over("article_nr"), indent=indent)
        .filter(pl.col("line").str.contains(r"\S"))
        .select(
            "article_nr",
            start=pl.col("reach") - 1 - length + pl.col("indent"),
            end=pl.col("reach") - 1 - length + pl.col("line").str.strip_chars_end().str.len_chars(),
        )
        .collect()
    )


def prose_of(articles: pl.DataFrame) -> pl.DataFrame:
    """The articles with blanks in `text` for what is no prose: every character keeps its place.

    Args:
        articles: text; and blocks (`schema.BLOCKS`), which are worked out where there are none.
    """
    if "blocks" not in articles.columns or articles["blocks"].null_count():
        articles = blocks_of_text(articles)
    hidden = pl.col("blocks").list.eval(
        pl.element().filter(~pl.element().struct.field("kind").is_in(PROSE))
    )
    spans = articles.select(pl.int_range(pl.len()).alias("nr"), "text", hidden=hidden).filter(
        pl.col("hidden").list.len() > 0
    )
    if spans.is_empty():
        return articles
    texts = articles["text"].to_list()
    for nr, text, blocks in spans.iter_rows():
        texts[nr] = _blanked(text, ((block["start"], block["end"]) for block in blocks))
    return articles.with_columns(text=pl.Series(texts, dtype=pl.String))


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with a blank for each character in the spans but for line ends."""
    pieces = []
    reached = 0
    for start, end in spans:
        pieces += [text[reached:start], _INK.sub(" ", text[start:end])]
        reached = end
    return "".join([*pieces, text[reached:]])
