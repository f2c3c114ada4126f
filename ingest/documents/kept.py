"""Tables that survive in plain text: by tabs, pipes, blanks, or one cell a line."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from ingest.characters import plain
from ingest.documents.lines import Piece
from ingest.documents.schema import BLOCKS
from ingest.documents.tables import Cell, described, is_blank_value, is_head_word, is_value
from ingest.units import unit_said

_MAY_HOLD = (
    r"[^\n]\t|\|[^\n]*\||\S(?: {2,}|\u3000+)[-+(（]?[0-9]"
    r"|[单單]位\s?[:：]|[(（](?:人民[币幣]|[金][额額])[^\n]{0,20}[)）]\n"
    r"|\S [-+(（]?[0-9]\S{0,14} [-+(（]?[0-9]\S{0,14}(?:\n|$)"
    r"|\n[^\n]{1,30}\n(?:[-+(（]?[0-9][0-9,.]*[^\n]{0,6}\n){1,12}[^\n]{1,30}\n[-+(（]?[0-9]"
)
"""What a text that holds a table shows; most texts hold none, which one look tells."""

_CELLS = re.compile(r"[^\t\s]+(?:(?<!\s)[ \u00a0](?![ \u00a0\u3000\t])[^\t\s]+)*")
_PIPED = re.compile(r"[^|\s](?:[^|]*[^|\s])?")
_WORDS = re.compile(r"\S+")
_RULE = re.compile(r"[\s|:=+—–-]{3,}")
_LONGEST_LINE = 200
_LONGEST_LABEL = 40
_UNFINISHED = re.compile(r"[的及和与與或之、/]\s*$|[(（][^)）]*$")
"""The end of a name's line behind which the name goes on in the next one."""
_END = re.compile(r"[。！？；;!?]\s*$")


class _Line(NamedTuple):
    text: str
    start: int


class _Span(NamedTuple):
    text: str
    start: int


def with_tables(articles: pl.DataFrame) -> pl.DataFrame:
    """Add to `blocks` those of the tables in the text, for articles whose markup tells none.

    Args:
        articles: text, and blocks (`schema.BLOCKS`).
    """
    asked = articles.select(
        (pl.col("blocks").list.len().fill_null(0) == 0) & pl.col("text").str.contains(_MAY_HOLD)
    ).to_series()
    if not asked.any():
        return articles
    blocks = articles["blocks"].to_list()
    for nr in asked.arg_true():
        blocks[nr] = tables_in_text(articles["text"][nr]) or blocks[nr]
    return articles.with_columns(blocks=pl.Series(blocks, dtype=BLOCKS))


def tables_in_text(text: str) -> list[dict[str, object]]:
    r"""The blocks of the tables in a text: cells, heads, captions.

    Example:
        >>> blocks = tables_in_text("某公司年报\n（单位：百万元）\n收入 42,761\n毛利 26,540")
        >>> [(block["kind"], block["start"], block["unit_note"]) for block in blocks[1:3]]
        [('head', 16, None), ('cell', 19, '百万元')]
    """
    blocks: list[dict[str, object]] = []
    lines = list(_lines(text))
    nr, table_nr = 0, 0
    while nr < len(lines):
        for rows_of in (_in_columns, _behind_names, _in_lines):
            rows, after = rows_of(lines, nr)
            if not rows:
                continue
            found = described([[Cell(cell.text) for cell in row] for row in rows], _note(lines, nr))
            if found is not None:
                blocks += _captions(lines, nr, table_nr)
                blocks += _blocks(rows, found, table_nr)
                table_nr, nr = table_nr + 1, after
                break
        else:
            nr += 1
    return blocks


