"""Files: formats, encodings, broken ones; gold and manifest beside them, shard by shard.

    FOLDER/articles/0000/000017-kuaishou-2025q3.txt    at most 1,000 a folder
    FOLDER/gold/0000.parquet                           one row a figure, schema GOLD
    FOLDER/manifest/0000.parquet                       one row a file, schema MANIFEST

An article follows from the seed, its number and the shares alone, so it is the same in a corpus of
ten and of a million, whoever writes it. A shard is all that is held in memory.
"""

import codecs
import gzip
import html
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import NamedTuple

import polars as pl

from .draft import GOLD_COLUMNS
from .grammar import compose
from .world import World

SHARD = 1000
_OFFSETS = {"char_start", "char_end"}
GOLD = pl.Schema(
    {"article": pl.String}
    | {name: pl.UInt32 if name in _OFFSETS else pl.String for name in GOLD_COLUMNS}
)
"""`article` is the path below FOLDER; offsets count characters of a .txt file's text, and are null
elsewhere, where the text is what a reader makes of the markup."""

MANIFEST = pl.Schema(
    {
        "article": pl.String,
        "company": pl.String,
        "period": pl.String,
        "language": pl.String,
        "encoding": pl.String,
        "format": pl.String,
        "broken": pl.String,
        "figures": pl.UInt32,
        "chars": pl.UInt32,
    }
)
"""`broken` is the reason for which a reader should turn the file away, else null; `company` is an
industry's id where the article is about one."""


class Corpus(NamedTuple):
    """What a corpus is made of: shares from 0 to 1 of all its articles.

    The fewer companies and years it tells of, the more of its articles tell of the same.
    """

    seed: int = 1
    broken: float = 0.03
    traditional: float = 0.1
    markup: float = 0.06
    encoded: float = 0.10  # in GB18030, Big5 or UTF-16
    companies: int | None = None  # all of them
    since: int = 2012


class Article(NamedTuple):
    """One file, and what is known of it."""

    name: str
    data: bytes
    gold: list[tuple[str | int | None, ...]]
    company: str
    period: str
    language: str
    encoding: str
    format: str
    broken: str | None
    chars: int


def write_corpus(
    folder: Path,
    articles: int,
    corpus: Corpus,
    workers: int = 1,
    seen: Callable[[int], None] = lambda done: None,
) -> None:
    """Write a corpus.

    Args:
        folder: Where to; what an earlier corpus left there under the same names is replaced.
        articles: How many files, the broken ones among them.
        corpus: Its seed and shares.
        workers: How many processes; they change the time only.
        seen: Told how many articles more are written.
    """
    for name in ("articles", "gold", "manifest"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    tasks = [
        (str(folder), corpus, first, min(first + SHARD, articles))
        for first in range(0, articles, SHARD)
    ]
    if workers == 1 or len(tasks) == 1:
        for task in tasks:
            seen(_write_shard(task))
        return
    # Spawned, not forked: Polars has threads of its own, which do not outlive a fork.
    with closing(get_context("spawn").Pool(min(workers, len(tasks)))) as pool:
        for done in pool.imap_unordered(_write_shard, tasks):
            seen(done)


@cache
def _world(seed: int, companies: int | None, since: int) -> World:
    return World(seed, companies, since)


def _write_shard(task: tuple[str, Corpus, int, int]) -> int:
    folder, corpus, first, last = task
    shard = f"{first // SHARD:04d}"
    below = f"articles/{shard}"
    where = f"{folder}/{below}"
    Path(where).mkdir(exist_ok=True)
    gold: dict[str, list[str | int | None]] = {name: [] for name in GOLD}
    columns = [gold[name] for name in GOLD_COLUMNS]
    manifest: list[tuple[str | int | None, ...]] = []
    for article in make_articles(corpus, first, last):
        path = f"{below}/{article.name}"
        descriptor = os.open(
            f"{where}/{article.name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644
        )
        try:
            os.write(descriptor, article.data)
        finally:
            os.close(descriptor)
        gold["article"].extend([path] * len(article.gold))
        for column, values in zip(columns, zip(*article.gold, strict=True), strict=False):
            column.extend(values)
        manifest.append((path, *article[3:9], len(article.gold), article.chars))
    pl.DataFrame(gold, schema=GOLD).write_parquet(f"{folder}/gold/{shard}.parquet")
    pl.DataFrame(manifest, schema=MANIFEST, orient="row").write_parquet(
        f"{folder}/manifest/{shard}.parquet"
    )
    return last - first


def make_articles(corpus: Corpus, first: int, last: int) -> Iterator[Article]:
    """The articles from one number up to another, made one by one."""
    for number in range(first, last):
        yield make_article(corpus, number)


def make_article(corpus: Corpus, number: int) -> Article:
    """The article of a number."""
    random = Random(f"{corpus.seed}:{number}")
    rnd = random.random
    broken = rnd() < corpus.broken
    traditional = rnd() < corpus.traditional
    draft, company, period, _ = compose(
        _world(corpus.seed, corpus.companies, corpus.since), random, traditional
    )
    text = draft.text()
    language = "zh-Hant" if traditional else "zh-Hans"
    name = f"{number:06d}-{company}-{period.lower().replace('-', '')}"
    if broken:
        break_, suffix, encoding, reason = _BREAKS[int(rnd() * len(_BREAKS))]
        return Article(
            name + suffix,
            break_(text, rnd),
            [],
            company,
            period,
            language,
            encoding,
            suffix[1:],
            reason,
            len(text),
        )
    at = rnd()
    if at < corpus.markup:
        as_html = at < corpus.markup / 2
        data = (_html(text, rnd) if as_html else _markdown(text, rnd)).encode()
        gold = [(quote, None, None, *rest) for quote, _, _, *rest in draft.gold]
        format_, encoding = ("html" if as_html else "md"), "utf-8"
    else:
        encoding, mark = "utf-8", b""
        if at > 1 - corpus.encoded:
            encoding, mark = _ENCODINGS[traditional][int(rnd() * 3)]
        try:
            data = mark + text.encode(encoding)
        except UnicodeEncodeError:
            # Big5 has no sign for one of its characters.
            encoding, data = "utf-8", text.encode()
        gold, format_ = draft.gold, "txt"
    return Article(
        f"{name}.{format_}",
        data,
        gold,
        company,
        period,
        language,
        encoding,
        format_,
        None,
        len(text),
    )


_ENCODINGS = {
    False: (("gb18030", b""), ("gb18030", b""), ("utf-16-le", codecs.BOM_UTF16_LE)),
    True: (("big5", b""), ("big5", b""), ("utf-16-le", codecs.BOM_UTF16_LE)),
}


# --- markup --------------------------------------------------------------------------------------


def _html(text: str, rnd: Callable[[], float]) -> str:
    title, *paragraphs = (html.escape(line) for line in text.split("\n\n"))
    between = "\n" if rnd() < 0.5 else "\n    "
    body = between.join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html>\n<html lang="zh">\n<head><meta charset="utf-8"><title>{title}</title>\n'
        "<style>p { line-height: 1.8 }</style><script>var reads = 10086;</script></head>\n"
        f"<body><article>\n<h1>{title}</h1>{between}{body}\n</article></body>\n</html>\n"
    )


