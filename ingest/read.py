"""Files → articles: find them, decode them, take the text out of its markup, name it.

Python works file by file here, because a decoder and an HTML parser take one document at a time;
everything after this step works on whole columns.
"""

import codecs
import hashlib
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import polars as pl
from charset_normalizer import CharsetMatch, from_bytes
from markdown_it import MarkdownIt
from opencc import OpenCC
from selectolax.lexbor import LexborHTMLParser

from ingest import Trouble, in_plain_sight
from ingest.figures import ARTICLES

SIZE_LIMIT = 20 * 2**20
"""Bytes that one article may have; a year's annual report as text is far below."""

_HTML = {".html", ".htm"}
_MARKDOWN = {".md", ".markdown"}
SUFFIXES = {".txt", *_MARKDOWN, *_HTML}
"""What counts as an article in a folder; a file that is named itself is read whatever its name."""

READ = pl.Schema({k: v for k, v in ARTICLES.items() if k not in {"run_id", "ingested_at"}})
REJECTED = pl.Schema({"source_path": pl.String, "reason": pl.String, "detail": pl.String})

# What no reader sees: zero-width characters, marks of direction, and control characters but for
# line end and tab. They are dropped, so a number that hides one is whole, and no text holds what
# a terminal obeys.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202d\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f]+"
)
# Behind this one, 5.2 is shown as 2.5. Which of them was meant nobody can tell.
_REVERSAL = "\u202e"
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_SAMPLE = 4096
"""Characters that are enough to tell an encoding or a script."""


class Reading(NamedTuple):
    """What was read.

    articles: one row a text (schema READ; a text that several files hold comes once for each).
    rejected: one row a file that could not be taken in (schema REJECTED).
    """

    articles: pl.DataFrame
    rejected: pl.DataFrame


class _Rejected(Exception):
    """A file that is not taken in: a reason as a code, and place, cause and cure in words."""

    def __init__(self, reason: str, detail: str):
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def find_articles(paths: Iterable[Path]) -> list[Path]:
    """The files that are named, or that stand in the folders.

    Args:
        paths: Files, or folders that are searched for .txt, .md, .markdown, .html and .htm at
            any depth; hidden files and folders are left alone.

    Returns:
        The files in the order of their paths, each once.

    Raises:
        Trouble: A path does not exist, or a folder cannot be listed or holds no article.
    """
    return list(dict.fromkeys(chain.from_iterable(_find(path) for path in paths)))


def read_files(files: Iterable[Path]) -> Reading:
    """Read files, as `find_articles` finds them, in their order."""
    return _reading((_source_path(file), _read(file)) for file in files)


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


def _reading(files: "Iterable[tuple[str, dict[str, object] | _Rejected]]") -> Reading:
    """The files' rows, by path, as frames."""
    rows: list[dict[str, object]] = []
    rejected: list[dict[str, str]] = []
    for path, row in files:
        if isinstance(row, _Rejected):
            rejected.append({"source_path": path, "reason": row.reason, "detail": row.detail})
        else:
            rows.append({"source_path": path, **row})
    articles = pl.DataFrame(rows, schema={**READ, "published_on": pl.String, "language": pl.String})
    return Reading(
        articles.pipe(_dated).with_columns(language=_language()),
        pl.DataFrame(rejected, schema=REJECTED),
    )


def _source_path(file: Path) -> str:
    """The way to the file from the current folder: short, and free of this machine's names."""
    return in_plain_sight(Path(os.path.relpath(file)).as_posix())


# --- finding -----------------------------------------------------------------------------------


def _find(path: Path) -> list[Path]:
    if not path.is_dir():
        if not os.path.lexists(path):
            raise Trouble(path, "path", "does not exist", "Give a file or a folder that does.")
        return [path]
    files = sorted(_walk(path))
    if not files:
        known = ", ".join(sorted(SUFFIXES))
        raise Trouble(path, "folder", f"holds no article ({known})", "Give one that does.")
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


