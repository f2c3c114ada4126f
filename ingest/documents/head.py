"""What an article says of itself: its title, the day it was published, who published it."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import polars as pl

from ingest.documents.chrome import one_of
from ingest.documents.insertions import without_site
from ingest.documents.signs import DATE, ENGLISH_DATES, patterns

CHINA = timezone(timedelta(hours=8))
"""The zone of the days that articles are published on."""

_PARTS = r"((?:19|20)\d\d)\s?[年/.-]\s?(\d{1,2})\s?[月/.-]\s?(\d{1,2})"
_BOUND = (
    rf"(?:[截自从從到至止]|截止|止于)\s*[于於]?\s*{_PARTS}"
    rf"|{_PARTS}\s*日?\s*(?:[止起至]|为止|為止|[—–~-]+\s*{_PARTS})"
)
_FIRST = 6
"""Blocks in which an article's first words are."""
_WIRE = (
    rf"^[^\n。]{{0,24}}?{DATE}\s*(?:\d{{1,2}}:\d\d)?\s*"
    r"(?:——|—|--|[/／(（][^/／()（）]{1,12}[/／)）]|电|電|讯|訊|消息)"
)
"""The first words of an agency's article: 北京，2025年3月6日——…"""
_FILE_DAY = r"(?:^|[^0-9])(20\d\d)[-_.年]?(0[1-9]|1[0-2])[-_.月]?(0[1-9]|[12]\d|3[01])(?:[^0-9]|$)"
_ADDRESS_DAY = r"[/_-](20\d\d)[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])(?:[/_.-]|$)"
_QUARTER_ENDS = ["03-31", "06-30", "09-30", "12-31"]


def day_of(written: str) -> str | None:
    """The day that a time names, in China where it says its zone, as YYYY-MM-DD.

    Args:
        written: A day or a time as markup has it: ISO 8601, as in e-mail, seconds since 1970, or
            in Chinese.

    Example:
        >>> day_of("2025-11-19T22:30:00Z"), day_of("2025年11月20日 08:00"), day_of("soon")
        ('2025-11-20', '2025-11-20', None)
    """
    written = written.strip()
    try:
        if re.fullmatch(r"1[0-9]{9}(?:[0-9]{3})?", written):
            time = datetime.fromtimestamp(int(written[:10]), UTC)
        elif re.match(r"[A-Za-z]{3},", written):
            time = parsedate_to_datetime(written)
        else:
            time = datetime.fromisoformat(written)
        return f"{time.astimezone(CHINA) if time.tzinfo else time:%Y-%m-%d}"
    except (ValueError, OverflowError):
        found = re.search(_PARTS, written)
        return "-".join(found.groups()) if found else None


def with_head(articles: pl.DataFrame) -> pl.DataFrame:
    """Complete what the markup says of each article by what its text says.

    The day is the one that the markup gives; or of a line that says when the article was published
    (发布时间：…); or of a date alone among the first or last lines; or of an agency's first words;
    or behind a Taiwanese editor, in the Republic's calendar (（編輯：某）1130215); or of the page's
    address; or of the file's name. A date inside a sentence is none, nor one that begins or ends a
    period.

    Args:
        articles: source_path, text, blocks (complete), title, published_on (YYYY-MM-DD),
            published_on_basis, url and publisher, as far as the markup gives them.

    Returns:
        The articles with published_on as a date.
    """
    rows = articles.with_row_index("article_nr")
    lines = _head_lines(rows)
    of_article = rows.select("article_nr")
    for found in (_title(lines), _day(lines), _publisher(lines)):
        of_article = of_article.join(found, on="article_nr", how="left", maintain_order="left")
    in_markup = _to_day(pl.col("published_on"))
    in_name = _file_day(pl.col("source_path"))
    in_line = pl.coalesce("day", _day_of_the_republic(pl.col("text")))
    in_address = _address_day(pl.col("url"))
    return (
        articles.with_columns(of_article.drop("article_nr"))
        .with_columns(
            title=pl.coalesce("title", "title_line"),
            publisher=pl.coalesce("publisher", "publisher_line"),
            published_on=pl.coalesce(in_markup, in_line, in_address, in_name),
            published_on_basis=pl.when(in_markup.is_not_null())
            .then("published_on_basis")
            .when(in_line.is_not_null())
            .then(pl.lit("dateline"))
            .when(in_address.is_not_null())
            .then(pl.lit("address"))
            .when(in_name.is_not_null())
            .then(pl.lit("file_name")),
        )
        .select(articles.columns)
    )


