"""The calendar grammar: the words for a reporting period → year, part of the year, offset.

`PATTERN` is the regular expression of a date or reporting period, used by the tokeniser in
`numbers`; `read_periods` tells what such a token says.
"""

import polars as pl

from ingest.vocabulary import calendar

_DIGIT = "零〇一二两三四五六七八九"
_DIGITS = dict(zip(_DIGIT, "001223456789", strict=True))
_YEAR = rf"(?:(?:19|20)[0-9]{{2}}|[一二][〇零九][{_DIGIT}]{{2}})"
_YEAR_WORD = r"\s?(?:财政?|会计)?年(?:度)?"
_RELATIVE_YEAR = (
    r"(?:一年[之以]?前|今年|本年|去年|上年|上一年|前一年|前年|明年|次年)(?:[度龄])?"
    r"|(?:[上下前]一?个?|本|新)财年|[这那]一年|[当同该]年"
)
_RELATIVE_MONTH = r"上一?个?月|[本当]月"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])\s?月"
_DAY = rf"\s?(?:[0-3]?[0-9]|[{_DIGIT}十]{{1,3}})\s?[日号]"
_MONTH_NUMBER = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_MONTHS = rf"{_MONTH_NUMBER}\s?月?(?:份)?\s?[-–—~至到]\s?{_MONTH_NUMBER}\s?月(?:份)?"
# 前一个月 is the month before, and 前两个月 may be the two before; 前2月 is January and February.
_FIRST_MONTHS = (
    r"(?:前|头|首)\s?(?:1[01]|十一?|[3-9三四五六七八九])\s?个?月(?:份)?|首\s?[2两二]\s?个?月(?:份)?"
    r"|前\s?[2两二]\s?月"
)
_FIRST_TWO = r"前\s?[2两二]\s?个月(?:份)?"
# 10月单月 is a month that was measured; 10月 may be only when something happened.
_BY_ITSELF = "份?(?:单月|当月)"
PART = (
    r"第?\s?[1一]\s?[-–—~至到]\s?第?[2-4二三四]\s?季度?|"
    r"[一三]季报|第?\s?[一二三四1-4]\s?财?季度?|Q\s?[1-4](?:季度)?|[1-4]Q|H[12]|[12]H|[上下]半财?年度?"
    rf"|(?:前|头|首)\s?[三3]\s?个?季(?:度)?|[首次末]季度?|{_FIRST_MONTHS}"
    rf"|{_MONTHS}|全财?年度?|中期(?:业绩|报告|财报)|半年度?报(?:告)?|[中年]报[导道]?"
)
# 24Q3, 3Q24, FY24Q1, 9M25, 2022 Q4: a part of the year in letters, before or behind the year.
_CODE = r"(?:Q[1-4]|[1-4]Q|H[12]|[12]H|9M)"
_CODED = (
    rf"(?:(?:FY\s?)?(?:19|20)[0-9]{{2}}\s?|(?:FY\s?)?[12][0-9]){_CODE}"
    rf"|{_CODE}(?:\s?(?:FY)?(?:19|20)[0-9]{{2}}|(?:FY)?[12][0-9])"
)
# 25E, 2025-2027E: forecast years; 25/26/27E and 2021/2022/2023年: one after the other; 2023/24财年.
_LISTED = (
    r"(?:20[0-9]{2}(?:/20[0-9]{2})+|[12][0-9](?:/[12][0-9])+)(?:E|\s?年)"
    r"|(?:20)?[23][0-9](?:\s?[-–—~至到]\s?(?:20)?[23][0-9])?E"
    rf"|20[0-9]{{2}}/[0-9]{{2}}{_YEAR_WORD}(?:\s?的?\s?(?:{PART}))?"
)
# 截至2025年9月30日止三个月: a stretch by its end.
_STRETCH = (
    r"[三六九369]\s?个\s?月|(?:十二|1[02])\s?个\s?月|季度|季|半年度?|(?:财政?|会计)?年度|财年"
)
_CLOSING = (
    rf"(?:{_YEAR}\s?年\s?)?{_MONTH}(?:{_DAY}|[底末])\s?(?:止的?|的)\s?(?:上述)?(?:{_STRETCH})"
)
# 114年第3季 is Taiwan's: its years count from 1911. Alone, 114年 may be how long something lasts.
_MINGUO = rf"(?:民国\s?)1[01][0-9]\s?年度?|1[01][0-9]\s?年(?:度|\s?的?\s?(?:{_MONTH}份?|{PART}))"
MINGUO_YEAR = "^1[01][0-9]年$"
# 23年 is a year in an article that writes others as short: 24Q1, 24-26年, 23年报.
SHORT_YEAR = r"^2[0-9]\s?年$"
SHORT_PERIOD = r"^(?:2[1-9](?:[^0-9]|[-–—~至到/]2[0-9]\s?[年E])|[QH][1-4]2[1-9]|[1-4][QH]2[1-9])"
PATTERN = (
    rf"{_CLOSING}|{_MINGUO}|"
    r"[12][0-9]{3}[-/.][01]?[0-9][-/.][0-3]?[0-9]"
    r"|(?:(?:FY)?20[0-9]{2}\s?年?|2[0-9])?\s?Q1\s?[-–—~至到]\s?Q?[2-4]"
    rf"|{_CODED}|{_LISTED}"
    r"|FY\s?(?:20)?[0-9]{2}"
    rf"|{_YEAR}\s?(?:年\s?)?[-–—~至到]\s?(?:{_YEAR}|[23][0-9])\s?年|2[0-9]\s?[-–—~至到]\s?[23][0-9]\s?年"
    rf"|(?:{_YEAR}|[12][0-9]){_YEAR_WORD}\s?的?\s?(?:{PART}|{_FIRST_TWO}|同一?[期季时])"
    # 2021前三季度
    r"|20[0-9]{2}(?:前三个?季度?|[上下]半年度?|第?[一二三四]季度?|全年度?|[一三]季报|半?年报|中报)"
    rf"|{_YEAR}{_YEAR_WORD}(?:的?\s?{_MONTH}(?:{_DAY}|{_BY_ITSELF}|份)?)?(?:年?[底末初尾终])?"
    r"|2[0-9]财年|2[1-9]\s?年报"
    r"|(?:今年|本年|年初)(?:以来|至今|迄今)"
    rf"|(?:{_RELATIVE_YEAR})的?\s?(?:同一?[期季时](?:期|度)?|(?:这个|此)时候?|{PART}|{_FIRST_TWO}"
    rf"|{_MONTH}(?:{_DAY}|{_BY_ITSELF}|份)?|年?[底末初尾终])?"
    r"|[上前]一?个?财?季度?|(?:本|当|该|单|这一?)财?季度?|季内|报告期内?"
    rf"|{_MONTHS}|{_MONTH}(?:{_DAY}|{_BY_ITSELF}|份|底|末|初)?|{PART}|{_RELATIVE_MONTH}|期[内间]|中期"
)

