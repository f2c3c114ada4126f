"""HTML → document."""

import re
from collections import Counter
from itertools import chain

from selectolax.lexbor import LexborHTMLParser

from ingest.documents.schema import Document, Rejected

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
_FENCES = re.compile(r"[\x01\x02]|&#(?:0*[12]|x0*[12])(?:;|(?![0-9a-f]))", re.IGNORECASE)

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
    return Document(text, title, published, basis)


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