def _lines(text: str) -> Iterator[_Line]:
    """The lines that are not blank."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield _Line(line, start)
        start += len(line) + 1


def _note(lines: Sequence[_Line], nr: int) -> str:
    """The line before, if it tells a unit and little else."""
    before = lines[nr - 1].text.strip() if nr else ""
    told = len(before) <= _LONGEST_LABEL and not _END.search(before) and unit_said(before)
    return before if told else ""


def _captions(lines: Sequence[_Line], nr: int, table_nr: int) -> list[dict[str, object]]:
    note = _note(lines, nr)
    if not note:
        return []
    line = lines[nr - 1]
    start = line.start + len(line.text) - len(line.text.lstrip())
    return [_block(Piece("caption", note, table_nr=table_nr), start)]


def _blocks(
    rows: Sequence[Sequence[_Span]], found: Sequence[Sequence[Piece]], table_nr: int
) -> list[dict[str, object]]:
    return [
        _block(_placed(piece, table_nr, row_nr, column), span.start)
        for row_nr, (row, pieces) in enumerate(zip(rows, found, strict=True))
        for column, (span, piece) in enumerate(zip(row, pieces, strict=False))
        if piece.kind
    ]


def _placed(piece: Piece, table_nr: int, row_nr: int, column: int) -> Piece:
    """A piece with its place; the name of its row in one line."""
    name = piece.row_head and piece.row_head.replace("\n", "")
    return piece._replace(table_nr=table_nr, row_nr=row_nr, column_nr=column, row_head=name)


def _block(piece: Piece, start: int) -> dict[str, object]:
    row = piece._asdict()
    return {**row, "start": start, "end": start + len(str(row.pop("text")))}


# --- rows of cells ------------------------------------------------------------------------------

_Rows = tuple[list[list[_Span]], int]


def _in_columns(lines: Sequence[_Line], nr: int) -> _Rows:
    """Lines of two cells and more, set apart by tabs, pipes or several blanks."""
    rows: list[list[_Span]] = []
    after = nr
    begun: _Line | None = None
    while after < len(lines) and len(lines[after].text) <= _LONGEST_LINE:
        line = lines[after]
        if not _RULE.fullmatch(line.text):
            cells = _cells(line)
            if begun is not None:
                cells = [_joined(begun, cells[0]), *cells[1:]]
                begun = None
            elif len(cells) < 2 and rows and _goes_on(cells, lines[after + 1 :]):
                begun = line
            elif len(cells) < 2:
                break
            if begun is None:
                rows.append(cells)
        elif not rows:
            break
        after += 1
    return (rows, after) if len(rows) >= 2 else ([], nr)


def _goes_on(cells: Sequence[_Span], following: Sequence[_Line]) -> bool:
    """Whether a name alone in its line is the first part of the name in the row below."""
    if not cells or not following or not _UNFINISHED.search(cells[0].text):
        return False
    below = _cells(following[0])
    return len(below) > 1 and not is_value(below[0].text) and is_value(below[-1].text)


def _joined(line: _Line, name: _Span) -> _Span:
    """A name that stands in two lines, with what is between them."""
    begun = _stripped(line)
    between = name.start - begun.start - len(begun.text)
    return _Span(begun.text + "\n" * between + name.text, begun.start)


def _cells(line: _Line) -> list[_Span]:
    """The cells of a line; one that is empty between two tabs or pipes is there too."""
    if "|" in line.text:
        return _apart(line, "|")
    if "\t" in line.text:
        return _apart(line, "\t")
    return [_Span(one[0], line.start + one.start()) for one in _CELLS.finditer(line.text)]


def _apart(line: _Line, sign: str) -> list[_Span]:
    spans, start = [], line.start
    for cell in line.text.split(sign):
        spans.append(_Span(cell.strip(), start + len(cell) - len(cell.lstrip())))
        start += len(cell) + 1
    if sign == "|":
        spans = spans[not spans[0].text :]
        spans = spans[: -1 if spans and not spans[-1].text else None]
    return spans


def _behind_names(lines: Sequence[_Line], nr: int) -> _Rows:
    """收入 42,761: a name and its values, below a line that tells the unit or the columns.

    The columns are 指标 数值 同比, or 2024年 2023年 with nothing over the names.
    """
    rows: list[list[_Span]] = []
    told = bool(_note(lines, nr))
    if not told and not _may_be_head(lines[nr].text):
        return [], nr
    for line in lines[nr:]:
        words = [_Span(one[0], line.start + one.start()) for one in _WORDS.finditer(line.text)]
        values = sum(is_value(word.text) or is_blank_value(word.text) for word in words[1:])
        is_head = not rows and len(words) > 1 and not values and not is_value(words[0].text)
        is_row = values == len(words) - 1 > 0 and not is_value(words[0].text)
        if len(line.text) > _LONGEST_LINE or not (is_head or is_row):
            break
        rows.append(words)
    if not told and not _has_head(rows):
        return [], nr
    if len(rows) > 1 and len(rows[0]) == len(rows[1]) - 1 and _has_head(rows):
        rows[0].insert(0, _Span("", rows[0][0].start))
    return rows, nr + len(rows)


def _may_be_head(line: str) -> bool:
    """Whether a line's last word may stand over a column."""
    words = line.split() if len(line) <= _LONGEST_LINE else []
    return len(words) > 1 and len(words[-1]) <= _LONGEST_LABEL and is_head_word(words[-1])


