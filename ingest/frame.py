"""What an article is about as a whole: its own company or industry, period and currency.

A number without words for whom, for when or for whose yuan takes them from here, so each is decided
once, for the whole article. `own_frame` makes one row an article:

| column | |
| --- | --- |
| article_nr | UInt32, the row |
| default_company | the own company's id; null in an article about an industry, or about nobody |
| default_industry | the own industry's id, where there is no own company |
| default_economy | by its name, the economy whose official figures it tells, or the market (no |
| | industry of the dictionaries) that it speaks of most; else null |
| default_part | the own period's part of the year: Q1…Q4, H1, H2, 9M, FY, -10, …, as in `periods` |
| default_year | Int32: the year of that part; null where nothing says one |
| default_fiscal | whether that is a year or half of the company's own, none of the calendar's |
| fiscal_ahead | Int32: how many years the company's own year is ahead when that part ends |
| published_on | the day of publication, where it is known |
| default_currency | what a plain 元 is; null where nothing says so, and it is the yuan |
"""

import polars as pl

from ingest.boundaries import segment
from ingest.clauses import normalise
from ingest.lexicon import lexicon
from ingest.periods import first_month, order_of
from ingest.rows import has, look_up, with_code
from ingest.vocabulary import codes, companies, cue, word_sorts


