"""Files → documents: find them, decode them, take the blocks out of their markup, name them.

Python works file by file here, because a decoder and an HTML parser take one document at a time;
everything after this step works on whole columns.
"""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import polars as pl

from ingest import Trouble
from ingest.documents.encoding import REVERSAL, decode, is_chinese, language, normalise, one_line
from ingest.documents.head import with_head
from ingest.documents.markdown import front_matter, read_markdown, with_front
from ingest.documents.pages import read_page
from ingest.documents.paths import place_of
from ingest.documents.pdf import read_pdf
from ingest.documents.plain import blocks_anew, blocks_of_text, prose_of, with_blocks
from ingest.documents.schema import ARTICLES, BLOCKS, READ, REJECTED, Document, Rejected

__all__ = [
    "ARTICLES",
    "BLOCKS",
    "READ",
    "REJECTED",
    "SIZE_LIMIT",
    "SUFFIXES",
    "Reading",
    "blocks_anew",
    "blocks_of_text",
    "find_articles",
    "prose_of",
    "read_articles",
    "read_contents",
    "read_files",
    "with_blocks",
]

SIZE_LIMIT = 20 * 2**20
"""Bytes that one article may have; a year's annual report as text is far below."""

_HTML = {".html", ".htm"}
_MARKDOWN = {".md", ".markdown"}
_PDF = ".pdf"
SUFFIXES = {".txt", _PDF, *_MARKDOWN, *_HTML}
"""What counts as an article in a folder; a file that is named itself is read whatever its name."""


class Reading(NamedTuple):
    """What was read.

    articles: one row a text (schema READ; a text that several files hold comes once for each).
    rejected: one row a file that could not be taken in (schema REJECTED).
    """

    articles: pl.DataFrame
    rejected: pl.DataFrame


def find_articles(paths: Iterable[Path]) -> list[Path]:
    """The files that are named, or that stand in the folders.

    Args:
        paths: Files, or folders that are searched for .txt, .md, .markdown, .html, .htm and .pdf at
            any depth; hidden files and folders are left alone.

    Returns:
        The files in the order of their paths, each once.

    Raises:
        Trouble: A path does not exist, or a folder cannot be listed or holds no article.
    """
    return list(dict.fromkeys(chain.from_iterable(_find(path) for path in paths)))


def read_files(files: Iterable[Path], base: Path | None = None) -> Reading:
    """Read files, as `find_articles` finds them, in their order.

    Args:
        files: The files.
        base: The folder that `source_path` is told from; the current one where there is none.
    """
    base = base or Path.cwd()
    return _reading((place_of(file, base), _read(file)) for file in files)


def read_contents(files: pl.DataFrame) -> Reading:
    """Take articles from bytes that somebody else has read.

    Args:
        files: source_path, length in bytes, and content, null where it is over SIZE_LIMIT.

    Returns:
        The articles in the order of the files, and the files that could not be taken in.
    """
    return _reading(
        (path, _too_large(length) if content is None else _take(content, Path(path).suffix.lower()))
        for path, length, content in files.select("source_path", "length", "content").iter_rows()
    )


def read_articles(paths: Iterable[Path]) -> Reading:
    """Read files and folders: `find_articles` and `read_files`."""
    return read_files(find_articles(paths))


def _reading(files: "Iterable[tuple[str, dict[str, object] | Rejected]]") -> Reading:
    """The files' rows, by path, as frames."""
    rows: list[dict[str, object]] = []
    rejected: list[dict[str, str]] = []
    for path, row in files:
        if isinstance(row, Rejected):
            rejected.append({"source_path": path, "reason": row.reason, "detail": row.detail})
        else:
            rows.append({"source_path": path, **row})
    articles = pl.DataFrame(rows, schema={**READ, "published_on": pl.String})
    return Reading(
        articles.with_columns(language=language()).pipe(blocks_of_text).pipe(with_head),
        pl.DataFrame(rejected, schema=REJECTED),
    )


# --- finding -----------------------------------------------------------------------------------


def _find(path: Path) -> list[Path]:
    if not path.is_dir():
        if not os.path.lexists(path):
            cure = "Give one that does. To take out what it held: python -m ingest forget PATH."
            raise Trouble(path, "path", "does not exist", cure)
        return [path]
    files = sorted(_walk(path))
    if not files:
        known = ", ".join(sorted(SUFFIXES))
        cure = "Give one that does. To take out what it held: python -m ingest forget PATH."
        raise Trouble(path, "folder", f"holds no article ({known})", cure)
    return files


def _walk(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        cause = f"cannot be listed ({error.strerror})"
        raise Trouble(error.filename, "folder", cause, "Allow it to be read.") from error

    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            file = Path(parent, name)
            if file.suffix.lower() in SUFFIXES and not name.startswith("."):
                yield file


# --- one file ----------------------------------------------------------------------------------


def _read(file: Path) -> "dict[str, object] | Rejected":
    """One file as a row of READ without its path, dates still as text; or why it is none."""
    try:
        data = _load(file)
    except Rejected as rejected:
        return rejected
    return _take(data, file.suffix.lower())


def _take(data: bytes, suffix: str) -> "dict[str, object] | Rejected":
    """A file's bytes as such a row."""
    try:
        if suffix == _PDF or data.startswith(b"%PDF-"):
            document, encoding = read_pdf(data), "pdf"
        else:
            raw, encoding = decode(data)
            document = _document(raw, suffix)
        if REVERSAL in document.text:
            raise Rejected(
                "reversed",
                f"character {document.text.index(REVERSAL)}: U+202E shows what follows backwards,"
                " numbers too. Remove it.",
            )
        if not document.text:
            raise Rejected("empty", "whole file: holds no text. Put the article in, or remove it.")
        if not is_chinese(document.text):
            cause = "holds no Chinese, and no other language is read"
            raise Rejected("language", f"whole file: {cause}. Give it in Chinese, or remove it.")
    except Rejected as rejected:
        return rejected
    return {
        "article_id": hashlib.sha256(document.text.encode()).hexdigest(),
        "title": one_line(document.title or "") or None,
        "published_on": document.published,
        "published_on_basis": document.published_on_basis,
        "url": document.url,
        "publisher": document.publisher,
        "encoding": encoding,
        "text": document.text,
        "char_count": len(document.text),
        "blocks": document.blocks,
    }


def _document(raw: str, suffix: str) -> Document:
    """A file's text as a document, by the ending of its name."""
    if suffix in _HTML:
        document = read_page(raw)
    elif suffix in _MARKDOWN:
        document = read_markdown(raw)
    else:
        front, body = front_matter(raw) if raw.startswith("---") else ({}, raw)
        document = with_front(Document(body), front) if front else Document(raw)
    # Blocks are of the text as it is.
    return document if document.blocks else document._replace(text=normalise(document.text))


def _load(file: Path) -> bytes:
    try:
        status = file.stat()
        # A pipe or a device would be read for ever.
        if not stat.S_ISREG(status.st_mode):
            raise Rejected("not_a_file", "path: is no regular file. Give a text file.")
        if status.st_size > SIZE_LIMIT:
            raise _too_large(status.st_size)
        return file.read_bytes()
    except OSError as error:
        detail = f"path: cannot be read ({error.strerror}). Allow it to be read, or remove it."
        raise Rejected("unreadable", detail) from error


def _too_large(size: int) -> Rejected:
    megabytes, limit = size / 2**20, SIZE_LIMIT // 2**20
    detail = f"whole file: {megabytes:.0f} MB, and an article may have {limit}. Split it."
    return Rejected("too_large", detail)
