"""PDF → document: text in reading order, tables, pages."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import groupby
from typing import Any, NamedTuple

from ingest.documents.lines import Piece, joined
from ingest.documents.schema import Document, Rejected
from ingest.documents.tables import Cell, is_value, table_lines

_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:第\s?[0-9]+\s?[页頁](?:\s?[,，/共]*\s?[0-9]+\s?[页頁])?|[0-9]{1,4}(?:\s?/\s?[0-9]{1,4})?)[-–—\s]*"
)
_SENTENCE_END = re.compile(r"[。！？；;!?：:]$")
_SAME_LINE = 0.004
"""How far apart the tops of words on one line may be, as a part of the page."""
_MIDDLE = 0.5
"""Where two columns meet, as a part of the page."""
_MARGIN = 0.12
"""The part of a page, at its top and its foot, in which headers and footers stand."""


class _Row(NamedTuple):
    """A line of a page: its text, where it stands in parts of the page, and in which column.

    column: 0 of a page that is set in one, 1 and 2 of one that is set in two.
    """

    text: str
    left: float
    right: float
    top: float
    column: int = 0


class _Table(NamedTuple):
    """A table on a page: its rows, and where it stands."""

    rows: list[list[str]]
    left: float
    right: float
    top: float
    column: int = 0


def read_pdf(data: bytes) -> Document:
    """A PDF with a text layer as a document.

    Raises:
        Rejected: `scan` (no text layer), `encrypted`, or `broken_pdf`.
    """
    import pdfplumber  # noqa: PLC0415 - a run without PDFs does without it
    from pdfminer.pdfdocument import PDFPasswordIncorrect  # noqa: PLC0415

    try:
        with pdfplumber.open(BytesIO(data)) as pdf:
            pages = [_page(page) for page in pdf.pages]
    except Exception as error:  # what a broken file raises is anything
        cause = error.args[0] if error.args else error
        if isinstance(error, PDFPasswordIncorrect) or isinstance(cause, PDFPasswordIncorrect):
            detail = "whole file: is locked by a password. Save it without one."
            raise Rejected("encrypted", detail) from error
        detail = "whole file: cannot be read as a PDF. Save it again, or give the text."
        raise Rejected("broken_pdf", detail) from error
    if not any(part for page in pages for part in page):
        detail = (
            "whole file: is a scan without text. Give one with a text layer (OCR), or the text."
        )
        raise Rejected("scan", detail)
    lines = list(_lines(_without_margins(pages)))
    text, blocks = joined(lines)
    return Document(text, None, blocks=blocks)


_Page = list[_Row | _Table]


def _page(page: Any) -> _Page:
    """What stands on a page, from top to bottom, one column after the other."""
    height, width = float(page.height), float(page.width)
    tables: _Page = []
    for table in page.find_tables():
        grid = [[(cell or "").replace("\n", "") for cell in row] for row in table.extract()]
        if len(grid) > 1 and len(grid[0]) > 1:
            left, top, right, _ = table.bbox
            tables.append(_Table(grid, left / width, right / width, top / height))
            page = page.outside_bbox(table.bbox)
    words = page.extract_words(keep_blank_chars=True, x_tolerance=6, y_tolerance=3)
    rows = _rows(words, width, height)
    if _gutter(rows):
        return _by_column([*rows, *tables])
    return sorted([*_with_aligned(rows), *tables], key=lambda part: part.top)


def _by_column(parts: _Page) -> _Page:
    """The left column before the right one, between what reaches over both."""
    ordered: _Page = []
    columns: tuple[_Page, _Page] = ([], [])
    for part in [*sorted(parts, key=lambda part: part.top), None]:
        side = 0 if part and part.right <= _MIDDLE else 1 if part and part.left >= _MIDDLE else None
        if part and side is not None:
            columns[side].append(part._replace(column=side + 1))
            continue
        for column in columns:
            rows = _with_aligned([one for one in column if isinstance(one, _Row)])
            tables = [one for one in column if isinstance(one, _Table)]
            ordered += sorted([*rows, *tables], key=lambda one: one.top)
            column.clear()
        ordered += [part] if part else []
    return ordered


def _with_aligned(rows: list[_Row]) -> _Page:
    """The rows, those that stand side by side again and again as tables without ruling lines."""
    lines: list[list[_Row]] = []
    for row in rows:
        if lines and abs(lines[-1][0].top - row.top) < _SAME_LINE:
            lines[-1].append(row)
        else:
            lines.append([row])
    parts: _Page = []
    run: list[list[_Row]] = []
    for line in [*lines, []]:
        if len(line) > 1:
            run.append(line)
            continue
        values = sum(is_value(row.text) for one in run for row in one[1:])
        if len(run) > 1 and values > 1:
            first, right = run[0][0], max(row.right for row in run[0])
            parts.append(_Table(_in_columns(run), first.left, right, first.top, first.column))
        else:
            parts += [row for one in run for row in one]
        run = []
        parts += line
    return parts


def _in_columns(lines: list[list[_Row]]) -> list[list[str]]:
    """Rows that stand side by side as a grid, by the line that has most of them."""
    most = max(lines, key=len)

    def nearest(row: _Row) -> int:
        gaps = [
            min(
                abs(row.left - one.left),
                abs(row.right - one.right),
                abs(_middle(row) - _middle(one)),
            )
            for one in most
        ]
        return gaps.index(min(gaps))

    grid = []
    for line in lines:
        cells = [""] * len(most)
        for row in line:
            cells[nearest(row)] += row.text
        grid.append(cells)
    return grid


def _middle(row: _Row) -> float:
    return (row.left + row.right) / 2


def _rows(words: list[dict[str, Any]], width: float, height: float) -> list[_Row]:
    """Words as rows; those far apart on one line are rows of their own."""
    return [
        _Row(word["text"].strip(), word["x0"] / width, word["x1"] / width, word["top"] / height)
        for word in sorted(words, key=lambda word: (round(word["top"] / 3), word["x0"]))
        if word["text"].strip()
    ]


def _gutter(rows: list[_Row]) -> bool:
    """Whether the page is set in two columns: most rows are long and keep to one half."""
    left = [row for row in rows if row.right <= 0.52 and row.right - row.left > 0.3]
    right = [row for row in rows if row.left >= 0.48 and row.right - row.left > 0.3]
    return min(len(left), len(right)) >= 3 and len(left) + len(right) > len(rows) / 2


def _without_margins(pages: list[_Page]) -> list[_Page]:
    """The pages without page numbers, and without what stands on most of them at top or foot."""

    def at_edge(row: _Row) -> bool:
        return row.top < _MARGIN or row.top > 1 - _MARGIN

    said = Counter(
        text
        for page in pages
        for text in {_shape(p.text) for p in page if isinstance(p, _Row) and at_edge(p)}
    )
    often = {text for text, times in said.items() if times > 1 and times * 2 > len(pages)}

    def is_margin(part: _Row | _Table) -> bool:
        return (
            isinstance(part, _Row)
            and at_edge(part)
            and (_shape(part.text) in often or bool(_PAGE_NUMBER.fullmatch(part.text)))
        )

    return [[part for part in page if not is_margin(part)] for page in pages]


def _shape(text: str) -> str:
    return re.sub("[0-9]+", "0", text)


def _lines(pages: list[_Page]) -> Iterator[list[Piece]]:
    """Lines of pieces: paragraphs joined from their rows, and the tables."""
    parts = [(part, nr) for nr, page in enumerate(pages, 1) for part in page]
    edges: dict[int, float] = {}
    for part, _ in parts:
        if isinstance(part, _Row):
            edges[part.column] = max(part.right, edges.get(part.column, 0.0))
    table_nr = 0
    before = ""
    for is_table, group in groupby(parts, key=lambda one: isinstance(one[0], _Table)):
        if is_table:
            for rows, numbers in _whole_tables(group):
                found = table_lines(
                    [[Cell(text) for text in row] for row in rows], table_nr, before=before
                )
                table_nr += bool(found)
                found = found or [[Piece("paragraph", " ".join(row))] for row in rows]
                for line, number in zip(found, numbers, strict=True):
                    yield [piece._replace(page=number) for piece in line]
        else:
            rows_of_text = [(part, nr) for part, nr in group if isinstance(part, _Row)]
            before = rows_of_text[-1][0].text
            yield from _paragraphs(rows_of_text, edges)


def _whole_tables(
    parts: Iterable[tuple[_Row | _Table, int]],
) -> Iterator[tuple[list[list[str]], list[int]]]:
    """Tables that follow one another: their rows and the page of each.

    One goes on over the end of a page or a column, with its head or without.
    """
    rows: list[list[str]] = []
    numbers: list[int] = []
    head: list[str] = []
    place = (0, 0)
    for part, nr in parts:
        if not isinstance(part, _Table):
            continue
        goes_on = rows and (nr, part.column) != place and len(part.rows[0]) == len(head)
        if rows and not goes_on:
            yield rows, numbers
            rows, numbers = [], []
        head = head if goes_on else part.rows[0]
        more = part.rows[bool(goes_on) and part.rows[0] == head :]
        rows, numbers = rows + more, numbers + [nr] * len(more)
        place = (nr, part.column)
    if rows:
        yield rows, numbers


def _paragraphs(rows: list[tuple[_Row, int]], edges: dict[int, float]) -> Iterator[list[Piece]]:
    """Rows joined while they run on to the right edge of their column and end no sentence."""
    text, page = "", 0
    for row, nr in rows:
        if not text:
            text, page = row.text, nr
        else:
            blank = (
                " " if text[-1].isascii() and text[-1].isalpha() and row.text[0].isascii() else ""
            )
            text += blank + row.text
        runs_on = row.right > edges[row.column] - 0.06 and row.right - row.left > 0.25
        if not runs_on or _SENTENCE_END.search(text):
            yield [Piece("paragraph", text, page)]
            text = ""
    if text:
        yield [Piece("paragraph", text, page)]
