"""What an article says of itself: its title and the day it was published."""

import re

import polars as pl

_DATE = r"(20\d\d)[年/.-](\d{1,2})[月/.-](\d{1,2})"
_BOUND = rf"(?:[截自从從到至止]|截止|止于)\s*[于於]?\s*{_DATE}|{_DATE}\s*日?\s*(?:止|起|为止|為止)"


def title_line(text: str) -> str | None:
    """The first line, where it looks like a title: short, and no sentence."""
    line = text.split("\n", 1)[0].strip()
    return line if len(line) <= 80 and not re.search(r"[。；;，,]\s*$", line) else None


def dated(articles: pl.DataFrame) -> pl.DataFrame:
    """`published_on` as a date and its basis: what the markup gives, else the first lines.

    A date that begins or ends a period (截至2025年6月30日) is not the day of publication.
    """
    head = (
        pl.col("text")
        .str.slice(0, 400)
        .str.extract(r"^((?:.*\n?){1,6})")
        .str.replace_all(_BOUND, "")
    )
    marked, lined = (
        pl.concat_str(
            [text.str.extract_groups(_DATE).struct[nr] for nr in range(3)], separator="-"
        ).str.to_date("%Y-%m-%d", strict=False)
        for text in (pl.col("published_on"), head)
    )
    return articles.with_columns(
        published_on=pl.coalesce(marked, lined),
        published_on_basis=pl.when(marked.is_not_null())
        .then("published_on_basis")
        .when(lined.is_not_null())
        .then(pl.lit("dateline")),
    )
