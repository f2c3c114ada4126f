"""Character for character: traditional to simplified, full width to half width.

Every offset in a text so normalised is an offset in the text as it was written.
"""

import unicodedata
from functools import cache
from itertools import chain

import opencc

OPEN, CLOSE = "\x01", "\x02"
"""Control characters that fence matches; a normalised text holds none."""

_LOOKALIKES = {
    "\u3000": " ", "\xa0": " ", "\t": " ", "％": "%", "﹪": "%", "～": "~", "〜": "~",
    "−": "-", "﹣": "-", "﹒": ".", "﹐": ",", "﹑": "、", "﹕": "：", "﹔": "；",
    "﹢": "+", "﹩": "$", "‧": "·", "彔": "录", OPEN: " ", CLOSE: " ", "–": "-",
}  # fmt: skip


@cache
def characters() -> dict[str, str]:
    """Character → character: traditional to simplified, full-width to half-width."""
    ideographs = [chr(code) for code in range(0x3400, 0xA000)]
    simplified = opencc.OpenCC("t2s").convert("\n".join(ideographs)).split("\n")
    mapping = {old: new for old, new in zip(ideographs, simplified, strict=True) if old != new}
    # ，；：（） keep their width: a full-width comma never groups thousands.
    mapping |= {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    for punctuation in "，；：":
        del mapping[punctuation]
    # Decimal digits of other scripts (٣, 𝟑) have one value each.
    scripts = map(chr, chain(range(0x660, 0xAC00), range(0x1D7CE, 0x1D800)))
    mapping |= {char: str(unicodedata.decimal(char)) for char in scripts if char.isdecimal()}
    return mapping | _LOOKALIKES


@cache
def _table() -> dict[int, str]:
    return {ord(old): new for old, new in characters().items()}


def plain(text: str) -> str:
    """One text normalised; `clauses.normalise` does the same to a column.

    Example:
        >>> plain("單位：人民幣百萬元（％）")
        '单位：人民币百万元(%)'
    """
    return text.translate(_table())