def _has_head(rows: Sequence[Sequence[_Span]]) -> bool:
    """Whether the first row has a word for each column of values, and rows of one width follow."""
    if len(rows) < 3 or any(is_value(word.text) for word in rows[0]):
        return False
    width = len(rows[1])
    heads = rows[0][-(width - 1) :]
    return (
        len(rows[0]) in (width, width - 1)
        and all(len(row) == width for row in rows[1:])
        and all(is_head_word(head.text) for head in heads)
    )


def _in_lines(lines: Sequence[_Line], nr: int) -> _Rows:
    """One cell a line: a name, then as many values as there are columns, again and again."""
    # The first line is a head, and values follow soon.
    if not _is_label(lines[nr].text.strip()):
        return [], nr
    if not any(is_value(_stripped(line).text) for line in lines[nr + 1 : nr + 40]):
        return [], nr
    spans = [_stripped(line) for line in lines[nr : nr + 400]]
    values = [is_value(span.text) or plain(span.text) in {"-", "--", "—"} for span in spans]
    if not spans or values[0] or not any(values[1:40]):
        return [], nr
    first = values.index(True)
    width = next((n for n, one in enumerate(values[first:]) if not one), len(values) - first)
    body = _repeated(spans, values, first - 1, width)
    heads = spans[: first - 1]
    # Where a head stands for each column, or for each and the names.
    if (
        len(heads) not in (width, width + 1)
        or len(body) < 2 + (width == 1)
        or any(len(head.text) > _LONGEST_LABEL or _END.search(head.text) for head in heads)
    ):
        return [], nr
    corner = heads[0] if len(heads) > width else _Span("", heads[0].start)
    rows = [[corner, *heads[len(heads) - width :]], *body]
    return rows, nr + len(heads) + len(body) * (width + 1)


def _is_label(text: str) -> bool:
    """Whether a line may be a head or a name."""
    return len(text) <= _LONGEST_LABEL and not _END.search(text) and not is_value(text)


@lru_cache(maxsize=4096)
def _stripped(line: _Line) -> _Span:
    text = line.text.strip().rstrip("|").rstrip()
    return _Span(text, line.start + len(line.text) - len(line.text.lstrip()))


def _repeated(
    spans: Sequence[_Span], values: Sequence[bool], at: int, width: int
) -> list[list[_Span]]:
    """The rows from a place on: a name and `width` values each."""
    rows = []
    while (
        at + width < len(spans)
        and not values[at]
        and len(spans[at].text) <= _LONGEST_LABEL
        and not _END.search(spans[at].text)
        and all(values[at + 1 : at + 1 + width])
    ):
        rows.append(list(spans[at : at + 1 + width]))
        at += width + 1
        if at < len(values) and values[at]:
            break
    return rows
