"""The number grammar: text → spans with value, bounds, unit and qualifier.

Reads Arabic, Chinese and mixed numerals (355.54 亿, 百分之六十九点九, 3千万), ranges
(10-12亿元), percentages, points, tenths (七成), multiples (三倍, 翻一番), currencies and counted
things. Values are exact: numerals are shifted as decimal *strings* and only then cast to
Decimal(38, 8), so no float is ever involved.

One regular expression tokenises the text in Polars' Rust engine. What a token means is then
worked out once for each *distinct* token and joined back, so that cost follows the vocabulary
of numbers, not the length of the text.
"""

import re
from decimal import Decimal
from functools import cache

import polars as pl

from ingest import periods
from ingest.clauses import find_all, furthest_before, normalise
from ingest.spellings import ARABIC, CENTS, FORMAL, PARTS, plainly
from ingest.units import unit_of
from ingest.vocabulary import units

VALUE = pl.Decimal(38, 8)
LARGEST = 20
"""Digits before the point that a value may have: no sum, product or bound of such ones outgrows
VALUE, and nobody counts to a hundred trillion billions."""

_DIGIT = "零〇一二两三四五六七八九"
_DIGITS = dict(zip(_DIGIT, "001223456789", strict=True))
_ARABIC = ARABIC
_CHINESE = rf"[{_DIGIT}十][{_DIGIT}十百千万亿兆]*(?:点[{_DIGIT}]+[十百千万亿兆]*)?"
# After 百分之 a numeral may lack its leading digit: 百分之百, and the broken 百之百七十.
_ELLIPTIC = rf"[{_DIGIT}十百千][{_DIGIT}十百千]*(?:点[{_DIGIT}]+)?"
_MAGNITUDES = {
    "trillion": 12, "billion": 9, "million": 6, "万亿": 12, "千亿": 11, "百亿": 10, "十亿": 9,
    "个亿": 8, "亿": 8, "千万": 7, "百万": 6, "十万": 5, "万": 4, "千": 3, "百": 2, "十": 1,
    "兆": 12, "bn": 9, "mn": 6,
}  # fmt: skip
_MAGNITUDE = "|".join(_MAGNITUDES)
_SEPARATOR = r"\s?[-–—~至到]\s?"
_ALIEN = "\u0370-\u052f"
_RAISED = "\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2089\u2150-\u215f\u2460-\u249b\u2776-\u2793"
_APART = r"[0-9]+(?:\.[0-9]+){2,}|[0-9]{1,3}(?:[，'’٬_][0-9]{3})+"
_FRACTIONS = {"百分之": -2, "百之": -2, "千分之": -3, "万分之": -4}
_FRACTION = "|".join(_FRACTIONS)
_POINTS = {
    "个百分点": 0, "百分点": 0, "个百分比": 0, "pct": 0, "pcts": 0, "个pcts": 0, "ppts": 0,
    "ppt": 0, "pp": 0,
    "个基点": -2, "基点": -2, "个bps": -2, "个bp": -2, "bps": -2, "bp": -2,
}  # fmt: skip
_WORDS = "百分百|一半|半成|腰斩"  # that are a ratio by themselves
_TENTHS = {"半": "5"} | {char: str(n) for n, char in enumerate("一二三四五六七八九", 1)}
# Where the number of an amount in cents begins.
_CENT = rf"(?:[0-9]|[{_DIGIT}十]+\s?分)"
# Words that 成 begins: 三成 is 0.3, 三成员 is not.
_NOT_TENTHS = "[员品立为本熟交果功都绩型就份像千]"


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _amount(numeral: str) -> str:
    """A numeral with a magnitude and the word for "and more": 1,234.5万, 三千多万, 100余."""
    smaller = rf"(?:[零〇]?{_ARABIC}\s?(?:{_MAGNITUDE}))*"
    return rf"(?:{numeral})\s?[多余几]?\s?(?:{_MAGNITUDE})?{smaller}[多余]?"


@cache
def _named_units() -> pl.DataFrame:
    """The unit dictionary without ratios and points, whose grammar is written out here."""
    return units().filter(~pl.col("dimension").is_in(["ratio", "points"]))