def _read(file: Path) -> "dict[str, object] | _Rejected":
    """One file as a row of READ without its path, dates still as text; or why it is none."""
    try:
        data = _load(file)
    except _Rejected as rejected:
        return rejected
    return _take(data, file.suffix.lower())


def _take(data: bytes, suffix: str) -> "dict[str, object] | _Rejected":
    """A file's bytes as such a row."""
    try:
        raw, encoding = _decode(data)
        title, published, text = _take_text(raw, suffix)
        text = _normalise(text)
        if _REVERSAL in text:
            raise _Rejected(
                "reversed",
                f"character {text.index(_REVERSAL)}: U+202E shows what follows backwards, numbers"
                " too. Remove it.",
            )
        if not text:
            raise _Rejected("empty", "whole file: holds no text. Put the article in, or remove it.")
    except _Rejected as rejected:
        return rejected
    return {
        "article_id": hashlib.sha256(text.encode()).hexdigest(),
        "title": _one_line(title or "") or _title_line(text),
        "published_on": published,
        "encoding": encoding,
        "text": text,
        "char_count": len(text),
    }


def _load(file: Path) -> bytes:
    try:
        status = file.stat()
        # A pipe or a device would be read for ever.
        if not stat.S_ISREG(status.st_mode):
            raise _Rejected("not_a_file", "path: is no regular file. Give a text file.")
        if status.st_size > SIZE_LIMIT:
            raise _too_large(status.st_size)
        return file.read_bytes()
    except OSError as error:
        detail = f"path: cannot be read ({error.strerror}). Allow it to be read, or remove it."
        raise _Rejected("unreadable", detail) from error


def _too_large(size: int) -> _Rejected:
    megabytes, limit = size / 2**20, SIZE_LIMIT // 2**20
    detail = f"whole file: {megabytes:.0f} MB, and an article may have {limit}. Split it."
    return _Rejected("too_large", detail)


def _decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: UTF-8, UTF-16 with its mark, GB18030 or Big5."""
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise _broken(error) from error
    if b"\0" in data:
        at = data.index(b"\0")
        raise _Rejected("binary", f"byte {at}: is 0, so this is no text. Give a text file.")
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError as error:
        match = _guess(data)
        if match is None:
            raise _broken(error) from error
        return str(match), match.encoding


def _broken(error: UnicodeDecodeError) -> _Rejected:
    return _Rejected(
        "undecodable",
        f"byte {error.start}: is neither UTF-8 nor UTF-16, GB18030 or Big5. Save it as UTF-8.",
    )


def _guess(data: bytes) -> CharsetMatch | None:
    """The Chinese encoding that makes the most sense of the bytes, if one does.

    charset-normalizer says which of them can be decoded at all. Both often can, and on a short
    text its own order of them is little better than chance, so the commoner characters win: what
    is decoded wrongly comes out in rare ones.
    """
    matches = from_bytes(data, cp_isolation=["gb18030", "big5", "big5hkscs"], threshold=1.0)
    best = max(matches, key=lambda match: _commonness(str(match)), default=None)
    return best if best and _commonness(str(best)) > 0.7 else None


def _commonness(text: str) -> float:
    """How many of the wide characters are among GB 2312's signs and 3,755 commonest characters."""
    wide = [c for c in _converter("t2s").convert(text[:_SAMPLE]) if not c.isascii()]
    # Rows below 0xD8 of GB 2312 hold the signs and, by use, the commoner half of the characters.
    common = sum(c.encode("gb2312", "replace")[0] in range(0xA1, 0xD8) for c in wide)
    return common / max(1, len(wide))


@cache
def _converter(direction: str) -> OpenCC:
    return OpenCC(direction)


@cache
def _script(direction: str) -> str:
    """A pattern of the characters that a conversion (t2s | s2t) would change."""
    ideographs = "".join(map(chr, range(0x3400, 0xA000)))
    converted = "".join(_converter(direction).convert(char)[:1] for char in ideographs)
    changed = (a for a, b in zip(ideographs, converted, strict=True) if a != b)
    return f"[{''.join(changed)}]"


