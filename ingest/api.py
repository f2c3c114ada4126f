"""figurehouse from Python: a text in, its figures out, without a warehouse."""

from datetime import date

import polars as pl

from ingest import Trouble
from ingest.documents import read_contents
from ingest.resolve import extract


def figures_in(text: str, *, published_on: date | None = None) -> pl.DataFrame:
    r"""Read the figures that a text states.

    Args:
        text: An article in Chinese: plain text, the title on its first line if it has one.
        published_on: The day it was published, where the text does not say it; without one, a
            quarter whose year nothing tells stays without a year.

    Returns:
        One row a figure, in the order of the text, with the columns of `figures.FIGURES` but for
        run_id. `value` is in base units (元, not 亿), a ratio as 0.25, points as points; `quote` is
        verbatim, and `char_start` and `char_end` are its span in the text, in characters, once line
        ends are \n and what a reader does not see is gone, as `raw.articles` keeps it.

    Raises:
        Trouble: The text is empty or holds no Chinese.

    >>> figures_in("腾讯2025年第三季度收入1929亿元，同比增长15%。").select(
    ...     "subject_id", "metric_id", "kind", "value", "unit_id", "period_id"
    ... ).rows()
    [('tencent', 'revenue', 'level', Decimal('192900000000.00000000'), 'CNY', '2025Q3'),
     ('tencent', 'revenue', 'growth', Decimal('0.15000000'), 'ratio', '2025Q3')]
    """
    content = text.encode()
    reading = read_contents(
        pl.DataFrame({"source_path": ["text.txt"], "length": [len(content)], "content": [content]})
    )
    for detail in reading.rejected["detail"]:
        raise Trouble("text", *_in_parts(detail))
    day = pl.lit(published_on, pl.Date)
    return extract(reading.articles.with_columns(pl.coalesce("published_on", day)))[0]


def _in_parts(detail: str) -> tuple[str, str, str]:
    """`place: cause. Cure` as its three parts."""
    place, _, rest = detail.partition(": ")
    cause, _, cure = rest.partition(". ")
    return place, cause, cure