@cache
def _grammar() -> dict[str, str]:
    """The regular expressions, built once from the unit dictionary."""
    table = _named_units()
    money_units = table.filter(pl.col("dimension") == "currency")
    prefix = _alternatives(table.filter("prefix")["alias"].to_list())
    # A range has units of one class: 5%~8%, 10亿元至12亿元, but never 15%至382.4亿元.
    unit_classes = [
        _alternatives(list(_POINTS)),
        "%|‰",
        "成(?:半|[一二三四五六七八九1-9])?",
        "倍",
        _alternatives(money_units["alias"].to_list()),
        _alternatives(table.join(money_units, on="alias", how="anti")["alias"].to_list()),
    ]
    unit = "|".join(unit_classes)
    amount = _amount(f"{_ARABIC}|{_CHINESE}")
    elliptic = _amount(f"{_ARABIC}|{_ELLIPTIC}|{_CHINESE}")
    # What is over a hundred has no magnitude of its own: 百分之五至10亿元 is no range.
    part = rf"(?:{_ARABIC}|{_ELLIPTIC})[多余几]?"
    fraction, fraction_apart = (
        rf"[负-]?(?:{_FRACTION})\s?负?{part}(?:{_SEPARATOR}负?(?:{_FRACTION}){again}{part})?"
        rf"|(?:{_CHINESE})分之(?:{_CHINESE})"
        for again in ("?", "")
    )
    again = rf"(?:\s?(?:{unit_classes[4]}))?{_SEPARATOR}(?:{prefix})?\s?[负-]?{amount}"
    money_end = rf"(?:{again})?\s?(?:{unit_classes[4]})?"
    money = rf"[负-]?(?:{prefix})\s?[负-]?{amount}{money_end}"
    with_unit = "|".join(
        rf"[负+-]?{amount}(?:\s?(?:{one})?{_SEPARATOR}(?:{prefix})?[+-]?\s?{amount})?\s?(?:{one})"
        for one in unit_classes
    )
    # 3万4000元, 5亿零600元: what is below the last magnitude, which only a unit closes.
    below = (
        rf"[负+-]?{_ARABIC}(?:[亿万千百]+[零〇]?{_ARABIC})*[亿万千]+[零〇]?[0-9]{{2,4}}"
        rf"(?:{unit_classes[4]}|{unit_classes[5]})"
    )
    currency = _alternatives(
        table.filter("prefix", pl.col("alias").str.contains(r"^\p{Han}"))["alias"].to_list()
    )
    own_forms = "|".join(
        [
            below,
            rf"{FORMAL}(?:{unit_classes[4]})整?",
            PARTS,
            CENTS,
            rf"\({_ARABIC}\)\s?(?:{_MAGNITUDE})?\s?(?:%|{unit_classes[0]}|{unit_classes[4]})",
            rf"{_ARABIC}\s?(?:{_MAGNITUDE})?[元圆]\((?:{currency})\)",
            rf"{_ARABIC}k(?:{unit_classes[5]})|{_ARABIC}x",
        ]
    )
    fold = rf"翻(?:了)?(?:[近超约])?(?:[{_DIGIT}]|[0-9]+)?(?:番|倍)[多余]?|{_WORDS}"
    # A bare number is a candidate only if it names a magnitude: 4.16亿, 三千八百五十亿.
    large_one = (
        rf"(?:{_ARABIC})\s?[多余几]?\s?(?:{_MAGNITUDE})(?:[零〇]?{_ARABIC}(?:{_MAGNITUDE}))*[多余]?"
        rf"|[{_DIGIT}十][{_DIGIT}十百千]*点[{_DIGIT}]+[十百千万亿兆]*"
        rf"|[{_DIGIT}十][{_DIGIT}十百千]*[多余几]?[百千万亿兆][{_DIGIT}十百千万亿兆]*[多余]?"
    )
    # 三个亿 is no three things.
    colloquial = rf"(?:{_ARABIC}|[{_DIGIT}十百]+)\s?个亿(?:{unit_classes[4]})?"
    large = rf"[负-]?(?:{large_one})(?:{_SEPARATOR}(?:{large_one}))?"
    small = rf"[{_DIGIT}十0-9几数半]"
    span = (
        rf"(?:连续|连)\s?(?:{small}+)\s?个?(?:财?季度?|年|月|周|天|日)"
        rf"|(?:前|过去|近|最近|未来)\s?(?:{small}+)\s?个?(?:财?季度?|年|月|周|天|日)"
        # 三六零2023年 is a company and a year.
        rf"|(?:[0-9]+|[{_DIGIT}十几数半]+)\s?[多余]?\s?"
        r"(?:个多?(?:季度?|月|财季|财年|星期|工作日|交易日|小时)|季度|年|周年|周岁|周|岁|世纪)"
    )
    rank = (
        rf"第\s?(?:[0-9]+|[{_DIGIT}十百]+)|其[{_DIGIT}]"
        rf"|(?:前|TOP|Top|top|No\.?|NO\.?)\s?(?:[0-9]+|[{_DIGIT}十]+)(?:名|位|大|强|甲)?"
        rf"|(?:[0-9]+|[{_DIGIT}十]+)(?:大|强|线|环|级|代|号|等奖|月期|孩|胎)"
        r"|双十[一二]|双\s?1[12]|618(?:大促|年中|期间|购物|活动|节)|(?:985|211)(?:高校|大学|院校|工程)"
        r"|996(?:工作|加班|模式|文化|福报|制)|[0-9][05]后|每\s?(?:10+|十|百)\s?股"
    )
    name = (
        r"[A-Za-z]+[-–.]?[0-9]+(?:\.[0-9]+)*[A-Za-z]*|[0-9]+(?:\.[0-9]+)?[- ]?[A-Z][A-Za-z]*"
        r"|[0-9]+(?:\.[0-9]+)?[a-z]+[A-Za-z0-9]*|[0-9]+[×x:][0-9]+"
    )
    several = "[数几][十百千万]+亿?[多余]?"
    each = "每一[位个名家天次款单条座件]"
    idiom = rf"{several}|{each}|一(?:[下起直样些切般旦方边致定种度]|大?部分|次性)|十分|万一"
    # A number that Greek or Cyrillic letters or raised and ringed digits lengthen (1О亿, 3²亿) is
    # not the part of it that can be read; nor is one of three parts (1.1.1), or one that another
    # sign than a comma may group (1，234).
    name += rf"|(?:{_ARABIC}[{_ALIEN}{_RAISED}]+)+(?:{_ARABIC})?|[{_ALIEN}]+{_ARABIC}|{_APART}"
    # A name in letters is no part of the year that follows it: OPPO2023年.
    named_year = rf"[A-Za-z]+(?:19|20)[0-9]{{2}}\s?年(?:{periods.PART})?"
    # H20 is a chip, and no second half.
    chip = "H[12]0+"
    other = rf"{chip}|{periods.PATTERN}|{span}|{rank}|{idiom}|{named_year}"
    name = rf"{name}|{_ARABIC}"
    number, number_apart = (
        # Letters that a number follows are no part of it (the AI of AI2亿): the lead.
        rf"(?P<lead>[A-Za-z]*?)(?P<figure>{own_forms}|(?:{one}|{colloquial}|{money}|{with_unit}|{fold}|{large})\+?)|(?P<name>{name})"
        for one in (fraction, fraction_apart)
    )
    return {
        "other": other,
        "other_without_several": other.replace(f"|{several}|", "|"),
        "number": number,
        "number_apart": number_apart,
        "range_of_fraction": (
            rf"^[负-]?(?:{_FRACTION})[^-–—~至到]*{_SEPARATOR}(?:{_ARABIC}|[^百千万])"
        ),
        "has_unit": rf"^\s?(?:{_MAGNITUDE}|{unit})",
        "period": rf"^(?:{periods.PATTERN})$",
        "named_year": rf"^(?:{named_year})$",
        "span": rf"^(?:{span})$",
        "rank": rf"^(?:{rank})$",
        "idiom": rf"^(?:{idiom}|{chip})$",
        "bare": rf"^(?:{_ARABIC})$",
        "figure": (
            rf"^(?P<sign>[负+-])?(?P<fraction>{_FRACTION})?\s?(?P<prefix>{prefix})?\s?(?P<sign2>[负+-])?"
            rf"(?P<first>{elliptic})"
            rf"(?:\s?(?:{unit})?{_SEPARATOR}(?P<sign_second>[负+-])?(?:{_FRACTION})?(?:{prefix})?"
            rf"(?P<sign_second2>[负+-])?\s?(?P<second>{elliptic}))?"
            rf"\s?(?P<unit>{unit})?$"
        ),
        "amount": (
            rf"^(?:(?P<compound>[{_DIGIT}十百千]+[万亿兆][{_DIGIT}十百千万亿兆]*[{_DIGIT}十百千][万亿兆]*)"
            rf"|(?P<numeral>{_ARABIC}|[{_DIGIT}十百千]+(?:点[{_DIGIT}]+)?)\s?(?P<more>[多余几])?\s?"
            rf"(?P<magnitude>{_MAGNITUDE})?(?:(?P<numeral2>{_ARABIC})\s?(?P<magnitude2>{_MAGNITUDE}))?)"
            r"(?P<more2>[多余])?$"
        ),
    }


