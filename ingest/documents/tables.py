"""A grid of cells → what each cell is: the one place for the structure of tables.

Readers of HTML, Markdown, PDF and plain text all end here, whatever their tables are made of. The
number of cells is small, so this works cell by cell; what the cells say is read on whole columns
in `ingest.tables`.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from ingest.characters import plain
from ingest.documents.lines import Piece
from ingest.documents.signs import AMOUNT, DOWN, UP
from ingest.units import unit_of, unit_pattern, unit_said

BETWEEN = " / "
"""What stands between the levels of a head: 2024年 / 金额."""

_LONGEST = 120
"""Characters that a cell of a table has at most; what is longer is a page's layout."""

_STATES_UNIT = re.compile(r"[^0-9.,()\s+*–—-]")
_NO_VALUE = re.compile(
    r"[-–—―]{1,4}|/|\\|不适用|n\.?/?a\.?|n\.?m\.?|无|未披露|\*+|…+", re.IGNORECASE
)
_TIME = re.compile(
    r"(?:19|20)[0-9]{2}(?:\s?年.*|\s?[EAF]|\s?[-/.][0-9]{1,2}.*|\s?[QH][1-4].*)?"
    r"|[0-9]{2}年.*|[0-9]{1,2}月.*|1[01][0-9]年.*",
    re.IGNORECASE,
)
_HEAD_WORDS = re.compile(
    r"本期|上期|本年|上年|去年|同期|报告期|期末|期初|年末|年初|累计|本月|上月|同月|本季|上季|前季|季度"
    r"|第.季|半年|年度|个月|增减|变动|同比|环比|年增|季增|月增|增幅|增速|增长|金额|占比|比例|比重|YoY|QoQ"
    r"|[QH][1-4]|[0-9]月|(?:19|20)[0-9]{2}|[0-9]年|一年",
    re.IGNORECASE,
)  # fmt: skip
_NOTES = re.compile(r"(?:附注|注释|注)(?:号|编号)?|notes?", re.IGNORECASE)
_SERIAL = re.compile(r"序号|编号|排名|名次|位次|rank(?:ing)?|no\.?|#", re.IGNORECASE)
_AUDIT = re.compile(
    r"\(?(?:未经?审(?:核|计)|经审(?:核|计)|已审(?:核|计)|重列|经重列|调整[前后])\)?"
)


class Cell(NamedTuple):
    """A cell of a table: its text, whether markup calls it a head, and how far it reaches."""

    text: str
    is_head: bool = False
    rows: int = 1
    columns: int = 1


@cache
def _value() -> re.Pattern[str]:
    number = rf"[-+–—]?\s?(?:[A-Z]{{2,3}}|[A-Z]{{0,2}}[$¥￥€£])?\s?[-+]?{AMOUNT}"
    ranged = rf"{number}(?:\s?[-~至]\s?{AMOUNT})?"
    whole = rf"(?:约|近|超|逾|[><≥≤]|{UP}|{DOWN})?\s?\(?\s?{ranged}\s?\)?\s?(?:{unit_pattern()})\)?"
    return re.compile(rf"{whole}\s?(?:\*|\[[0-9]+\]|\([a-z0-9]\))?", re.IGNORECASE)


@lru_cache(maxsize=65536)
def is_value(text: str) -> bool:
    """Whether a cell's text is a number with nothing else but a sign, a unit, a movement.

    Example:
        >>> [is_value(text) for text in ("(1,234.5)", "－4,270", "减少1.14个百分点", "22,340家")]
        [True, True, True, True]
        >>> [is_value(text) for text in ("2024年", "2024", "1-6月", "手机", "不适用", "3项业务")]
        [False, False, False, False, False, False]
    """
    text = plain(text).strip()
    return bool(text) and not _TIME.fullmatch(text) and bool(_value().fullmatch(text))


def is_blank_value(text: str) -> bool:
    """Whether a cell's text says that there is no value: -, 不适用."""
    return bool(_NO_VALUE.fullmatch(plain(text).strip()))


def is_head_word(text: str) -> bool:
    """Whether a text may stand over a column: a time, a change, 数值."""
    return bool(_HEAD_WORDS.search(plain(text)) or re.search("数值|数额|数据|规模", plain(text)))


