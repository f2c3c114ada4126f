"""Sentences → events: all that matters in the text, in reading order, each with its scopes.

An event is a number, a reporting period, a word of the vocabulary (subject or metric) or the end
of a clause. What a number is about is later found by looking back along this one ordered frame.
"""

from functools import cache

import polars as pl

from ingest.clauses import find_all, find_clause_ends, find_words
from ingest.numbers import find_tokens
from ingest.periods import read_periods
from ingest.vocabulary import companies, cues, metric_terms, metrics, subject_terms, units

SUBJECT_ROLES = ["company", "segment", "product", "app", "industry", "self", "named"]


@cache
def cue(cue_class: str, code: str | None = None) -> str:
    """The regular expression of a class of cue words, or of one code in it.

    Raises ValueError where the dictionary has none: an empty pattern would match everything.
    """
    rows = cues().filter(pl.col("cue_class") == cue_class)
    if code is not None:
        rows = rows.filter(pl.col("code") == code)
    if rows.is_empty():
        raise ValueError(f"cues.csv: no cue of class {cue_class!r}, code {code!r}")
    return "|".join(f"(?:{pattern})" for pattern in rows["pattern"])


def has(text: pl.Expr, cue_class: str, code: str | None = None) -> pl.Expr:
    """Whether the text holds a cue of the class."""
    return text.str.contains(cue(cue_class, code)).fill_null(False)


def code_of(text: pl.Expr, cue_class: str) -> pl.Expr:
    """The code of the first cue of the class, in the dictionary's order, that the text holds."""
    rows = cues().filter(pl.col("cue_class") == cue_class)
    return pl.coalesce(
        pl.when(text.str.contains(pattern)).then(pl.lit(code))
        for code, pattern in rows.select("code", "pattern").iter_rows()
    )