def _head_lines(rows: pl.DataFrame) -> pl.DataFrame:
    """The titles, the datelines and the first blocks: article_nr, block_nr, kind, line."""
    field = pl.col("blocks").struct
    return (
        rows.select("article_nr", "text", "blocks")
        .explode("blocks")
        .filter(pl.col("blocks").is_not_null())
        .with_columns(block_nr=pl.int_range(pl.len()).over("article_nr"), kind=field.field("kind"))
        .filter(pl.col("kind").is_in(["title", "dateline"]) | (pl.col("block_nr") < _FIRST))
        .select(
            "article_nr",
            "block_nr",
            "kind",
            line=pl.col("text").str.slice(field.field("start"), 200).str.extract(r"^([^\n]*)"),
        )
    )


def _title(lines: pl.DataFrame) -> pl.DataFrame:
    """article_nr, title_line: without the site's name behind it."""
    titles = lines.filter(pl.col("kind") == "title").unique("article_nr", keep="first")
    return titles.select(
        "article_nr", title_line=pl.col("line").map_elements(without_site, pl.String)
    )


def _day(lines: pl.DataFrame) -> pl.DataFrame:
    """article_nr, day: the line that says it outright before a date alone."""
    is_dateline = pl.col("kind") == "dateline"
    is_wire = (pl.col("block_nr") < _FIRST) & pl.col("line").str.contains(_WIRE)
    day = _to_day(pl.col("line").str.replace_all(_BOUND, ""))
    outright = pl.col("line").str.contains(patterns()["own_date"])
    # A title that ends with its day: 某公司点评 2025-11-20.
    is_dated = pl.col("line").str.contains(patterns()["dated"]) & (pl.col("block_nr") == 0)
    return (
        lines.filter(is_dateline | is_wire | is_dated)
        .with_columns(
            day=day, rank=pl.when(outright).then(0).when(is_dateline).then(1).otherwise(2)
        )
        .filter(pl.col("day").is_not_null())
        .sort("article_nr", "rank", "block_nr")
        .unique("article_nr", keep="first", maintain_order=True)
        .select("article_nr", "day")
    )


def _publisher(lines: pl.DataFrame) -> pl.DataFrame:
    """article_nr, publisher_line: the source that a dateline names, or the agency that speaks."""
    source = rf"{one_of('source')}\s?[:：]\s?([^\s，,。|:：]{{2,20}})"
    agency = (
        r"^[(（【]?(\p{Han}{2,6}(?:社|网|日报|时报|证券报|财经|財經))[^，,。\d]{0,8}"
        r"(?:\d{4}年)?\d{1,2}月\d{1,2}日[电電讯訊]"
    )
    return (
        lines.with_columns(
            publisher_line=pl.when(pl.col("kind") == "dateline")
            .then(pl.col("line").str.extract(source))
            .otherwise(pl.col("line").str.extract(agency))
        )
        .filter(pl.col("publisher_line").is_not_null())
        .unique("article_nr", keep="first", maintain_order=True)
        .select("article_nr", "publisher_line")
    )


def _to_day(text: pl.Expr) -> pl.Expr:
    """The first date in a text, in figures before one in English."""
    orders = [(_PARTS, "%Y-%m-%d"), *zip(ENGLISH_DATES, ["%d-%b-%Y", "%b-%d-%Y"], strict=True)]
    days = []
    for pattern, order in orders:
        groups = text.str.extract_groups(pattern).struct
        day = pl.concat_str([groups[nr] for nr in range(3)], separator="-")
        days.append(day.str.to_date(order, strict=False))
    return pl.coalesce(days)


def _day_of_the_republic(text: pl.Expr) -> pl.Expr:
    """The day with which a Taiwanese agency ends its dispatch: year 1 is 1912."""
    written = (
        text.str.tail(12)
        .str.extract_groups(r"[)）]\s?(1[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])\s*$")
        .struct
    )
    year = (written[0].cast(pl.Int32) + 1911).cast(pl.String)
    day = pl.concat_str([year, written[1], written[2]], separator="-")
    return day.str.to_date("%Y-%m-%d", strict=False)


def _address_day(url: pl.Expr) -> pl.Expr:
    """The date in the address of a page: /2025/11/20/, /20251120/, /2025-11-20.html."""
    groups = url.str.extract_groups(_ADDRESS_DAY).struct
    day = pl.concat_str([groups[nr] for nr in range(3)], separator="-")
    return day.str.to_date("%Y-%m-%d", strict=False)


def _file_day(path: pl.Expr) -> pl.Expr:
    """The date in a file's name; the last day of a quarter may be a report's, and is none."""
    groups = path.str.extract(r"([^/]*)$").str.extract_groups(_FILE_DAY).struct
    day = pl.concat_str([groups[nr] for nr in range(3)], separator="-")
    return (
        pl.when(~day.str.slice(5).is_in(_QUARTER_ENDS))
        .then(day)
        .str.to_date("%Y-%m-%d", strict=False)
    )
