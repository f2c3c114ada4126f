"""Reading of files: the same articles as plain text, as saved pages and as PDFs, in turns."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.documents import Reading, read_files
from tests import saved

PAGES, PDFS = 1_000, 100
"""How many of each are read."""

FORMS: dict[str, tuple[str, Callable[[saved.Saved, int], bytes]]] = {
    "txt": ("plain text", lambda article, _: article.text.encode()),
    "html": ("saved pages", lambda article, nr: saved.page(article, nr).encode()),
    "pdf": ("PDFs", saved.article_pdf),
}


def measure(folder: Path, pages: int, pdfs: int, rounds: int) -> list[dict[str, Any]]:
    """Write articles in each form and read them in turns, one process, warm.

    Args:
        folder: Where the files are made.
        pages: How many articles are read as plain text and as pages.
        pdfs: How many of them as PDFs.
        rounds: How many turns each form has; the median counts.

    Returns:
        A row for each form: files, bytes, the characters of the articles themselves, those
        characters a second, and the share of their paragraphs that were read whole.
    """
    articles = saved.articles(pages)
    files = {
        form: _written(folder, form, articles[: pdfs if form == "pdf" else pages]) for form in FORMS
    }
    for paths in files.values():
        read_files(paths[:2])
    seconds: dict[str, list[float]] = {form: [] for form in FORMS}
    read: dict[str, Reading] = {}
    for _ in range(rounds):
        for form, paths in files.items():
            start = time.perf_counter()
            read[form] = read_files(paths)
            seconds[form].append(time.perf_counter() - start)
    return [_row(form, files[form], articles, seconds[form], read[form]) for form in FORMS]


def _written(folder: Path, form: str, articles: list[saved.Saved]) -> list[Path]:
    made = folder / f"reading_{form}"
    made.mkdir(parents=True, exist_ok=True)
    paths = []
    for nr, article in enumerate(articles):
        path = made / f"{nr:05d}.{form}"
        path.write_bytes(FORMS[form][1](article, nr))
        paths.append(path)
    return paths


def _row(
    form: str,
    paths: list[Path],
    articles: list[saved.Saved],
    seconds: list[float],
    read: Reading,
) -> dict[str, Any]:
    told = articles[: len(paths)]
    texts = ["".join(text.split()) for text in read.articles["text"]]
    whole = [
        "".join(line.split()) in text
        for article, text in zip(told, texts, strict=True)
        for line in article.paragraphs
    ]
    characters = sum(len(article.text) for article in told)
    return {
        "form": form,
        "name": FORMS[form][0],
        "files": len(paths),
        "bytes": sum(path.stat().st_size for path in paths),
        "characters": characters,
        "rounds": len(seconds),
        "characters_per_second": characters / statistics.median(seconds),
        "slowest": characters / max(seconds),
        "fastest": characters / min(seconds),
        "paragraphs_whole": sum(whole) / len(whole),
    }
