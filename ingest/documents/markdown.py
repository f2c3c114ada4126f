"""Markdown → document: its front matter, and the page that it makes."""

import re
from functools import cache

from markdown_it import MarkdownIt

from ingest.documents.pages import read_page
from ingest.documents.schema import Document

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_FRONT_ENTRY = re.compile(r"^(title|date):(.*)$", re.MULTILINE)


def read_markdown(raw: str) -> Document:
    """A Markdown text as a document; what its front matter says comes before what the page does."""
    raw = raw.replace("\r\n", "\n")
    front = _FRONT_MATTER.match(raw)
    entries = _FRONT_ENTRY.findall(front[1]) if front else []
    head = {name: _unquoted(entry.strip()) for name, entry in entries if entry.strip()}
    page = read_page(_markdown().render(raw[front.end() :] if front else raw))
    if "date" in head:
        page = page._replace(published=head["date"], published_on_basis="front_matter")
    return page._replace(title=head.get("title", page.title))


def _unquoted(entry: str) -> str:
    return entry.removeprefix(entry[0] if entry[0] in "'\"" else "").rstrip("'\"")


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")
