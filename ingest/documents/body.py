"""Which lines of a text are the article's, by their form and their place.

An article is a title and paragraphs that end as sentences do, one after the other. What stands
around it on a page is of another form, whatever its words: short lines on end. So the article
begins above its first paragraphs and ends behind the last ones; a single sentence far behind it
is a summary of another article, a reader's comment or a line about the site.
"""

import polars as pl

_GAP = 3
"""Lines on end without a full stop after which other text than the article's may follow."""
_SHARE = 0.4
"""Of the longest paragraphs on end, what the article's first ones have at least."""
_MENU = 5
"""Lines above an article that are a page's head: more than a title, a day and a name need."""
_LONG = 30
"""Characters of a line that is no headline and no name."""
_TITLE, _LONGEST_TITLE = 8, 80
"""Characters that a title has at least and at most."""

_READ = ["paragraph", "heading", "item"]
_STOPS = r"。|[；;][”」』\")）]*$"
_PAIR = (
    r"^[^0-9。！？\s]{1,20}?(?:[\s\x{3000}]+[约近超逾]?|\s?[:：]\s?[^0-9。！？，\s]{0,4})[-+]?"
    r"(?:[0-9][0-9,.]*\s?[万萬亿億元%％美港家人户戶台辆輛件吨噸个個倍股张張]|"
    r"[一二三四五六七八九十百千]+[点万亿])"
)
"""收入：5.3亿元 and 收入　约5.3亿元: a line that says what its number is."""
_GOES_ON = r"[，,、；;：:]$"