def _markdown(text: str, rnd: Callable[[], float]) -> str:
    title, _, body = text.partition("\n\n")
    head = f"---\ntitle: {title}\n---\n\n" if rnd() < 0.3 else ""
    return f"{head}# {title}\n\n{body}\n"


# --- broken files --------------------------------------------------------------------------------


def _empty(text: str, rnd: Callable[[], float]) -> bytes:
    return b"" if rnd() < 0.5 else b"\n  \n\t\n"


def _binary(text: str, rnd: Callable[[], float]) -> bytes:
    """A picture that is called an article."""
    noise = bytes(int(256 * rnd()) for _ in range(400))
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + noise


def _cut(text: str, rnd: Callable[[], float]) -> bytes:
    """Bytes lost in the middle, and what a bad block leaves in their place."""
    data = text.encode()
    at = len(data) // 3 + int(len(data) / 3 * rnd())
    return data[:at] + b"\xff\xff\xff" + data[at + 97 :]


def _cut_wide(text: str, rnd: Callable[[], float]) -> bytes:
    """UTF-16 that ends within a character."""
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le")[:-1]


def _packed(text: str, rnd: Callable[[], float]) -> bytes:
    """An archive that is called an article."""
    return gzip.compress(text.encode(), mtime=0)


def _bodiless(text: str, rnd: Callable[[], float]) -> bytes:
    """A page that a script would have filled."""
    title = html.escape(text.partition("\n")[0])
    return (
        f"<!doctype html>\n<html><head><title>{title}</title></head>\n"
        '<body><div id="app"></div><script src="app.js"></script></body></html>\n'
    ).encode()


_BREAKS: tuple[tuple[Callable[[str, Callable[[], float]], bytes], str, str, str], ...] = (
    (_empty, ".txt", "utf-8", "empty"),
    (_empty, ".md", "utf-8", "empty"),
    (_binary, ".txt", "binary", "binary"),
    (_cut, ".txt", "utf-8", "undecodable"),
    (_cut, ".txt", "utf-8", "undecodable"),
    (_cut_wide, ".txt", "utf-16-le", "undecodable"),
    (_packed, ".txt", "binary", "binary"),
    (_bodiless, ".html", "utf-8", "empty"),
)
