"""Numbers that are written in a way of their own → the same in a way that the grammar reads.

三四亿 is 三-四亿, 伍仟元整 is 五千元, 7亿1千1百万 is 71100万, 1角8分 is 0.18元, (20.1)亿元 is
-20.1亿元, 65%+ is 65多%, 2.1亿元(港币) is 港币2.1亿, 1.8k家 is 1.8千家, 13x is 13倍, 8成5 is 8.5成.
What is written so is rare: it is looked for among the distinct tokens, and most of them are left as
they are.
"""

import re
from decimal import Decimal

import polars as pl

ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_PLACES = {"亿": 8, "万": 4, "千": 3, "百": 2, "十": 1}
_FORMAL = dict(zip("壹贰叁叄肆伍陆柒捌玖拾佰仟", "一二三三四五六七八九十百千", strict=True))
_DIGITS = {char: str(nr) for nr, char in enumerate("零一二三四五六七八九")} | {"两": "2", "〇": "0"}
_NEIGHBOURS = "一[二两]|[二两]三|三[四五]|四五|五六|六七|七八|八九"
_NUMERAL = "[零〇一二两三四五六七八九十]"

FORMAL = "[" + "".join(_FORMAL) + "][" + "".join(_FORMAL) + "零万亿]*"
"""A numeral as cheques and contracts have it."""

PARTS = (
    rf"(?:(?:[0-9]+|{_NUMERAL}+)[元块])?(?:[0-9]|{_NUMERAL})角(?:(?:[0-9]|{_NUMERAL})分)?"
    rf"|(?:[0-9]+|{_NUMERAL}+)元(?:[0-9]|{_NUMERAL})分"
)
"""Money in its parts: 1元2角, 1角8分."""

CENTS = rf"每股\p{{Han}}{{0,8}}?(?:{ARABIC}|{_NUMERAL}+)\s?分"
"""An amount per share in cents; 8.5分 elsewhere is a mark."""

_CENTS = rf"^(?:{ARABIC}|{_NUMERAL}+)\s?分$"
_MIXED = rf"^([负+-]?)({ARABIC}\s?[亿万千百十]+[零〇]?[0-9][0-9.,零〇亿万千百十]*)([^0-9]*)$"
_NEIGHBOUR = (
    rf"^(负?(?:百分之|千分之)?)((?:[一二两三四五六七八九]?[十百千])*)({_NEIGHBOURS})([十百千]?)"
    r"([^点一二两三四五六七八九].*)?$"
)
_UNUSUAL = "|".join(
    [
        rf"^[{''.join(_FORMAL)}]",
        r"^\(",
        "[+)]$",
        "[0-9][kx]",
        "成[0-9]$",
        "角|元.分$",
        _CENTS,
        _MIXED,
        "几[十百千]",
        rf"^负?(?:百分之|千分之)?[一二两三四五六七八九十百千]*(?:{_NEIGHBOURS})",
    ]
)


def plainly(tokens: pl.Series) -> pl.DataFrame:
    """Distinct tokens and how the grammar reads them: token, plain (mostly the same).

    Example:
        >>> plainly(pl.Series(["三四亿元", "5亿元"])).rows()
        [('三四亿元', '三-四亿元'), ('5亿元', '5亿元')]
    """
    frame = pl.DataFrame({"token": tokens.unique(maintain_order=True)})
    unusual = frame.filter(pl.col("token").str.contains(_UNUSUAL))
    plain = pl.Series("plain", [_plain(token) for token in unusual["token"]], pl.String)
    return (
        frame.join(unusual.with_columns(plain), on="token", how="left", maintain_order="left")
        .with_columns(plain=pl.coalesce("plain", "token"))
        .select("token", "plain")
    )


def _plain(token: str) -> str:
    """One token, plainly."""
    if currency := re.fullmatch(r"(.*?)[元圆块]?\(([^()0-9]+)\)", token):
        return currency[2] + currency[1]
    if token.startswith("("):
        return "-" + token.replace("(", "", 1).replace(")", "", 1)
    if short := re.fullmatch(rf"([+-]?{ARABIC})([kx])([^0-9]*)", token):
        return short[1] + {"k": "千", "x": "倍"}[short[2]] + short[3]
    if tenths := re.fullmatch("([0-9])成([0-9])", token):
        return f"{tenths[1]}.{tenths[2]}成"
    if token[0] in _FORMAL:
        token = "".join(_FORMAL.get(char, char) for char in token).removesuffix("整")
    if token.endswith("+"):
        more = re.fullmatch(rf"([+-]?{ARABIC})([^0-9]*)\+", token)
        return f"{more[1]}多{more[2]}" if more else token.removesuffix("+")
    if re.search("角|元.分$", token) or re.search(_CENTS, token):
        return _money(token)
    token = re.sub("([一二两三四五六七八九十百千])几[十百千]", r"\1多", token)
    if near := re.match(_NEIGHBOUR, token):
        before, lead, pair, place, rest = (part or "" for part in near.groups())
        low, high = pair[0], pair[1]
        return f"{before}{lead}{low}{place}-{lead}{high}{place}{rest}" if before or rest else token
    if mixed := re.match(_MIXED, token):
        return mixed[1] + _sum(mixed[2].replace(" ", "")) + mixed[3]
    return token


def _money(token: str) -> str:
    """1元2角5分 → 1.25元."""
    value = Decimal(0)
    for numeral, unit in re.findall(rf"({ARABIC}|{_NUMERAL}+)\s?([元块角分])", token):
        digits = "".join(_DIGITS.get(char, char) for char in _ten(numeral)).replace(",", "")
        value += Decimal(digits) * {"角": Decimal("0.1"), "分": Decimal("0.01")}.get(unit, 1)
    return f"{value.normalize():f}元"


def _ten(numeral: str) -> str:
    """十二 → 一二, 二十 → 二零, 二十五 → 二五."""
    numeral = re.sub("(?<=[一二两三四五六七八九])十(?=[一二两三四五六七八九])", "", numeral)
    numeral = re.sub("^十(?=[一二两三四五六七八九])", "一", numeral)
    numeral = re.sub("(?<=[一二两三四五六七八九])十$", "零", numeral)
    return "一零" if numeral == "十" else numeral


def _sum(amount: str) -> str:
    """7亿1千1百万 → 71100万: one numeral, of the last magnitude that the amount has.

    What does not go down from place to place (3万50000) stays as it is, and has no reading.
    """
    total, power, floor = Decimal(0), 0, 99
    pieces = re.findall(rf"({ARABIC})\s?([亿万千百十]*)", amount)
    for nr, (numeral, places) in enumerate(pieces):
        power = sum(_PLACES[place] for place in places)
        # 1千1百万: the 万 is of both.
        later = "".join(names for _, names in pieces[nr + 1 :])
        if places and not set(places) & {"万", "亿"}:
            larger = next((place for place in later if place in "万亿"), "")
            power += _PLACES.get(larger, 0)
        value = Decimal(numeral.replace(",", "")).scaleb(power)
        if value >= Decimal(1).scaleb(floor):
            return amount
        total, floor = total + value, power
    names = {8: "亿", 7: "千万", 6: "百万", 5: "十万", 4: "万", 3: "千", 2: "百"}
    last = power if power in names else 0
    decimals = len(pieces[-1][0].partition(".")[2])
    return f"{total.scaleb(-last):.{decimals}f}" + names.get(last, "")
