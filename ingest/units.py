"""The unit that words beside a number give it: 单位：万元, （亿元）, (元/股), RMB'000.

A unit is said in words of its own where numbers stand alone: in a table's caption or heads, and in
the bracket behind a metric (营业收入（万元）116,012.5).
"""

import re
from functools import cache
from typing import NamedTuple

from ingest.characters import plain
from ingest.vocabulary import units

_MAGNITUDES = {
    "万亿": "万亿", "千亿": "千亿", "百亿": "百亿", "十亿": "十亿", "亿": "亿", "千万": "千万",
    "仟万": "千万", "百万": "百万", "佰万": "百万", "十万": "十万", "万": "万",
    "千": "千", "仟": "千", "billions": "十亿", "billion": "十亿", "bn": "十亿",
    "millions": "百万", "million": "百万", "mn": "百万", "thousands": "千", "thousand": "千",
    "'000": "千", "’000": "千", "k": "千",
}  # fmt: skip
_POINTS = ["个百分点", "百分点", "个基点", "基点", "pct", "ppts", "ppt", "pp", "bps", "bp"]


def _any(words: "list[str]") -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


class _Grammar(NamedTuple):
    words: str
    """What a unit is written with, whole; three groups: currency, magnitude, name."""
    shape: re.Pattern[str]
    line: re.Pattern[str]
    bracket: re.Pattern[str]


@cache
def _grammar() -> _Grammar:
    table = units()
    currency = _any([*table.filter("prefix")["alias"].to_list(), "RMB", "人民币"])
    name = _any([*table["alias"].to_list(), *_POINTS])
    magnitude = _any(list(_MAGNITUDES))
    parts = (
        rf"({currency})?\s?(?:in\s)?({magnitude})?\s?({name})?(?:\s?[/每]\s?(?:股|美国存托股|ADS))?"
    )
    free = re.sub(r"(?<!\\)\((?!\?)", "(?:", parts)
    ends = r"(?:(?=币种)|(?![\u4e00-\u9fff]))"
    beside = rf"(?:\s?[,，;；]?\s*币种\s?[:：]\s?({currency}))?"
    said = rf"(?:计量|金额|货币)?单位\s?[:：为]?\s?({free}){ends}{beside}"
    stated = rf"以\s?({free})\s?(?:计|为单位|列示|列报|呈列|表示)"
    return _Grammar(
        free,
        re.compile(parts, re.IGNORECASE),
        re.compile(rf"{said}|{stated}", re.IGNORECASE),
        re.compile(rf"[(\[]\s?(?:单位\s?[:：]\s?)?({free})\s?(?:,[^()]*)?[)\]]", re.IGNORECASE),
    )


def unit_pattern() -> str:
    """A regular expression (it may match nothing) of the words of a unit, in `plain` text."""
    return _grammar().words


def unit_of(words: str) -> str | None:
    """What a word or two mean as a unit, in the words that follow a number; None if they are none.

    Example:
        >>> unit_of("人民幣百萬元"), unit_of("元/股"), unit_of("RMB'000"), unit_of("合并口径")
        ('百万人民币元', '元', '千RMB', None)
    """
    found = _grammar().shape.fullmatch(plain(words).strip())
    if not found or not any(found.groups()):
        return None
    currency, magnitude, name = (group or "" for group in found.groups())
    # 万 of an alias is a magnitude all the same; 十 and 百 alone number items.
    scale = _MAGNITUDES.get(magnitude.lower(), "")
    if currency and name and name not in {"元", "圆"}:
        return None
    return scale + _money(currency, name)


def _money(currency: str, name: str) -> str:
    """The currency's name: 元 in renminbi is 人民币元, in Hong Kong dollars 港币."""
    if not currency:
        return name
    return "人民币元" if currency == "人民币" and name else currency


def unit_said(words: str) -> str | None:
    """The unit that a caption, a head, or a line before a table tells; as `unit_of`.

    Example:
        >>> unit_said("主要会计数据 单位：万元 币种：人民币"), unit_said("（人民币千元）")
        ('万人民币元', '千人民币元')
        >>> unit_said("每股收益（元/股）"), unit_said("毛利率 (%)"), unit_said("收入（未经审计）")
        ('元', '%', None)
    """
    text = plain(words).strip()
    line = _grammar().line.search(text)
    if line:
        said = line[1] or line[3] or ""
        own = unit_of(said) if said else None
        # 单位：元 币种：人民币
        if own and line[2] and own.endswith("元"):
            return own.removesuffix("元") + _money(line[2], "元")
        if own:
            return own
    brackets = [unit_of(found[1]) for found in _grammar().bracket.finditer(text) if found[1]]
    known = next((unit for unit in brackets[::-1] if unit), None)
    if known:
        return known
    return unit_of(text)


def without_unit(words: str) -> str:
    """A head without the bracket that tells its unit.

    Example:
        >>> without_unit("基本每股收益（元/股）"), without_unit("营业收入（合并口径）")
        ('基本每股收益', '营业收入（合并口径）')
    """
    text = plain(words)
    pieces, reached = [], 0
    for found in _grammar().bracket.finditer(text):
        if found[1] and unit_of(found[1]):
            pieces.append(words[reached : found.start()])
            reached = found.end()
    return "".join([*pieces, words[reached:]]).strip()
