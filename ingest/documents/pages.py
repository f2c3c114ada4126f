"""HTML → document: the main text as a reader sees it, line by line, and what the page says of it.

The lines are read here, from the tree, so that no element splits a number and a table keeps its
rows; trafilatura only tells which of them are the main text.
"""

import re
from collections import Counter
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.documents.chrome import words
from ingest.documents.insertions import without_site
from ingest.documents.lines import Piece, joined
from ingest.documents.metadata import read_metadata
from ingest.documents.schema import Document, Rejected
from ingest.documents.styles import hidden_by_style
from ingest.documents.tables import Cell, table_lines

_BLOCKS = (
    "address,article,aside,blockquote,br,caption,dd,div,dl,dt,figcaption,figure,footer,h1,h2,h3,"
    "h4,h5,h6,header,hr,li,main,nav,ol,p,pre,section,table,tr,ul"
)
_UNSEEN = (
    "script,style,noscript,template,svg,iframe,object,head,select,button,textarea,del,s,strike,"
    '[hidden],[aria-hidden="true"]'
)
_UNSEEN_STYLE = re.compile(
    r"display:none|visibility:hidden|(?:font-size|opacity):0(?:px|pt|em|%)?(?:;|!|$)", re.IGNORECASE
)
_AROUND = (
    "nav,aside,footer,[role=navigation],[role=complementary],[role=contentinfo],[role=search],"
    "[role=banner]"
)
"""Elements that are by their names not the article."""
_MOST = 0.4
"""Share of a page's text that no part around the article has."""
_NOTE_MARK = re.compile(
    r"\s*[\[(（【]?(?:注|note )?[0-9a-z*†‡①-⑳,，\s]{1,6}[\])）】]?\s*", re.IGNORECASE
)
_POWERS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

_WIDE = r"[\u3000-\u9fff\uff00-\uffef]"
# Stand for a line break, a cell's end, a table and the beginnings and ends of blocks while blanks
# collapse.
_BREAK, _CELL, _TABLE = "\x01", "\x02", "\x03"
_HEADING, _ITEM, _CAPTION, _END = "\x04", "\x05", "\x06", "\x07"
_LINK = "\x08"
_FENCES = re.compile(r"[\x01-\x08]|&#(?:0*[1-8]|x0*[1-8])(?:;|(?![0-9a-f]))", re.IGNORECASE)
_LINKED = re.compile(rf"\s*{_LINK}[^{_LINK}]{{8,}}(?<![。！？]){_LINK}\s*")
"""A line that is a link and nothing else: the title of another page."""
_OPENS = {"li": _ITEM, "dt": _ITEM, "dd": _ITEM, "figcaption": _CAPTION, "caption": _CAPTION}
_OPENS |= {f"h{level}": _HEADING for level in range(1, 7)}
_KINDS = {_HEADING: "heading", _ITEM: "item", _CAPTION: "caption"}

_SENTENCE = re.compile("[。！？]")
_SMALL = 600
"""Characters of a page that is too small for statistics on its text."""

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


Line = list[Piece]


def read_page(raw: str) -> Document:
    """A page as a document: its main text, nothing fetched, nothing run.

    Raises:
        Rejected: Its elements lie too deep within one another.
    """
    _refuse_deep(raw)
    # The signs that mean something below must not come from the page.
    raw = _FENCES.sub("", raw)
    tree = LexborHTMLParser(raw)
    about = read_metadata(tree, raw)
    held_back = _held_back(tree)
    text, blocks = _read_body(tree, about.title)
    if held_back and not _SENTENCE.search(text):
        text, blocks = _read_body(LexborHTMLParser(held_back), about.title)
    return about._replace(text=text, blocks=blocks)


def _held_back(tree: LexborHTMLParser) -> str:
    """What a script would put in its place, or shows only where no script runs, as HTML."""
    parts = [
        re.sub(r"^<[^>]*>|<[^<]*>$", "", node.html or "") for node in tree.css("template,noscript")
    ]
    return "".join(part for part in parts if _SENTENCE.search(part))