def with_body(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines with the kind `other` for those before and behind the article, and is_after.

    Args:
        lines: article_nr, line_nr, line, kind, is_cut, in_section, is_ended, is_closed,
            is_stamped, is_byline, rowed; in reading order. A text without a paragraph, or that
            nothing shows to be a page's, is left as it is.
    """
    lines = _with_form(lines)
    spans = _spans(lines)
    lines = lines.join(spans, on="article_nr", how="left", maintain_order="left")
    behind = pl.col("is_loose") & (pl.col("line_nr") > pl.col("last_said")).fill_null(False)
    is_page = (pl.col("kind") == "other") | pl.col("is_stamped") | pl.col("is_ended")
    is_page = (is_page.any() | (behind.sum() >= _GAP)).over("article_nr")
    lines = lines.with_columns(
        is_page=is_page, last_nr=pl.when(is_page).then("last_nr").otherwise("last_said")
    )
    return lines.with_columns(
        is_after=(pl.col("line_nr") > pl.col("last_nr")).fill_null(False),
        kind=pl.when(_is_behind() | _is_menu()).then(pl.lit("other")).otherwise("kind"),
    )


def _with_form(lines: pl.DataFrame) -> pl.DataFrame:
    """Add what a line is by its form.

    is_said: ends a sentence; is_full: is a paragraph; is_listed: says its number; is_run: is one
    of several such lines; is_loose: is none of these.
    """
    is_read = pl.col("kind").is_in(_READ)
    stops = pl.col("line").str.contains(_STOPS)
    says_value = pl.col("line").str.contains(_PAIR)
    lines = lines.with_columns(is_said=is_read & stops & ~pl.col("is_cut")).with_columns(
        is_full=pl.col("is_said") & (pl.col("line").str.len_chars() >= _LONG),
        is_listed=is_read
        & ~pl.col("is_said")
        & (says_value | pl.col("line").str.contains(_GOES_ON)),
    )
    listed = pl.col("is_listed")
    beside = (listed.shift(1) | listed.shift(-1)).over("article_nr").fill_null(False)
    return lines.with_columns(
        is_loose=is_read & ~pl.col("is_said") & ~listed,
        is_run=listed & beside,
        # Lines that say their numbers, one below the other, go on with the article.
        is_said=pl.col("is_said") | (listed & beside),
    )


def _spans(lines: pl.DataFrame) -> pl.DataFrame:
    """Where each article's paragraphs are: article_nr, first_nr, last_nr, last_said (line numbers).

    last_said is the last line that ends a sentence, last_nr the last that is the article's.
    """
    article = pl.col("article_nr")
    chains = _chains(lines)
    is_long = pl.col("length") >= _SHARE * pl.col("length").max().over(article)
    is_first = is_long & (is_long.cast(pl.Int64).cum_sum().over(article) == 1)
    begun = is_first.cast(pl.Int8).cum_max().over(article) > 0
    # Two paragraphs, one below the other, are in no list of other articles; one alone is the
    # article's if all that stands before it is known to be none, and nothing follows.
    over = pl.when(is_first).then("over").max().over(article)
    together = (pl.col("pairs") > 0) & (pl.col("over") <= over)
    alone = (pl.sum_horizontal("gap", "inside", "left") == 0) & ~pl.col("closed")
    goes_on = together | alone
    return (
        chains.with_columns(last_said=pl.col("last_nr").max().over(article))
        .filter(~begun | is_first | goes_on)
        .group_by("article_nr", maintain_order=True)
        .agg(pl.col("first_nr").min(), pl.col("last_nr").max(), pl.col("last_said").max())
    )


def _chains(lines: pl.DataFrame) -> pl.DataFrame:
    """Sentences' lines with little between them: one row for each such stretch with a paragraph.

    article_nr; first_nr, last_nr (line numbers); pairs (paragraphs right below another); length
    (characters); over (editors' lines above it); closed (behind an end mark); gap, inside, left
    (loose lines between it and the one before it, in it, and behind it).
    """
    article = pl.col("article_nr")
    is_pair = pl.col("is_full") & pl.col("is_full").shift(1).over(article)
    said = lines.select(
        "article_nr",
        "line_nr",
        "is_said",
        "is_full",
        is_pair=is_pair.fill_null(False),
        loose=pl.col("is_loose").cast(pl.Int64).cum_sum().over(article),
        all_loose=pl.col("is_loose").sum().over(article).cast(pl.Int64),
        marks=(pl.col("in_section") | pl.col("is_ended")).cast(pl.Int64).cum_sum().over(article),
        over=pl.col("is_ended").cast(pl.Int64).cum_sum().over(article),
        closed=pl.col("is_closed").cast(pl.Int8).cum_max().over(article) > 0,
        length=pl.col("line").str.len_chars().cast(pl.Int64),
    ).filter("is_said")
    gap = pl.col("loose").diff().over(article).fill_null(0)
    is_apart = (gap >= _GAP) | (pl.col("marks").diff().over(article) > 0).fill_null(False)
    return (
        said.with_columns(gap=gap, chain=is_apart.cast(pl.Int64).cum_sum().over(article))
        .group_by("article_nr", "chain", maintain_order=True)
        .agg(
            pl.col("gap", "over", "closed").first(),
            first_nr=pl.col("line_nr").min(),
            last_nr=pl.col("line_nr").max(),
            full=pl.col("is_full").sum(),
            pairs=pl.col("is_pair").sum(),
            length=pl.col("length").sum(),
            inside=pl.col("loose").max() - pl.col("loose").min(),
            left=pl.col("all_loose").max() - pl.col("loose").max(),
        )
        .filter(pl.col("full") > 0)
    )


def _is_behind() -> pl.Expr:
    """Whether a line stands behind the article; a list right behind the last paragraph does not."""
    article = pl.col("article_nr")
    behind = pl.col("line_nr") > pl.col("last_nr")
    is_kept = pl.col("is_listed") | (
        pl.col("is_loose")
        & (pl.col("line_nr") == pl.col("last_nr") + 1)
        & (pl.col("line").str.len_chars() >= _LONG)
        & pl.col("line").str.contains("[，,]")
    )
    left = (behind & ~is_kept).fill_null(False)
    left = left.cast(pl.Int8).cum_max().over(article) > 0
    return pl.col("is_page") & pl.col("kind").is_in(_READ) & left


def _is_menu() -> pl.Expr:
    """Whether a line of a page's head is neither the title nor a line of the article."""
    article = pl.col("article_nr")
    length = pl.col("line").str.len_chars()
    before_run = pl.col("is_run").shift(-1).over(article).fill_null(False)
    run = pl.when("is_run").then("line_nr").min().over(article)
    above = (pl.col("line_nr") < pl.min_horizontal("first_nr", run)).fill_null(False)
    head = above & (pl.col("is_loose") | pl.col("is_listed")) & ~before_run
    is_name = head & length.is_between(_TITLE, _LONGEST_TITLE) & ~pl.col("rowed")
    # The title stands above its day; without one it stands last.
    named = is_name.cast(pl.Int64).cum_sum().over(article) > 0
    day = above & named & pl.any_horizontal("is_stamped", "is_byline")
    over_day = day.cast(pl.Int8).cum_max(reverse=True).over(article) > 0
    may_be = is_name & (over_day | ~day.any().over(article))
    is_title = may_be & (may_be.cast(pl.Int64).cum_sum(reverse=True).over(article) == 1)
    crowded = (above & ~pl.col("is_said")).sum().over(article) >= _MENU
    return pl.col("is_page") & head & ~is_title & (length < _LONG) & (crowded | pl.col("rowed"))
