"""The calendar grammar: the words for a reporting period → year, part of the year, offset.

`PATTERN` is the regular expression of a date or reporting period, used by the tokeniser in
`numbers`; `read_periods` tells what such a token says.
"""

import polars as pl

_DIGIT = "零〇一二两三四五六七八九"
_DIGITS = dict(zip(_DIGIT, "001223456789", strict=True))
_YEAR = rf"(?:(?:19|20)[0-9]{{2}}|[一二][〇零九][{_DIGIT}]{{2}})"
_YEAR_WORD = r"\s?(?:财政?|会计)?年(?:度)?"
_RELATIVE_YEAR = (
    r"(?:一年[之以]?前|今年|本年|去年|上年|上一年|前一年|前年|明年|次年)(?:[度龄])?"
    r"|(?:[上下前]一?个?|本|新)财年"
)
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])\s?月"
_DAY = rf"\s?(?:[0-3]?[0-9]|[{_DIGIT}十]{{1,3}})\s?[日号]"
_LAST_MONTH = r"(?:1[0-2]|十[一二]?|[2-9二三四五六七八九])"
_FROM_JANUARY = rf"[1一]\s?月?(?:份)?\s?[-–—~至到]\s?{_LAST_MONTH}\s?月(?:份)?"
# 前一个月 is the month before, and 前两个月 may be the two before.
_FIRST_MONTHS = r"(?:前|头|首)\s?(?:1[01]|十一?|[3-9三四五六七八九])\s?个?月(?:份)?"
# 10月单月 is a month that was measured; 10月 may be only when something happened.
_BY_ITSELF = "份?(?:单月|当月)"
PART = (
    r"第?\s?[1一]\s?[-–—~至到]\s?第?[2-4二三四]\s?季度?|"
    r"[一三]季报|第?\s?[一二三四1-4]\s?财?季度?|Q\s?[1-4](?:季度)?|[1-4]Q|H[12]|[12]H|[上下]半财?年度?"
    rf"|(?:前|头|首)\s?[三3]\s?个?季(?:度)?|{_FIRST_MONTHS}"
    rf"|{_FROM_JANUARY}|全财?年度?|中期(?:业绩|报告|财报)|半年报(?:告)?|中报|年报"
)
# 截至2025年9月30日止三个月: a stretch by its end.
_STRETCH = (
    r"[三六九369]\s?个\s?月|(?:十二|1[02])\s?个\s?月|季度|季|半年度?|(?:财政?|会计)?年度|财年"
)
_CLOSING = rf"{_YEAR}\s?年\s?{_MONTH}{_DAY}\s?(?:止的?|的)\s?(?:上述)?(?:{_STRETCH})"
PATTERN = (
    rf"{_CLOSING}|"
    r"[12][0-9]{3}[-/.][01]?[0-9][-/.][0-3]?[0-9]"
    r"|(?:(?:FY)?20[0-9]{2}\s?年?|2[0-9])?\s?Q1\s?[-–—~至到]\s?Q?[2-4]"
    r"|(?:FY)?20[0-9]{2}\s?(?:Q[1-4]|H[12])|2[0-9]Q[1-4]|(?:Q[1-4]|[1-4]Q|H[12]|[12]H)\s?(?:FY)?(?:20)?2[0-9]"
    r"|FY\s?(?:20)?[0-9]{2}(?:\s?Q[1-4])?"
    rf"|{_YEAR}\s?(?:年\s?)?[-–—~至到]\s?{_YEAR}\s?年"
    rf"|(?:{_YEAR}|2[0-9]){_YEAR_WORD}\s?的?\s?(?:{PART}|同一?[期季时])"
    rf"|{_YEAR}{_YEAR_WORD}(?:的?\s?{_MONTH}(?:{_DAY}|{_BY_ITSELF})?)?(?:年?[底末初尾终])?"
    r"|2[0-9]财年"
    rf"|(?:{_RELATIVE_YEAR})的?\s?(?:同一?[期季时](?:期|度)?|(?:这个|此)时候?|{PART}|年?[底末初尾终])?"
    r"|[上前]一?个?财?季度?|(?:本|当|该|单|这一?)财?季度?|季内|报告期内?"
    rf"|{_FROM_JANUARY}|{_MONTH}(?:{_DAY}|{_BY_ITSELF}|份|底|末|初)?|{PART}"
)