def find_tokens(texts: pl.DataFrame, key: str, text: str) -> pl.DataFrame:
    """Every number-like token of a text column, in order.

    Parameters: `texts` has one row a text, named by `key`. Returns key, start, end (Unicode
    characters in the text), token, spelled (the token with the unit that it shares with the end of
    its list), and token_class: figure | period | span | rank | idiom | name | bare (a number
    without unit or magnitude).

    """
    grammar = _grammar()
    found = (
        _leftmost(texts, key, text, grammar["other"], grammar["number"])
        .pipe(_without_several, texts, key, text)
        .pipe(_with_ranges_apart, texts, key, text)
    )
    words = found.select("match", "is_other").unique()
    classes = pl.concat(
        [
            _classed_others(words.filter("is_other")),
            _classed_numbers(words.filter(~pl.col("is_other"))),
        ]
    )
    broken_tenths = pl.col("token").str.ends_with("成") & pl.col("following").str.contains(
        f"^{_NOT_TENTHS}"
    )
    return (
        found.join(classes, on=["match", "is_other"], how="left", maintain_order="left")
        .select(
            key,
            pl.col("start") + pl.col("lead_length"),
            "end",
            "token",
            "following",
            token_class=pl.when(broken_tenths).then(pl.lit("idiom")).otherwise("token_class"),
        )
        .pipe(_with_list_ends, texts, key, text)
        .pipe(_with_unit_before, texts, key, text)
    )


# What stands between two numbers of a list.
_BETWEEN = r"^\s?[、/和与及]\s?[+-]?$|^以及$"


