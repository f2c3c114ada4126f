"""Bytes → text: the encoding, what no reader sees, the script."""

import codecs
import re
from functools import cache

import polars as pl
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
_FORMATS = {
    b"PK\x03\x04": "a zip archive or an Office file",
    b"\x1f\x8b": "a gzip archive",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"{\\rtf": "a file in Rich Text Format",
}
_IDEOGRAPH, _KANA = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[\u3041-\u30fa]")
_KANA_SHARE = 0.3
"""Kana to an ideograph that a Chinese text has at most (の in a brand)."""
_SCRIPT_SAMPLE = 20_000
_CHINESE = ("gb18030", "big5", "big5hkscs")
_COMMON = 0.7
"""Share of common characters in what is decoded as it was meant."""
_FEW_ERRORS = 3
_ASCII = re.compile(r"[\x00-\x7f]+")
_SAMPLE = 4096
"""Characters that are enough to tell an encoding or a script."""


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: UTF-8, UTF-16, GB18030 or Big5."""
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise _broken(error) from error
    for signature, kind in _FORMATS.items():
        if data.startswith(signature):
            raise Rejected(
                "binary", f"byte 0: is the beginning of {kind}. Give the text that is in it."
            )
    if b"\0" in data:
        found = _wide(data)
        if found is None:
            at = data.index(b"\0")
            raise Rejected("binary", f"byte {at}: is 0, so this is no text. Give a text file.")
        return found
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError as error:
        found = _guess(data)
        if found is None:
            raise _broken(_most_likely(data) or error) from error
        return found


def _wide(data: bytes) -> tuple[str, str] | None:
    """The text of UTF-16 without its mark, if the bytes make sense as that."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _commonness(text) > _COMMON and "\0" not in text:
            return text, encoding
    return None


def _broken(error: UnicodeDecodeError) -> Rejected:
    return Rejected(
        "undecodable",
        f"byte {error.start}: is neither UTF-8 nor UTF-16, GB18030 or Big5. Save it as UTF-8.",
    )


def _guess(data: bytes) -> tuple[str, str] | None:
    """The text in the Chinese encoding that makes the most sense of the bytes, if one does.

    Several can often decode them, so the commoner characters win: what is decoded wrongly comes
    out in rare ones. What a page says of its own encoding is as often wrong.
    """
    found = []
    for encoding in _CHINESE:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        found.append((_commonness(text), text, encoding))
    commonness, text, encoding = max(found, key=lambda one: one[0], default=(0.0, "", ""))
    return (text, encoding) if commonness > _COMMON else None


def _most_likely(data: bytes) -> UnicodeDecodeError | None:
    """The first error in the encoding that all but a few bytes are in."""
    errors = []
    for encoding in ("utf-8", *_CHINESE):
        try:
            data.decode(encoding)
        except UnicodeDecodeError as error:
            text = data.decode(encoding, "replace")
            if text.count("\ufffd") <= _FEW_ERRORS:
                errors.append((_commonness(text), error))
    best = max(errors, key=lambda one: one[0], default=None)
    return best[1] if best and best[0] > _COMMON else None


def _commonness(text: str) -> float:
    """How many of the wide characters are among GB 2312's signs and 3,755 commonest characters."""
    # A page may begin with much that is not wide.
    sample = _ASCII.sub("", text)[:_SAMPLE]
    wide = _converter("t2s").convert(sample)
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


def is_chinese(text: str) -> bool:
    """Whether a text is in Chinese: it has ideographs, and not the kana of Japanese among them.

    Example:
        >>> is_chinese("收入5亿元"), is_chinese("Revenue rose"), is_chinese("売上高は増加した")
        (True, False, False)
    """
    ideographs = len(_IDEOGRAPH.findall(text[:_SCRIPT_SAMPLE])) or len(_IDEOGRAPH.findall(text))
    kana = len(_KANA.findall(text[:_SCRIPT_SAMPLE]))
    return ideographs > 0 and kana <= ideographs * _KANA_SHARE


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