def _read_body(tree: LexborHTMLParser, title: str | None) -> tuple[str, list[dict[str, object]]]:
    _leave_out_unseen(tree)
    _leave_out_around(tree)
    cleaned = tree.html or ""
    return joined(_main_lines(list(_lines(tree)), cleaned, title))


def _leave_out_unseen(tree: LexborHTMLParser) -> None:
    """Take out what a browser does not show, what is struck out, and the marks of notes."""
    hidden = hidden_by_style(tree)
    # What a script shows at once is hidden at first: a whole article is none.
    whole = len(tree.body.text()) if tree.body else 0
    if sum(len(node.text()) for node in hidden) > _MOST * whole:
        hidden = []
    hidden += [
        node
        for node in tree.css("[style]")
        if _UNSEEN_STYLE.search(re.sub(r"\s", "", node.attributes.get("style") or ""))
    ]
    for node in hidden:
        node.attrs["hidden"] = ""
    # From the end, so that no element is gone before one in it is.
    for node in reversed(tree.css(_UNSEEN)):
        node.decompose()
    for node in reversed(tree.css("sup")):
        text = node.text()
        before = (node.prev.text() if node.prev else "").rstrip()
        if re.search(r"[×x*^]\s?10$", before) or re.search(r"(?:^|[^A-Za-z])[kcdm]?m$", before):
            node.replace_with(text.translate(_POWERS))
        elif _NOTE_MARK.fullmatch(text):
            node.decompose()


def _leave_out_around(tree: LexborHTMLParser) -> None:
    """Take out what its element's name or class calls a menu, related news, comments and so on."""
    whole = len(tree.body.text()) if tree.body else 0
    names = set(words("markup"))
    for node in reversed(tree.css(f"{_AROUND},[class],[id]")):
        if node.tag in ("body", "html", "main", "article"):
            continue
        named = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}".lower()
        around = node.tag in ("nav", "aside", "footer") or "role" in node.attributes
        tokens = set(re.split(r"[^a-z]+", named)) | set(named.split())
        is_part = (around or tokens & names) and len(node.text()) <= _MOST * whole
        if is_part and node.css_first("h1") is None:
            node.decompose()


# --- lines --------------------------------------------------------------------------------------


def _lines(tree: LexborHTMLParser) -> Iterator[Line]:
    """The body's lines; of a table one for each row."""
    tables = _take_tables(tree)
    for node in tree.css(_BLOCKS):
        node.insert_before(_OPENS.get(node.tag or "", _BREAK))
        node.insert_after(_BREAK if node.tag == "br" else _END)
    for node in tree.css("td,th"):
        node.insert_after(_CELL)
    for node in tree.css("a[href]"):
        node.insert_before(_LINK)
        node.insert_after(_LINK)
    text = tree.body.text() if tree.body else ""
    # A line break in the source is a blank to the reader, and none at all between Chinese.
    text = re.sub(r"(?<!\s)\s+", _closed_up, text)
    text = re.sub(r"[ \t\r\n\f]+", " ", text)
    text = re.sub(rf"[{_CELL} ]*{_CELL}[{_CELL} ]*", "\t", text)
    kind = None
    before = ""
    for part in re.split(rf"([{_BREAK}{_HEADING}-{_END}]|{_TABLE}[0-9]+{_TABLE})", text):
        if part.startswith(_TABLE):
            rows, caption = tables[int(part.strip(_TABLE))]
            nr = int(part.strip(_TABLE))
            yield from table_lines(rows, nr, caption=caption, before=before) or []
        elif part in (_BREAK, _END) or part in _KINDS:
            kind = _KINDS.get(part, None if part == _END else kind)
        elif part.replace(_LINK, "").strip():
            kind = "other" if _LINKED.fullmatch(part) else kind
            before = part.replace(_LINK, "").strip()
            # A row of a table that is none keeps its tabs.
            yield [Piece(kind, piece) for piece in before.split("\t")]
            kind = None


Rows = list[list[Cell]]