# What heads of tables call a time, the first that fits: the year against the article's own; and a
# part of the year, or a code against the article's own: OWN, MONTH (its month), YTD (from January
# on), END (a balance's day), YEAR, QUARTER_AGO, MONTH_AGO.
_HEAD_TIMES = [
    (r"(?:上年|去年)(?:同期)?累计|累计.{0,3}(?:上年|去年)", -1, "YTD"),
    (r"年初至(?:本?报告)?期?末?|本年累计|本期累计|今年累计|累计", 0, "YTD"),
    (r"上年度?末|上年年末|去年末|期初|年初", -1, "FY"),
    (r"期末|本年末|年末", 0, "END"),
    (r"(?:上年|去年)?同月|(?:上年|去年)[本当]月", -1, "MONTH"),
    (r"[本当]月", 0, "MONTH"),
    (r"上个?月", 0, "MONTH_AGO"),
    (r"上年同期|去年同期|同期|上期", -1, "OWN"),
    (r"上季|前季|前一季", 0, "QUARTER_AGO"),
    (r"本?报告期末?|本期末?|本季|当季|当期", 0, "OWN"),
    (r"上年|去年|上一年", -1, "YEAR"),
    (r"本年|今年", 0, "YEAR"),
]


def read_head_times(heads: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """What words for a time in a table's head say: year_offset, and part (see `_HEAD_TIMES`)."""
    code = pl.coalesce(
        pl.when(heads.str.contains(words)).then(nr) for nr, (words, *_) in enumerate(_HEAD_TIMES)
    )
    years = {nr: offset for nr, (_, offset, _) in enumerate(_HEAD_TIMES)}
    parts = {nr: part for nr, (*_, part) in enumerate(_HEAD_TIMES)}
    return (
        code.replace_strict(years, default=None, return_dtype=pl.Int32),
        code.replace_strict(parts, default=None, return_dtype=pl.String),
    )


def without_head_times(heads: pl.Expr) -> pl.Expr:
    """Heads without those words."""
    return heads.str.replace_all("|".join(words for words, *_ in _HEAD_TIMES), "")


def from_minguo(year: pl.Expr) -> pl.Expr:
    """A year as Taiwan counts them, in digits → the calendar's: its year 1 is 1912."""
    return year.cast(pl.Int32) + 1911


def last_month(part: pl.Expr) -> pl.Expr:
    """The month in which a part of the year ends."""
    months = dict(calendar().select("part", "last_month").iter_rows())
    return part.replace_strict(months, default=None, return_dtype=pl.Int32)


def first_month(part: pl.Expr) -> pl.Expr:
    """The month with which a part of the year begins."""
    months = dict(calendar().select("part", "first_month").iter_rows())
    return part.replace_strict(months, default=None, return_dtype=pl.Int32)


def from_january(part: pl.Expr) -> pl.Expr:
    """The stretch from January to the end of a part: Q3 → 9M, -04 → 4M, Q1 → Q1."""
    first = calendar().filter(pl.col("first_month") == 1).sort("part")
    stretches = dict(first.select("last_month", "part").iter_rows())
    return last_month(part).replace_strict(stretches, default=None, return_dtype=pl.String)


def order_of(part: pl.Expr) -> pl.Expr:
    """The quarter in which a part of the year ends; a stretch that is none of it ends last."""
    quarters = dict(calendar().select("part", "quarter").iter_rows())
    return part.replace_strict(quarters | {"OWN": 4}, default=None, return_dtype=pl.Int32)


def was_over(year: pl.Expr, part: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Whether that part of the year had ended by a day: 2025, Q2, 1 July 2025; false if unknown."""
    months = dict(calendar().select("part", "last_month").iter_rows())
    last = part.replace_strict(months, default=12, return_dtype=pl.Int32)
    return (year * 12 + last < day.dt.year() * 12 + day.dt.month()).fill_null(False)


def to_date(part: pl.Expr) -> pl.Expr:
    """The part of the year from January to a part's end: Q3 → 9M, -10 → 10M, H1 → H1."""
    table = calendar().filter(pl.col("first_month") == 1).select("last_month", from_january="part")
    whole = calendar().join(table, on="last_month").select("part", "from_january")
    return part.replace_strict(dict(whole.iter_rows()), default=None, return_dtype=pl.String)


def last_quarter(part: pl.Expr) -> pl.Expr:
    """The quarter with which a half-year, a year or months from January on end: H1 → Q2."""
    longer = calendar().filter(pl.col("last_month") - pl.col("first_month") > 2)
    ends = longer.filter(pl.col("last_month") % 3 == 0).select("part", "quarter").iter_rows()
    return part.replace_strict({name: f"Q{nr}" for name, nr in ends}, default=None)


def read_periods(tokens: pl.Expr) -> list[pl.Expr]:
    """What a period token says, as named expressions.

    year (Int32, null where the words name none); year_offset (去年 → −1) and quarter_offset
    (上季度 → −1) against the article's own period; part: Q1…Q4, H1, H2, 9M (and the other
    months from January on), -10 (a month, measured by itself), FY (the whole year), SAME (去年同期:
    the article's own part), QUARTER (当季: its last quarter), TO_DATE (今年以来: up to its end),
    OWN (a stretch that is none of the calendar's) or null; fiscal: a company's own year (2026财年);
    years: how many a span or list of years has (2012年至2014年 → 3, the year being its first), else
    null; is_estimate: of years that are forecast (2026E); month: of a plain month (10月); day: of a
    date (11月13日 → -11-13). A
    point in time (11月13日, 9月底) has no part; closes: the quarter that a day is the last of.
    back: of which words before it speaks: year (这一年, 当年三季度), month (当月), period (期内);
    in_month: the month of a month, of its end or of a day in it (3月底 → 3);
    month_offset: 上月 → −1, 本月 → 0, as seen from the day of publication.
    """
    text = _in_digits(tokens)
    full_year = text.str.extract(r"((?:19|20)[0-9]{2})")
    ends_in = text.str.extract("^(20)[0-9]{2}/") + text.str.extract("^20[0-9]{2}/([0-9]{2})[^0-9/]")
    short_year = pl.lit("20") + pl.coalesce(
        text.str.extract(
            rf"^(?:FY)?([12][0-9])(?:财|会计|年|E|/|-(?:20)?[0-9]{{2}}[E年]|$|{_CODE})"
        ),
        text.str.extract(rf"^{_CODE}(?:FY)?([12][0-9])$"),
    )
    minguo_year = from_minguo(text.str.extract("^(?:民国)?(1[01][0-9])年"))
    year = pl.coalesce(minguo_year, pl.coalesce(ends_in, full_year, short_year).cast(pl.Int32))
    last_year = pl.lit("20") + text.str.extract(r"[0-9]年?[-/](?:20)?([0-9]{2})(?:E|年)$")
    is_list = ends_in.is_null() & last_year.is_not_null()
    years = pl.when(is_list).then(last_year.cast(pl.Int32) - year + 1)
    # 2021/2023年 are two, and none between.
    torn = text.str.contains("/") & (text.str.count_matches("/") + 1 != years)
    fiscal = text.str.contains("财政?年|会计年|FY|财季|半财年") | ends_in.is_not_null()
    closed = _closed(text)
    return [
        year.alias("year"),
        _year_offset(text).cast(pl.Int32).alias("year_offset"),
        pl.when(text.str.contains("^[上前]1?个?财?季"))
        .then(-1)
        .otherwise(0)
        .alias("quarter_offset"),
        pl.when(torn.fill_null(False))
        .then(pl.lit("OWN"))
        .otherwise(pl.coalesce(closed, _part(text)))
        .alias("part"),
        years.alias("years"),
        text.str.ends_with("E").alias("is_estimate"),
        _day(text).alias("day"),
        text.str.extract(r"(?:年|^)0?((?:3|12)月(?:31[日号]|[底末])|(?:6|9)月(?:30[日号]|[底末]))$")
        .str.extract("^([0-9]+)月")
        .replace_strict({"3": "Q1", "6": "Q2", "9": "Q3", "12": "Q4"}, default=None)
        .alias("closes"),
        text.str.extract(r"(?:年的?|^)([0-9]+)月份?$").str.zfill(2).alias("month"),
        text.str.extract(r"(?:年|^)([0-9]{1,2})月(?:[0-9]{1,2}[日号]|[底末])?$")
        .cast(pl.Int32)
        .alias("in_month"),
        (fiscal & closed.is_null()).alias("fiscal"),
        pl.when(text.str.contains("^(?:[这那]1年|[当同该]年)"))
        .then(pl.lit("year"))
        .when(text == "当月")
        .then(pl.lit("month"))
        .when(text.str.contains("^期[内间]$"))
        .then(pl.lit("period"))
        .alias("back"),
        pl.when(text.str.contains("^上1?个?月$"))
        .then(-1)
        .when(text == "本月")
        .then(0)
        .alias("month_offset"),
    ]


def _in_digits(tokens: pl.Expr) -> pl.Expr:
    """The tokens without blanks, with digits for characters and one sign for every "to"."""
    return (
        tokens.str.replace_many(_DIGITS)
        .str.replace_all(r"\s|的$", "")
        .str.replace_all("([1-9])十([1-9])", "${1}${2}")
        .str.replace_all("([1-9])十", "${1}0")
        .str.replace_all("十([1-9])", "1${1}")
        .str.replace_all("十", "10", literal=True)
        .str.replace_all("[–—~至到]", "-")
    )


def _year_offset(text: pl.Expr) -> pl.Expr:
    return (
        pl.when(text.str.contains("^(?:去年|上年|上1年|前1年|1年[之以]?前|[上前]1?个?财年)"))
        .then(-1)
        .when(text.str.contains("^前年"))
        .then(-2)
        .when(text.str.contains("^(?:明年|次年|[下新]1?个?财年)"))
        .then(1)
        .otherwise(0)
    )


def _closed(text: pl.Expr) -> pl.Expr:
    """The part of the year of a stretch that is told by its last day; null where none is."""
    part = text.str.extract_groups(
        r"(?:年|^)0?([0-9]+)月(?:[0-9]+[日号]|[底末])(?:止的?|的)(?:上述)?"
        r"(?:(3个月|季)|(6个月|半年)|(9个月)|(12个月|(?:财政?|会计)?年度|财年))"
    ).struct
    ends = {
        "2": {"3": "Q1", "6": "Q2", "9": "Q3", "12": "Q4"},
        "3": {"6": "H1", "12": "H2"},
        "4": {"9": "9M"},
        "5": {"12": "FY"},
    }
    return pl.coalesce(
        pl.when(part.field(stretch).is_not_null()).then(
            part.field("1").replace_strict(months, default="OWN")
        )
        for stretch, months in ends.items()
    )


def _day(text: pl.Expr) -> pl.Expr:
    """-11-13 of a date with its day; null where it has none."""
    date = text.str.extract_groups(
        r"^(?:[12][0-9]{3}[-/.]|(?:.*年)?)0?([0-9]{1,2})[-/.月]0?([0-9]{1,2})[日号]?$"
    ).struct
    is_date = text.str.contains(r"^[12][0-9]{3}[-/.][0-9]+[-/.][0-9]+$|月[0-9]+[日号]$")
    day = "-" + date.field("1").str.zfill(2) + "-" + date.field("2").str.zfill(2)
    return pl.when(is_date).then(day)


def _months(text: pl.Expr) -> pl.Expr:
    """The part of the year that a stretch of months is: 7-9月 → Q3, 前8个月 → 8M."""
    spans = {
        f"{first}-{last}": part
        for part, first, last in calendar().select("part", "first_month", "last_month").iter_rows()
    }
    span = text.str.extract_groups("(?:年的?|^)0?([0-9]+)月?份?-0?([0-9]+)月份?$").struct
    stretch = pl.coalesce(
        span.field("1") + "-" + span.field("2"),
        "1-" + text.str.extract("[前头首]([0-9]+)个?月"),
    )
    return pl.when(stretch.is_not_null()).then(stretch.replace_strict(spans, default="OWN"))


def _part(text: pl.Expr) -> pl.Expr:
    """The part of the year that a token in digits names."""
    # Whatever digit a year ends in, it is none of the part's: 2024Q3 is no 4Q.
    rest = text.str.replace("(?:19|20)[0-9]{2}(?:/[0-9]{2})?", "").str.replace(
        rf"^(FY)?[12][0-9]([财会年]|{_CODE})|^({_CODE}(?:FY)?)[12][0-9]$", "${1}${2}${3}"
    )
    last_quarter = rest.str.extract(r"(?:Q1-Q?|(?:^|年|第)1-第?)([2-4])(?:季|$)")
    whole = (
        r"全财?年|年报$|[0-9](?:财政?|会计)?年(?:度)?年?[底末尾终]?$|^FY(?:20)?[0-9]{2}$|E$"
        r"|^(?:去年|上1?年|前1?年|明年|次年|[这那]1年|[当同该]年)度?(?:年?[底末尾终])?$"
        r"|^[上下前本新]1?个?财年|^年$"
    )
    month = rest.str.extract(r"([0-9]+)月份?(?:单月|当月)$").str.zfill(2)
    quarter = rest.str.extract(r"([1-4])(?:财?季|Q)").fill_null(rest.str.extract("Q([1-4])"))
    named = {"首季": "Q1", "次季": "Q2", "末季": "Q4"}
    return (
        pl.when(text.str.contains("同1?[期季时]|此时|这个时|^1年[之以]?前"))
        .then(pl.lit("SAME"))
        # 上一季度 is the one before, and no first.
        .when(text.str.contains("^[上前]1?个?财?季"))
        .then(pl.lit(None, pl.String))
        .when(rest.str.contains("[前头首]3个?季|9M"))
        .then(pl.lit("9M"))
        .when(last_quarter.is_not_null())
        .then(last_quarter.replace_strict({"2": "H1", "3": "9M", "4": "FY"}, default=None))
        .when(month.is_not_null())
        .then("-" + month)
        .when(rest.str.contains("-[0-9]+月|[前头首][0-9]+个?月"))
        .then(_months(rest))
        .when(text.str.contains("^(?:[本当该单]|这1?)财?季|^季内"))
        .then(pl.lit("QUARTER"))
        .when(text.str.contains("^(?:今年|本年|年初)(?:以来|至今|迄今)"))
        .then(pl.lit("TO_DATE"))
        .when(rest.str.contains("上半|H1|1H|^中期|半年度?报|中报$"))
        .then(pl.lit("H1"))
        .when(rest.str.contains("下半|H2|2H"))
        .then(pl.lit("H2"))
        .when(rest.str.contains("[首次末]季"))
        .then(rest.str.extract("([首次末]季)").replace_strict(named, default=None))
        .when(quarter.is_not_null())
        .then("Q" + quarter)
        .when(text.str.contains(whole))
        .then(pl.lit("FY"))
    )
