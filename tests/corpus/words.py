"""How numbers are written: 355.54亿元, 三千八百五十亿, 百分之六十九点九, 近八成, 3千万, 超过2亿.

Numbers are integers times a power of ten from end to end, so a printed number and its gold are the
same digits; nothing is a float.
"""

from collections.abc import Callable
from typing import NamedTuple


class Number(NamedTuple):
    """A number as written.

    text: the words, qualifier included.
    value: what they state in the base unit, as an exact decimal.
    qualifier: eq, gt, lt, approx or range.
    """

    text: str
    value: str
    qualifier: str


class Manner(NamedTuple):
    """An article's habits: shares (0 to 1) of its numbers that are written in each way."""

    hanzi: float  # 三千八百五十亿
    spaced: float  # 355.54 亿元
    wide: float  # ３５５.５４亿元
    mixed: float  # 3千万
    hedged: float  # 超过, 近, 约, 不足, 多
    commas: bool  # 1,152.7亿元


MANNERS = (
    [Manner(0.01, 0.02, 0.001, 0.01, 0.10, False)] * 10
    + [Manner(0.0, 0.0, 0.0, 0.0, 0.06, True)] * 2
    + [Manner(0.03, 0.9, 0.0, 0.02, 0.12, False)] * 2
    + [Manner(0.55, 0.2, 0.01, 0.05, 0.12, False)] * 2
    + [Manner(0.15, 0.1, 0.02, 0.08, 0.25, False)] * 2
    + [Manner(0.02, 0.05, 0.9, 0.02, 0.08, False)]
)

_DIGITS = "零一二三四五六七八九"
_WIDE = str.maketrans("0123456789%", "０１２３４５６７８９％")
_POWERS = ((12, "万亿"), (8, "亿"), (4, "万"), (0, ""))


def round_half_up(numerator: int, denominator: int) -> int:
    """The nearest integer to a ratio of positive integers."""
    return (2 * numerator + denominator) // (2 * denominator)


def decimal(digits: int, places: int) -> str:
    """digits × 10^-places as the shortest exact decimal: 142, 3 → 0.142."""
    sign = "-" if digits < 0 else ""
    text = str(abs(digits))
    if places <= 0:
        return sign + text + "0" * (-places if digits else 0)
    text = text.rjust(places + 1, "0")
    whole, part = text[:-places], text[-places:].rstrip("0")
    return f"{sign}{whole}.{part}" if part else sign + whole


def fixed(digits: int, places: int) -> str:
    """digits × 10^-places with all its places: 280, 1 → 28.0."""
    if not places:
        return str(digits)
    text = str(digits).rjust(places + 1, "0")
    return f"{text[:-places]}.{text[-places:]}"


def hanzi(number: int) -> str:
    """An integer below 10^8 in Chinese numerals: 10800 → 一万零八百."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return hanzi(high) + "万" + gap + (hanzi_below_myriad(low) if low else "")
    return hanzi_below_myriad(number) if number else "零"


def hanzi_below_myriad(number: int) -> str:
    out, gap = "", False
    for power, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            out += ("零" if gap and out else "") + _DIGITS[digit] + sign
            gap = False
        else:
            gap = True
    return out[1:] if out.startswith("一十") else out


def _hanzi_fixed(text: str) -> str:
    whole, _, part = text.partition(".")
    spoken = hanzi(int(whole))
    return spoken + "点" + "".join(_DIGITS[int(d)] for d in part) if part else spoken


def _with_commas(text: str) -> str:
    whole, point, part = text.partition(".")
    return f"{int(whole):,}{point}{part}"


def _dressed(digits: int, places: int, tail: str, manner: Manner, rnd: Callable[[], float]) -> str:
    """Digits and the words after them, in one of the article's manners."""
    text = fixed(digits, places)
    at = rnd()
    if at < manner.hanzi and (not places or digits < 1000 * 10**places):
        return _hanzi_fixed(text) + tail
    at -= manner.hanzi
    if manner.commas and digits >= 1000 * 10**places:
        return _with_commas(text) + tail
    if 0 <= at < manner.spaced and tail:
        return f"{text} {tail}"
    at -= manner.spaced
    if 0 <= at < manner.wide:
        return text.translate(_WIDE) + tail
    return text + tail


def _power(value: int, rnd: Callable[[], float]) -> tuple[int, str]:
    if value >= 10**12 and rnd() < 0.5:
        return _POWERS[0]
    if value >= 10**8:
        return _POWERS[1]
    if value >= 3 * 10**7 and rnd() < 0.08:
        return _POWERS[1]
    return _POWERS[2] if value >= 10**4 else _POWERS[3]