def _with_list_ends(tokens: pl.DataFrame, texts: pl.DataFrame, key: str, text: str) -> pl.DataFrame:
    """Add spelled: the token with what only the list's end has (3.2/4.8亿元, 2021和2022年).

    Bare numbers of a list are figures or periods as the end is. A number between slashes without
    such an end (24/7) is a name.
    """
    # 3.1个和5.6个百分点: points, both.
    token, following = pl.col("token"), pl.col("following")
    counted = pl.when(token.str.ends_with("个")).then(token).str.contains("^[0-9.]+个$")
    counted = counted.fill_null(False)
    bare = (pl.col("token_class") == "bare") | counted
    # Only a short gap is looked at, in bytes.
    near = (pl.col(key) == pl.col(key).shift(-1)) & (following.str.len_bytes() < 10)
    gap = pl.when(bare & near).then(following)
    tokens = tokens.with_columns(
        joined=gap.str.contains(_BETWEEN).fill_null(False),
        slashed=gap.str.contains(r"^\s?/\s?[+-]?$").fill_null(False),
    )
    joined = pl.col("joined")
    is_year = pl.when(joined).then(token).str.contains("^(?:19|20)[0-9]{2}$").fill_null(False)
    end = pl.when(~joined & joined.shift(1)).then(token)
    if not tokens["joined"].any():
        return tokens.select(pl.exclude("following", "joined", "slashed"), spelled="token")
    tokens = tokens.with_columns(
        **{
            name: pl.when(~joined).then(value.fill_null("")).backward_fill()
            for name, value in {
                "end_class": pl.col("token_class"),
                "of_figure": end.str.extract(rf"^[负+-]?{_ARABIC}\s?([^0-9]+)$"),
                "of_period": end.str.extract(r"^(?:19|20)[0-9]{2}(\s?年.*|E)$"),
            }.items()
        },
        is_year=is_year,
    )
    as_figure = (
        joined
        & (pl.col("end_class") == "figure")
        & (pl.col("of_figure") != "")
        & (~pl.col("is_year") | pl.col("slashed"))
        & (~counted | pl.col("of_figure").str.contains("^个(?:百分|基)点"))
        # 3、4亿元 is as much as 三四亿元.
        & (pl.col("slashed") | (token.str.len_chars() > 1))
    )
    as_period = joined & (pl.col("end_class") == "period") & (pl.col("of_period") != "") & is_year
    after_slash = pl.col("slashed").shift(1).fill_null(False)
    no_list = (pl.col("slashed") & ~as_figure & ~as_period) | (after_slash & bare & ~as_figure)
    return (
        tokens.with_columns(
            token_class=pl.when(as_figure)
            .then(pl.lit("figure"))
            .when(as_period)
            .then(pl.lit("period"))
            .when(no_list)
            .then(pl.lit("name"))
            .otherwise("token_class"),
            spelled=pl.when(as_figure)
            .then(token.str.strip_suffix("个") + pl.col("of_figure"))
            .when(as_period)
            .then(token + pl.col("of_period"))
            .otherwise("token"),
            is_signed=as_figure,
        )
        .pipe(_with_sign, texts, key, text)
        .select(key, "start", "end", "token", "token_class", "spelled")
    )


def _with_sign(tokens: pl.DataFrame, texts: pl.DataFrame, key: str, text: str) -> pl.DataFrame:
    """The numbers of a list with the sign before them: -1.9/+0.8pct."""
    signed = (
        tokens.filter("is_signed")
        .join(texts.select(key, text), on=key, how="left", maintain_order="left")
        .with_columns(sign=pl.col(text).str.slice(pl.col("start") - 1, 1))
        .filter(pl.col("start") > 0, pl.col("sign").is_in(["+", "-"]))
        .select(key, "start", "sign")
    )
    return tokens.join(signed, on=[key, "start"], how="left", maintain_order="left").with_columns(
        pl.col("start") - pl.col("sign").is_not_null().cast(pl.Int64),
        token=pl.col("sign").fill_null("") + pl.col("token"),
        spelled=pl.col("sign").fill_null("") + pl.col("spelled"),
    )


_UNIT_BEFORE = r"\(([^()]{1,12})\)\s?[:：]?\s?(?:为|达)?-?$"


def _with_unit_before(
    found: pl.DataFrame, texts: pl.DataFrame, key: str, text: str
) -> pl.DataFrame:
    """营业收入(万元)116,012.5: a bare number takes the unit in the bracket before it.

    It is spelled as the words mean it (116,012.5万元).
    """
    asked = texts.lazy().filter(
        pl.col(text).str.contains(r"\([^()]{1,12}\)\s?[:：]?\s?(?:为|达)?-?[0-9]")
    )
    bracketed = (
        found.lazy()
        .with_row_index("row_nr")
        .filter(pl.col("token_class") == "bare")
        .join(asked.select(key, text), on=key, maintain_order="left")
        .select("row_nr", words=pl.col(text).str.slice(0, "start").str.extract(_UNIT_BEFORE))
        .filter(pl.col("words").is_not_null())
        .collect()
    )
    if bracketed.is_empty():
        return found
    units = {words: unit_of(words) for words in bracketed["words"].unique()}
    known = bracketed.with_columns(
        unit=pl.col("words").replace_strict(units, return_dtype=pl.String)
    ).filter(pl.col("unit").is_not_null())
    said = found.with_row_index("row_nr").join(
        known.select("row_nr", "unit"), on="row_nr", how="left", maintain_order="left"
    )
    takes = pl.col("unit").is_not_null()
    return said.with_columns(
        spelled=pl.when(takes).then(pl.col("token") + pl.col("unit")).otherwise("spelled"),
        token_class=pl.when(takes).then(pl.lit("figure")).otherwise("token_class"),
    ).drop("row_nr", "unit")


def _classed_others(words: pl.DataFrame) -> pl.DataFrame:
    """Add lead_length, token and token_class to distinct words that are no numbers."""
    grammar, match = _grammar(), pl.col("match")
    lead = match.str.extract("^([A-Za-z]+)").fill_null("")
    named_year = match.str.contains(grammar["named_year"]) & ~match.str.contains(grammar["period"])
    return words.with_columns(
        lead_length=pl.when(named_year).then(lead.str.len_chars().cast(pl.Int64)).otherwise(0),
        token=pl.when(named_year).then(match.str.slice(lead.str.len_chars())).otherwise("match"),
        token_class=pl.when(named_year)
        .then(pl.lit("period"))
        .otherwise(
            pl.coalesce(
                pl.when(match.str.contains(grammar[name])).then(pl.lit(name))
                for name in ("period", "span", "rank", "idiom")
            )
        ),
    )


