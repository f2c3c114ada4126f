"""Pieces of a document, line by line → its text and the blocks in it."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from ingest.documents.encoding import INVISIBLE


class Piece(NamedTuple):
    """A part of a line; the names are those of `schema.BLOCK`.

    kind: None where the words have to say what it is.
    """

    kind: str | None
    text: str
    page: int | None = None
    table_nr: int | None = None
    row_nr: int | None = None
    column_nr: int | None = None
    row_head: str | None = None
    column_head: str | None = None
    unit_note: str | None = None


def joined(lines: Iterable[Iterable[Piece]]) -> tuple[str, list[dict[str, object]]]:
    r"""Put lines together: pieces are set apart by tabs, lines by line ends.

    A piece without text adds no block; a line without text is left out.

    Returns:
        The text, as `encoding.normalise` would leave it, and its blocks as rows of `BLOCK`.

    Example:
        >>> row = [Piece("cell", "收入"), Piece("cell", "5")]
        >>> text, blocks = joined([[Piece("title", "年报")], row])
        >>> text
        '年报\n收入\t5'
        >>> [(block["kind"], block["start"], block["end"]) for block in blocks]
        [('title', 0, 2), ('cell', 3, 5), ('cell', 6, 7)]
    """
    texts: list[str] = []
    blocks: list[dict[str, object]] = []
    start = 0
    for line in lines:
        pieces = [piece._replace(text=_one_line(piece.text)) for piece in line]
        if not any(piece.text for piece in pieces):
            continue
        at = start
        for piece in pieces:
            if piece.kind and piece.text:
                blocks.append(_block(piece, at))
            at += len(piece.text) + 1
        texts.append("\t".join(piece.text for piece in pieces).rstrip())
        start += len(texts[-1]) + 1
    return "\n".join(texts), blocks


def _block(piece: Piece, start: int) -> dict[str, object]:
    row = piece._asdict()
    return {**row, "start": start, "end": start + len(str(row.pop("text")))}


def _one_line(text: str) -> str:
    """A text as it is seen, without line ends, and without blanks at its ends."""
    return re.sub(r"[\n\t]+", " ", INVISIBLE.sub("", text.replace("\r", "\n"))).strip()
