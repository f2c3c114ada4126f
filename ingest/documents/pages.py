"""HTML → document."""

import re
from collections import Counter
from itertools import chain

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.documents.encoding import normalise
from ingest.documents.lines import Piece, joined
from ingest.documents.schema import Document, Rejected
from ingest.documents.tables import Cell, table_lines

_BLOCKS = (
    "address,article,aside,blockquote,br,caption,dd,div,dl,dt,figcaption,figure,footer,h1,h2,h3,"
    "h4,h5,h6,header,hr,li,main,nav,ol,p,pre,section,table,tr,ul"
)
_UNSEEN = "script,style,noscript,template,svg,iframe,object,head"
_META_DATES = (
    'meta[property="article:published_time"],meta[property="og:release_date"],'
    'meta[itemprop="datePublished"],meta[name="publishdate"],meta[name="pubdate"],'
    'meta[name="date"],time[datetime]'
)
_WIDE = r"[\u3000-\u9fff\uff00-\uffef]"
_BREAK, _CELL = "\x01", "\x02"  # stand for a line break and a cell's end while blanks collapse
_TABLE = "\x03"  # stands for a table
_FENCES = re.compile(r"[\x01-\x03]|&#(?:0*[123]|x0*[123])(?:;|(?![0-9a-f]))", re.IGNORECASE)

_TAG = re.compile(
    r"<!--(?:.*?-->|.*)|<(/?)([a-z][a-z0-9]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*",
    re.DOTALL | re.IGNORECASE,
)
# Tags that nobody has to close.
_ALONE = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup",
    "option", "optgroup", "rt", "rp",
}  # fmt: skip
_DEEPEST, _FEW = 512, 2000
"""Elements within one another, as browsers have it; and tags that no page is too deep with."""


def read_page(raw: str) -> Document:
    """The text as a reader sees it: blocks on lines of their own, nothing fetched, nothing run."""
    _refuse_deep(raw)
    # The two signs that mean something below must not come from the page.
    tree = LexborHTMLParser(_FENCES.sub("", raw))
    names = chain(
        (node.attributes.get("content") for node in tree.css('meta[property="og:title"]')),
        (node.text() for node in tree.css("h1,title")[::-1]),
    )
    title = next((" ".join(name.split()) for name in names if name and name.strip()), None)
    dates = (
        (text, "time" if node.tag == "time" else "meta")
        for node in tree.css(_META_DATES)
        if (text := node.attributes.get("content") or node.attributes.get("datetime"))
    )
    published, basis = next(dates, (None, None))
    for node in tree.css(_UNSEEN):
        node.decompose()
    tables = _with_places(tree)
    for node in tree.css(_BLOCKS):
        node.insert_before(_BREAK)
        node.insert_after(_BREAK)
    for node in tree.css("td,th"):
        node.insert_after(_CELL)
    text = tree.body.text() if tree.body else ""
    # A line break in the source is a blank to the reader, and none at all between Chinese.
    text = re.sub(r"(?<!\s)\s+", _closed_up, text)
    text = re.sub(r"[ \t\r\n\f]+", " ", text)
    text = re.sub(rf"[{_CELL} ]*{_CELL}[{_CELL} ]*", "\t", text)
    text = re.sub(rf"[{_BREAK} \t]*{_BREAK}[{_BREAK} \t]*", "\n", text).strip()
    if not tables:
        return Document(text, title, published, basis)
    text, blocks = _with_tables(text, tables)
    return Document(text, title, published, basis, blocks=blocks)


def _with_places(tree: LexborHTMLParser) -> list[list[list[Piece]]]:
    """The tables of values as lines; each leaves a mark where it stood."""
    tables: list[list[list[Piece]]] = []
    for node in tree.css("table"):
        if node.css_first("table table"):
            continue
        caption = node.css_first("caption")
        rows = [[_cell(cell) for cell in row.css("td,th")] for row in node.css("tr")]
        name = _text_of(caption) if caption else ""
        lines = table_lines(rows, len(tables), caption=name, before=_text_before(node))
        if lines:
            node.replace_with(f"{_BREAK}{_TABLE}{_BREAK}")
            tables.append(lines)
    return tables


def _text_of(node: LexborNode) -> str:
    return re.sub(r"\s+", " ", node.text(separator="")).strip()


def _cell(node: LexborNode) -> Cell:
    reach = [node.attributes.get(name) or "" for name in ("rowspan", "colspan")]
    rows, columns = (int(one) if re.fullmatch("[0-9]{1,3}", one) else 1 for one in reach)
    return Cell(_text_of(node), node.tag == "th", rows, columns)


def _text_before(node: LexborNode) -> str:
    """The last words before an element, near it in the tree."""
    for _ in range(3):
        before = node.prev
        while before is not None:
            if text := _text_of(before):
                return text[-60:]
            before = before.prev
        if node.parent is None:
            break
        node = node.parent
    return ""


def _with_tables(text: str, tables: list[list[list[Piece]]]) -> tuple[str, list[dict[str, object]]]:
    """The text with its tables where their marks stand, and the blocks of these."""
    first, *rest = text.split(_TABLE)
    pieces, blocks = [normalise(first)], []
    for lines, after in zip(tables, rest, strict=True):
        start = sum(map(len, pieces)) + sum(map(bool, pieces))
        table, found = joined(lines)
        blocks += [
            {**block, **{name: block[name] + start for name in ("start", "end")}}  # type: ignore[operator]
            for block in found
        ]
        pieces = ["\n".join(filter(None, [*pieces, table])), normalise(after)]
    return "\n".join(filter(None, pieces)), blocks


def _closed_up(blanks: re.Match[str]) -> str:
    """A stretch of blanks, or nothing where it only breaks a line between wide characters."""
    text, start, end = blanks.string, *blanks.span()
    between = text[start - 1 : start] + text[end : end + 1]
    return "" if "\n" in blanks[0] and re.fullmatch(_WIDE * 2, between) else blanks[0]


def _refuse_deep(raw: str) -> None:
    """Reject a page whose elements lie within one another deeper than any parser has time for.

    What is left open is opened again in each block that follows, so that a little page can make
    a tree that no memory holds.
    """
    if raw.count("<") <= _FEW:
        return
    unclosed: Counter[str] = Counter()
    depth = 0
    for tag in _TAG.finditer(raw):
        name = (tag[2] or "").lower()
        if not name or name in _ALONE:
            continue
        step = (-1 if unclosed[name] else 0) if tag[1] else 1
        unclosed[name] += step
        depth += step
        if depth > _DEEPEST:
            place = f"character {tag.start()}"
            detail = f"{place}: opens the {depth}th element within others. Close them."
            raise Rejected("too_deep", detail)
