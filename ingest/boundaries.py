"""Whether the name of a company that was found in a text is a word there.

Chinese writes no spaces, so a name may stand inside other words (其[中公]司, [京东方]面), and some
names are words of their own (机器人, 创意). The first is settled as a segmenter does, by which
words the text most probably consists of, but only where a name stands and only in the few
characters around it; the second by what an article does with the name of a company: it gives its
code, reports its figures, or lists it beside others.
"""

from functools import cache, lru_cache
from math import log

import polars as pl

from ingest.rows import each
from ingest.vocabulary import common_words, cue, listings, subject_terms, word_sorts

_TOTAL = 60_000_000
_LONGEST = 5
_PARTICLES = "的是在和与及了为对从至到将其年月日个家以向等被把由所也又则而或"
_NAME, _CHARACTER, _PARTICLE = 500, 300, 50_000
"""How often a name, a character alone and a particle are taken to be said, if no list has them."""

_AROUND = 6
"""The characters on either side of a name that decide whether it is a word."""

CODE = (
    r"(?:(?:SH|SZ|HK|BJ|TW)[:.]?\s?[0-9]{4,6}"
    r"|[0-9]{4,6}[.-](?:SH|SS|SZ|HK|BJ|TWO|TW|US|XSHG|XSHE)|[A-Z]{1,5}[.-](?:US|N|OQ|O)"
    r"|(?:NASDAQ|NYSE|HKEX|SEHK|AMEX|纳斯达克|纽交所|港交所|上交所|深交所|北交所|美股|港股|台股|A股)"
    r"\s?[:：]?\s?[A-Z0-9.]{1,9})"
)
"""A listing's code that can be nothing else (300999.SZ, 2330-TW, NASDAQ: XYZ)."""

CODED = rf"^(?:股份|集团|控股|公司)?\s?\([^()]{{0,14}}?({CODE}|[0-9]{{4,6}})[^()]{{0,26}}\)"
"""The code in brackets behind a name, which is the group."""


@cache
def _names() -> frozenset[str]:
    names = subject_terms().filter(
        pl.col("role") == "company", pl.col("context").is_null(), ~pl.col("is_short")
    )
    return frozenset(names["alias"])


@lru_cache(maxsize=100_000)
def _cost(word: str) -> float:
    """How improbable a word is; infinite for what is none."""
    times = common_words().get(word, 0)
    if word in _names():
        times = max(times, _NAME)
    if len(word) == 1:
        times = _PARTICLE if word in _PARTICLES else max(times, _CHARACTER)
    return log(_TOTAL / times) if times else float("inf")


def _cheapest(text: str) -> float:
    """The cost of the most probable words that a text consists of."""
    return sum(_cost(word) for word in segment(text))


def segment(text: str) -> list[str]:
    """The most probable words that a text consists of.

    Example:
        >>> segment("海外广告"), segment("古蔺春")
        (['海外', '广告'], ['古', '蔺', '春'])
    """
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(text) + 1):
        starts = range(max(end - _LONGEST, 0), end)
        best.append(min((best[start][0] + _cost(text[start:end]), start) for start in starts))
    words = []
    end = len(text)
    while end:
        start = best[end][1]
        words.append(text[start:end])
        end = start
    return words[::-1]


@lru_cache(maxsize=20_000)
def bounded(text: str) -> str:
    """The noun that a text begins with: without the words before and behind it that no name holds.

    Empty where nothing else is left. A verb ends a noun only behind a word that everybody says:
    曹操出行 is a name.

    Example:
        >>> bounded("岚屿食品去年综合"), bounded("疫情拖累"), bounded("根据其")
        ('岚屿食品', '疫情', '')
    """
    kept = ""
    for word in segment(text):
        sort = word_sorts().get(word)
        ends = sort in _NO_PART or word in _NO_CHARACTER
        if not kept and sort in _LEADS:
            continue
        if len(kept) > 1 and (ends or (sort == "verb" and kept in common_words())):
            break
        kept += word
    is_none = word_sorts().get(kept) in {*_LEADS, "verb"} or kept[-1:] in _NEVER_LAST
    return "" if is_none else kept


_LEADS = {"time", "preposition", "conjunction", "pronoun", "particle"}
_NO_PART = _LEADS | {"adverb"}
_NO_CHARACTER = frozenset("则以其亦仍皆均且并获称拟遭逾约达较每各该此即就曾已续予被让使由前后内起")
"""Characters that are words where they stand alone behind a name, and no part of it."""
_NEVER_LAST = frozenset("其则亦仍皆均且并该此即就曾已被由")
"""Those of them that no name ends in."""