def table_lines(
    rows: Sequence[Sequence[Cell]],
    table_nr: int,
    *,
    caption: str = "",
    before: str = "",
    page: int | None = None,
) -> list[list[Piece]] | None:
    """A table as lines for `lines.joined`: its caption's, then one for each row.

    Args:
        rows: The table's rows as they are written; a cell that reaches over several rows or
            columns stands where it begins, and nothing stands where it reaches.
        table_nr: The table's number in its document.
        caption: The caption; it becomes a line of its own.
        before: The words just before the table, which may tell its unit (单位：万元). They are
            the reader's to hand on.
        page: The page that the table stands on.

    Returns:
        The lines. A piece is a head, a cell with its `row_head`, `column_head` and `unit_note`
        (the words of `units.unit_of`), a caption, or other. None where the grid is no table of
        values but a page's layout or a list of words: the reader takes its cells for text.

    Example:
        >>> head = [Cell("项目", True), Cell("2024年（亿元）", True)]
        >>> lines = table_lines([head, [Cell("收入"), Cell("42.7")]], 0)
        >>> [(piece.kind, piece.text, piece.unit_note) for piece in lines[1]]
        [('head', '收入', None), ('cell', '42.7', '亿元')]
    """
    grid, places = _laid_out(rows)
    found = described(grid, f"{caption}\n{before}")
    if found is None:
        return None
    lines = [[Piece("caption", caption, page, table_nr)]] if caption else []
    for row_nr, (row, at) in enumerate(zip(found, places, strict=True)):
        lines.append(
            [
                piece._replace(page=page, table_nr=table_nr, row_nr=row_nr, column_nr=column)
                for column, piece in enumerate(row)
                if at[column]
            ]
        )
    return lines


def _laid_out(rows: Sequence[Sequence[Cell]]) -> tuple[list[list[Cell]], list[list[bool]]]:
    """The cells in a grid, each in all places that it reaches, and whether it begins there."""
    grid: list[dict[int, Cell]] = [{} for _ in rows]
    begins: list[set[int]] = [set() for _ in rows]
    for nr, row in enumerate(rows):
        column = 0
        for cell in row:
            while column in grid[nr]:
                column += 1
            begins[nr].add(column)
            # A page may claim any reach.
            for down in range(min(max(cell.rows, 1), len(rows) - nr)):
                for right in range(min(max(cell.columns, 1), 100)):
                    grid[nr + down].setdefault(column + right, cell)
    width = max((max(row, default=-1) + 1 for row in grid), default=0)
    filled = [[row.get(column, Cell("")) for column in range(width)] for row in grid]
    return filled, [[column in at for column in range(width)] for at in begins]


# --- which cell is what -------------------------------------------------------------------------

_BLANK, _VALUE, _NONE, _WORDS = range(4)


def described(grid: Sequence[Sequence[Cell]], notes: str = "") -> list[list[Piece]] | None:
    """What each cell of a grid is; rows may be of different length.

    Args:
        grid: The cells; one that reaches further stands in each of its places.
        notes: The caption and the words just before the table.

    Returns:
        A piece for each cell, without its place; None where this is no table of values.
    """
    width = max((len(row) for row in grid), default=0)
    texts = [[cell.text.strip() for cell in row] + [""] * (width - len(row)) for row in grid]
    kinds = [[_kind_of(text) for text in row] for row in texts]
    if width < 2 or not _is_table(texts, kinds):
        return None
    marked = [bool(row) and all(cell.is_head for cell in row) for row in grid]
    roles = _row_roles(texts, kinds, marked)
    labels, serials = _label_columns(texts, kinds, roles)
    if labels == width:
        return None
    levels: list[list[str]] = []
    section, unit, before = "", unit_said(notes), ""
    found: list[list[Piece]] = []
    for row, kind, role in zip(texts, kinds, roles, strict=True):
        if role == "caption":
            unit = unit_said(" ".join(dict.fromkeys(row))) or unit
        elif role == "section":
            section = next(text for text in row if text)
        elif role == "head":
            levels = [*(levels if before == "head" else []), row]
        before = before if role in ("caption", "blank") else role
        heads = _Heads(levels, labels, serials, section, unit)
        found.append(_pieces(row, kind, role, heads))
    return found


def _kind_of(text: str) -> int:
    if not text:
        return _BLANK
    if is_value(text):
        return _VALUE
    return _NONE if is_blank_value(text) else _WORDS


def _is_table(texts: list[list[str]], kinds: list[list[int]]) -> bool:
    """Whether the grid holds values beside words, and nothing that is a text of its own."""
    if any(len(text) > _LONGEST or "。" in text for row in texts for text in row[:1]):
        return False
    # A remark may be long, a whole page in a cell is none.
    if any(len(text) > 8 * _LONGEST or "\n\n" in text for row in texts for text in row):
        return False
    values = sum(row.count(_VALUE) for row in kinds)
    rows = sum(_VALUE in row[1:] for row in kinds)
    return values >= 1 and rows >= 1 and any(_WORDS in row for row in kinds)


def _row_roles(texts: list[list[str]], kinds: list[list[int]], marked: list[bool]) -> list[str]:
    """What each row is: caption | head | section | values | blank.

    Heads stand before the first values; one among the values begins a part with other columns.
    """
    first = next(nr for nr, row in enumerate(kinds) if _has_values(row))
    roles = []
    for nr, (row, kind) in enumerate(zip(texts, kinds, strict=True)):
        words = [text for text, one in zip(row, kind, strict=True) if one != _BLANK]
        distinct = set(words)
        if not words:
            roles.append("blank")
        elif nr >= first and _has_values(kind) and not marked[nr]:
            roles.append("values")
        elif len(distinct) == 1 and (len(words) > 1 or _is_note(words[0]) or not nr):
            roles.append("caption" if nr < first or _is_note(words[0]) else "section")
        elif nr < first or marked[nr]:
            roles.append("head" if len(distinct) > 1 or marked[nr] else "section")
        elif sum(bool(_HEAD_WORDS.search(plain(text))) for text in row[1:]) * 2 > sum(
            map(bool, row[1:])
        ):
            roles.append("head")
        else:
            roles.append("section" if len(words) == 1 else "values")
    return roles


