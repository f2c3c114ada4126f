"""Text → blocks: what each line of an article is, by its words and its neighbours.

A text that was copied from a page brings along what stood around the article: quotes of shares,
headlines of other articles, adverts, bylines, counters. Few signs tell them: the words that open a
line (`chrome.csv`), the shape of a line (numbers alone, a date alone), and whether it ends as a
sentence does.
"""

import re
from collections.abc import Callable, Iterable

import polars as pl

from ingest.documents.body import with_body
from ingest.documents.insertions import with_insertions
from ingest.documents.kept import with_tables
from ingest.documents.schema import BLOCK, BLOCKS, PROSE
from ingest.documents.signs import QUOTE_HEAD, patterns
from ingest.documents.wrapped import WIDEST, unwrapped, with_whole_lines

_FIELDS = [field.name for field in BLOCK.fields]
_NO_BLOCKS = pl.DataFrame(
    schema={"article_nr": pl.Int64, **{field.name: field.dtype for field in BLOCK.fields}}
)
_WORKED_OUT = ["paragraph", "dateline", "note", "other"]
"""Kinds that a line may have by its words alone."""
_OPEN_TO_WORDS = ["paragraph", "heading", "item"]
"""Kinds of markup that a line's words may overrule."""
_INK = re.compile(r"[^\n]")

HEAD_LINES, TAIL_LINES = 6, 3
"""Lines at an article's beginning and end in which a date that stands alone is its own."""
_LONG = 30
"""Characters of a line that ends as a sentence does and so is no headline of another article."""
_LONGEST_TITLE = 80
_PRICES = 3
"""Names with a price each that are a list of quotes."""
_AT_EDGE = ["dated", "publisher"]
"""Signs that only count in the first and last lines."""
_BRIEF, _SHORT = 12, 60
"""Characters that a name has at most, and a line that is about the page and not of the article."""


def blocks_of_text(articles: pl.DataFrame) -> pl.DataFrame:
    r"""Work out the blocks of texts, as far as their markup has not told them.

    Args:
        articles: text; and blocks, where markup has told any. Each of those covers a line, or a
            part of one that holds several.

    Returns:
        The articles with all their blocks (`schema.BLOCKS`): each line that is not blank lies in
        one or in several.

    Example:
        >>> text = pl.DataFrame({"text": ["某公司收入5亿元。\n相关阅读\n某公司亏损3亿元"]})
        >>> [block["kind"] for block in blocks_of_text(text)["blocks"][0]]
        ['paragraph', 'other', 'other']
    """
    if "blocks" not in articles.columns:
        articles = articles.with_columns(blocks=pl.lit(None, BLOCKS))
    articles = with_tables(articles)
    rows = articles.select("text", "blocks", article_nr=pl.int_range(pl.len()))
    told = (
        rows.filter(pl.col("blocks").list.len() > 0)
        .select("article_nr", "blocks")
        .explode("blocks")
        .unnest("blocks")
    )
    kinds = told.select("article_nr", "start", told="kind")
    lines = (
        _lines(rows)
        .join(kinds, on=["article_nr", "start"], how="left", maintain_order="left")
        .with_columns(is_free=pl.col("told").is_null())
        .pipe(with_whole_lines, rows["text"].to_list())
        .with_columns(line_nr=_nr(), lines_left=pl.len().over("article_nr") - 1 - _nr())
    )
    is_open = pl.col("told").is_null() | pl.col("told").is_in(_OPEN_TO_WORDS)
    lines = _with_kind(lines)
    found = with_insertions(lines.filter(is_open))
    kept = _without_lists(told.filter(~pl.col("kind").is_in(_OPEN_TO_WORDS)), lines)
    blocks = (
        pl.concat([_NO_BLOCKS, found, kept], how="diagonal")
        .sort("article_nr", "start")
        .select("article_nr", blocks=pl.struct(_FIELDS).cast(BLOCK))
        .group_by("article_nr", maintain_order=True)
        .agg("blocks")
    )
    found_blocks = rows.select("article_nr").join(blocks, on="article_nr", how="left")["blocks"]
    return articles.with_columns(blocks=found_blocks)