def between(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """The sentence's normalised text between two offsets; empty where they cross."""
    return pl.col("norm").str.slice(start, pl.max_horizontal(end - start, 0))


# Events stand in reading order, so a scope (sentence, clause, …) is a run of rows. Each event knows
# the event_nr of the first and last event of its scopes; looking back within a scope is then a
# forward fill over the whole column and one comparison, without any grouping.


def latest(mask: pl.Expr, scope: str) -> pl.Expr:
    """The event_nr of the latest event so far in the scope for which the mask holds."""
    found = pl.when(mask).then("event_nr").forward_fill()
    return pl.when(found >= pl.col(f"{scope}_first")).then(found)


def before(value: str, mask: pl.Expr, scope: str) -> pl.Expr:
    """A column's value at the latest earlier event of the scope for which the mask holds."""
    at = pl.when(mask).then("event_nr").forward_fill().shift(1)
    found = pl.when(mask).then(value).forward_fill().shift(1)
    return pl.when(at >= pl.col(f"{scope}_first")).then(found)


def after(value: str, mask: pl.Expr, scope: str) -> pl.Expr:
    """A column's value at the next later event of the scope for which the mask holds."""
    at = pl.when(mask).then("event_nr").backward_fill().shift(-1)
    found = pl.when(mask).then(value).backward_fill().shift(-1)
    return pl.when(at <= pl.col(f"{scope}_last")).then(found)


def carried(value: pl.Expr, scope: str) -> pl.Expr:
    """The value, or where it is null the latest earlier one in the scope."""
    at = pl.when(value.is_not_null()).then("event_nr").forward_fill()
    return pl.when(at >= pl.col(f"{scope}_first")).then(value.forward_fill())


def count_so_far(mask: pl.Expr, scope: str) -> pl.Expr:
    """How many events of the scope up to this one the mask holds for."""
    running = mask.fill_null(False).cast(pl.Int64).cum_sum()
    starts = pl.col(f"{scope}_first").ne(pl.col(f"{scope}_first").shift(1)).fill_null(True)
    earlier = pl.when(starts).then(running - mask.fill_null(False).cast(pl.Int64)).forward_fill()
    return running - earlier


def count_in(mask: pl.Expr, scope: str) -> pl.Expr:
    """How many events of the scope the mask holds for."""
    ends = pl.col(f"{scope}_first").ne(pl.col(f"{scope}_first").shift(-1)).fill_null(True)
    return pl.when(ends).then(count_so_far(mask, scope)).backward_fill()


def _find_names(sentences: pl.DataFrame) -> pl.DataFrame:
    """Names that no dictionary holds but the text marks as names: 《…》, 「…」."""
    name = pl.col("match").str.head(-1).str.tail(-1)
    return find_all(sentences, "sentence_nr", "norm", cue("name")).select(
        "sentence_nr",
        start=pl.col("start") + 1,
        end=pl.col("end") - 1,
        match=name,
        role=pl.lit("named"),
        name=name,
    )


def _find_terms(sentences: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Words of a vocabulary in the sentences, the longest at each place."""
    longest_first = table.unique("alias", keep="first", maintain_order=True).sort(
        pl.col("alias").str.len_chars(), descending=True, maintain_order=True
    )
    found = find_words(sentences, "sentence_nr", "lower", longest_first["alias"].to_list())
    letter = "[a-z]"
    return (
        found.with_columns(
            # A Latin alias is a word of its own: JD is not in JDK.
            inside=(
                pl.col("match").str.contains(f"{letter}$")
                & pl.col("following").str.contains(f"^{letter}")
            )
            | (
                pl.col("match").str.contains(f"^{letter}")
                & pl.col("following").shift(1).str.contains(f"{letter}$")
                & pl.col("sentence_nr").eq(pl.col("sentence_nr").shift(1))
            ).fill_null(False)
        )
        .filter(~pl.col("inside"))
        .join(
            longest_first.rename({"alias": "match"}), on="match", how="left", maintain_order="left"
        )
        .drop("following", "inside")
    )


# 中国AI云市场规模 holds both 中国AI云市场 and 市场规模.
_is_of_market = pl.col("alias").str.contains("^(?:市场|行业|产业)")


def find_events(sentences: pl.DataFrame) -> pl.DataFrame:
    """Everything in the sentences that the resolution looks at, in reading order.

    Returns one row an event: event_nr, sentence_nr, article_id, paragraph_nr, norm, start, end,
    match, role (figure | bare | period | span | rank | idiom | name | metric | a subject role |
    clause_end); for terms id, name, company_id and a metric's traits; for periods the columns of
    `read_periods`; and the scopes of `_windows`.
    """
    tokens = find_tokens(sentences, "sentence_nr", "norm").select(
        "sentence_nr", "start", "end", match="token", role="token_class"
    )
    ends = find_clause_ends(sentences).select(
        "sentence_nr", "start", "end", "match", role=pl.lit("clause_end")
    )
    sentences = sentences.with_columns(lower=pl.col("norm").str.to_lowercase())
    numeric = ["figure", "period", "name", "bare", "span", "rank"]
    words = ["metric", *SUBJECT_ROLES]
    return (
        pl.concat(
            [
                tokens,
                _find_terms(
                    sentences, pl.concat([subject_terms(), metric_terms()], how="diagonal")
                ),
                _find_terms(sentences, metric_terms().filter(_is_of_market)),
                _find_names(sentences),
                ends,
            ],
            how="diagonal",
        )
        .sort("sentence_nr", "start", "end", descending=[False, False, True], maintain_order=True)
        .pipe(_numbered)
        .filter(~_named_over_known())
        # A comma that groups thousands ends no clause; a word inside a number is no word, and a
        # number inside a word (88VIP) is no number. Words may overlap: 中国AI云市场 and 市场规模.
        .with_columns(
            number_end=_furthest(pl.col("role").is_in(numeric)),
            word_end=_furthest(pl.col("role").is_in(words)),
        )
        .pipe(_without_number)
        .filter(
            pl.col("number_end").is_null() | (pl.col("start") >= pl.col("number_end")),
            pl.col("word_end").is_null()
            | pl.when(pl.col("role").is_in(words))
            .then(pl.col("end") > pl.col("word_end"))
            .otherwise(pl.col("start") >= pl.col("word_end")),
        )
        .drop("number_end", "word_end")
        # 全球用户规模: the noun after a metric only says how it is counted.
        .filter(~_counts_what_it_follows())
        .join(
            sentences.drop("sentence", "lower"), on="sentence_nr", how="left", maintain_order="left"
        )
        .join(_metric_traits(), on="id", how="left", maintain_order="left")
        .pipe(_with_periods)
        .with_columns(
            is_number=pl.col("role").is_in(["figure", "bare"]),
            is_end=pl.col("role") == "clause_end",
        )
        .pipe(_numbered)
        .pipe(_with_scopes)
        .with_columns(_windows())
    )


def _numbered(events: pl.DataFrame) -> pl.DataFrame:
    """Number the events and tell the bounds of their sentences."""
    sentence = pl.col("sentence_nr")
    return (
        events.drop("event_nr", "sentence_first", "sentence_last", strict=False)
        .with_row_index("event_nr")
        .with_columns(
            _bounds("sentence", sentence.ne(sentence.shift(1)).fill_null(True)),
        )
    )


def _bounds(scope: str, starts: pl.Expr) -> list[pl.Expr]:
    """The event_nr of the first and of the last event of a scope, from where it starts."""
    ends = starts.shift(-1, fill_value=True)
    return [
        pl.when(starts).then("event_nr").forward_fill().alias(f"{scope}_first"),
        pl.when(ends).then("event_nr").backward_fill().alias(f"{scope}_last"),
    ]


def _with_periods(events: pl.DataFrame) -> pl.DataFrame:
    """Add what the period words say; each distinct word is read once."""
    words = events.filter(pl.col("role") == "period").select("role", "match").unique()
    read = words.with_columns(read_periods(pl.col("match")))
    return events.join(read, on=["role", "match"], how="left", maintain_order="left").with_columns(
        pl.col("year_offset", "quarter_offset").fill_null(0),
        pl.col("fiscal").fill_null(False),
    )


def _without_number(events: pl.DataFrame) -> pl.DataFrame:
    """A metric that begins in a number is the metric that the rest names: 12个|月|交易用户数."""
    cut = (
        (pl.col("role") == "metric")
        & (pl.col("start") < pl.col("number_end"))
        & (pl.col("end") > pl.col("number_end"))
    ).fill_null(False)
    rest = metric_terms().select(rest="alias", rest_id="id", rest_name="name")
    found = pl.col("rest_id").is_not_null()
    return (
        events.with_columns(
            rest=pl.when(cut).then(
                pl.col("match").str.slice(pl.col("number_end") - pl.col("start"))
            )
        )
        .join(rest, on="rest", how="left", maintain_order="left")
        .with_columns(
            start=pl.when(found).then("number_end").otherwise("start"),
            match=pl.when(found).then("rest").otherwise("match"),
            id=pl.when(found).then("rest_id").otherwise("id"),
            name=pl.when(found).then("rest_name").otherwise("name"),
        )
        .drop("rest", "rest_id", "rest_name")
    )


def _named_over_known() -> pl.Expr:
    """A marked name in which a word of the vocabulary begins, or that begins in one, is dropped."""
    named = pl.col("role") == "named"
    is_word = pl.col("role").is_in(["metric", "figure", *SUBJECT_ROLES]) & ~named
    return named & (
        (after("start", is_word, "sentence") < pl.col("end")).fill_null(False)
        | (before("end", is_word, "sentence") > pl.col("start")).fill_null(False)
    )


def _counts_what_it_follows() -> pl.Expr:
    """A metric that is but 规模, 数量 or 总额, right behind another metric."""
    follows = (pl.col("end").shift(1) == pl.col("start")) & (pl.col("role").shift(1) == "metric")
    return (
        (pl.col("role") == "metric")
        & has(pl.col("match"), "bare_noun")
        & follows.fill_null(False)
        & (pl.col("sentence_nr") == pl.col("sentence_nr").shift(1)).fill_null(False)
    )


def _furthest(mask: pl.Expr) -> pl.Expr:
    """How far the events before this one that the mask names reach into the sentence."""
    # Later sentences reach further on this scale, so that one running maximum serves them all.
    base = pl.col("sentence_nr").cast(pl.Int64) * _FAR
    reach = pl.when(mask).then(pl.col("end") + base).cum_max().shift(1).forward_fill() - base
    return pl.when(reach > 0).then(reach)


_FAR = 1_000_000


def _metric_traits() -> pl.DataFrame:
    """What the resolution needs to know of a metric, keyed by its id."""
    return (
        metrics()
        .join(units().unique("unit_id").select("unit_id", "dimension"), on="unit_id", how="left")
        .select(
            id="metric_id",
            metric_unit="unit_id",
            metric_dimension=pl.col("dimension").fill_null("count"),
            value_kind="value_kind",
            subject_level="subject_level",
            can_be_negative=pl.col("can_be_negative") == "true",
            home_subject_id="home_subject_id",
        )
    )


def _with_scopes(events: pl.DataFrame) -> pl.DataFrame:
    """Add the bounds of every scope: its first and last event.

    clause; segment (from number to number within a clause); lead (from number to number within a
    sentence); paragraph; heading (all that stands under one).
    """
    new_sentence = pl.col("event_nr") == pl.col("sentence_first")
    new_article = pl.col("article_id").ne(pl.col("article_id").shift(1)).fill_null(True)
    after_number = pl.col("is_number").shift(1).fill_null(False)
    after_end = pl.col("is_end").shift(1).fill_null(False)
    paragraph = pl.col("paragraph_nr")
    short_line = (
        (pl.col("norm").str.len_chars() <= 30)
        & (count_in(pl.col("is_number"), "sentence") == 0)
        & pl.col("norm").str.ends_with("\n")
        & ~pl.col("norm").str.contains("[？?]")
        & ~has(pl.col("norm"), "caption")
        & (pl.col("sentence_start") > 0)
    )
    return events.with_columns(
        *_bounds("clause", new_sentence | after_end),
        *_bounds("segment", new_sentence | after_end | after_number),
        *_bounds("lead", new_sentence | after_number),
        *_bounds("paragraph", paragraph.ne(paragraph.shift(1)).fill_null(True)),
        is_heading=short_line,
    ).with_columns(_bounds("heading", new_article | (pl.col("is_heading") & new_sentence)))


def _windows() -> list[pl.Expr]:
    """Offsets in the sentence of what stands around each event.

    clause_start, last_end (of the number before), next_start (of the next number or clause end),
    next_number.
    """
    length = pl.col("norm").str.len_chars().cast(pl.Int64)
    number, end = pl.col("is_number"), pl.col("is_end")
    return [
        before("end", end, "sentence").fill_null(0).alias("clause_start"),
        before("end", number, "sentence").fill_null(0).alias("last_end"),
        after("start", number | end, "sentence").fill_null(length).alias("next_start"),
        after("start", number, "sentence").fill_null(length).alias("next_number"),
    ]


def with_defaults(events: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Events with calendar periods, and with what their article is about, inferred from its words.

    Adds default_company, default_year, default_part, the same in a whole article. The company is
    the one most often named (a mention in the title counts five times), the part of the year
    likewise; the year is the one that stands with that part, else the latest that the article
    looks back on.
    """
    in_title = (pl.col("sentence_start") + pl.col("start")) < pl.col("title").str.len_chars()
    weighted = (
        events.join(articles.select("article_id", "title"), on="article_id", maintain_order="left")
        .with_columns(
            # 中期业绩, 半年报 name the report itself.
            weight=pl.when((pl.col("role") == "period") & pl.col("match").str.contains("报|业绩"))
            .then(10)
            .when(in_title.fill_null(False))
            .then(5)
            .when(pl.col("year").is_not_null() & (pl.col("part") != "FY"))
            .then(3)
            .otherwise(1)
        )
        .drop("title")
    )
    company = _main_company(weighted)
    weighted = (
        _in_calendar_quarters(weighted, company)
        .pipe(_own_subjects, company)
        # 今年 is the whole year only where the year is looked forward to.
        .with_columns(
            part=pl.when(
                has(pl.col("match"), "this_year") & pl.col("part").is_null() & looks_ahead()
            )
            .then(pl.lit("FY"))
            .otherwise("part")
        )
    )
    defaults = (
        articles.select("article_id")
        .join(company, on="article_id", how="left", maintain_order="left")
        .join(_main_period(weighted, articles), on="article_id", how="left", maintain_order="left")
    )
    # 当季 in the report of a half or a year is its last quarter; in a quarter's it says nothing.
    last_quarter = pl.col("default_part").replace_strict(_LAST_QUARTER, default=None)
    return (
        weighted.drop("weight")
        .join(defaults, on="article_id", how="left", maintain_order="left")
        .with_columns(
            part=pl.when(pl.col("part") == "QUARTER").then(last_quarter).otherwise("part")
        )
    )


_LAST_QUARTER = {"H1": "Q2", "9M": "Q3", "H2": "Q4", "FY": "Q4"}


_MOST_NAMED = ["article_id", pl.col("weight").neg(), "event_nr"]


def _main_company(events: pl.DataFrame) -> pl.DataFrame:
    """article_id, default_company: the company named most often, itself or by what it owns."""
    return (
        events.filter(
            pl.col("role").is_in(SUBJECT_ROLES),
            pl.col("company_id").is_not_null(),
            ~pl.col("is_short").fill_null(False),
        )
        .group_by("article_id", "company_id")
        .agg(pl.col("weight").sum(), pl.col("event_nr").min())
        .sort(_MOST_NAMED)
        .unique("article_id", keep="first", maintain_order=True)
        .select("article_id", default_company="company_id")
    )


def _own_subjects(events: pl.DataFrame, company: pl.DataFrame) -> pl.DataFrame:
    """Events whose names mean the main company's own subject where it has one of that name."""
    own = ["role", "id", "name", "company_id"]
    main_company = pl.col("default_company")
    named = subject_terms().filter(pl.col("company_id").is_not_null())
    return (
        events.join(company, on="article_id", how="left", maintain_order="left")
        .join(
            named.select(
                pl.col(own).name.suffix("_own"), match="alias", default_company="company_id"
            ).unique(["match", "default_company"], keep="first", maintain_order=True),
            on=["match", "default_company"],
            how="left",
            maintain_order="left",
        )
        .with_columns(
            pl.when(pl.col("id_own").is_not_null() & (pl.col("role") != "metric"))
            .then(pl.col(f"{name}_own"))
            .otherwise(name)
            .alias(name)
            for name in own
        )
        .filter(~(pl.col("is_short") & pl.col("company_id").ne(main_company)).fill_null(False))
        .drop("default_company", *(f"{name}_own" for name in own))
    )


def _in_calendar_quarters(events: pl.DataFrame, company: pl.DataFrame) -> pl.DataFrame:
    """Events whose fiscal quarters (2026财年第一季度) are named by the calendar (2025Q2).

    Fiscal halves and years that are none of the calendar's stay fiscal.
    """
    quarter = (
        pl.col("part").str.extract("Q([1-4])").cast(pl.Int32)
        + pl.col("fiscal_year_end_month").cast(pl.Int32) // 3
        - 1
    )
    moves = pl.col("fiscal").fill_null(False) & quarter.is_not_null()
    shifted = pl.col("fiscal_year_end_month") != 12
    return (
        events.join(company, on="article_id", how="left", maintain_order="left")
        .join(
            companies().select("fiscal_year_end_month", default_company="company_id"),
            on="default_company",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            part=pl.when(moves).then("Q" + (quarter % 4 + 1).cast(pl.String)).otherwise("part"),
            year=pl.when(moves).then(pl.col("year") - 1 + quarter // 4).otherwise("year"),
            fiscal=pl.col("fiscal") & ~moves & shifted,
        )
        .drop("default_company", "fiscal_year_end_month")
    )


def looks_ahead() -> pl.Expr:
    """Whether the sentence has looked forward by the first number after the event."""
    return has(pl.col("norm").str.slice(0, pl.col("next_number")), "forecast")


def _main_period(events: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """article_id, default_year, default_part: the reporting period that an article is about."""
    head = between(pl.col("clause_start"), pl.col("start"))
    looks_back = ~looks_ahead() & ~has(head, "relative_base") & (pl.col("year_offset") == 0)
    periods = events.filter(
        pl.col("role") == "period",
        looks_back,
        ~pl.col("part").is_in(["SAME", "QUARTER"]).fill_null(False),
    )
    whole_year = pl.col("part").ne_missing("FY")
    stated_part = whole_year | (pl.col("weight") > 1) | pl.col("match").str.contains("全|财")
    part = (
        periods.filter(stated_part, pl.col("part").is_not_null())
        .group_by("article_id", "part")
        .agg(pl.col("weight").sum(), pl.col("event_nr").min())
        .sort(_MOST_NAMED)
        .unique("article_id", keep="first", maintain_order=True)
        .select("article_id", default_part="part")
    )
    # Looking back, an article compares with earlier years: its own is the latest one said beside
    # a part of the year, or on which something closed (截至2024年12月31日). Whole years are said
    # in passing too, so it takes two to make the next year the article's own.
    in_part = (pl.col("part") != "FY").fill_null(False) | (pl.col("part") == pl.col("default_part"))
    years = (
        periods.filter(pl.col("year").is_not_null())
        .join(part, on="article_id", how="left")
        .with_columns(strong=in_part.fill_null(False) | head.str.contains("截[至止]"))
        .filter(pl.col("strong") | pl.col("part").is_not_null())
    )
    strong = years.filter("strong").group_by("article_id").agg(year=pl.col("year").max())
    weak = (
        years.filter(~pl.col("strong"))
        .group_by("article_id", weak_year="year")
        .agg(pl.len().alias("times"))
        .sort("article_id", "times", "weak_year")
    )
    weak_latest = weak.group_by("article_id").agg(pl.col("weak_year").max())
    followed = (
        weak.filter(pl.col("times") >= 2)
        .join(strong, on="article_id")
        .filter(pl.col("weak_year") == pl.col("year") + 1)
        .select("article_id", next_year="weak_year")
    )
    # Failing that, the file's name or day of publication; then the first year looked forward to.
    named_file = pl.col("source_path").str.extract(r"((?:19|20)[0-9]{2})[^/\\]*$").cast(pl.Int32)
    expected = (
        events.filter(pl.col("role") == "period", pl.col("year").is_not_null())
        .group_by("article_id")
        .agg(expected_year=pl.col("year").min())
    )
    return (
        articles.select("article_id", "published_on", "source_path")
        .join(part, on="article_id", how="left")
        .join(strong, on="article_id", how="left")
        .join(followed, on="article_id", how="left")
        .join(weak_latest, on="article_id", how="left")
        .join(expected, on="article_id", how="left")
        .select(
            "article_id",
            default_part=pl.col("default_part").fill_null("FY"),
            default_year=pl.coalesce(
                "next_year",
                "year",
                named_file,
                pl.col("published_on").dt.year().cast(pl.Int32),
                "weak_year",
                "expected_year",
            ),
        )
    )