@lru_cache(maxsize=200_000)
def is_word(before: str, name: str, after: str) -> bool:
    """Whether a name is a word between what stands before and after it.

    Args:
        before: The Chinese characters right before it, at most six.
        name: The name, in lower case.
        after: Those right behind it.

    Example:
        >>> is_word("其", "中公", "司"), is_word("", "中公", "教育")
        (False, True)
    """
    if not (_crosses(before, name) or _crosses(name, after) or _is_part(before, name, after)):
        return True
    cost = min(_cost(name), log(_TOTAL / _NAME))
    return _cheapest(before) + cost + _cheapest(after) <= _cheapest(before + name + after)


def _crosses(left: str, right: str) -> bool:
    """Whether a common word begins in the left text and ends in the right one."""
    words = common_words()
    return any(
        left[-back:] + right[:ahead] in words
        for back in range(1, min(len(left), _LONGEST - 1) + 1)
        for ahead in range(1, min(len(right), _LONGEST - back) + 1)
    )


def _is_part(before: str, name: str, after: str) -> bool:
    """Whether a common word holds the whole name and more."""
    words = common_words()
    return any(
        before[len(before) - back :] + name + after[:ahead] in words
        for back in range(min(len(before), _LONGEST - len(name)) + 1)
        for ahead in range(min(len(after), _LONGEST - len(name) - back) + 1)
        if back + ahead > 0
    )