def _without_lists(told: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """The blocks that markup told; those of tables beside the article are `other`.

    Such is a table in a list of other articles, and one of shares and prices behind the article.
    """
    if told["table_nr"].null_count() == len(told):
        return told
    where = lines.select("article_nr", "in_section", "is_after", "start")
    priced = pl.col("column_head").str.contains(QUOTE_HEAD).fill_null(False)
    is_beside = pl.col("in_section") | (pl.col("is_after") & priced)
    return (
        told.sort("article_nr", "start")
        .join_asof(where, on="start", by="article_nr", check_sortedness=False)
        .with_columns(is_beside=is_beside.any().over("article_nr", "table_nr"))
        .with_columns(
            kind=pl.when(pl.col("is_beside") & pl.col("table_nr").is_not_null())
            .then(pl.lit("other"))
            .otherwise("kind")
        )
        .select(told.columns)
    )


def blocks_anew(articles: pl.DataFrame) -> pl.DataFrame:
    """Work out again the blocks of articles that an earlier version has read.

    Args:
        articles: text, source_path and blocks, as a warehouse holds them.

    Returns:
        The articles; of their blocks those that markup had told are as they were.
    """
    by_markup = ~pl.col("source_path").str.to_lowercase().str.ends_with(".txt")
    told = pl.col("blocks").list.eval(
        pl.element().filter(~pl.element().struct.field("kind").is_in(_WORKED_OUT))
    )
    return blocks_of_text(articles.with_columns(blocks=pl.when(by_markup).then(told)))


def _lines(rows: pl.DataFrame) -> pl.DataFrame:
    """The lines that are not blank: article_nr, start, end, line, raw_nr, is_indented."""
    length = pl.col("line").str.len_chars().cast(pl.Int64)
    reach = (length + 1).cum_sum().over("article_nr")
    return (
        rows.lazy()
        .select("article_nr", line=pl.col("text").str.split("\n"))
        .explode("line")
        .with_columns(
            begins=reach - 1 - length, bare=pl.col("line").str.strip_chars_start(), raw_nr=_nr()
        )
        .with_columns(start=pl.col("begins") + length - pl.col("bare").str.len_chars())
        .select(
            "article_nr",
            "start",
            "raw_nr",
            is_indented=pl.col("start") > pl.col("begins"),
            line=pl.col("bare").str.strip_chars_end(),
        )
        .filter(pl.col("line") != "")
        .with_columns(end=pl.col("start") + pl.col("line").str.len_chars())
        .collect()
    )


def _nr() -> pl.Expr:
    """A line's number in its article."""
    return pl.int_range(pl.len()).over("article_nr")


def _with_kind(lines: pl.DataFrame) -> pl.DataFrame:
    """Add kind, what each line is: of markup's kinds those that words may overrule, or by words."""
    length = pl.col("line").str.len_chars()
    # Of the first and the last lines alone is asked who wrote them, and when.
    is_edge = (pl.col("line_nr") < HEAD_LINES) | (pl.col("lines_left") < TAIL_LINES)
    at_edge = pl.when(is_edge & (length <= _SHORT)).then("line")
    signs = {
        name: (at_edge if name in _AT_EDGE else pl.col("line")).str.contains(pattern)
        for name, pattern in patterns().items()
    }
    lines = (
        lines.with_columns(**signs, is_brief=length <= _BRIEF, is_short=length <= _SHORT)
        .with_columns(
            is_prose=pl.col("ends") & (length >= _LONG),
            is_closing=length <= 3 * _SHORT,
            is_cut=pl.col("cut_short") & (length >= _LONG),
            is_stamped=pl.col("stamped") & (length <= _SHORT) & ~pl.col("ends"),
            is_byline=pl.col("byline") & pl.col("names_day"),
            is_dated=(pl.col("dated") & ((pl.col("line_nr") > 0) | pl.col("publisher"))).fill_null(
                False
            ),
            is_edge=is_edge,
        )
        .with_columns(
            is_item=pl.col("day_behind") & (length <= _SHORT),
        )
        .with_columns(
            in_dates=pl.col("is_item") & (_near("is_item", 1) | _near("is_item", -1)),
            is_edge=pl.col("is_edge") | _before(),
        )
        .pipe(_with_quotes)
        .pipe(_with_sections)
    )
    is_chrome = (pl.col("labelled") & (pl.col("is_short") | pl.col("contact"))) | pl.any_horizontal(
        "starts", "contact", "counted", "buttons", "hashed", "vacant", "bare", "ranked"
    )
    is_chrome |= pl.col("is_quote") | pl.col("is_stamped") | pl.col("in_dates")
    is_chrome |= pl.col("is_short") & ~pl.col("ends") & (pl.col("phoned") | pl.col("lengthy"))
    lines = lines.with_columns(
        kind=pl.when("own_date")
        .then(pl.lit("dateline"))
        .when("in_section")
        .then(pl.lit("other"))
        .when("is_edge", pl.any_horizontal("is_byline", "is_dated", "is_stamped"))
        .then(pl.lit("dateline"))
        .when(is_chrome)
        .then(pl.lit("other"))
        .when("captioned", "is_short", ~pl.col("ends"))
        .then(pl.lit("caption"))
        .when(pl.col("told").is_not_null())
        .then("told")
        .otherwise(pl.lit("paragraph"))
    )
    return _with_title(with_body(lines))


def _with_title(lines: pl.DataFrame) -> pl.DataFrame:
    """The kind `title` for the first line that is read, if it looks like one and none is told."""
    is_read = pl.col("kind").is_in(_OPEN_TO_WORDS)
    is_first = is_read & (is_read.cast(pl.Int64).cum_sum().over("article_nr") == 1)
    has_one = (pl.col("told") == "title").any().over("article_nr").fill_null(False)
    looks = (pl.col("line").str.len_chars() <= _LONGEST_TITLE) & ~pl.col("line").str.contains(
        r"[。；;，,]$"
    )
    is_title = is_first & ~has_one & looks & (pl.col("line_nr") < HEAD_LINES)
    return lines.with_columns(kind=pl.when(is_title).then(pl.lit("title")).otherwise("kind"))


def _near(column: str, step: int) -> pl.Expr:
    """The column in the line so many before this one, after it if negative; False beyond."""
    same = pl.col("article_nr") == pl.col("article_nr").shift(step)
    return (pl.col(column).shift(step) & same).fill_null(False)


def _before() -> pl.Expr:
    """Whether a line stands above its article's first sentence."""
    return pl.col("is_prose").cast(pl.Int8).cum_max().over("article_nr") == 0


def _with_quotes(lines: pl.DataFrame) -> pl.DataFrame:
    """Add is_quote: a quote's line, the price above or below it, and the name above these.

    So is a panel of values (昨收 3.21 最高 3.30), in one line, one pair a line or one cell a line,
    and a list of names and prices without their moves.
    """
    pair = pl.col("pair") | (pl.col("pair_name") & _near("pair_value", -1))
    pair |= pl.col("pair_value") & _near("pair_name", 1)
    lines = lines.with_columns(
        is_quote=pl.col("quote")
        | (pl.col("numeric") & (_near("quote", -1) | _near("quote", 1)))
        | pl.col("panel"),
        is_pair=pair,
        is_priced=pl.col("is_brief") & pl.col("wordy") & _near("numeric", -1),
    )
    # One pair alone may be a line of the article.
    in_panel = pl.col("is_pair") & (
        _near("is_pair", 1) | _near("is_pair", -1) | _near("is_quote", 1) | _near("is_quote", -1)
    )
    priced = _run(pl.col("is_priced") | (pl.col("numeric") & _near("is_priced", 1)))
    return (
        lines.with_columns(pl.col("is_quote") | in_panel | (priced >= 2 * _PRICES))
        .with_columns(is_name=pl.col("is_brief") & pl.col("wordy") & _near("is_quote", -1))
        .with_columns(pl.col("is_quote") | pl.col("is_name"))
    )


def _run(holds: pl.Expr) -> pl.Expr:
    """How many lines on end it holds for; 0 where it does not."""
    stretch = holds.rle_id()
    return pl.when(holds).then(pl.len().over("article_nr", stretch)).otherwise(0)


def _with_sections(lines: pl.DataFrame) -> pl.DataFrame:
    """Add in_section: a list of other articles, from its head until prose begins again.

    A headline with a text that is cut short opens one too; what has its age below it is in one.
    So does an editor's line or a disclaimer behind the article. Before the article's first sentence
    its date, its title above that, and quotes end one too, and what stands above a breadcrumb is in
    one. Nothing of the article follows comments, tags in its last lines, or a list of other
    articles behind the editor's line.
    """
    article = pl.col("article_nr")
    before = _before()
    is_headline = pl.col("is_short") & ~pl.col("ends") & ~before
    is_teased = is_headline & _near("is_cut", -1)
    is_end = pl.col("tags") & ~before & (pl.col("lines_left") < TAIL_LINES)
    is_closed = _near("closes", 1) & ~before
    is_ended = is_closed | (pl.col("ended") & pl.col("is_closing") & ~before)
    lines = lines.with_columns(is_closed=is_closed, is_ended=is_ended)
    opens = pl.col("section") | is_teased | pl.col("is_ended")
    begins = before & (pl.col("is_byline") | _near("is_byline", -1) | pl.col("is_quote"))
    state = (
        pl.when(opens)
        .then(True)
        .when(pl.col("is_prose") | begins | (pl.col("line_nr") == 0))
        .then(False)
        .forward_fill()
    )
    is_aged = ~before & (pl.col("aged") | (_near("aged", -1) & ~pl.col("is_prose")))
    was_ended = pl.col("is_ended").cast(pl.Int8).cum_max().over(article) > 0
    commented = pl.col("comments") | (pl.col("took_part") & ~before)
    ends = commented | is_end | (pl.col("section") & was_ended)
    is_over = ends.cast(pl.Int8).cum_max().over(article) > 0
    below = (pl.col("crumbs") & before).cast(pl.Int8)
    is_above = below.cum_max(reverse=True).over(article) > 0
    return lines.with_columns(in_section=state | is_aged | is_over | is_above)


# --- what is read of it -------------------------------------------------------------------------


def with_blocks(articles: pl.DataFrame) -> pl.DataFrame:
    """The articles with blocks (`schema.BLOCKS`), worked out from the text where any has none."""
    if "blocks" in articles.columns and not articles["blocks"].null_count():
        return articles
    return blocks_of_text(articles)


def prose_of(articles: pl.DataFrame) -> pl.DataFrame:
    """The articles with blanks in `text` for what is no prose: every character keeps its place.

    A paragraph of several lines is one line; see `wrapped.unwrapped`.

    Args:
        articles: text; and blocks (`schema.BLOCKS`), which are worked out where there are none.
    """
    articles = with_blocks(articles)
    is_prose = pl.element().struct.field("kind").is_in(PROSE)
    hidden = pl.col("blocks").list.eval(pl.element().filter(~is_prose))
    shown = pl.col("blocks").list.eval(pl.element().filter(is_prose))
    # Lines that are wrapped are short ones.
    may_be_wrapped = ~pl.col("text").str.contains(rf"[^\n]{{{WIDEST + 1},}}")
    spans = articles.select(
        pl.int_range(pl.len()).alias("nr"),
        "text",
        hidden=hidden,
        shown=pl.when(may_be_wrapped).then(shown),
    ).filter((pl.col("hidden").list.len() > 0) | pl.col("shown").is_not_null())
    if spans.is_empty():
        return articles
    texts = articles["text"].to_list()
    for nr, text, unread, read in spans.iter_rows():
        blanked = _changed(text, unread, _blank)
        texts[nr] = _changed(blanked, read or (), unwrapped)
    return articles.with_columns(text=pl.Series(texts, dtype=pl.String))


def _blank(text: str) -> str:
    """A blank for each character but for line ends."""
    return _INK.sub(" ", text)


def _changed(text: str, blocks: Iterable[dict[str, int]], change: Callable[[str], str]) -> str:
    """The text with its blocks changed, each to one of the same length."""
    pieces = []
    reached = 0
    for block in blocks:
        start, end = block["start"], block["end"]
        pieces += [text[reached:start], change(text[start:end])]
        reached = end
    return "".join([*pieces, text[reached:]])