_ABOVE = ("超过", "超", "突破", "逾", "超过了", "突破了")
_BELOW = ("不足", "不到")
_NEAR = ("近", "将近", "接近")
_ABOUT = ("约", "大约", "约为")


def quantity(
    value: int,
    places: int,
    unit: str,
    manner: Manner,
    rnd: Callable[[], float],
    fine: int = 2,
    hedge: bool = True,
) -> Number:
    """A non-negative amount or count.

    Args:
        value: In 10^-places of the base unit.
        places: Decimal places that `value` carries.
        unit: The words after it: 元, 亿美元's 美元, 家.
        manner: The article's habits.
        rnd: Random numbers in [0, 1).
        fine: The most decimals beside 亿 or 万.
        hedge: Whether 超过, 近, 约 and the like may stand with it.
    """
    base = value // 10**places
    if not places and base < 10_000:
        power, sign = 0, ""
        decimals = 0
    elif base < 10_000:
        power, sign = 0, ""
        decimals = places
    else:
        power, sign = _power(base, rnd)
        big = base // 10**power
        decimals = fine if big < 100 else (1 if big < 10_000 else 0)
        decimals = min(decimals, power)
        if decimals and rnd() < 0.35:
            decimals -= 1
        if big == 0 or power == 12 or (big >= 10 and fine > 1 and rnd() < 0.12):
            decimals = 2
    if hedge and rnd() < manner.hedged and base >= 100:
        return _hedged(base, power, sign, unit, manner, rnd)
    unit_step = 10 ** (power + places - decimals) if power + places > decimals else 1
    digits = round_half_up(value, unit_step)
    while decimals and digits % 10 == 0 and rnd() < 0.8:
        digits //= 10
        decimals -= 1
    exact = decimal(digits, decimals - power)
    if (
        power == 4
        and not decimals
        and digits % 1000 == 0
        and rnd() < manner.mixed * 6
        and digits < 10_000
    ):
        return Number(f"{digits // 1000}千万{unit}", exact, "eq")
    return Number(_dressed(digits, decimals, sign + unit, manner, rnd), exact, "eq")


def _hedged(
    base: int, power: int, sign: str, unit: str, manner: Manner, rnd: Callable[[], float]
) -> Number:
    """超过350亿元 for 355.54亿元: two or three figures kept, and the truth on the right side."""
    text = str(base)
    keep = 3 if text[0] in "12" else 2
    step = 10 ** (len(text) - keep)
    low = base // step * step
    high = low if low == base else low + step
    at = rnd()
    if low == base or at < 0.40:
        low -= step if low == base else 0
        number, qualifier = low, "gt"
    elif at < 0.52:
        number, qualifier = high, "lt"
    elif at < 0.72:
        number, qualifier = high, "approx"
    else:
        number, qualifier = round_half_up(base, step) * step, "approx"
    # 355亿 and 3.5亿: as many decimals beside 亿 as the number needs.
    decimals = max(0, power - (len(str(number)) - len(str(number).rstrip("0"))))
    digits = number // 10 ** (power - decimals)
    exact = str(number)
    written = fixed(digits, decimals)
    if qualifier == "gt":
        many = rnd()
        if not decimals and digits >= 10 and digits % 10 == 0 and many < 0.3:
            extra = "多" if many < 0.15 or sign else "余"
            return Number(f"{written}{extra}{sign}{unit}", exact, "gt")
        if many < 0.42:
            return Number(f"{written}{sign}{unit}以上", exact, "gt")
        cue = _ABOVE[int(rnd() * len(_ABOVE))]
    elif qualifier == "lt":
        cue = _BELOW[int(rnd() * len(_BELOW))]
    elif at < 0.72:
        cue = _NEAR[int(rnd() * len(_NEAR))]
    else:
        if rnd() < 0.4:
            return Number(f"{written}{sign}{unit}左右", exact, "approx")
        cue = _ABOUT[int(rnd() * len(_ABOUT))]
    return Number(cue + _dressed(digits, decimals, sign + unit, manner, rnd), exact, qualifier)


