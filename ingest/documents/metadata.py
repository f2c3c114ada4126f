"""What a page's markup says of the article: title, day, address, publisher."""

import json
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.documents.chrome import one_of
from ingest.documents.head import day_of
from ingest.documents.insertions import without_site
from ingest.documents.schema import Document

_PUBLISHED = re.compile(
    r"publi(?:sh|cation)|pub_?(?:date|time)|release|creat(?:e|ed|ion)[_-]?(?:at|date|time)"
    r"|(?:^|\b(?:og|dc|dcterms)[:.])(?:date|time|issued)$",
    re.IGNORECASE,
)
"""Names of metadata that hold the day of publication, whoever made them."""
_NOT_PUBLISHED = re.compile("modif|updat|expir|publisher|author|image", re.IGNORECASE)
_SAVED_FROM = re.compile(r"<!--\s*saved from url=(?:\(\d+\))?(https?://[^\s>]+)")
_ARTICLES = {"Article", "NewsArticle", "ReportageNewsArticle", "BlogPosting", "WebPage"}


def read_metadata(tree: LexborHTMLParser, raw: str) -> Document:
    """What the markup says, as a document without text.

    Args:
        tree: The page with its head.
        raw: The same as text, for the comment that a browser leaves in a page that it saves.
    """
    data = next(_json_ld(tree), {})
    day, basis = next(_days(tree, data), (None, None))
    publisher = data.get("publisher")
    names = [
        _content(tree, 'meta[property="og:site_name"]'),
        publisher.get("name") if isinstance(publisher, dict) else publisher,
    ]
    links = [
        *(node.attributes.get("href") for node in tree.css('link[rel="canonical"]')),
        _content(tree, 'meta[property="og:url"]'),
        data.get("url"),
        *_SAVED_FROM.findall(raw[:2000]),
    ]
    return Document(
        "",
        title=_title(tree, data),
        published=day,
        published_on_basis=basis,
        url=next((link for link in links if _is_address(link)), None),
        publisher=next((name for name in names if isinstance(name, str) and name.strip()), None),
    )


def _content(tree: LexborHTMLParser, selector: str) -> str | None:
    node = tree.css_first(selector)
    return node.attributes.get("content") if node else None


def _is_address(link: object) -> bool:
    return isinstance(link, str) and re.fullmatch(r"https?://\S+", link) is not None


def _json_ld(tree: LexborHTMLParser) -> Iterator[dict[str, object]]:
    """The objects of linked data that are about an article."""
    for node in tree.css('script[type="application/ld+json"]'):
        try:
            data = json.loads(node.text(), strict=False)
        except (ValueError, RecursionError):
            continue
        graph = data.get("@graph", data) if isinstance(data, dict) else data
        for thing in graph if isinstance(graph, list) else [graph]:
            if isinstance(thing, dict) and _ARTICLES & set(_listed(thing.get("@type"))):
                yield thing


def _listed(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _days(tree: LexborHTMLParser, data: dict[str, object]) -> Iterator[tuple[str, str]]:
    """The days that the markup gives, with what gives them."""
    said = [
        (node.attributes.get("content"), "meta")
        for node in tree.css("meta[content]")
        if _is_published(node)
    ]
    said.append((str(data.get("datePublished") or ""), "json_ld"))
    said += [(node.attributes.get("datetime"), "time") for node in tree.css("time[datetime]")]
    said += [(node.attributes.get("title"), "time") for node in tree.css("abbr[title]")]
    for text, basis in said:
        if text and "://" not in text and (day := day_of(text)):
            yield day, basis


def _is_published(meta: LexborNode) -> bool:
    names = [meta.attributes.get(name) or "" for name in ("name", "property", "itemprop")]
    return any(_PUBLISHED.search(name) and not _NOT_PUBLISHED.search(name) for name in names)


def _title(tree: LexborHTMLParser, data: dict[str, object]) -> str | None:
    """The title: the one made for others, or the one heading, or that of the window."""
    window = _text(tree, "title")
    headings = [" ".join(node.text().split()) for node in tree.css("h1")]
    own = [heading for heading in headings if heading and heading in window] or headings
    names = [
        _content(tree, 'meta[property="og:title"]'),
        data.get("headline"),
        *(own if len(own) == 1 else []),
        window,
        *headings,
    ]
    for name in names:
        title = without_site(" ".join(name.split())) if isinstance(name, str) else ""
        if title and not re.match(one_of("caption"), title):
            return title
    return None


def _text(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    return " ".join(node.text().split()) if node else ""