def _language() -> pl.Expr:
    """zh-Hans or zh-Hant, by which conversion would change less; `und` without Chinese."""
    sample = pl.col("text").str.slice(0, _SAMPLE)
    return (
        pl.when(~sample.str.contains(r"[\u3400-\u9fff]"))
        .then(pl.lit("und"))
        .when(sample.str.count_matches(_script("t2s")) > sample.str.count_matches(_script("s2t")))
        .then(pl.lit("zh-Hant"))
        .otherwise(pl.lit("zh-Hans"))
    )


_BLANK = r"[ \t\u00a0\u3000]"


def _normalise(text: str) -> str:
    """One kind of line end, nothing invisible, no blanks at line ends; all else as it stands."""
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    # A stretch of blanks is tried once, at its beginning, or a long one would take its square.
    return re.sub(rf"(?<!{_BLANK}){_BLANK}+$", "", text, flags=re.MULTILINE).strip("\n")


def _one_line(text: str) -> str:
    """A text without what a reader does not see, and with single blanks."""
    return " ".join(_INVISIBLE.sub("", text).replace(_REVERSAL, "").split())


# --- markup ------------------------------------------------------------------------------------

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_FRONT_ENTRY = re.compile(r"^(title|date):(.*)$", re.MULTILINE)
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


def _take_text(raw: str, suffix: str) -> tuple[str | None, str | None, str]:
    """Title, date of publication as written, and text."""
    if suffix in _HTML:
        return _take_html(raw)
    if suffix in _MARKDOWN:
        return _take_markdown(raw.replace("\r\n", "\n"))
    return None, None, raw


def _take_markdown(raw: str) -> tuple[str | None, str | None, str]:
    front = _FRONT_MATTER.match(raw)
    entries = _FRONT_ENTRY.findall(front[1]) if front else []
    head = {name: _unquoted(entry.strip()) for name, entry in entries if entry.strip()}
    title, published, text = _take_html(_markdown().render(raw[front.end() :] if front else raw))
    return head.get("title", title), head.get("date", published), text


def _unquoted(entry: str) -> str:
    return entry.removeprefix(entry[0] if entry[0] in "'\"" else "").rstrip("'\"")


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def _take_html(raw: str) -> tuple[str | None, str | None, str]:
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
        node.attributes.get("content") or node.attributes.get("datetime")
        for node in tree.css(_META_DATES)
    )
    published = next((text for text in dates if text), None)
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
    return title, published, re.sub(rf"[{_BREAK} \t]*{_BREAK}[{_BREAK} \t]*", "\n", text).strip()


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
            raise _Rejected("too_deep", detail)


# --- head --------------------------------------------------------------------------------------

_DATE = r"(20\d\d)[年/.-](\d{1,2})[月/.-](\d{1,2})"
_BOUND = rf"(?:[截自从從到至止]|截止|止于)\s*[于於]?\s*{_DATE}|{_DATE}\s*日?\s*(?:止|起|为止|為止)"


def _title_line(text: str) -> str | None:
    """The first line, where it looks like a title: short, and no sentence."""
    line = text.split("\n", 1)[0].strip()
    return line if len(line) <= 80 and not re.search(r"[。；;，,]\s*$", line) else None


def _dated(articles: pl.DataFrame) -> pl.DataFrame:
    """`published_on` as a date: the one the markup gives, else one in the first lines.

    A date that begins or ends a period (截至2025年6月30日) is not the day of publication.
    """
    head = (
        pl.col("text")
        .str.slice(0, 400)
        .str.extract(r"^((?:.*\n?){1,6})")
        .str.replace_all(_BOUND, "")
    )
    dates = (
        pl.concat_str(
            [text.str.extract_groups(_DATE).struct[nr] for nr in range(3)], separator="-"
        ).str.to_date("%Y-%m-%d", strict=False)
        for text in (pl.col("published_on"), head)
    )
    return articles.with_columns(published_on=pl.coalesce(dates))