def _take_tables(tree: LexborHTMLParser) -> list[tuple[Rows, str]]:
    """Take the tables of values out of the tree, and leave the number of each in its place."""
    found: list[tuple[Rows, str]] = []
    for table in tree.css("table"):
        if table.css_first("table table, td table, th table") is not None:
            continue
        caption = table.css_first("caption")
        said = _flat(caption) if caption else ""
        rows = [
            [
                Cell(_flat(cell), cell.tag == "th", _span(cell, "rowspan"), _span(cell, "colspan"))
                for cell in row.css("td,th")
            ]
            for row in table.css("tr")
        ]
        if table_lines(rows, len(found), caption=said) is not None:
            table.insert_before(f"{_TABLE}{len(found)}{_TABLE}")
            table.decompose()
            found.append((rows, said))
    return found


def _flat(node: LexborNode) -> str:
    for line_break in node.css("br,p,div,li"):
        line_break.insert_after(" ")
    return " ".join(node.text().split())


def _span(cell: LexborNode, name: str) -> int:
    said = (cell.attributes.get(name) or "").strip()
    return min(max(int(said), 1), 100) if re.fullmatch("[0-9]{1,3}", said) else 1


def _closed_up(blanks: re.Match[str]) -> str:
    """A stretch of blanks, or nothing where it only breaks a line between wide characters."""
    text, start, end = blanks.string, *blanks.span()
    between = text[start - 1 : start] + text[end : end + 1]
    return "" if "\n" in blanks[0] and re.fullmatch(_WIDE * 2, between) else blanks[0]


# --- the main text ------------------------------------------------------------------------------


def _main_lines(lines: list[Line], cleaned: str, title: str | None) -> list[Line]:
    """The lines that are the main text; all of them where the page is small or none stands out."""
    squeezed = [_squeezed("".join(piece.text for piece in line)) for line in lines]
    at_title = _title_at(squeezed, title)
    if at_title is not None and title:
        lines = [*lines]
        lines[at_title] = [Piece("title", lines[at_title][0].text)]
    if sum(map(len, squeezed)) <= _SMALL:
        return lines
    main = _squeezed(_main_text(cleaned))
    kept = [
        bool(text) and (text in main or (line[0].table_nr is not None and text in main))
        for text, line in zip(squeezed, lines, strict=True)
    ]
    prose = [_SENTENCE.search(text) is not None and len(text) > 1 for text in squeezed]
    reached = sum(
        len(text)
        for text, keep, is_prose in zip(squeezed, kept, prose, strict=True)
        if keep and is_prose
    )
    if reached * 3 < sum(
        len(text) for text, is_prose in zip(squeezed, prose, strict=True) if is_prose
    ):
        return lines
    first, last = kept.index(True), len(kept) - 1 - kept[::-1].index(True)
    # The head stands between the title and the first words; what statistics lose within is whole.
    begin = at_title if at_title is not None and at_title < first else first
    inside = [
        begin <= nr < first or (first <= nr <= last and (prose[nr] or line[0].table_nr is not None))
        for nr, line in enumerate(lines)
    ]
    return [
        line
        for nr, line in enumerate(lines)
        if kept[nr] or inside[nr] or _tells_unit(lines, nr, first, last)
    ]


def _tells_unit(lines: list[Line], nr: int, first: int, last: int) -> bool:
    """Whether a line stands right before a table of the main text."""
    return (
        first <= nr < last
        and lines[nr][0].table_nr is None
        and lines[nr + 1][0].table_nr is not None
    )


def _title_at(squeezed: list[str], title: str | None) -> int | None:
    wanted = _squeezed(without_site(title or ""))
    return next((nr for nr, text in enumerate(squeezed) if wanted and text == wanted), None)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _main_text(cleaned: str) -> str:
    """What trafilatura takes for the main text of a page."""
    # It takes longer to import than to start all the rest.
    from trafilatura import extract  # noqa: PLC0415

    return extract(cleaned, include_comments=False, include_tables=True) or ""


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