def own_frame(periods: pl.DataFrame, company: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """What each article is about: the module's table.

    Args:
        periods: What `dating.read_in_context` tells of the periods that the articles name.
        company: What `own_company` says.
        articles: title, published_on, source_path, text, opening (its first words, as they stand
            there), is_traditional, in the order that article_nr counts.

    Example:
        快手第三季度营收356亿元 → default_company kuaishou, default_part Q3.
    """
    # The last of several years (2021年至2023年) is the one that an article is about.
    spanned = pl.when(~pl.col("is_ahead")).then(pl.col("years").clip(1) - 1)
    latest_year = pl.col("year") + spanned.fill_null(0)
    own = periods.with_columns(year=latest_year).filter(~pl.col("is_others"))
    return company.with_columns(
        *_own_period(own, articles.with_columns(company)),
        _own_currency(articles),
        articles["published_on"],
    )


def with_places(words: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Add place (in the text) and in_title: whether it stands in the title that begins the text."""
    titles = articles.select(length=pl.col("title").str.len_chars())
    inside = (pl.col("sentence_start") + pl.col("start")) < pl.col("title_length")
    return (
        words.pipe(look_up, "article_nr", titles, title_length="length")
        .with_columns(
            in_title=inside.fill_null(False), place=pl.col("sentence_start") + pl.col("start")
        )
        .drop("title_length")
    )


LEAD = 400
"""Characters in which an article has said what it is about."""
_OPENING = 8
"""How much a day that opens an article counts as its own period."""
_MOST_NAMED = ["article_nr", pl.col("weight").neg(), "event_nr"]


# --- who ----------------------------------------------------------------------------------------


def own_economy(sentences: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """article_nr, default_economy, in_title of the articles that tell an economy's own figures.

    They name in their lead who publishes such figures (国家统计局, 央行). Whose they are, the title
    says (and in_title that it does), or the publisher, or the first economy spoken of, or the
    currency.
    """
    length = articles["title"].str.len_chars()
    heads = (
        sentences.filter(pl.col("sentence_start") < LEAD)
        .group_by("article_nr", maintain_order=True)
        .agg(lead=pl.col("norm").str.join(""))
        .pipe(with_code, "publisher", pl.col("lead"), "official")
        .filter(pl.col("publisher").is_not_null())
    )
    lead, economy = pl.col("lead"), cue("economy")
    # 对美国出口: that is whom it sells to.
    spoken = lead.str.replace_all(f"(?:对|从|自|往|销)(?:{economy})", "")
    title = lead.str.head(length.gather(heads["article_nr"]).fill_null(0))
    currency = pl.coalesce(
        pl.when(has(lead, "currency_of", name)).then(pl.lit(name)) for name in codes("currency_of")
    )
    return heads.with_columns(
        of_title=_whole_economy(title.str.extract(f"({economy})")),
        in_title=has(title, "official"),
    ).select(
        "article_nr",
        default_economy=pl.coalesce(
            "of_title",
            pl.when(pl.col("publisher") != "any").then("publisher"),
            _whole_economy(spoken.str.extract(f"({economy})")),
            currency,
        ),
        in_title=pl.col("in_title") | pl.col("of_title").is_not_null(),
    )


def own_market(sentences: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """article_nr, default_economy of the articles that speak of an industry or market, by its name.

    It is named in the lead and again, the most often of all: 烟草行业, 空调市场.
    """
    pattern = r"[\p{Han}A-Za-z]{2,12}?(?:行业|市场|产业)"
    said = (
        sentences.filter(pl.col("sentence_start") < LEAD)
        .select("article_nr", said=pl.col("norm").str.extract_all(pattern))
        .explode("said")
        .drop_nulls()
        .unique(maintain_order=True)
        .with_columns(pl.col("said").str.replace(f"^.*{cue('economy')}", ""))
        .with_columns(name=pl.col("said").map_elements(_market, return_dtype=pl.String))
        .filter(pl.col("name") != "", ~has(pl.col("name"), "no_market"))
    )
    # Each text is normalised once, however many names it has.
    texts = articles.select("text", article_nr=pl.int_range(pl.len(), dtype=pl.UInt32)).filter(
        pl.col("article_nr").is_in(said["article_nr"].implode())
    )
    return (
        said.join(
            texts.with_columns(normalise(pl.col("text"))), on="article_nr", maintain_order="left"
        )
        .with_columns(times=pl.col("text").str.count_matches(pl.col("name"), literal=True))
        .filter(pl.col("times") > 1)
        .sort("times", descending=True, maintain_order=True)
        .unique("article_nr", keep="first", maintain_order=True)
        .select("article_nr", default_economy="name", in_title=pl.lit(False))
    )


def _market(said: str) -> str:
    """The noun that words up to 行业 or 市场 end in.

    Example:
        >>> _market("随着烟草行业"), _market("进入行业")
        ('烟草行业', '')
    """
    end = said[-2:]
    noun = ""
    for word in reversed(segment(said[:-2])):
        if word in word_sorts():
            break
        noun = word + noun
    return noun + end if len(noun) > 1 else ""


def _whole_economy(name: pl.Expr) -> pl.Expr:
    """How an economy is called by those who do not live in it: 我国 is 中国; the world is none."""
    own = {"全国": "中国", "我国": "中国", "国内": "中国", "内地": "中国", "中国大陆": "中国"}
    return name.replace(own | {"本港": "香港", "全球": None})


def own_company(
    subjects: pl.DataFrame, articles: pl.DataFrame, economies: pl.DataFrame
) -> pl.DataFrame:
    """article_nr, and default_company, default_industry or default_economy of each article.

    It is the company named most often, itself or by what it owns; a mention in the title counts
    five times. An article that has an industry in its title, and no company, is about the
    industry, whichever companies it names; so is one about the economy in its title
    (`own_economy`).
    """
    owner = {"company_id": "company_id", "is_short": "is_short"}
    in_title = subjects.filter("in_title").select("event_nr", "article_nr", "role", "term_nr")
    of_industries = (
        in_title.filter(pl.col("role") == "industry")
        .join(in_title.filter(pl.col("role") == "company"), on="article_nr", how="anti")
        .sort("article_nr", "event_nr")
        .unique("article_nr", keep="first", maintain_order=True)
        .pipe(look_up, "term_nr", lexicon().terms, default_industry="id")
        .select("article_nr", "default_industry")
    )
    named = in_title.filter(pl.col("role") == "company")
    of_economies = (
        economies.filter("in_title")
        .join(named, on="article_nr", how="anti")
        .join(of_industries, on="article_nr", how="anti")
    )
    of_companies = (
        subjects.select(
            "event_nr", "article_nr", "term_nr", "in_title", "place", "role", "own_name"
        )
        .pipe(look_up, "term_nr", lexicon().terms, **owner)
        .with_columns(_or_own_name("company_id"))
        .filter(pl.col("company_id").is_not_null(), ~pl.col("is_short").fill_null(False))
        .join(of_industries, on="article_nr", how="anti")
        .join(of_economies, on="article_nr", how="anti")
        .group_by("article_nr", "company_id")
        .agg(
            weight=pl.when("in_title").then(5).otherwise(1).sum(),
            event_nr=pl.col("event_nr").min(),
            place=pl.col("place").min(),
            # 存量房 may be a segment of somebody who is not spoken of.
            is_named=(pl.col("role") != "segment").any(),
        )
        # Named once, and not where an article says what it is about: named in passing.
        .filter("is_named", (pl.col("weight") > 1) | (pl.col("place") < LEAD))
        .sort(_MOST_NAMED)
        .unique("article_nr", keep="first", maintain_order=True)
        .select("article_nr", default_company="company_id")
    )
    return (
        articles.select(article_nr=pl.int_range(pl.len(), dtype=pl.UInt32))
        .join(
            pl.concat([of_companies, of_industries], how="diagonal"),
            on="article_nr",
            how="left",
            maintain_order="left",
        )
        .join(
            economies.join(of_companies, on="article_nr", how="anti").select(
                "article_nr", "default_economy"
            ),
            on="article_nr",
            how="left",
            maintain_order="left",
        )
    )


def _own_currency(articles: pl.DataFrame) -> pl.Series:
    """default_currency: what a plain 元 is in an article that says so; null where none does."""
    # Who writes in Taiwan or Hong Kong, in traditional script, does not say whose yuan it is; but
    # where the renminbi is named beside it, a plain 元 may be either.
    text = pl.concat_str("opening", "text", separator="\n")
    local = (
        pl.when(has(text, "currency", "TWD"))
        .then(pl.lit("TWD"))
        .when("is_traditional", has(text, "currency", "MOP"))
        .then(pl.lit("MOP"))
        .when("is_traditional", has(text, "currency", "HKD"))
        .then(pl.lit("HKD"))
        .when(~pl.col("is_traditional"), has(text, "currency", "SGD"))
        .then(pl.lit("SGD"))
        .when(~pl.col("is_traditional"), has(text, "currency", "MYR"))
        .then(pl.lit("MYR"))
    )
    return articles.select(
        default_currency=pl.when(~has(text, "currency", "CNY")).then(local)
    ).to_series()


def _or_own_name(column: str) -> pl.Expr:
    """The column, or the article's own company's name where that is what was found."""
    own = pl.when(pl.col("term_nr").is_null() & (pl.col("role") == "company")).then("own_name")
    return pl.coalesce(column, own).alias(column)


def own_subjects(subjects: pl.DataFrame, company: pl.DataFrame) -> pl.DataFrame:
    """Add what the names mean: the main company's own subject, if it has one so named.

    Adds id, name, company_id, is_foreign, is_peer (another company's), has_company (whether the
    article is about one), is_goods (what the article's industry makes, or no industry's article)
    and is_longer (whether the article calls it by a longer name), and mends
    the role.
    """
    # 直播 in an article about an industry is nobody's segment, but 快手直播 is one.
    touches = (
        (pl.col("end").shift(1) == pl.col("start"))
        & (pl.col("sentence_nr").shift(1) == pl.col("sentence_nr"))
        & pl.col("role").shift(1).is_in(["company", "app"])
    )
    nobodys = (
        (pl.col("role") == "segment")
        & pl.col("company_id").is_null()
        & pl.col("default_industry").is_not_null()
        & ~touches.fill_null(False)
    )
    # The whole economy is no part of a company.
    economy = (pl.col("role") == "economy") & pl.col("default_company").is_not_null()
    # A short name (理想) means its company where the article is about it, or has its whole name.
    in_full = (~pl.col("is_short")).any().over("article_nr", "company_id")
    short = pl.col("is_short") & (pl.col("company_id") != pl.col("default_company")) & ~in_full
    foreign = nobodys | economy | short
    of_article = {name: name for name in ("default_company", "default_industry")}
    return (
        look_up(subjects, "article_nr", company, **of_article)
        .join(lexicon().owned, on=["match", "default_company"], how="left", maintain_order="left")
        .pipe(look_up, "own_nr", lexicon().terms, own_role="role")
        .pipe(look_up, "term_nr", lexicon().terms, is_short="is_short")
        .with_columns(
            term_nr=pl.coalesce("own_nr", "term_nr"), role=pl.coalesce("own_role", "role")
        )
        .pipe(look_up, "term_nr", lexicon().terms, id="id", known="name", company_id="company_id")
        .with_columns(_or_own_name(column) for column in ("id", "known", "company_id"))
        .with_columns(goods=pl.col("match").str.replace(cue("goods_end"), ""))
        .join(
            lexicon().goods,
            on=["goods", "default_industry"],
            how="left",
            maintain_order="left",
        )
        .with_columns(pl.col("is_of_industry").fill_null(False))
        .with_columns(
            # 世界先进 is listed as 世界.
            is_longer=(
                pl.col("own_name").str.starts_with(pl.col("known"))
                & (pl.col("own_name") != pl.col("known"))
            ).fill_null(False),
        )
        .with_columns(
            role=pl.col("role").replace("economy", "named"),
            name=pl.when(pl.col("role").is_in(["named", "economy"]))
            .then("match")
            .when("is_longer")
            .then("own_name")
            .otherwise("known"),
            is_foreign=foreign.fill_null(False),
            is_peer=(pl.col("company_id") != pl.col("default_company")).fill_null(False),
            # 平板 in an article about 平板市场, and whatever is said of somebody else.
            is_goods=pl.when(pl.col("default_industry").is_not_null())
            .then("is_of_industry")
            .otherwise(True),
            has_company=pl.col("default_company").is_not_null(),
        )
        .drop(
            "own_nr",
            "own_role",
            "known",
            "is_short",
            *of_article,
            "own_name",
            "place",
            "goods",
            "is_of_industry",
        )
    )


# --- when ---------------------------------------------------------------------------------------


def _own_period(periods: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """The reporting period that each article is about, one row an article.

    default_year, default_part, default_fiscal, fiscal_ahead.
    """
    # What is expected of a year that is over (预计2024年净利润, in January) is of that year.
    looks_back = (
        (~pl.col("is_ahead") | pl.col("is_over"))
        & ~pl.col("is_compared")
        & ((pl.col("year_offset") == 0) | pl.col("reports_last_year"))
    )
    reported = periods.filter(
        looks_back,
        ~pl.col("part").is_in(["SAME", "QUARTER", "OWN", "TO_DATE"]).fill_null(False),
        # A company's own year is no year of the calendar's.
        ~pl.col("fiscal").fill_null(False),
    )
    part = _own_part(reported)
    # The first year looked forward to counts where no other is named.
    expected = periods.group_by("article_nr").agg(
        expected_year=pl.coalesce(
            pl.col("year").filter(~pl.col("is_ahead")).max(), pl.col("year").min()
        )
    )
    known = articles.select(
        "article_nr", "published_on", "source_path", company_id="default_company"
    ).join(
        companies().select("company_id", "fiscal_year_end_month"),
        on="company_id",
        how="left",
        maintain_order="left",
    )
    own_year = _own_year(periods.filter(looks_back))
    for told in (part, own_year, *_years_of(reported, part), expected):
        known = known.join(told, on="article_nr", how="left", maintain_order="left")
    return _decided(known)


def _decided(known: pl.DataFrame) -> pl.DataFrame:
    """The own period, from all that is known of each article: the first that says it decides."""
    calendar_part = pl.col("default_part").fill_null("FY")
    # 上半年, said in passing, does not make a report on the company's own year one on that half.
    is_fiscal = pl.col("own_year").is_not_null() & (
        (calendar_part == "FY") | (calendar_part == pl.col("own_part")) | pl.col("part_in_passing")
    )
    later = order_of(calendar_part) * 3 > pl.col("fiscal_year_end_month")
    published = pl.col("published_on").dt
    # What has not begun when the article is published (第四季度, in January) is last year's.
    early = (first_month(calendar_part) > published.month()).fill_null(False).cast(pl.Int32)
    named_file = pl.col("source_path").str.extract(r"((?:19|20)[0-9]{2})[^/\\]*$").cast(pl.Int32)
    return known.with_columns(is_fiscal=is_fiscal.fill_null(False)).select(
        default_part=pl.when("is_fiscal").then("own_part").otherwise(calendar_part),
        default_fiscal="is_fiscal",
        fiscal_ahead=(later.fill_null(False) & ~pl.col("is_fiscal")).cast(pl.Int32),
        default_year=pl.coalesce(
            pl.when("is_fiscal").then("own_year"),
            "plain_year",
            "next_year",
            "year",
            named_file,
            # A whole year just over is what an article of the next one's first half is about.
            pl.when(
                pl.col("weak_year") >= published.year() - (published.month() <= 6).cast(pl.Int32)
            ).then("weak_year"),
            published.year().cast(pl.Int32) - early,
            "first_year",
            "weak_year",
            "expected_year",
        ),
    )


def _is_stated() -> pl.Expr:
    """Whether a period is said as one that is reported on, and is no plain year in passing."""
    in_part = pl.col("part").ne_missing("FY")
    return in_part | (pl.col("weight") > 1) | pl.col("match").str.contains("全|财")


def _own_part(reported: pl.DataFrame) -> pl.DataFrame:
    """article_nr, default_part: the part of the year that is said most, by weight.

    part_in_passing: it is only said in passing; plain_year: the year that a plain year names which
    is said again and again, and so is what the article is about.
    """
    # 截至6月底，用户为3亿: an article that opens so is about that quarter.
    opens = (
        (pl.col("event_nr") == pl.col("event_nr").min().over("article_nr"))
        & pl.col("is_closed")
        & pl.col("part").is_null()
        & pl.col("closes").ne_missing("Q4")
    )
    reported = reported.with_columns(
        part=pl.when(opens).then("closes").otherwise("part"),
        weight=pl.when(opens).then(_OPENING).otherwise("weight"),
    )
    stated = (
        _with_third_quarters(reported)
        .filter(_is_stated(), pl.col("part").is_not_null())
        .select("article_nr", "part", "weight", "event_nr")
    )
    plain = (
        reported.filter(~_is_stated(), pl.col("year").is_not_null())
        .group_by("article_nr", "part", plain_year="year")
        .agg(weight=pl.len().cast(pl.Int32) - 2, event_nr=pl.col("event_nr").min())
        .filter(pl.col("weight") > 1)
    )
    return (
        pl.concat([stated, plain], how="diagonal")
        .group_by("article_nr", "part")
        .agg(
            pl.col("weight").sum(),
            pl.col("event_nr").min(),
            best=pl.col("weight").max(),
            plain_year=pl.col("plain_year").sort_by("weight").last(),
            is_plain=pl.col("plain_year").is_not_null().all(),
        )
        .sort(_MOST_NAMED)
        .unique("article_nr", keep="first", maintain_order=True)
        .select(
            "article_nr",
            default_part="part",
            part_in_passing=pl.col("best") == 1,
            plain_year=pl.when("is_plain").then("plain_year"),
        )
    )


def _years_of(reported: pl.DataFrame, part: pl.DataFrame) -> list[pl.DataFrame]:
    """By article_nr: year (said beside a part), next_year, weak_year, first_year (said plainly).

    Looking back, an article compares with earlier years: its own is the latest one said beside a
    part of the year, or on which something closed (截至2024年12月31日). Whole years and months
    (2025年1月) are said in passing too, so it takes two to make the next year the article's own.
    """
    in_passing_part = (pl.col("part") == "FY") | pl.col("part").str.starts_with("-")
    in_part = ~in_passing_part.fill_null(True) | (pl.col("part") == pl.col("default_part"))
    # 谈及2024年: so is a plain year that is said only once, where another is said better.
    in_passing = (pl.len().over("article_nr", "year") == 1) & ~_is_stated() & ~pl.col("is_closed")
    years = (
        reported.filter(pl.col("year").is_not_null())
        .join(part, on="article_nr", how="left")
        .with_columns(strong=in_part.fill_null(False) | pl.col("is_closed"))
        .filter(pl.col("strong") | pl.col("part").is_not_null())
        .with_columns(in_passing=in_passing)
    )
    firmly = pl.col("year").filter(~pl.col("in_passing")).max()
    strong = (
        years.filter("strong")
        .group_by("article_nr")
        .agg(year=pl.coalesce(firmly, pl.col("year").max()))
    )
    # An undated article is about the year of the first sentence that names one.
    first = (
        years.filter(~pl.col("strong"), pl.col("place") < LEAD)
        .filter(pl.col("sentence_nr") == pl.col("sentence_nr").min().over("article_nr"))
        .group_by("article_nr")
        .agg(first_year=pl.col("year").max())
    )
    weak = (
        years.filter(~pl.col("strong"))
        .group_by("article_nr", weak_year="year")
        .agg(pl.len().alias("times"))
    )
    # 2025年第三季度 in the title or twice, in an article about a third quarter, leaves no doubt.
    certain = (
        years.filter(pl.col("part") != "FY", pl.col("part") == pl.col("default_part"))
        .group_by("article_nr", "year")
        .agg(pl.col("weight").sum())
        .filter(pl.col("weight") > 3)
    )
    followed = (
        weak.filter(pl.col("times") >= 2)
        .join(strong, on="article_nr")
        .filter(pl.col("weak_year") == pl.col("year") + 1)
        .join(certain, on="article_nr", how="anti")
        .select("article_nr", next_year="weak_year")
    )
    latest = weak.group_by("article_nr").agg(pl.col("weak_year").max())
    return [strong, followed, latest, first]


def _with_third_quarters(periods: pl.DataFrame) -> pl.DataFrame:
    """三季报 is the report on nine months where the article speaks more of those."""
    is_report = pl.col("match").str.contains("三季报")

    def said_of(part: str) -> pl.Expr:
        said = ~is_report & (pl.col("part") == part)
        return pl.when(said).then("weight").sum().over("article_nr")

    more = said_of("9M") > said_of("Q3")
    return periods.with_columns(part=pl.when(is_report & more).then(pl.lit("9M")).otherwise("part"))


def _own_year(periods: pl.DataFrame) -> pl.DataFrame:
    """article_nr, own_year, own_part: the year or half of the company's own that it looks back on.

    Only where that is none of the calendar's; of several years the latest.
    """
    return (
        periods.filter(
            pl.col("fiscal").fill_null(False),
            pl.col("year").is_not_null(),
            pl.col("part").is_in(["FY", "H1", "H2"]),
        )
        .filter(pl.col("year") == pl.col("year").max().over("article_nr"))
        .group_by("article_nr", own_year="year", own_part="part")
        .agg(pl.col("weight").sum(), pl.col("event_nr").min())
        .sort(_MOST_NAMED)
        .unique("article_nr", keep="first", maintain_order=True)
        .select("article_nr", "own_year", "own_part")
    )
