"""The company that an article is about and no dictionary holds, by how the article introduces it.

A name has no mark of its own in Chinese; where it begins and ends is told by what stands around it:
a stock code in brackets, 证券简称, a colon after the first words of the title, or the report that
it presents.
"""

import polars as pl

from ingest.clauses import find_words, normalise
from ingest.vocabulary import cue, metric_terms, subject_terms

_LETTER = r"[\p{Han}A-Za-z]"
_NAME = r"[\p{Han}A-Za-z0-9·&]"
_WORDS = r"[A-Z][A-Za-z&.]+(?: [A-Z][A-Za-z&.]+){1,3}|"
_CODE = (
    r"(?:(?:SH|SZ|HK|BJ)\s?[0-9]{4,6}|[0-9]{4,6}(?:\.(?:SH|SS|SZ|HK|BJ|TW|TWO))?"
    r"|(?:NASDAQ|NYSE|HKEX|SEHK|纳斯达克|纽交所|港交所|上交所|深交所|美股|港股)\s?[:：]\s?[A-Z0-9.]{1,8}"
    r"|[A-Z]{1,5}\.(?:US|N|O|OQ))"
)
_CODED = rf"({_WORDS}{_LETTER}{_NAME}{{1,15}}) ?\([^()]{{0,12}}?{_CODE}[^()]{{0,24}}\)"
_SHORT_NAME = rf"(?:证券|股票|公司)简称\s?[:：]\s?({_WORDS}{_LETTER}{_NAME}{{1,7}})"
_WHEN = r"(?:(?:19|20)?[0-9]{2}年|第?[一二三四1-4]季|前三季|[上下]半年|半年|中期|全年|[QH][1-4]|FY)"
_PRESENTS = r"(?:发布|公布|披露|交出|发表|公告|晒出|递交|端出)"
_REPORT = r"(?:年报|[一三]季报|中报|财报|业绩|营收|净利)"
_OF_TITLE = rf"^({_WORDS}{_LETTER}{_NAME}{{1,9}}?)(?:[:：]|{_WHEN}|{_PRESENTS}|{_REPORT})"
_OF_TEXT = (
    rf"(?:^|[,，。;；\s\]】])({_WORDS}{_LETTER}{_NAME}{{1,13}}?)(?:正式|对外|如期)?{_PRESENTS}了?"
    rf"[^,，。;；]{{0,24}}?{_REPORT}"
)
_INTRODUCTIONS = {
    "short": ("text", _SHORT_NAME),
    "coded": ("text", _CODED),
    "titled": ("title", _OF_TITLE),
    "presented": ("body", _OF_TEXT),
}
_OPENING = 400
"""Characters in which an article has said whose it is."""


def introduced(articles: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Companies that articles are about and no dictionary holds.

    Args:
        articles: title and text, in the order that article_nr counts.
        known: article_nr of the articles that name a company of the dictionary in their title.

    Returns:
        article_nr, own_name and alias: the name, and the words for it in the article, the name
        itself and what its title makes of it (国泰 of 国泰航空); one row a word.
    """
    said = (
        articles.select("title", "text", article_nr=pl.int_range(pl.len(), dtype=pl.UInt32))
        .join(known, on="article_nr", how="anti")
        .with_columns(
            title=normalise(pl.col("title").str.strip_chars().fill_null("")),
            text=normalise(pl.col("text").str.strip_chars_start().str.slice(0, _OPENING)),
        )
        .with_columns(
            body=pl.col("text").str.slice(pl.col("title").str.len_chars()),
            title=pl.col("title").str.replace(cue("before_title"), ""),
        )
    )
    told = said.with_columns(
        pl.col(text).str.extract(pattern).str.replace(cue("before_name"), "").alias(name)
        for name, (text, pattern) in _INTRODUCTIONS.items()
    )
    # A title's first words are a name only if the text calls something so.
    titled = pl.when(pl.col("body").str.contains(pl.col("titled"), literal=True)).then("titled")
    name = pl.coalesce("short", "coded", titled, "presented")
    named = (
        told.with_columns(own_name=name)
        .filter(pl.col("own_name").str.len_chars() >= 2)
        .pipe(_without_known)
    )
    # 国泰航空 is 国泰 in the title, 涪陵榨菜股份 without its last word.
    shorter = pl.concat_list(
        pl.when(
            pl.col("own_name").str.contains(r"^\p{Han}+$"),
            pl.col("title").str.starts_with(start),
        ).then(start)
        for start in (pl.col("own_name").str.head(length) for length in (2, 3, 4, 5, 6))
    )
    return (
        named.with_columns(alias=pl.concat_list("own_name", shorter.list.drop_nulls().list.tail(1)))
        .select("article_nr", "own_name", "alias")
        .explode("alias")
        .unique(["article_nr", "alias"], maintain_order=True)
    )


def _without_known(named: pl.DataFrame) -> pl.DataFrame:
    """Those names in which no word of the dictionaries stands but for what names may hold."""
    words = (
        pl.concat([subject_terms(), metric_terms()], how="diagonal")
        .filter(pl.col("role").is_in(["metric", "company", "industry", "self"]))["alias"]
        .unique()
    )
    name = pl.col("own_name").str.to_lowercase()
    return named.filter(
        ~name.is_in(subject_terms()["alias"].implode()),
        ~name.str.contains_any(words.to_list()),
        ~name.str.contains(cue("no_name")),
    )


def find_introduced(sentences: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Where the articles' own names stand: sentence_nr, start, end, match, role (company)."""
    of_named = sentences.join(names.select("article_nr").unique(), on="article_nr", how="semi")
    words = names["alias"].unique().str.to_lowercase()
    longest_first = words.to_frame().sort(pl.col("alias").str.len_chars(), descending=True)
    found = find_words(of_named, "sentence_nr", "norm", longest_first["alias"].to_list())
    return (
        found.join(sentences.select("sentence_nr", "article_nr"), on="sentence_nr")
        .join(
            names.with_columns(match=pl.col("alias").str.to_lowercase()),
            on=["article_nr", "match"],
            maintain_order="left",
        )
        .select("sentence_nr", "start", "end", "match", role=pl.lit("company"))
    )