def _classed_numbers(words: pl.DataFrame) -> pl.DataFrame:
    """Add lead_length, token and token_class to distinct words that begin like a number."""
    grammar, match, token = _grammar(), pl.col("match"), pl.col("token")
    # Letters that a number follows are no part of it (the AI of AI2亿): the lead. Nor is 每股.
    part = pl.col("part").struct
    per_share = match.str.extract(rf"^(每股\p{{Han}}{{0,8}}?){_CENT}")
    lettered = (
        words.filter(match.str.contains("^[A-Za-z]|^每股"))
        .with_columns(part=match.str.extract_groups(grammar["number"]), per_share=per_share)
        .with_columns(lead=pl.coalesce("per_share", part.field("lead")))
        .select(
            "match",
            lead_length=pl.col("lead").str.len_chars().cast(pl.Int64),
            token=pl.when(pl.col("per_share").is_not_null())
            .then(match.str.slice(pl.col("per_share").str.len_chars()))
            .otherwise(pl.coalesce(part.field("figure"), part.field("name"))),
        )
    )
    frame = words.join(lettered, on="match", how="left", maintain_order="left").with_columns(
        pl.col("lead_length").fill_null(0), token=pl.coalesce("token", "match")
    )
    return frame.join(
        plainly(frame["token"]), on="token", how="left", maintain_order="left"
    ).select(
        pl.exclude("plain"),
        token_class=pl.when(token.str.contains(grammar["bare"]))
        .then(pl.lit("bare"))
        .when(token.str.contains(rf"^(?:{_APART})$"))
        .then(pl.lit("name"))
        .when(_shape(pl.col("plain")).str.contains(f"{grammar['figure']}|分之|^翻|^(?:{_WORDS})$"))
        .then(pl.lit("figure"))
        .otherwise(pl.lit("name")),
    )


def _shape(token: pl.Expr) -> pl.Expr:
    """The token with 1 for each Arabic numeral: what it means but for how much, so seen often."""
    return token.str.replace_all(_ARABIC, "1")


def _leftmost(texts: pl.DataFrame, key: str, text: str, first: str, second: str) -> pl.DataFrame:
    """The matches of `first|second`, and is_other: whether it is the first that matched.

    The two are looked for apart, because together they outgrow the regex engine's fast automaton
    (thirty times slower here). Of two matches that overlap the one that starts earlier counts, and
    of two that start together the first pattern's. Where the other one reaches further, what
    follows might have been read otherwise without it: such texts (few) are read by both at once.
    """
    both = (
        pl.concat(
            find_all(texts, key, text, pattern).with_columns(is_other=pl.lit(is_other))
            for pattern, is_other in ((first, True), (second, False))
        )
        .sort(key, "start", pl.col("is_other").not_(), maintain_order=True)
        .with_columns(reach=furthest_before(pl.col("end"), key))
    )
    overlaps = (pl.col("start") < pl.col("reach")).fill_null(False)
    straddling = both.filter(overlaps & (pl.col("end") > pl.col("reach"))).select(key).unique()
    apart = both.filter(~overlaps).drop("reach")
    if straddling.is_empty():
        return apart
    return _read_again(apart, texts, key, text, straddling, first, second)


def _without_several(found: pl.DataFrame, texts: pl.DataFrame, key: str, text: str) -> pl.DataFrame:
    """The matches, where 员工总数十七万人 holds no 数十: its ten goes on."""
    grammar = _grammar()
    goes_on = (
        (pl.col("start").shift(-1) == pl.col("end"))
        & (pl.col(key).shift(-1) == pl.col(key))
        & pl.col("match").shift(-1).str.contains(f"^[{_DIGIT}]")
    )
    torn = found.filter((pl.col("match") == "数十") & goes_on)
    if torn.is_empty():
        return found
    keys = torn.select(key).unique()
    first, second = grammar["other_without_several"], grammar["number"]
    return _read_again(found, texts, key, text, keys, first, second)


def _with_ranges_apart(
    found: pl.DataFrame, texts: pl.DataFrame, key: str, text: str
) -> pl.DataFrame:
    """The matches, where 增长百分之五至8亿元 is no range: its other end has a unit of its own."""
    grammar = _grammar()
    torn = found.filter(
        pl.col("match").str.contains(grammar["range_of_fraction"])
        & pl.col("following").str.contains(grammar["has_unit"])
    )
    if torn.is_empty():
        return found
    keys = torn.select(key).unique()
    return _read_again(found, texts, key, text, keys, grammar["other"], grammar["number_apart"])


def _read_again(
    found: pl.DataFrame,
    texts: pl.DataFrame,
    key: str,
    text: str,
    keys: pl.DataFrame,
    first: str,
    second: str,
) -> pl.DataFrame:
    """The matches, those in the texts of `keys` replaced by what `first|second` finds there."""
    again = find_all(
        texts.join(keys, on=key, how="semi", maintain_order="left"),
        key,
        text,
        f"(?:{first})|(?:{second})",
    ).with_columns(is_other=pl.col("match").str.contains(f"^(?:{first})$"))
    rest = found.join(keys, on=key, how="anti", maintain_order="left")
    return pl.concat([rest, again]).sort(key, "start", maintain_order=True)


