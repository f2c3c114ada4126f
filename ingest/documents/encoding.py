"""Bytes → text: the encoding, what no reader sees, the script."""

import codecs
import re
from functools import cache

import polars as pl
from charset_normalizer import CharsetMatch, from_bytes
from opencc import OpenCC

from ingest.documents.schema import Rejected

# What no reader sees: zero-width characters, marks of direction, and control characters but for
# line end and tab. They are dropped, so a number that hides one is whole, and no text holds what
# a terminal obeys.
INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202d\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f]+"
)
# Behind this one, 5.2 is shown as 2.5. Which of them was meant nobody can tell.
REVERSAL = "\u202e"
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_SAMPLE = 4096
"""Characters that are enough to tell an encoding or a script."""


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: UTF-8, UTF-16 with its mark, GB18030 or Big5."""
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise _broken(error) from error
    if b"\0" in data:
        at = data.index(b"\0")
        raise Rejected("binary", f"byte {at}: is 0, so this is no text. Give a text file.")
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError as error:
        match = _guess(data)
        if match is None:
            raise _broken(error) from error
        return str(match), match.encoding


def _broken(error: UnicodeDecodeError) -> Rejected:
    return Rejected(
        "undecodable",
        f"byte {error.start}: is neither UTF-8 nor UTF-16, GB18030 or Big5. Save it as UTF-8.",
    )


def _guess(data: bytes) -> CharsetMatch | None:
    """The Chinese encoding that makes the most sense of the bytes, if one does.

    charset-normalizer says which of them can be decoded at all. Both often can, and on a short
    text its own order of them is little better than chance, so the commoner characters win: what
    is decoded wrongly comes out in rare ones.
    """
    matches = from_bytes(data, cp_isolation=["gb18030", "big5", "big5hkscs"], threshold=1.0)
    best = max(matches, key=lambda match: _commonness(str(match)), default=None)
    return best if best and _commonness(str(best)) > 0.7 else None


def _commonness(text: str) -> float:
    """How many of the wide characters are among GB 2312's signs and 3,755 commonest characters."""
    wide = [c for c in _converter("t2s").convert(text[:_SAMPLE]) if not c.isascii()]
    # Rows below 0xD8 of GB 2312 hold the signs and, by use, the commoner half of the characters.
    common = sum(c.encode("gb2312", "replace")[0] in range(0xA1, 0xD8) for c in wide)
    return common / max(1, len(wide))


@cache
def _converter(direction: str) -> OpenCC:
    return OpenCC(direction)


@cache
def _script(direction: str) -> str:
    """A pattern of the characters that a conversion (t2s | s2t) would change."""
    ideographs = "".join(map(chr, range(0x3400, 0xA000)))
    converted = "".join(_converter(direction).convert(char)[:1] for char in ideographs)
    changed = (a for a, b in zip(ideographs, converted, strict=True) if a != b)
    return f"[{''.join(changed)}]"


def language() -> pl.Expr:
    """The script of `text`: zh-Hans or zh-Hant, by which conversion changes less; else `und`."""
    sample = pl.col("text").str.slice(0, _SAMPLE)
    return (
        pl.when(~sample.str.contains(r"[\u3400-\u9fff]"))
        .then(pl.lit("und"))
        .when(sample.str.count_matches(_script("t2s")) > sample.str.count_matches(_script("s2t")))
        .then(pl.lit("zh-Hant"))
        .otherwise(pl.lit("zh-Hans"))
    )


_BLANK = r"[ \t\u00a0\u3000]"


def normalise(text: str) -> str:
    """One kind of line end, nothing invisible, no blanks at line ends; all else as it stands."""
    text = INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    # A stretch of blanks is tried once, at its beginning, or a long one would take its square.
    return re.sub(rf"(?<!{_BLANK}){_BLANK}+$", "", text, flags=re.MULTILINE).strip("\n")


def one_line(text: str) -> str:
    """A text without what a reader does not see, and with single blanks."""
    return " ".join(INVISIBLE.sub("", text).replace(REVERSAL, "").split())
