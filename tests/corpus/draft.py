"""Text and gold side by side: what is said is appended once, and its place is known."""

from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import TypeVar

from opencc import OpenCC

from .words import MANNERS, Number

T = TypeVar("T")

GOLD_COLUMNS = (
    "quote",
    "char_start",
    "char_end",
    "subject",
    "metric",
    "kind",
    "comparison",
    "value",
    "unit",
    "qualifier",
    "period",
)


class _Traditional(dict[str, str]):
    """The grammar's pieces in traditional characters, each converted once."""

    def __missing__(self, piece: str) -> str:
        converted = _converter().convert(piece)
        self[piece] = converted
        return converted


@cache
def _converter() -> OpenCC:
    return OpenCC("s2tw")


_TRADITIONAL = _Traditional()
# The words of a number: too many to keep, and few enough signs to map one by one.
_NUMBER_WORDS = str.maketrans(
    "万亿两点约过将数个个辆间单笔户场报欧币韩门名张页经资间钟对",
    "萬億兩點約過將數個個輛間單筆戶場報歐幣韓門名張頁經資間鐘對",
)


class Draft:
    """An article in the making.

    Attributes:
        rnd: Random numbers in [0, 1); the only source of chance.
        manner: The article's way with numbers.
        traditional: Whether it is written in traditional characters.
        gold: One tuple a figure, in the order of GOLD_COLUMNS.
    """

    def __init__(self, random: Random, traditional: bool):
        self.rnd: Callable[[], float] = random.random
        self.traditional = traditional
        self.manner = MANNERS[int(self.rnd() * len(MANNERS))]
        self.gold: list[tuple[str | int, ...]] = []
        self.length = 0
        self._parts: list[str] = []
        self._paragraph = 0

    def put(self, text: str) -> None:
        if self.traditional:
            text = _TRADITIONAL[text]
        self._parts.append(text)
        self.length += len(text)

    def figure(
        self,
        number: Number,
        subject: str,
        metric: str,
        kind: str,
        comparison: str,
        unit: str,
        period: str,
        sign: str = "",
    ) -> None:
        """A number that is a figure; `sign` is "-" where its words alone would be positive."""
        text, value, qualifier = number
        if self.traditional:
            text = text.translate(_NUMBER_WORDS)
        start = self.length
        self._parts.append(text)
        self.length = end = start + len(text)
        self.gold.append(
            (
                text,
                start,
                end,
                subject,
                metric,
                kind,
                comparison,
                sign + value,
                unit,
                qualifier,
                period,
            )
        )

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self.rnd() * len(choices))]

    def ends_in_percent(self) -> bool:
        return self._parts[-1][-1] in "%％"

    def stop(self) -> None:
        """A sentence's end; a paraphrasing machine now and then leaves a blank before it."""
        self.put(" 。" if self.rnd() < 0.008 else "。")

    def paragraph(self) -> None:
        if self.length > self._paragraph:
            self.put("\n\n")
            self._paragraph = self.length

    def text(self) -> str:
        """The article, with no blank line at its end."""
        return "".join(self._parts).rstrip("\n")