def _section(text: pl.Expr) -> pl.Expr:
    """A Chinese numeral below 10,000 → Int128; null where it is none.

    Reads 一千零二十, the casual 三千八 (3800), the elliptic 百七十 (170) and plain digits (二五).
    """
    shape = (
        rf"^[零〇]*(?:([{_DIGIT}])?(千))?[零〇]*(?:([{_DIGIT}])?(百))?"
        rf"[零〇]*(?:([{_DIGIT}])?(十))?([零〇])*([{_DIGIT}])?$"
    )
    part = text.str.extract_groups(shape).struct

    def place(digit: str, name: str, weight: int) -> pl.Expr:
        stated = part.field(digit).replace_strict(_DIGITS, default=None).cast(pl.Int128)
        return pl.when(part.field(name).is_null()).then(0).otherwise(stated.fill_null(1) * weight)

    last = part.field("8").replace_strict(_DIGITS, default="0").cast(pl.Int128)
    last_weight = (
        pl.when(text.str.contains(r"百[^零〇十]$"))
        .then(10)
        .when(text.str.contains(r"千[^零〇十百]$"))
        .then(100)
        .otherwise(1)
    )
    return (
        pl.when(text.str.contains(rf"^[{_DIGIT}]{{2,{LARGEST}}}$"))
        .then(text.str.replace_many(_DIGITS).cast(pl.Int128, strict=False))
        .when(text.str.contains(shape))
        .then(
            place("1", "2", 1000) + place("3", "4", 100) + place("5", "6", 10) + last * last_weight
        )
    )


def _compound(text: pl.Expr) -> pl.Expr:
    """A Chinese integer with inner magnitudes (一万零八百亿, 三亿二) → Int128, else null."""
    groups = (
        r"^(?:([^万亿兆]*万)?([^万亿兆]*)(?:兆|万亿))?"
        r"(?:([^万亿兆]*万)?([^万亿兆]*)亿)?(?:([^万亿兆]*)万)?([^万亿兆]*)$"
    )
    part = text.str.extract_groups(groups).struct
    sections = [
        _section(part.field(str(n)).str.strip_suffix("万").fill_null("")) for n in range(1, 7)
    ]
    trillions, billions, units_ = (sections[n] * 10_000 + sections[n + 1] for n in (0, 2, 4))
    # 一万五 is 15,000 and 三亿二 is 320,000,000: a lone last digit counts in the next place down.
    lone = (
        pl.when(text.str.contains(r"万[^零〇十百千万亿兆]$"))
        .then(sections[5] * 999)
        .when(text.str.contains(r"亿[^零〇十百千万亿兆]$"))
        .then(sections[5] * 9_999_999)
        .otherwise(0)
    )
    return (
        pl.when(text.str.contains(groups))
        .then(trillions * 10**12 + billions * 10**8 + units_ + lone)
        .cast(pl.Int128)
    )


def _shifted(digits: pl.Expr, point: pl.Expr) -> pl.Expr:
    """Digits with the decimal point after `point` of them (may be ≤ 0) → Decimal, exactly."""
    lead = pl.max_horizontal(1 - point, pl.lit(0, pl.Int64))
    at = point + lead
    length = digits.str.len_chars().cast(pl.Int64) + lead
    padded = digits.str.pad_start(length, "0").str.pad_end(at, "0")
    decimals = padded.str.slice(at).str.strip_chars_end("0")
    # What Decimal(38, 8) cannot hold exactly is no value: never round silently.
    fits = (decimals.str.len_chars() <= VALUE.scale) & (at <= LARGEST)
    return pl.when(fits).then((padded.str.slice(0, at) + "." + decimals).cast(VALUE, strict=False))


# Half of a power of ten, where a value can be that large.
_HALVES = {power: Decimal(5).scaleb(power - 1) for power in range(1 - VALUE.scale, LARGEST + 1)}


def _half(power: pl.Expr) -> pl.Expr:
    return power.replace_strict(_HALVES, default=None, return_dtype=VALUE)


def _read_amounts(amounts: pl.Series) -> pl.DataFrame:
    """Distinct amounts of a shape → how they are written, one row an amount.

    amount; is_arabic; digits and decimals (how many of them) of a Chinese numeral; power of ten of
    its magnitude; compound_power (of the last magnitude in 一万零八百亿); addend (a second numeral,
    always Arabic: 10亿5000万) and addend_power; more (多, 余); scaled: names a magnitude.
    """
    part = pl.col("part").struct
    numeral = part.field("numeral")
    return (
        pl.DataFrame({"amount": amounts.drop_nulls().unique()})
        .with_columns(part=pl.col("amount").str.extract_groups(_grammar()["amount"]))
        .select(
            "amount",
            is_arabic=numeral.str.contains("^[0-9]"),
            compound=_compound(part.field("compound")).cast(pl.String),
            whole=_section(numeral.str.extract("^([^0-9点]+)")).cast(pl.String),
            decimals=numeral.str.extract("点(.+)$").str.replace_many(_DIGITS).fill_null(""),
            power=part.field("magnitude"),
            compound_power=part.field("compound").str.extract("([万亿兆])$"),
            addend=part.field("numeral2").is_not_null(),
            addend_power=part.field("magnitude2"),
            more=pl.coalesce(part.field("more"), part.field("more2")).is_not_null(),
        )
        .with_columns(
            pl.col("power", "compound_power", "addend_power").replace_strict(
                _MAGNITUDES, default=0, return_dtype=pl.Int64
            ),
            is_compound=pl.col("compound").is_not_null(),
        )
        .select(
            "amount", "is_arabic", "addend", "addend_power", "more", "is_compound",
            "compound_power",
            digits=pl.coalesce("compound", pl.col("whole") + pl.col("decimals")),
            decimals=pl.col("decimals").str.len_chars().cast(pl.Int64),
            power=pl.when("is_compound").then(0).otherwise("power"),
            scaled=(pl.col("power") > 0) | pl.col("is_compound"),
        )
    )  # fmt: skip


