"""What is set into a line beside its sentences: note marks, quotes, bylines, names of sites."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import polars as pl

from ingest.documents.chrome import one_of
from ingest.documents.signs import QUOTE_BEHIND, QUOTE_INSIDE

_READ = ["paragraph", "heading", "item", "title"]
_LONGEST_TITLE = 120
_TITLE_LINES = 3
"""Lines at the beginning of which one may be the title."""
_AFTER = r"(?=[为是达约至的、，,。；;：:]|同比|环比|实现|增|$)"
_MARK = re.compile(
    "|".join(
        [
            r"(?<=\S)(?:[\[［](?:注?[0-9]{1,2}|注)[\]］])+",
            r"[(（]注\s?(?:[0-9]{1,2}|[①-⑳一二三四五])?[)）]",
            rf"(?<=[\u3400-\u9fff])注(?:[0-9]|[①-⑳]){_AFTER}",
            r"(?<=[\u3400-\u9fff）)%％])[①-⑳]+(?=[\u3400-\u9fff，。、；：,])",
        ]
    )
)
"""A note's mark that nothing else can be."""
_HALF_MARK = re.compile(rf"(?<=[\u3400-\u9fffA-Za-z%％])([0-9]{{1,2}})[)）]{_AFTER}")
"""GMV1)为, where no bracket is open."""
_LISTED_MARK = re.compile(rf"(?<=[\u3400-\u9fffA-Za-z%％])(?:[0-9]|[(（][0-9]{{1,2}}[)）]){_AFTER}")
"""利润2为, which is a mark only where a list of notes explains it."""
_NOTE = re.compile(
    r"(?:^|(?<=[。；;\s]))(?:[(（\[［]?注?\s?[0-9]{1,2}(?:[)）\]］.．、:：]|\s)|注?[①-⑳][:：]?)"
    r"\s?(?=[\u3400-\u9fffA-Za-z])"
)
"""What opens a note."""
_OPENS_NOTE = r"^(?:[(（\[［]?注?\s?[0-9]{1,2}(?:[)）\]］.．、:：]|\s)|注?[①-⑳])"
_CANDIDATE = (
    r"[\[［【①-⑳]|注|%|[:：]|[\p{Han}A-Za-z%％][(（]?[0-9]{1,2}(?:[)）]|[为是达约至的、，。；：])"
)
"""What every line with an insertion holds, and most lines do not."""


@cache
def _asides() -> re.Pattern[str]:
    """Quotes of shares and bylines in brackets."""
    byline = (
        rf"[(（【\[]{one_of('label', 'source', 'author')}\s?[:：]"
        r"[^()（）\[\]【】]{0,40}[)）】\]]"
    )
    return re.compile(rf"{QUOTE_INSIDE}|{QUOTE_BEHIND}|{byline}")


@cache
def site_name() -> re.Pattern[str]:
    """The names of sites and channels at the end of a title: « - 搜狐财经», «_公司频道_新浪网»."""
    name = rf"(?:{one_of('site')}|[^\s_|\-—–,，。:：0-9]{{1,8}}{one_of('site_end')})"
    return re.compile(rf"(?:\s*[_|｜]\s*|\s+[-—–]+\s*|\s*[-—–]+\s+|[-—–]+(?={name}$)){name}\s*$")


def without_site(title: str) -> str:
    """A title without the names of sites behind it.

    Example:
        >>> without_site("某公司年报出炉_公司频道_某某财经网")
        '某公司年报出炉'
    """
    while len(title) <= _LONGEST_TITLE and (found := site_name().search(title)):
        if not found.start():
            break
        title = title[: found.start()]
    return title.rstrip()