def percent(
    numerator: int,
    denominator: int,
    manner: Manner,
    rnd: Callable[[], float],
    hedge: bool = True,
    tenths: bool = False,
    decimals: int | None = None,
) -> Number:
    """A ratio of non-negative integers: 14.2%, 百分之十四点二, 近八成, 超过30%.

    `value` is the ratio (0.142). `tenths` admits 成, which is said of shares; `decimals` fixes
    the places, which a list of shares has in common.
    """
    per_mille = numerator * 1000 // denominator
    at = rnd()
    if hedge and at < manner.hedged and per_mille >= 30:
        if tenths and 95 <= per_mille < 960 and at < manner.hedged * 0.4:
            return _in_tenths(per_mille, rnd)
        return _hedged_percent(numerator, denominator, manner, rnd)
    if decimals is None:
        at = rnd()
        decimals = 1 if at < 0.68 else (2 if at < 0.84 else 0)
        if per_mille >= 1000:
            decimals = min(decimals, 1)
    digits = round_half_up(numerator * 10 ** (2 + decimals), denominator)
    while not digits and decimals < 4:
        decimals += 1
        digits = round_half_up(numerator * 10 ** (2 + decimals), denominator)
    while decimals and digits % 10 == 0 and rnd() < 0.7:
        digits //= 10
        decimals -= 1
    exact = decimal(digits, decimals + 2)
    if rnd() < manner.hanzi:
        return Number("百分之" + _hanzi_fixed(fixed(digits, decimals)), exact, "eq")
    at = rnd()
    text = fixed(digits, decimals)
    if manner.commas and digits >= 1000 * 10**decimals:
        text = _with_commas(text)
    text += " %" if at < manner.spaced * 0.15 else "%"
    if rnd() < manner.wide:
        text = text.translate(_WIDE)
    return Number(text, exact, "eq")


def _in_tenths(per_mille: int, rnd: Callable[[], float]) -> Number:
    low, rest = divmod(per_mille, 100)
    if low and rest < 40:
        cue = ("超", "超过", "逾")[int(rnd() * 3)]
        return Number(f"{cue}{_tenth(low)}成", decimal(low, 1), "gt")
    if low and 45 <= rest < 55:
        return Number(f"约{_tenth(low)}成半", decimal(low * 10 + 5, 2), "approx")
    near = low + 1
    cue = ("近", "将近", "接近")[int(rnd() * 3)]
    return Number(f"{cue}{_tenth(near)}成", decimal(near, 1), "approx")


def _tenth(digit: int) -> str:
    return "两" if digit == 2 else hanzi(digit)


def _hedged_percent(
    numerator: int, denominator: int, manner: Manner, rnd: Callable[[], float]
) -> Number:
    whole = numerator * 100 // denominator
    at = rnd()
    if at < 0.45:
        number, qualifier, cue = whole, "gt", _ABOVE[int(rnd() * 4)]
        if cue == "突破":
            cue = "超过"
    elif at < 0.55:
        number, qualifier, cue = whole + 1, "lt", _BELOW[int(rnd() * 2)]
    elif at < 0.75:
        number, qualifier, cue = whole + 1, "approx", _NEAR[int(rnd() * 3)]
    else:
        number, qualifier = round_half_up(numerator * 100, denominator), "approx"
        cue = "约"
        if rnd() < 0.4:
            return Number(f"{number}%左右", decimal(number, 2), "approx")
    if rnd() < manner.hanzi:
        return Number(f"{cue}百分之{hanzi(number)}", decimal(number, 2), qualifier)
    return Number(f"{cue}{number}%", decimal(number, 2), qualifier)


def points(numerator: int, denominator: int, manner: Manner, rnd: Callable[[], float]) -> Number:
    """A difference of two ratios, itself a ratio of non-negative integers, in percentage points."""
    decimals = 2 if rnd() < 0.12 else 1
    digits = round_half_up(numerator * 10 ** (2 + decimals), denominator)
    if not digits:
        decimals, digits = 3, max(1, round_half_up(numerator * 10**5, denominator))
    while decimals and digits % 10 == 0 and rnd() < 0.8:
        digits //= 10
        decimals -= 1
    return Number(
        _dressed(digits, decimals, "个百分点", manner, rnd), decimal(digits, decimals), "eq"
    )


def multiple(numerator: int, denominator: int, rnd: Callable[[], float]) -> Number | None:
    """Growth of at least a half as multiples (增长的 1.5倍, 翻一番); None where it would not fit.

    The words follow 增长 or 增加, except 翻: see `doubled`.
    """
    tenths = round_half_up(numerator * 10, denominator)
    if tenths < 11:
        return None
    text = f"{fixed(tenths, 1).removesuffix('.0')}倍"
    if tenths % 10 == 0 and rnd() < 0.5 and tenths < 100:
        text = ("两" if tenths == 20 else hanzi(tenths // 10)) + "倍"
    return Number(text, decimal(tenths, 1), "eq")


def doubled(numerator: int, denominator: int, rnd: Callable[[], float]) -> Number | None:
    """翻一番, 翻倍: growth of 100 %, exactly as printed or a little more."""
    hundredths = round_half_up(numerator * 100, denominator)
    if hundredths == 100:
        return Number(("翻了一番", "翻倍", "翻了一倍", "翻番")[int(rnd() * 4)], "1", "eq")
    if 100 < hundredths < 140:
        return Number(("翻了一番多", "翻了一倍多")[int(rnd() * 2)], "1", "gt")
    return None