def with_windows(found: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Add before and after: the normalised text around what was found; rows as in `found`."""
    start = pl.max_horizontal(pl.col("start") - 14, 0)
    return (
        found.with_columns(norm=sentences["norm"].gather(found["sentence_nr"]))
        .with_columns(
            before=pl.col("norm").str.slice(start, pl.col("start") - start),
            after=pl.col("norm").str.slice(pl.col("end"), 44),
        )
        .drop("norm")
    )


def within_words(names: pl.DataFrame) -> pl.Series:
    """Which names (before, match, after) are no words where they stand, in order."""
    asked = names.select(
        pl.col("before").str.extract(rf"(\p{{Han}}{{1,{_AROUND}}})$").fill_null(""),
        "match",
        pl.col("after").str.extract(rf"^(\p{{Han}}{{1,{_AROUND}}})").fill_null(""),
    )
    return pl.Series("within", [not is_word(*row) for row in asked.iter_rows()], dtype=pl.Boolean)


_OPENS = r"(?:^|[,，。;；:：!！?？、\n丨｜|\s\]】)”」》])$"


def unsupported(names: pl.DataFrame) -> pl.Series:
    """Which names that need a context (see `vocabulary.listings`) have none, in order.

    Args:
        names: sentence_nr, article_nr, start, end, match, before, after, context, id and in_title;
            in reading order.
    """
    needy = names["context"].is_not_null()
    asked = (
        names.with_columns(_is_beside(1).alias("behind"), _is_beside(-1).alias("ahead"))
        .with_row_index("row")
        .filter(needy)
        .with_columns(titled=_is_titled(), is_kin=False)
        .with_columns(stated=_is_stated())
    )
    certain = pl.concat([names.filter(~needy), asked.filter("stated")], how="diagonal")
    asked = asked.with_columns(is_kin=_is_kin(asked, certain)).with_columns(stated=_is_stated())
    # Once it is clear that an article means the company, it does so throughout.
    known = pl.col("stated").any().over("article_nr", "id") & ~pl.col("context").is_in(_EACH_TIME)
    without = asked.select(~(pl.col("stated") | known))[:, 0]
    return needy.scatter(needy.arg_true(), without)


def _is_titled() -> pl.Expr:
    """Whether the title names a company, and not as one that rates another (花旗降…目标价)."""
    rates = pl.col("after").str.contains(cue("rates_name"))
    return (pl.col("in_title") & ~rates).any().over("article_nr", "id")


def _is_kin(asked: pl.DataFrame, certain: pl.DataFrame) -> pl.Series:
    """Which names are of the industry of another company that is certain in the article, in order.

    阳明 in an article on 长荣海运 is the other shipping line.
    """
    of = ["article_nr", "industry"]
    others = (
        certain.select("article_nr", other="id", company_id="id")
        .unique()
        .join(_industries(), on="company_id")
    )
    kin = (
        asked.select("row", "article_nr", company_id="id")
        .join(_industries(), on="company_id")
        .join(others, on=of)
        .filter(pl.col("company_id") != pl.col("other"))
    )
    return asked.select(pl.col("row").is_in(kin["row"].implode()))[:, 0]


@cache
def _industries() -> pl.DataFrame:
    """company_id and industry, as the exchange that lists a company names it."""
    return (
        listings()
        .filter("is_primary", pl.col("industry").is_not_null())
        .select("company_id", "industry")
        .unique("company_id", keep="first", maintain_order=True)
    )


_SAID = 150
"""How often a word is said that an article may mean by it where it could mean a company."""

_EACH_TIME = ["goods", "broker"]
"""The contexts that are asked at each mention; such a name otherwise means its company."""


def _is_stated() -> pl.Expr:
    """Whether what stands around a name of its context says that it is a company's."""
    after = pl.col("after")
    opens = pl.col("before").str.contains(_OPENS)
    coded = after.str.contains(CODED)
    says = opens & after.str.contains(cue("says_name"))
    formal = after.str.contains(cue("formal_name"))
    listed = pl.col("behind") | pl.col("ahead")
    reports = opens & after.str.contains(cue("reports_name"))
    earns = opens & after.str.contains(cue("earns_name"))
    return (
        pl.when(pl.col("context") == "goods")
        .then(~after.str.contains(cue("goods_name")))
        .when(pl.col("context") == "broker")
        # What it expects is another's, in an article that is not about it.
        .then(~after.str.contains(cue("quoted_name")) | pl.col("titled"))
        .when(pl.col("context") == "taiwan")
        .then(
            coded
            | (opens & pl.col("in_title") & (_is_coined() | after.str.contains(cue("closes_name"))))
            # A coined name (天钰) says whom it means where it reports or speaks; 世界 does not,
            # but beside others of its industry.
            | ((_is_coined() | pl.col("is_kin")) & (reports | earns | says | formal))
        )
        .when(pl.col("context") == "word")
        .then(coded | reports | listed)
        .otherwise(coded | reports | earns | listed)
    )


def classes(names: pl.DataFrame) -> pl.Series:
    """Which names are plain words that name a class of things (有线宽频客户), in order.

    They are no company's unless the article says so anywhere: by a code, in the title, or by what
    it reports of it.

    Args:
        names: article_nr, match, before, after, context, id and in_title.
    """
    after = pl.col("after")
    asked = pl.col("context").is_null() & after.str.contains(cue("class_behind"))
    opens = pl.col("before").str.contains(_OPENS)
    stated = (
        after.str.contains(CODED)
        | pl.col("in_title")
        | (opens & after.str.contains(f"{cue('reports_name')}|{cue('earns_name')}"))
    )
    among = names.filter(pl.col("id").is_in(names.filter(asked)["id"].implode()))
    plain = {name for name in among["match"].unique() if _is_plain(name)}
    return names.select(
        asked & pl.col("match").is_in(list(plain)) & ~stated.any().over("article_nr", "id")
    )[:, 0].fill_null(False)


def _is_plain(name: str) -> bool:
    """Whether a name consists of two words that everybody says.

    Example:
        >>> _is_plain("中国医药"), _is_plain("岚屿食品")
        (True, False)
    """
    words = common_words()
    return any(name[:at] in words and name[at:] in words for at in range(2, len(name) - 1))


def _is_coined() -> pl.Expr:
    """Whether a name is no word, or one that is hardly ever said."""
    return ~each("match", lambda name: common_words().get(name, 0) >= _SAID)


def _is_beside(step: int) -> pl.Expr:
    """Whether a name of a list stands beside one (before it: 1, behind it: -1) that is certain."""
    sure = pl.col("context").is_null() | pl.col("context").is_in(_EACH_TIME)
    mark = pl.col("before" if step > 0 else "after").str.contains(
        "[、和与及]$" if step > 0 else "^[、和与及]"
    )
    here, there = ("start", "end") if step > 0 else ("end", "start")
    near = (pl.col(here) - pl.col(there).shift(step)).abs() == 1
    same = pl.col("sentence_nr") == pl.col("sentence_nr").shift(step)
    return (mark & near & same & sure.shift(step)).fill_null(False)


def is_abbreviation(names: pl.DataFrame) -> pl.Series:
    """Which names are letters in brackets that shorten the word before them: 买家数(MAC), not Mac.

    Args:
        names: match (lower case), written (as the vocabulary has it), before and after.
    """
    behind = pl.col("before").str.contains(r"\p{Han}\s?\($") & pl.col("after").str.starts_with(")")
    letters = pl.col("written").str.contains("[a-z]") & (pl.col("written").str.len_chars() <= 3)
    return names.select((behind & letters).fill_null(False))[:, 0]
