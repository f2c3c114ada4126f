"""What reading hands on: the frames of articles and of refused files, and the blocks of a text."""

from typing import NamedTuple

import polars as pl

BLOCK = pl.Struct(
    {
        "kind": pl.String(),
        "start": pl.Int64(),
        "end": pl.Int64(),
        "page": pl.Int64(),
        "table_nr": pl.Int64(),
        "row_nr": pl.Int64(),
        "column_nr": pl.Int64(),
        "row_head": pl.String(),
        "column_head": pl.String(),
        "unit_note": pl.String(),
    }
)
"""One block: its kind, its span in the text in characters, its page and its place in a table.

kind: title | dateline | heading | paragraph | item | cell | head (a table's head cell) | caption |
note (a footnote's mark or text) | other (what is not the article). `row_head` and `column_head` are
the words at the head of a cell's row and column; `unit_note` is the caption's or the head's words
on the unit that the cell is in. Numbers of tables, rows and columns begin with 0, pages with 1.
"""

BLOCKS = pl.List(BLOCK)
"""A text's blocks in reading order; none overlaps another, and what none covers is blank."""

PROSE = ["title", "heading", "paragraph", "item"]
"""The kinds of block that sentences are taken from."""

ARTICLES = pl.Schema(
    {
        "article_id": pl.String(),
        "source_path": pl.String(),
        "title": pl.String(),
        "published_on": pl.Date(),
        "published_on_basis": pl.String(),
        "url": pl.String(),
        "publisher": pl.String(),
        "language": pl.String(),
        "encoding": pl.String(),
        "text": pl.String(),
        "char_count": pl.Int64(),
        "blocks": BLOCKS,
        "run_id": pl.String(),
        "ingested_at": pl.Datetime("us"),
    }
)
"""`raw.articles`: one row a text."""

READ = pl.Schema({k: v for k, v in ARTICLES.items() if k not in {"run_id", "ingested_at"}})
"""Articles as they are read; the load adds the run and the time."""

REJECTED = pl.Schema({"source_path": pl.String, "reason": pl.String, "detail": pl.String})
"""Files that could not be taken in: a reason as a code; place, cause and cure in words."""


class Document(NamedTuple):
    """A file's text, and what the file says of itself.

    blocks: The text's blocks as rows of BLOCK, as far as markup tells them; a line that none
        covers is worked out from its words. None for a text without markup.
    published: The date of publication as it is written, and published_on_basis where it stands
        (front_matter | meta | json_ld | time | dateline | address | file_name).
    """

    text: str
    title: str | None = None
    published: str | None = None
    published_on_basis: str | None = None
    url: str | None = None
    publisher: str | None = None
    blocks: list[dict[str, object]] | None = None


class Rejected(Exception):
    """A file that is not taken in: a reason as a code, and place, cause and cure in words."""

    def __init__(self, reason: str, detail: str):
        super().__init__(reason)
        self.reason, self.detail = reason, detail