def read_periods(tokens: pl.Expr) -> list[pl.Expr]:
    """What a period token says, as named expressions.

    year (Int32, null where the words name none); year_offset (去年 → −1) and quarter_offset
    (上季度 → −1) against the article's own period; part: Q1…Q4, H1, H2, 9M (and the other
    months from January on), -10 (a month, measured by itself), FY (the whole year), SAME (去年同期:
    the article's own part), QUARTER (当季: its last quarter), OWN (a stretch that is none of the
    calendar's) or null; fiscal: a company's own year (2026财年); years: how many a span of years
    has (2012年至2014年 → 3, the year being its first), else null; month: of a plain month (10月). A
    point in time (11月13日, 9月底) has no part; closes: the quarter that a day is the last of.
    """
    text = tokens.str.replace_many(_DIGITS).str.replace_all(r"\s|的$", "")
    year = text.str.extract(r"((?:19|20)[0-9]{2})").fill_null(
        pl.lit("20")
        + text.str.extract(r"^(?:FY|Q[1-4]|[1-4]Q|H[12]|[12]H)?(2[0-9])(?:财|会计|年|$|Q)")
    )
    quarter = pl.coalesce(
        text.str.extract(r"([1-4])财?季"),
        # 3Q25 is no Q2.
        text.str.extract(r"([1-4])Q"),
        text.str.extract(r"Q([1-4])"),
    )
    last_month = (
        text.str.extract(r"1月?份?[-–—~至到]([0-9]+|十[12]?)月")
        .fill_null(text.str.extract(r"[前头首]([0-9]+|十1?)个?月"))
        .pipe(_in_digits)
    )
    # The month that a stretch closes with, and how long it is.
    closing = text.str.extract_groups(
        r"年([0-9]+|十2?1?)月[0-9十]+[日号](?:止的?|的)(?:(3个月|季)|(6个月|半年)|(9个月)|(12个月|十2个月|(?:财政?|会计)?年度|财年))"
    ).struct
    month = closing.field("1").replace_strict({"十2": "12", "十": "10"}, default=closing.field("1"))
    closed = (
        pl.when(closing.field("2").is_not_null())
        .then(month.replace_strict({"3": "Q1", "6": "Q2", "9": "Q3", "12": "Q4"}, default="OWN"))
        .when(closing.field("3").is_not_null())
        .then(month.replace_strict({"6": "H1", "12": "H2"}, default="OWN"))
        .when(closing.field("4").is_not_null())
        .then(month.replace_strict({"9": "9M"}, default="OWN"))
        .when(closing.field("5").is_not_null())
        .then(month.replace_strict({"12": "FY"}, default="OWN"))
    )
    # 25Q1-3, 一至三季度
    last_quarter = text.str.extract(r"(?:Q1[-–—~至到]Q?|(?:^|年|第)1[-–—~至到]第?)([2-4])(?:季|$)")
    one_month = text.str.extract(r"([0-9]+|十[12]?)月份?(?:单月|当月)$").pipe(_in_digits)
    by_month = {"3": "Q1", "6": "H1", "12": "FY"}
    part = (
        pl.when(text.str.contains("同1?[期季时]|此时|这个时|^1年[之以]?前"))
        .then(pl.lit("SAME"))
        # 上一季度 is the one before, and no first.
        .when(text.str.contains("^[上前]1个?财?季"))
        .then(pl.lit(None, pl.String))
        .when(closed.is_not_null())
        .then(closed)
        .when(text.str.contains("[前头首]3个?季"))
        .then(pl.lit("9M"))
        .when(last_quarter.is_not_null())
        .then(last_quarter.replace_strict({"2": "H1", "3": "9M", "4": "FY"}, default=None))
        .when(one_month.is_not_null())
        .then("-" + one_month.str.zfill(2))
        .when(last_month.is_not_null())
        .then(last_month.replace_strict(by_month, default=last_month + "M"))
        .when(text.str.contains("^(?:[本当该单]|这1?)财?季|^季内"))
        .then(pl.lit("QUARTER"))
        .when(text.str.contains("上半|H1|1H|中期|半年报|中报"))
        .then(pl.lit("H1"))
        .when(text.str.contains("下半|H2|2H"))
        .then(pl.lit("H2"))
        .when(quarter.is_not_null())
        .then(pl.lit("Q") + quarter)
        .when(
            text.str.contains(
                r"全财?年|年报|[0-9](?:财政?|会计)?年(?:度)?年?[底末尾终]?$|^(?:去年|上1?年|前1?年|明年|次年)度?(?:年?[底末尾终])?$|^FY|^[上下前本新]1?个?财年"
            )
        )
        .then(pl.lit("FY"))
    )
    last_year = text.str.extract(r"^20?[0-9]{2,3}年?[-–—~至到]((?:19|20)[0-9]{2})年").cast(pl.Int32)
    year_offset = (
        pl.when(text.str.contains("^(?:去年|上年|上1年|前1年|1年[之以]?前|[上前]1?个?财年)"))
        .then(-1)
        .when(text.str.contains("^前年"))
        .then(-2)
        .when(text.str.contains("^(?:明年|次年|[下新]1?个?财年)"))
        .then(1)
        .otherwise(0)
    )
    return [
        year.cast(pl.Int32).alias("year"),
        year_offset.cast(pl.Int32).alias("year_offset"),
        pl.when(text.str.contains("^[上前]1?个?财?季"))
        .then(-1)
        .otherwise(0)
        .alias("quarter_offset"),
        part.alias("part"),
        (last_year - year.cast(pl.Int32) + 1).alias("years"),
        text.str.extract(
            r"(?:[0-9]年|^)0?(3月(?:3(?:1|十1)[日号]|[底末])|[69]月(?:3[0十][日号]|[底末])|(?:12|十2)月(?:3(?:1|十1)[日号]|[底末]))$"
        )
        .str.extract("^([0-9十]+)月")
        .replace_strict({"3": "Q1", "6": "Q2", "9": "Q3", "12": "Q4", "十2": "Q4"}, default=None)
        .alias("closes"),
        text.str.extract(r"([0-9]+|十[12]?)月份?$").pipe(_in_digits).str.zfill(2).alias("month"),
        (text.str.contains("财政?年|会计年|FY|财季|半财年") & closed.is_null()).alias("fiscal"),
    ]


def _in_digits(month: pl.Expr) -> pl.Expr:
    """A month as read_periods' text has it (9, 十, 十2) in digits."""
    return month.str.replace("^十([12])$", "1${1}").str.replace("^十$", "10")