def _read_shapes(shapes: pl.Series) -> pl.DataFrame:
    """What distinct shapes say (see `_shape`), one row a shape.

    shape; special (its value is not an amount: 翻番, 一半, 三分之一); minus; shift (power of ten of
    a ratio); tenth (七成五); word (the unit's), unit_id, multiplier; form; confidence; and the
    columns of `_read_amounts` for the first amount and, suffixed _second, for a range's other end.
    """
    figure = (
        pl.DataFrame({"shape": shapes.unique()})
        .with_columns(part=pl.col("shape").str.extract_groups(_grammar()["figure"]))
        .unnest("part")
        # 港币31.6亿元: the currency that stands before names the 元.
        .with_columns(
            word=pl.coalesce(
                pl.when(~pl.col("unit").is_in(["元", "圆"])).then("unit"), "prefix", "unit"
            )
        )
    )
    amounts = _read_amounts(pl.concat([figure["first"], figure["second"]]))
    named = _named_units().unique("alias").rename({"alias": "word"})
    word = pl.col("word")
    special = pl.col("shape").str.contains(rf"^(?:翻|{_WORDS}|.+分之)")
    return (
        figure.join(amounts, left_on="first", right_on="amount", how="left")
        .join(amounts, left_on="second", right_on="amount", how="left", suffix="_second")
        .join(named, on="word", how="left")
        .with_columns(
            special=special,
            minus=pl.col("sign").is_in(["负", "-"]) | pl.col("sign2").is_in(["负", "-"]),
            minus_second=pl.col("sign_second").is_in(["负", "-"])
            | pl.col("sign_second2").is_in(["负", "-"]),
            shift=pl.coalesce(
                pl.col("fraction").replace_strict(_FRACTIONS, default=None),
                word.replace_strict(_POINTS, default=None),
                word.str.slice(0, 1).replace_strict({"%": -2, "‰": -3, "成": -1}, default=None),
            )
            .cast(pl.Int64)
            .fill_null(0),
            tenth=word.str.extract("^成(.)$").replace_strict(_TENTHS, default="0").cast(VALUE)
            / 100,
            multiplier=pl.col("multiplier").fill_null(pl.lit(1).cast(VALUE)),
            more=pl.col("more") | pl.col("shape").str.contains("[番倍][多余]$"),
            # 百之七十 is read as 百分之七十, a reading and not a statement.
            confidence=pl.when(pl.col("fraction") == "百之").then(0.6).otherwise(1.0),
            form=pl.when(pl.col("shape").str.contains("^[翻腰]"))
            .then(pl.lit("doubling"))
            .when(special | pl.col("fraction").is_not_null() | word.str.contains("^[%‰成]"))
            .then(pl.lit("ratio"))
            .when(word.is_in(list(_POINTS)))
            .then(pl.lit("points"))
            .when(word == "倍")
            .then(pl.lit("multiple"))
            .otherwise(pl.col("dimension").fill_null("none")),
        )
    )


def _digits(end: str) -> dict[str, pl.Expr]:
    """Digits of an amount and how many of them are decimals, from the token or its shape."""
    arabic = pl.col("numerals").list.get(f"at{end}", null_on_oob=True)
    whole = arabic.str.replace_all(",", "", literal=True)
    point = whole.str.find(".", literal=True)
    decimals = (whole.str.len_chars() - point - 1).cast(pl.Int64)
    is_arabic = pl.col(f"is_arabic{end}")
    return {
        f"digits{end}": pl.when(is_arabic)
        .then(whole.str.replace(".", "", literal=True))
        .otherwise(f"digits{end}"),
        f"decimals{end}": pl.when(is_arabic)
        .then(decimals.fill_null(0))
        .otherwise(f"decimals{end}"),
    }


def _value(end: str, power: pl.Expr) -> pl.Expr:
    """The value of an amount whose magnitude is a power of ten, before the unit's multiplier."""
    digits = pl.col(f"digits{end}")
    point = digits.str.len_chars().cast(pl.Int64) - pl.col(f"decimals{end}")
    addend = (
        pl.col("numerals")
        .list.get(pl.col(f"at{end}") + pl.col(f"is_arabic{end}").cast(pl.Int64), null_on_oob=True)
        .str.replace_all(",", "", literal=True)
    )
    addend_point = addend.str.extract("^([0-9]+)").str.len_chars().cast(pl.Int64)
    added = _shifted(
        addend.str.replace(".", "", literal=True),
        addend_point + pl.col(f"addend_power{end}") + pl.col("shift"),
    )
    # Without its addend, where that cannot be read, the amount would be another; 1 234亿 has none.
    smaller = pl.col(f"power{end}") > pl.col(f"addend_power{end}")
    return _shifted(digits, point + power + pl.col("shift")) + pl.when(f"addend{end}").then(
        pl.when(smaller).then(added)
    ).otherwise(pl.lit(0).cast(VALUE))


