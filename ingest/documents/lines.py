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


_WRAPS = 3
"""Lines that break off, from which on a text was wrapped by hand."""
_NARROW, _WIDE = 40, 130
"""Columns of the text that lines are wrapped to; a Chinese character takes two."""
_PLAY = 10
"""Columns by which wrapped lines differ: no number is broken."""
_GOES_ON = re.compile(r"[\u3400-\u9fffA-Za-z0-9，,、%％]$")
_OPENS = re.compile(r"[\u3400-\u9fffA-Za-z0-9(（「『“《]")
_MIDST = re.compile(r"[。！？!?][^\n]")
_ENDS = re.compile(r"[。！？!?…][”」』\")）]*$")


def unwrapped(text: str) -> str:
    r"""Join the lines of a text whose sentences run on over lines of the same width.

    Only stretches are joined in which each line is full, or ends a sentence.

    Args:
        text: Plain text, with \n as its line end.

    Returns:
        The text; the same where fewer than three lines break off within a sentence.

    Example:
        >>> line = "某公司去年收入上升。今年上半年，" * 2 + "其中"
        >>> unwrapped("\n".join([line] * 4 + ["完。"])) == line * 4 + "完。"
        True
    """
    lines = text.split("\n")
    breaks: set[int] = set()
    start = 0
    for nr, line in enumerate([*lines, ""]):
        if not line:
            breaks |= _breaks(lines, start, nr)
            start = nr + 1
    if len(breaks) < _WRAPS:
        return text
    ends = ("" if nr in breaks else "\n" for nr in range(len(lines)))
    return "".join(line + end for line, end in zip(lines, ends, strict=True))[:-1]


def _breaks(lines: list[str], start: int, end: int) -> set[int]:
    """The lines of a stretch that break off within a sentence; none where it was not wrapped."""
    widths = [_width(line) for line in lines[start:end]]
    full = max(widths, default=0)
    # Items of a list, and rows, hold no sentence's end in their midst.
    if not _NARROW <= full <= _WIDE or not any(map(_MIDST.search, lines[start:end])):
        return set()
    breaks = {
        at
        for at, width in enumerate(widths[:-1], start)
        if width >= full - _PLAY and _GOES_ON.search(lines[at]) and _OPENS.match(lines[at + 1])
    }
    others = (lines[at] for at in range(start, end - 1) if at not in breaks)
    return breaks if all(_ENDS.search(line) for line in others) else set()


def _width(line: str) -> int:
    return len(line) + sum(character > "\u2e7f" for character in line)