def with_insertions(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines with their kinds → blocks, in which insertions are blocks of their own.

    Args:
        lines: article_nr, start, end, line, line_nr, kind; in reading order.

    Returns:
        article_nr, start, end, kind: one row a block. A note's mark and a note that such a mark
        points to are of the kind `note`, other insertions of the kind `other`.
    """
    columns = ["article_nr", "start", "end", "kind"]
    lines = lines.with_row_index("row_nr")
    candidate = pl.col("line").str.contains(_CANDIDATE) | (pl.col("line_nr") < _TITLE_LINES)
    candidates = lines.filter(pl.col("kind").is_in(_READ), candidate)
    insertions = {
        row: found
        for row, line, line_nr in candidates.select("row_nr", "line", "line_nr").iter_rows()
        if (found := sorted(_insertions(line, may_be_title=line_nr < _TITLE_LINES)))
    }
    if not insertions:
        return lines.select(columns)
    insertions, notes = _explained(insertions, lines)
    touched = set(insertions) - notes
    whole = lines.filter(~pl.col("row_nr").is_in(touched)).with_columns(
        kind=pl.when(pl.col("row_nr").is_in(notes)).then(pl.lit("note")).otherwise("kind")
    )
    parts = [
        (article_nr, start + begin, start + end, kind)
        for row, article_nr, start, line, kind in lines.filter(pl.col("row_nr").is_in(touched))
        .select("row_nr", "article_nr", "start", "line", "kind")
        .iter_rows()
        for begin, end, kind in _cut(line, kind, insertions[row])
    ]
    cut = pl.DataFrame(parts, schema=whole.select(columns).schema, orient="row")
    return pl.concat([whole.select(columns), cut])


class _Insertion(NamedTuple):
    """A span of a line; the note that it points to, and whether it is a mark only with one."""

    start: int
    end: int
    kind: str
    note: int | None = None
    wants_note: bool = False


def _insertions(line: str, *, may_be_title: bool) -> Iterator[_Insertion]:
    """What may be set into a line."""
    for aside in _asides().finditer(line):
        yield _Insertion(*aside.span(), "other")
    if may_be_title and len(without_site(line)) < len(line):
        yield _Insertion(len(without_site(line)), len(line), "other")
    for mark in _MARK.finditer(line):
        yield _Insertion(*mark.span(), "note", _number(mark[0]))
    for mark in _HALF_MARK.finditer(line):
        before = line[: mark.start()]
        if sum(map(before.count, "(（")) <= sum(map(before.count, ")）")):
            yield _Insertion(*mark.span(), "note", int(mark[1]))
    for mark in _LISTED_MARK.finditer(line):
        yield _Insertion(*mark.span(), "note", _number(mark[0]), wants_note=True)


def _number(mark: str) -> int | None:
    """The number of the first note that a mark points to."""
    digits = re.search(r"[0-9]+|[①-⑳]", mark)
    if digits is None:
        return None
    return int(unicodedata.numeric(digits[0])) if len(digits[0]) == 1 else int(digits[0])


def _explained(
    insertions: dict[int, list[_Insertion]], lines: pl.DataFrame
) -> tuple[dict[int, list[_Insertion]], set[int]]:
    """The insertions without marks that want a note and have none; and the rows that are notes."""
    articles = lines.filter(pl.col("row_nr").is_in(list(insertions)))["article_nr"].unique()
    opening = lines.filter(
        pl.col("article_nr").is_in(articles.implode()), pl.col("line").str.contains(_OPENS_NOTE)
    ).select("row_nr", "article_nr", "line")
    notes: dict[tuple[int, int], int] = {}
    for row, article, line in opening.iter_rows():
        notes |= {(article, _number(note[0]) or 0): row for note in _NOTE.finditer(line)}
    of_row = dict(lines.select("row_nr", "article_nr").iter_rows())
    kept: dict[int, list[_Insertion]] = {}
    pointed_to = set()
    for row, found in insertions.items():
        for insertion in found:
            note = notes.get((of_row[row], insertion.note or 0), -1)
            if note > row:
                pointed_to.add(note)
            if note > row or not insertion.wants_note:
                kept.setdefault(row, []).append(insertion)
    return kept, pointed_to


def _cut(line: str, kind: str, insertions: list[_Insertion]) -> Iterator[tuple[int, int, str]]:
    """The spans of a line and their kinds; blanks alone are in none."""
    reached = 0
    for insertion in insertions:
        if insertion.start < reached:
            continue
        if line[reached : insertion.start].strip():
            yield reached, insertion.start, kind
        yield insertion.start, insertion.end, insertion.kind
        reached = insertion.end
    if line[reached:].strip():
        yield reached, len(line), kind