def _special_value() -> pl.Expr:
    """The value of what is no amount: 翻一番, 翻3倍, 腰斩, 百分百, 一半, 三分之一."""
    token = pl.when("special").then("plain")
    fold = token.str.extract("翻.*?([一二两三四]|[1-4])番").replace_strict(
        {"一": 1, "1": 1, "二": 3, "两": 3, "2": 3, "三": 7, "3": 7, "四": 15, "4": 15},
        default=None,
    )
    times = _section(token.str.extract(rf"^翻.*?([{_DIGIT}十]+)倍")).cast(VALUE)
    parts = token.str.extract_groups(rf"^([{_DIGIT}十]+)分之([{_DIGIT}十]+)$").struct
    whole = _section(parts.field("1"))
    fraction = _section(parts.field("2")).cast(VALUE) / pl.when(whole > 0).then(whole.cast(VALUE))
    one, half = pl.lit(1).cast(VALUE), pl.lit(Decimal("0.5"), VALUE)
    return (
        pl.when(token.str.contains("^(?:翻了?[近超约]?[番倍]|百分百)$"))
        .then(one)
        .when(token == "一半")
        .then(half)
        .when(token == "半成")
        .then(pl.lit(Decimal("0.05"), VALUE))
        .when(token == "腰斩")
        .then(-half)
        .otherwise(pl.coalesce(times, fold.cast(VALUE), fraction))
    )


def read_tokens(tokens: pl.Series) -> pl.DataFrame:
    """What distinct figure tokens say, one row a token.

    token; value, upper (a range's other end), rounding, coarse (half a unit of the last stated
    digit, and of the last that is not zero): Decimal(38, 8) in the unit's base; unit_id (null
    where none is named); form: ratio | points | multiple | a unit's dimension | none; qualifier:
    eq | gt (多, 余) | range; confidence. `value` is null where the words have no exact reading.

    Nearly every token is another number, but few are of another shape, so the grammar reads the
    shapes, and of each token only its digits are read.
    """
    frame = plainly(tokens).with_columns(shape=_shape(pl.col("plain")))
    is_arabic = pl.col("is_arabic").fill_null(False).cast(pl.Int64)
    # 10-12亿元 borrows the magnitude that only the second end names.
    borrowed = pl.col("power_second").fill_null(0)
    power = pl.when("scaled").then("power").otherwise(borrowed)
    sign = pl.when("minus").then(-1).otherwise(1)
    last = (
        pl.when("addend")
        .then("addend_power")
        .when("is_compound")
        .then("compound_power")
        .otherwise(pl.col("power") - pl.col("decimals"))
    )
    zeros = (
        pl.col("digits").str.len_chars() - pl.col("digits").str.strip_chars_end("0").str.len_chars()
    ).cast(pl.Int64)
    coarse = (
        pl.when(pl.col("addend") | pl.col("is_compound"))
        .then(pl.max_horizontal(last, zeros))
        .otherwise(last + zeros)
    )
    multiplier = pl.col("multiplier")
    # 翻番 and 一半 are said of what is near.
    loose = (
        pl.when(pl.col("form") == "doubling")
        .then(pl.lit(Decimal("0.05"), VALUE))
        .when("special")
        .then(pl.lit(Decimal("0.005"), VALUE))
    )
    return (
        frame.join(_read_shapes(frame["shape"]), on="shape", how="left", maintain_order="left")
        .with_columns(
            numerals=pl.col("plain").str.extract_all(_ARABIC),
            at=pl.lit(0, pl.Int64),
            at_second=is_arabic + pl.col("addend").fill_null(False).cast(pl.Int64),
        )
        .with_columns(**_digits(""), **_digits("_second"))
        .with_columns(
            value=(_value("", power) + pl.col("tenth")) * multiplier * sign,
            upper=_value("_second", pl.col("power_second"))
            * multiplier
            * pl.when("minus_second").then(-1).otherwise(1),
            rounding=_half(last + pl.col("shift")) * multiplier,
            coarse=_half(coarse + pl.col("shift")) * multiplier,
        )
        .select(
            "token",
            "upper",
            # A range of which one end cannot be read is not its other end.
            value=pl.coalesce(
                _special_value(),
                pl.when(pl.col("second").is_null() | pl.col("upper").is_not_null()).then("value"),
            ),
            rounding=pl.coalesce(loose, "rounding").fill_null(0),
            coarse=pl.coalesce(loose, "coarse").fill_null(0),
            unit_id=pl.when(pl.col("form").is_in(["ratio", "multiple", "doubling"]))
            .then(pl.lit("ratio"))
            .when(pl.col("form") == "points")
            .then(pl.lit("pp"))
            .otherwise("unit_id"),
            form="form",
            unit_word="word",
            qualifier=pl.when(pl.col("upper").is_not_null())
            .then(pl.lit("range"))
            .when("more")
            .then(pl.lit("gt"))
            .otherwise(pl.lit("eq")),
            confidence="confidence",
        )
    )


def read_numbers(texts: pl.Series) -> pl.DataFrame:
    """Read every number in each text: the grammar by itself, without any context.

    Args:
        texts: Any text; it is normalised here (traditional characters, full-width digits).

    Returns:
        One row a number, in text order: text_nr (position in `texts`), start, end (characters),
        token, and the columns of `read_tokens` (value in the unit's base, upper end of a range,
        rounding, unit_id, form, qualifier, …). Dates, ranks and spans of time are no numbers.
    """
    frame = texts.to_frame("text").with_row_index("text_nr")
    tokens = find_tokens(frame.with_columns(normalise(pl.col("text"))), "text_nr", "text").filter(
        pl.col("token_class").is_in(["figure", "bare"])
    )
    read = read_tokens(tokens["spelled"]).rename({"token": "spelled"})
    return tokens.join(read, on="spelled", how="left", maintain_order="left").drop(
        "token_class", "spelled"
    )