def _has_values(kinds: list[int]) -> bool:
    return _VALUE in kinds[1:] or (_NONE in kinds[1:] and kinds[0] == _WORDS)


def _is_note(text: str) -> bool:
    return bool(re.search("单位|币种", plain(text))) or unit_of(plain(text).strip("()")) is not None


def _label_columns(
    texts: list[list[str]], kinds: list[list[int]], roles: list[str]
) -> tuple[int, set[int]]:
    """How many columns before the first of values hold words, and which only number the rows."""
    body = [nr for nr, role in enumerate(roles) if role == "values"]
    serials: set[int] = set()
    width = len(texts[0])
    for column in range(width):
        cells = [kinds[nr][column] for nr in body]
        heads = [texts[nr][column] for nr, role in enumerate(roles) if role == "head"]
        if any(_SERIAL.fullmatch(plain(head)) or _NOTES.fullmatch(plain(head)) for head in heads):
            serials.add(column)
        elif sum(kind in (_VALUE, _NONE) for kind in cells) * 2 > sum(
            kind != _BLANK for kind in cells
        ):
            return column, serials
    return width, serials


class _Heads(NamedTuple):
    """What stands over the rows that follow.

    levels: the rows of heads, from the top; labels and serials: see `_label_columns`; section: the
    line of words that the rows stand under; unit: of the whole table.
    """

    levels: list[list[str]]
    labels: int
    serials: set[int]
    section: str
    unit: str | None

    def over(self, column: int) -> list[str]:
        """The heads over a column, from the top, each once."""
        heads = [self._filled(level, nr)[column] for nr, level in enumerate(self.levels)]
        return list(dict.fromkeys(head for head in heads if head))

    def _filled(self, level: list[str], nr: int) -> list[str]:
        """A row of heads with each in all the places that it stands for.

        In text a head over several columns stands once, and nothing tells how far it reaches: over
        as many as there are for each, or up to the next one.
        """
        if nr == len(self.levels) - 1:
            return level
        own, width = level[self.labels :], len(level) - self.labels
        given = [head for head in own if head]
        packed = given and all(own[: len(given)]) and width % len(given) == 0
        if packed and len(given) < width:
            spread = [head for head in given for _ in range(width // len(given))]
        else:
            above = self._filled(self.levels[nr - 1], nr - 1)[self.labels :] if nr else [""] * width
            spread, last = [], -1
            for column, head in enumerate(own):
                last = column if head else last
                # A head does not reach beyond the one above it.
                spread.append(own[last] if last >= 0 and above[last] == above[column] else "")
        return [*level[: self.labels], *spread]


def _pieces(row: list[str], kinds: list[int], role: str, heads: _Heads) -> list[Piece]:
    """The pieces of one row."""
    if role in ("caption", "head", "section", "blank"):
        kind = "caption" if role == "caption" else "head"
        return [Piece(kind if text else None, text) for text in row]
    labels = [
        text
        for column, text in enumerate(row[: heads.labels])
        if text and column not in heads.serials
    ]
    row_head = BETWEEN.join(dict.fromkeys(filter(None, [heads.section, *labels]))) or None
    corner = " ".join(text for column in range(heads.labels) for text in heads.over(column))
    pieces = []
    for column, (text, sort) in enumerate(zip(row, kinds, strict=True)):
        if column in heads.serials or column < heads.labels:
            pieces.append(Piece("head" if text else None, text))
        elif sort in (_VALUE, _NONE):
            over = heads.over(column)
            column_head = BETWEEN.join(head for head in over if not _says_no_more(head)) or None
            stated = _STATES_UNIT.search(plain(text))
            unit = None if stated else _unit(over, labels, corner, heads.unit)
            pieces.append(
                Piece("cell", text, row_head=row_head, column_head=column_head, unit_note=unit)
            )
        else:
            pieces.append(Piece("other" if text else None, text))
    return pieces


def _says_no_more(head: str) -> bool:
    """Whether a head is but a unit or the word that the figures are audited."""
    words = plain(head).strip()
    return (unit_of(words.strip("()")) or "%") != "%" or bool(_AUDIT.fullmatch(words))


def _unit(over: list[str], labels: list[str], corner: str, table: str | None) -> str | None:
    """The unit of a cell: a rate's column, the row's, the column's, the corner's, the table's."""
    column = next((unit for head in over[::-1] if (unit := unit_said(head))), None)
    row = next((unit for label in labels[::-1] if (unit := unit_said(label))), None)
    if column in ("%", "‰"):
        return column
    return row or column or (unit_said(corner) if corner else None) or table
