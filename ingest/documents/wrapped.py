"""Paragraphs that stand in several lines of one width: as e-mail and copies of PDFs have them.

Such lines make one block. Reading joins them: what a line's end cut in two is whole again, and the
blanks in its place stand at the next word's end, so that nothing else moves.
"""

import re

import polars as pl

_NARROWEST, WIDEST = 40, 170
"""Columns of the widest line of a wrapped text, in which a Chinese character takes two."""
_SLACK = 14
"""Columns that a line may leave free, since the number or word behind it did not fit."""
_FEWEST, _SHARE = 3, 0.3
"""Lines that run into the next one in a wrapped text: so many, and this share of all."""
_WIDE = r"[\x{2E80}-\x{9FFF}\x{F900}-\x{FAFF}\x{FE30}-\x{FE6F}\x{FF00}-\x{FFEF}\x{3000}-\x{303F}]"
_ENDED = r"[。！？!?；;：:…][”」』\")）]*$"
_OPENS = (
    r"^(?:[•●◆■▪▶►·・○◎*–—-]|[(（]?[0-9]{1,2}[)）、．]|[0-9]{1,2}\.[^0-9]"
    r"|[一二三四五六七八九十]{1,3}、)"
)
_INNER = "[，,。、；;]"
_MIDST = "[。！？!?][”」』）)]*[^。！？!?”」』）)]"
_BREAK = re.compile(r"[ \t\u3000]*\n[ \t\u3000]*")
_REST = re.compile(r"[^\s，,。；;、：:（(《“「0-9]{0,16}")
_REST_OF_NUMBER = re.compile(r"[0-9.,﹒]+[^\s，,。；;、：:（(《“「0-9]{0,8}")


def with_whole_lines(lines: pl.DataFrame, texts: list[str]) -> pl.DataFrame:
    """Make one line of those that are one paragraph.

    Args:
        lines: article_nr, start, end, line, raw_nr (the line's number in the text), is_indented,
            is_free (whether markup tells no block of it); in reading order.
        texts: The articles' texts.

    Returns:
        The lines; one that is made of several holds their line ends.
    """
    longest = pl.col("line").str.len_chars().max().over("article_nr")
    narrow = lines.select("article_nr", is_narrow=longest <= WIDEST)["is_narrow"]
    parts = lines.filter(narrow).with_columns(is_part=_runs_on()).filter("is_part")
    if parts.is_empty():
        return lines
    parts = parts.select("article_nr", "start", "is_part")
    lines = lines.join(
        parts, on=["article_nr", "start"], how="left", maintain_order="left"
    ).with_columns(pl.col("is_part").fill_null(False))
    # A line belongs to the one before it, if that runs on.
    same = pl.col("is_part").shift(1, fill_value=False)
    whole = (
        lines.with_columns(group=(~same).cast(pl.Int64).cum_sum())
        .group_by("group", maintain_order=True)
        .agg(pl.col(lines.columns).first(), last=pl.col("end").last())
    )
    joined = [
        texts[article][start:last] if is_part else line
        for article, start, last, line, is_part in whole.select(
            "article_nr", "start", "last", "line", "is_part"
        ).iter_rows()
    ]
    return whole.with_columns(line=pl.Series(joined, dtype=pl.String), end="last").select(
        [name for name in lines.columns if name != "is_part"]
    )


def _runs_on() -> pl.Expr:
    """Whether a line goes on in the next one."""
    article = pl.col("article_nr")
    width = pl.col("line").str.len_chars() + pl.col("line").str.count_matches(_WIDE)
    widest = width.max().over(article)
    below = {
        name: pl.col(name).shift(-1).over(article) for name in ("raw_nr", "is_indented", "is_free")
    }
    opens = pl.col("line").shift(-1).over(article).str.contains(_OPENS)
    full = width >= widest - _SLACK
    open_ended = full & ~pl.col("line").str.contains(_ENDED)
    follows = (below["raw_nr"] == pl.col("raw_nr") + 1) & ~below["is_indented"] & below["is_free"]
    runs = (open_ended & follows & ~opens & pl.col("is_free")).fill_null(False)
    # Headlines and items of a list hold no sentence's parts, and no sentence's end in their midst.
    spoken = (runs & pl.col("line").str.contains(_INNER)).sum().over(article)
    midst = (full & pl.col("line").str.contains(_MIDST)).any().over(article)
    enough = midst & (spoken >= _FEWEST) & (spoken >= _SHARE * pl.len().over(article))
    return runs & enough & widest.is_between(_NARROWEST, WIDEST)


def unwrapped(text: str) -> str:
    r"""A paragraph in one line, as long as it was: what a line's end cut in two is whole again.

    Example:
        >>> unwrapped("吞吐量為279萬標準貨櫃單\n位,上升3%")
        '吞吐量為279萬標準貨櫃單位 ,上升3%'
    """
    if "\n" not in text:
        return text
    pieces = []
    reached = 0
    for cut in _BREAK.finditer(text):
        if cut.start() < reached:
            continue
        before, after = text[reached : cut.start()], text[cut.end() :]
        gap = " " * len(cut[0])
        left = text[cut.start() - 1 : cut.start()]
        if re.match("[0-9.,﹒]", left) and re.match("[0-9.,﹒]", after):
            moved = _REST_OF_NUMBER.match(after)
        elif re.match("[A-Za-z]", left) and re.match("[A-Za-z]", after):
            moved = None
        else:
            moved = _REST.match(after)
        rest = moved[0] if moved else ""
        pieces += [before, rest, gap]
        reached = cut.end() + len(rest)
    return "".join([*pieces, text[reached:]])
