"""Markdown → document: its front matter, and the page that it makes."""

import re
from functools import cache

from markdown_it import MarkdownIt

from ingest.documents.head import day_of
from ingest.documents.pages import read_page
from ingest.documents.schema import Document

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_ENTRY = re.compile(
    r"^(title|date|published_on|url|source_url|link|publisher|source)[ \t]*:(.*)$", re.MULTILINE
)


def read_markdown(raw: str) -> Document:
    """A Markdown text as a document; what its front matter says comes before what the page does."""
    front, body = front_matter(raw)
    return with_front(read_page(_markdown().render(body)), front)


def front_matter(raw: str) -> tuple[dict[str, str], str]:
    r"""The entries of the front matter that are known (docs/articles.md), and what follows it.

    Example:
        >>> front_matter("---\ntitle: '年报'\nmood: good\n---\n收入5亿元。")
        ({'title': '年报'}, '收入5亿元。')
    """
    raw = raw.replace("\r\n", "\n")
    front = _FRONT_MATTER.match(raw)
    if front is None:
        return {}, raw
    entries = ((name, _unquoted(entry.strip())) for name, entry in _ENTRY.findall(front[1]))
    return {name: entry for name, entry in entries if entry}, raw[front.end() :]


def with_front(document: Document, front: dict[str, str]) -> Document:
    """The document with what the front matter says of it."""
    day = day_of(front.get("published_on") or front.get("date") or "")
    if day:
        document = document._replace(published=day, published_on_basis="front_matter")
    url = front.get("url") or front.get("source_url") or front.get("link")
    return document._replace(
        title=front.get("title") or document.title,
        url=url if url and re.match("https?://", url) else document.url,
        publisher=front.get("publisher") or front.get("source") or document.publisher,
    )


def _unquoted(entry: str) -> str:
    return entry.removeprefix(entry[0] if entry[:1] in ("'", '"') else "").rstrip("'\"")


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])
