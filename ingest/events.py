"""Sentences → events: all that matters in the text, in reading order, each with its scopes.

An event is a number, a reporting period, a word of the vocabulary (subject or metric) or the end
of a clause. What a number is about is later found by looking back along this one ordered frame.

An event's number is its row. So what stands in another row, or in a row of another table, is
gathered by number and never joined; and what only words of one sort say is worked out on those
rows alone.
"""

from functools import cache
from typing import Literal, NamedTuple

import polars as pl

from ingest.boundaries import CODED, is_abbreviation, unsupported, with_windows, within_words
from ingest.clauses import find_all, find_clause_ends, find_words, furthest_before
from ingest.movements import split_movements
from ingest.names import find_introduced, introduced
from ingest.numbers import find_tokens
from ingest.periods import last_quarter, order_of, read_periods
from ingest.vocabulary import (
    adjusted_metrics,
    agencies,
    companies,
    cue,
    cues,
    listings,
    metric_terms,
    metrics,
    subject_terms,
    units,
)

SUBJECT_ROLES = ["company", "segment", "product", "app", "industry", "self", "named"]
NUMBER_ROLES = ["figure", "bare"]
_WORD_ROLES = ["metric", *SUBJECT_ROLES]


def has(text: pl.Expr, cue_class: str, code: str | None = None) -> pl.Expr:
    """Whether the text holds a cue of the class."""
    return text.str.contains(cue(cue_class, code)).fill_null(False)


def with_code(frame: pl.DataFrame, name: str, text: pl.Expr, cue_class: str) -> pl.DataFrame:
    """Add the code of the class's first cue, in the dictionary's order, that the text holds."""
    rows = cues().filter(pl.col("cue_class") == cue_class)
    code = pl.coalesce(
        pl.when(pl.col("holding").str.contains(pattern)).then(pl.lit(code))
        for code, pattern in rows.select("code", "pattern").iter_rows()
    )
    # Most texts hold none of them, which one look tells.
    return (
        frame.with_columns(holding=text)
        .with_columns(holding=pl.when(has(pl.col("holding"), cue_class)).then("holding"))
        .with_columns(code.alias(name))
        .drop("holding")
    )


def between(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """The sentence's normalised text between two offsets; empty where they cross."""
    return pl.col("norm").str.slice(start, pl.max_horizontal(end - start, 0))


# --- rows by their numbers ----------------------------------------------------------------------


def look_up(frame: pl.DataFrame, /, row: str, table: pl.DataFrame, **columns: str) -> pl.DataFrame:
    """Add columns of a table by row number (new name = the table's name); null where it is null."""
    rows = frame[row]
    return frame.with_columns(
        table[column].gather(rows).alias(name) for name, column in columns.items()
    )


# Events stand in reading order, so a scope (sentence, clause, …) is a run of rows. Each event knows
# the event_nr of the first and last event of its scopes; looking back within a scope is then a
# forward fill over the whole column and one comparison, without any grouping.


def latest(mask: pl.Expr, scope: str) -> pl.Expr:
    """The event_nr of the latest event so far in the scope for which the mask holds."""
    found = pl.when(mask).then("event_nr").forward_fill()
    return pl.when(found >= pl.col(f"{scope}_first")).then(found)


def before(value: str, mask: pl.Expr, scope: str) -> pl.Expr:
    """A column's value at the latest earlier event of the scope for which the mask holds."""
    at = pl.when(mask).then("event_nr").forward_fill().shift(1)
    found = pl.when(mask).then(value).forward_fill().shift(1)
    return pl.when(at >= pl.col(f"{scope}_first")).then(found)


def after(value: str, mask: pl.Expr, scope: str) -> pl.Expr:
    """A column's value at the next later event of the scope for which the mask holds."""
    at = pl.when(mask).then("event_nr").backward_fill().shift(-1)
    found = pl.when(mask).then(value).backward_fill().shift(-1)
    return pl.when(at <= pl.col(f"{scope}_last")).then(found)


def carried(value: pl.Expr, scope: str) -> pl.Expr:
    """The value, or where it is null the latest earlier one in the scope."""
    at = pl.when(value.is_not_null()).then("event_nr").forward_fill()
    return pl.when(at >= pl.col(f"{scope}_first")).then(value.forward_fill())


def count_so_far(mask: pl.Expr, scope: str) -> pl.Expr:
    """How many events of the scope up to this one the mask holds for."""
    running = mask.fill_null(False).cast(pl.Int64).cum_sum()
    starts = pl.col(f"{scope}_first").ne(pl.col(f"{scope}_first").shift(1)).fill_null(True)
    earlier = pl.when(starts).then(running - mask.fill_null(False).cast(pl.Int64)).forward_fill()
    return running - earlier


def count_in(mask: pl.Expr, scope: str) -> pl.Expr:
    """How many events of the scope the mask holds for."""
    ends = pl.col(f"{scope}_first").ne(pl.col(f"{scope}_first").shift(-1)).fill_null(True)
    return pl.when(ends).then(count_so_far(mask, scope)).backward_fill()


# --- finding ------------------------------------------------------------------------------------


class Events(NamedTuple):
    """What the sentences hold, in reading order.

    rows: one row an event: event_nr (the row), sentence_nr, article_nr, start, end, match, role
        (figure | bare | period | span | rank | idiom | name | metric | a subject role |
        clause_end), is_number, is_heading; the scopes of `_with_scopes`, the windows of
        `_windows`; and subjects_before, metrics_before, periods_before: how many of those
        precede it, that is, from which of their rows on it is preceded by none.
    subjects: the events with a subject role, with id, name, company_id, is_foreign (a short
        name of a company that the article is not about) and is_peer (another company's).
    metrics: the events that name a metric, with the metric's traits.
    periods: the events that name a period, with what `_read_periods` tells.
    articles: default_company or default_industry, default_year and default_part of each article,
        inferred from its words, whether that is the company's own year (default_fiscal), and how
        far the company's own year is ahead of the calendar's (fiscal_ahead, years); one row an
        article, by article_nr.

    The frames of words hold of each event also event_nr, sentence_nr, article_nr, match, start,
    end, norm (the normalised sentence), its scopes, and the clause's words before it (head) and a
    few after it (tail).
    """

    rows: pl.DataFrame
    subjects: pl.DataFrame
    metrics: pl.DataFrame
    periods: pl.DataFrame
    articles: pl.DataFrame


def find_events(sentences: pl.DataFrame, articles: pl.DataFrame) -> Events:
    """Everything in the sentences that the resolution looks at.

    Args:
        sentences: What `clauses.split_sentences` makes of the articles, and `with_traits`.
        articles: title, published_on, source_path; in the order that article_nr counts.
    """
    of_sentence = ["article_nr", "paragraph_nr", "heading_nr", "length", "is_heading"]
    terms = _whole_terms(sentences, articles)
    names = introduced(sentences, articles, terms.filter(pl.col("role") == "company"))
    rows = (
        _in_reading_order(sentences, terms, names)
        .pipe(_without_overlaps)
        .pipe(_with_sentence, sentences, of_sentence)
        .pipe(_with_scopes)
        .with_columns(_windows())
        .drop("paragraph_nr", "heading_nr", "length")
    )
    masks = {
        "subjects": pl.col("role").is_in(SUBJECT_ROLES),
        "metrics": pl.col("role") == "metric",
        "periods": pl.col("role") == "period",
    }
    words = {name: _words(rows, mask, sentences) for name, mask in masks.items()}
    subjects = _in_title(words["subjects"], articles).join(
        names.select("article_nr", "own_name", match=pl.col("alias").str.to_lowercase()),
        on=["article_nr", "match"],
        how="left",
        maintain_order="left",
    )
    company = articles.select(article_nr=pl.int_range(pl.len(), dtype=pl.UInt32)).join(
        _main_company(subjects), on="article_nr", how="left", maintain_order="left"
    )
    published = company.with_columns(articles["published_on"])
    periods = (
        _in_title(words["periods"], articles)
        .pipe(_with_owner, subjects, published)
        .pipe(_read_periods)
    )
    # The last of several years (2021年至2023年) is the one that an article is about.
    spanned = pl.when(~pl.col("is_ahead")).then(pl.col("years").clip(1) - 1)
    latest_year = pl.col("year") + spanned.fill_null(0)
    defaults = company.with_columns(
        *_main_period(
            periods.with_columns(year=latest_year).filter(~pl.col("is_others")),
            articles.with_columns(company),
        ),
        _main_currency(articles),
    )
    return Events(
        rows.drop("term_nr").with_columns(
            (mask.cum_sum() - mask).cast(pl.UInt32).alias(f"{name}_before")
            for name, mask in masks.items()
        ),
        _own_subjects(subjects, company),
        words["metrics"].pipe(
            look_up, "term_nr", _lexicon().terms, **{name: name for name in _METRIC_TRAITS}
        ),
        _by_last_quarter(periods, defaults),
        defaults,
    )


def with_traits(sentences: pl.DataFrame) -> pl.DataFrame:
    """Add what a sentence is as a whole: length, is_caption, is_line, names_source."""
    text = pl.col("norm")
    return sentences.with_columns(
        length=text.str.len_chars().cast(pl.Int64),
        is_caption=has(text, "caption"),
        names_source=has(text, "attribution_verb"),
    ).with_columns(
        # A short line without a number may head what follows.
        is_line=(pl.col("length") <= 30)
        & text.str.ends_with("\n")
        & ~text.str.contains("[？?]")
        & ~pl.col("is_caption")
        & (pl.col("sentence_start") > 0),
    )


def _words(rows: pl.DataFrame, mask: pl.Expr, sentences: pl.DataFrame) -> pl.DataFrame:
    """The events that the mask names, with the text around them."""
    return (
        # Lazily, so that only these columns are filtered.
        rows.lazy()
        .filter(mask)
        .select(
            "event_nr", "sentence_nr", "article_nr", "match", "role", "term_nr", "start", "end",
            "clause_start", "last_end", "next_number", "is_heading",
            "sentence_first", "segment_first", "paragraph_first",
        )
        .collect()
        .pipe(look_up, "sentence_nr", sentences, norm="norm", sentence_start="sentence_start")
        .with_columns(
            head=between(pl.col("clause_start"), pl.col("start")),
            tail=pl.col("norm").str.slice(pl.col("end"), 10),
        )
    )  # fmt: skip


class _Lexicon(NamedTuple):
    """The vocabulary, each name by its row.

    terms: alias, role, id, name, company_id, is_short, a metric's traits and adjusted_id.
    words: the names that are looked for, longest first (match), and the row each stands for.
    taiwan: the same for names of two characters that count in traditional script only.
    shared: match, code and row (coded_nr) of the names that several listed companies have.
    market: the same for 市场规模 and the like: 中国AI云市场规模 holds both 中国AI云市场 and it.
    metrics: the same for every metric.
    owned: match and default_company: what a name means in an article about that company.
    """

    terms: pl.DataFrame
    words: pl.DataFrame
    taiwan: pl.DataFrame
    shared: pl.DataFrame
    market: pl.DataFrame
    metrics: pl.DataFrame
    owned: pl.DataFrame


@cache
def _lexicon() -> _Lexicon:
    terms = (
        pl.concat([subject_terms(), metric_terms(), agencies()], how="diagonal")
        .join(_metric_traits(), on=["id", "role"], how="left", maintain_order="left")
        .with_row_index("term_nr")
    )
    match = pl.col("alias").alias("match")
    is_metric = pl.col("role") == "metric"
    length = pl.col("alias").str.len_chars()
    words = terms.unique("alias", keep="first", maintain_order=True).sort(
        length, descending=True, maintain_order=True
    )
    is_taiwan = pl.col("context").eq_missing("taiwan")
    owned = terms.filter(~is_metric, pl.col("company_id").is_not_null()).unique(
        ["alias", "company_id"], keep="first", maintain_order=True
    )
    return _Lexicon(
        terms,
        words.filter(~is_taiwan).select(match, "term_nr"),
        words.filter(is_taiwan).select(match, "term_nr"),
        terms.filter(pl.col("role") == "company", pl.col("id").n_unique().over("alias", "role") > 1)
        .join(listings().select("code", id="company_id"), on="id")
        .select(match, "code", coded_nr="term_nr"),
        terms.filter(is_metric & pl.col("alias").str.contains("^(?:市场|行业|产业|业务量)")).select(
            match, "term_nr"
        ),
        terms.filter(is_metric).select(match, "term_nr"),
        owned.select(match, pl.col("company_id").alias("default_company"), own_nr="term_nr"),
    )


_METRIC_TRAITS = [
    "id", "metric_unit", "metric_dimension", "value_kind", "subject_level", "can_be_negative",
    "is_burden", "home_subject_id", "adjusted_id",
]  # fmt: skip


def _metric_traits() -> pl.DataFrame:
    """What the resolution needs to know of a metric, keyed by its id."""
    return (
        metrics()
        .join(units().unique("unit_id").select("unit_id", "dimension"), on="unit_id", how="left")
        .join(adjusted_metrics().rename({"id": "metric_id"}), on="metric_id", how="left")
        .select(
            id="metric_id",
            role=pl.lit("metric"),
            metric_unit="unit_id",
            metric_dimension=pl.col("dimension").fill_null("count"),
            value_kind="value_kind",
            subject_level="subject_level",
            can_be_negative=pl.col("can_be_negative") == "true",
            # A cost and the like, which is better the lower it is.
            is_burden=pl.col("better_is") == "down",
            home_subject_id="home_subject_id",
            adjusted_id="adjusted_id",
        )
    )


def _in_reading_order(
    sentences: pl.DataFrame, terms: pl.DataFrame, names: pl.DataFrame
) -> pl.DataFrame:
    """Tokens, terms, names and clause ends: sentence_nr, start, end, match, role, term_nr.

    They are sorted by where they start; of those that start together the longest is first, and of
    those that are as long the word: 361度 is a company.
    """
    where = ["sentence_nr", "start", "end", "match"]
    found = [
        terms,
        _find_terms(sentences, _lexicon().market),
        *([] if names.is_empty() else [find_introduced(sentences, names)]),
        find_tokens(sentences, "sentence_nr", "norm")
        .drop("token")
        .rename({"spelled": "match", "token_class": "role"})
        .pipe(split_movements, sentences),
        _find_names(sentences),
        find_clause_ends(sentences).select(*where, role=pl.lit("clause_end")),
    ]
    # One number holds all three: a sentence is no longer than `clauses` cuts it.
    order = (
        pl.col("sentence_nr").cast(pl.Int64) * 2**32
        + pl.col("start") * 2**16
        + (2**16 - 1 - pl.col("end"))
    )
    return pl.concat(found, how="diagonal").sort(order, maintain_order=True)


def _find_names(sentences: pl.DataFrame) -> pl.DataFrame:
    """Names that no dictionary holds, but the text marks as such or by what they do.

    《…》, 「…」; and in 挖掘机械收入254亿元 a part, whose revenue is not the whole's.
    """
    before = pl.col("match").str.extract(cue("before_part")).str.len_chars().cast(pl.Int64)
    after = pl.col("match").str.extract(cue("after_part")).str.len_chars().cast(pl.Int64)
    return (
        find_all(sentences, "sentence_nr", "norm", cue("name"))
        .with_columns(start=pl.col("start") + before, end=pl.col("end") - after, before=before)
        .select(
            "sentence_nr",
            "start",
            "end",
            match=pl.col("match").str.slice("before", pl.col("end") - pl.col("start")),
            role=pl.lit("named"),
        )
        .filter(~has(pl.col("match"), "no_part"))
    )


def _find_terms(sentences: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """Words of the vocabulary in the sentences, the longest at each place."""
    letter = "[A-Za-z]"
    opens = pl.col("match").str.contains(f"^{letter}")
    closes = pl.col("match").str.contains(f"{letter}$")
    # A Latin alias is a word of its own: JD is not in JDK, and QQ is not in name@qq.com.
    inside = (closes & pl.col("following").str.contains(f"^(?:{letter}|[.@/_-]{letter})")) | (
        opens
        & pl.col("following").shift(1).str.contains(f"(?:{letter}|[@/_]|{letter}[.-])$")
        & pl.col("sentence_nr").eq(pl.col("sentence_nr").shift(1))
    ).fill_null(False)
    return (
        find_words(sentences, "sentence_nr", "norm", words["match"].to_list())
        .filter(~inside)
        .drop("following")
        .join(words, on="match", how="left", maintain_order="left")
        .pipe(look_up, "term_nr", _lexicon().terms, role="role")
    )


def _whole_terms(sentences: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Words of the vocabulary, where names of companies are words and mean companies.

    A name that is none hides others (公司 in 其中公司): its sentence is read once more without it.
    """
    words = _lexicon().words
    found = _find_terms(sentences, words)
    drops = _means_nobody(found, sentences, articles)
    for _ in range(_READINGS):
        if not drops.any():
            break
        again = pl.col("sentence_nr").is_in(found.filter(drops)["sentence_nr"].implode())
        words = words.filter(~pl.col("match").is_in(found.filter(drops)["match"].implode()))
        anew = _find_terms(sentences.filter(again), _beginning_in(sentences.filter(again), words))
        found = pl.concat([found.filter(~again), anew]).sort("sentence_nr", "start")
        drops = _means_nobody(found, sentences, articles)
    found = found.filter(~drops)
    found = pl.concat([found, *_taiwan_names(found, sentences, articles)])
    return _by_code(found, sentences).filter(pl.col("role") != "agency")


def _beginning_in(sentences: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """The words whose first two characters stand in the sentences: the fewer, the sooner found."""
    text = "\n".join(sentences["norm"]).lower()
    pairs = {text[at : at + 2] for at in range(len(text))}
    return words.filter(pl.col("match").str.head(2).is_in(list(pairs)))


def _by_code(found: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """A name that several companies have is the one's whose code the article gives."""
    shared = _lexicon().shared
    if not found["match"].is_in(shared["match"].implode()).any():
        return found
    coded = (
        found.filter(pl.col("match").is_in(shared["match"].implode()))
        .pipe(with_windows, sentences)
        .pipe(look_up, "sentence_nr", sentences, article_nr="article_nr")
        .with_columns(code=pl.col("after").str.extract(CODED))
        .with_columns(code=pl.col("code").str.extract("([0-9]{4,6}|[A-Z]{2,5}$)"))
        .join(shared, on=["match", "code"])
        .unique(["article_nr", "match"])
        .select("article_nr", "match", "coded_nr")
    )
    return (
        found.pipe(look_up, "sentence_nr", sentences, article_nr="article_nr")
        .join(coded, on=["article_nr", "match"], how="left", maintain_order="left")
        .with_columns(term_nr=pl.coalesce("coded_nr", "term_nr"))
        .drop("article_nr", "coded_nr")
    )


_READINGS = 3
"""How often a sentence is read again for words that such a name has hidden."""


def _means_nobody(
    found: pl.DataFrame, sentences: pl.DataFrame, articles: pl.DataFrame
) -> pl.Series:
    """Which of the words found look like names, but stand within words or mean something else."""
    traits = {name: name for name in ("context", "written", "id")}
    asked = found.pipe(look_up, "term_nr", _lexicon().terms, **traits)
    is_name = (asked["role"] == "company") | asked["match"].str.contains("^[a-z]{2,3}$")
    names = (
        asked.filter(is_name)
        .pipe(with_windows, sentences)
        .pipe(
            look_up,
            "sentence_nr",
            sentences,
            article_nr="article_nr",
            sentence_start="sentence_start",
        )
        .pipe(_in_title, articles)
    )
    nobody = (names["role"] == "company") & (within_words(names) | unsupported(names))
    return is_name.scatter(is_name.arg_true(), nobody | is_abbreviation(names))


def _taiwan_names(
    found: pl.DataFrame, sentences: pl.DataFrame, articles: pl.DataFrame
) -> list[pl.DataFrame]:
    """Names of two characters, of which Taiwan has many: only where its script is written."""
    is_traditional = articles["text"].str.count_matches(_TRADITIONAL) >= 2
    told = sentences.filter(is_traditional.gather(sentences["article_nr"]))
    if told.is_empty():
        return []
    names = _find_terms(told, _lexicon().taiwan)
    names = names.filter(~_means_nobody(names, sentences, articles))
    where = ["sentence_nr", pl.col("start").alias("from"), pl.col("end").alias("to")]
    over = (
        names.join(found.select(where), on="sentence_nr")
        .filter(pl.col("start") < pl.col("to"), pl.col("from") < pl.col("end"))
        .select("sentence_nr", "start")
    )
    return [names.join(over, on=["sentence_nr", "start"], how="anti")]


_TRADITIONAL = "[營億萬與為較個長這業說電國會動開產實現總數經發點後將報際達應機車]"


def find_words_of_vocabulary(texts: pl.DataFrame) -> pl.DataFrame:
    """The names of subjects and metrics in texts that are no sentences.

    Args:
        texts: sentence_nr and norm (normalised).

    Returns:
        sentence_nr, start, end, match, role, term_nr (the row in `terms_of`).
    """
    return _find_terms(texts, _lexicon().words)


def terms_of() -> pl.DataFrame:
    """The vocabulary by row: alias, role, id, name, company_id, a metric's traits."""
    return _lexicon().terms


def _without_overlaps(events: pl.DataFrame) -> pl.DataFrame:
    """Of events that lie in each other the ones that count; event_nr, sentence_first, …_last.

    A comma that groups thousands ends no clause; a word inside a number is no word, and a number
    inside a word (88VIP) is no number. Words may overlap: 中国AI云市场 and 市场规模.
    """
    is_word = pl.col("role").is_in(_WORD_ROLES)
    is_numeric = pl.col("role").is_in(["figure", "period", "name", "bare", "span", "rank"])
    return (
        _numbered(events)
        .filter(~_named_over_known())
        .with_columns(
            number_end=furthest_before(pl.when(is_numeric).then("end"), "sentence_nr"),
            word_end=furthest_before(pl.when(is_word).then("end"), "sentence_nr"),
        )
        .pipe(_without_number)
        .filter(
            pl.col("number_end").is_null() | (pl.col("start") >= pl.col("number_end")),
            pl.col("word_end").is_null()
            | pl.when(is_word)
            .then(pl.col("end") > pl.col("word_end"))
            .otherwise(pl.col("start") >= pl.col("word_end")),
        )
        .drop("number_end", "word_end")
        # 全球用户规模: the noun after a metric only says how it is counted.
        .filter(~_counts_what_it_follows())
        .pipe(_numbered)
    )


def _numbered(events: pl.DataFrame) -> pl.DataFrame:
    """Number the events and tell the bounds of their sentences."""
    sentence = pl.col("sentence_nr")
    return (
        events.drop("event_nr", "sentence_first", "sentence_last", strict=False)
        .with_row_index("event_nr")
        .with_columns(_bounds("sentence", sentence.ne(sentence.shift(1)).fill_null(True)))
    )


def _bounds(scope: str, starts: pl.Expr) -> list[pl.Expr]:
    """The event_nr of the first and of the last event of a scope, from where it starts."""
    ends = starts.shift(-1, fill_value=True)
    return [
        pl.when(starts).then("event_nr").forward_fill().alias(f"{scope}_first"),
        pl.when(ends).then("event_nr").backward_fill().alias(f"{scope}_last"),
    ]


def _named_over_known() -> pl.Expr:
    """A marked name in which a word of the vocabulary begins, or that begins in one, is dropped."""
    named = pl.col("role") == "named"
    is_word = pl.col("role").is_in(["metric", "figure", *SUBJECT_ROLES]) & ~named
    return named & (
        (after("start", is_word, "sentence") < pl.col("end")).fill_null(False)
        | (before("end", is_word, "sentence") > pl.col("start")).fill_null(False)
    )


def _without_number(events: pl.DataFrame) -> pl.DataFrame:
    """A metric that begins in a number is the metric that the rest names: 12个|月|交易用户数."""
    cut = (
        (pl.col("role") == "metric")
        & (pl.col("start") < pl.col("number_end"))
        & (pl.col("end") > pl.col("number_end"))
    )
    rest = (
        events.filter(cut)
        .select(
            "event_nr",
            match=pl.col("match").str.slice(pl.col("number_end") - pl.col("start")),
            rest_start="number_end",
        )
        .join(_lexicon().metrics, on="match")
        .rename({"match": "rest", "term_nr": "rest_nr"})
    )
    return (
        events.join(rest, on="event_nr", how="left", maintain_order="left")
        .with_columns(
            start=pl.coalesce("rest_start", "start"),
            match=pl.coalesce("rest", "match"),
            term_nr=pl.coalesce("rest_nr", "term_nr"),
        )
        .drop("rest", "rest_nr", "rest_start")
    )


def _counts_what_it_follows() -> pl.Expr:
    """A metric that is but 规模, 数量 or 总额, right behind another metric."""
    follows = (pl.col("end").shift(1) == pl.col("start")) & (pl.col("role").shift(1) == "metric")
    alone = pl.when((pl.col("role") == "metric") & follows).then("match")
    return has(alone, "bare_noun") & (
        pl.col("sentence_nr") == pl.col("sentence_nr").shift(1)
    ).fill_null(False)


# --- scopes -------------------------------------------------------------------------------------


def _with_sentence(
    events: pl.DataFrame, sentences: pl.DataFrame, columns: list[str]
) -> pl.DataFrame:
    """Add is_number, and columns of the sentence; is_heading, heading_nr counts those so far.

    A heading is a line without a number. It may hold no event at all (赚钱与花钱); but then it has
    to be a whole line, and no beginning of a list (其中：).
    """
    events = events.with_columns(is_number=pl.col("role").is_in(NUMBER_ROLES))
    numbered = events.filter("is_number")["sentence_nr"].unique().implode()
    told = events["sentence_nr"].unique().implode()
    whole = pl.col("paragraph_nr") != pl.col("paragraph_nr").shift(1)
    apart = whole & ~pl.col("norm").str.contains(r"[:：;；,，]\s*$")
    headed = sentences.with_columns(
        is_heading=pl.col("is_line")
        & ~pl.col("sentence_nr").is_in(numbered)
        & (pl.col("sentence_nr").is_in(told) | apart)
    ).with_columns(heading_nr=pl.col("is_heading").cast(pl.UInt32).cum_sum())
    return look_up(events, "sentence_nr", headed, **{name: name for name in columns})


def _with_scopes(events: pl.DataFrame) -> pl.DataFrame:
    """Add is_end, and the bounds of every scope: its first and last event.

    clause; segment (from number to number within a clause); lead (from number to number within a
    sentence); paragraph; heading (all that stands under one).
    """
    events = events.with_columns(is_end=pl.col("role") == "clause_end")
    new_sentence = pl.col("event_nr") == pl.col("sentence_first")
    new_article = pl.col("article_nr").ne(pl.col("article_nr").shift(1)).fill_null(True)
    after_number = pl.col("is_number").shift(1).fill_null(False)
    after_end = pl.col("is_end").shift(1).fill_null(False)
    paragraph = pl.col("paragraph_nr")
    heading = pl.col("heading_nr")
    new_heading = heading.ne(heading.shift(1)).fill_null(True)
    return events.with_columns(
        *_bounds("clause", new_sentence | after_end),
        *_bounds("segment", new_sentence | after_end | after_number),
        *_bounds("lead", new_sentence | after_number),
        *_bounds("paragraph", paragraph.ne(paragraph.shift(1)).fill_null(True)),
        *_bounds("heading", new_article | new_heading),
    )


def _windows() -> list[pl.Expr]:
    """Offsets in the sentence of what stands around each event.

    clause_start, last_end (of the number before), next_start (of the next number or clause end),
    next_number.
    """
    number, end, length = pl.col("is_number"), pl.col("is_end"), pl.col("length")
    return [
        before("end", end, "sentence").fill_null(0).alias("clause_start"),
        before("end", number, "sentence").fill_null(0).alias("last_end"),
        after("start", number | end, "sentence").fill_null(length).alias("next_start"),
        after("start", number, "sentence").fill_null(length).alias("next_number"),
    ]


# --- what the article is about ------------------------------------------------------------------


def _in_title(words: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Add place (in the text) and in_title: whether it stands in the title that begins the text."""
    titles = articles.select(length=pl.col("title").str.len_chars())
    inside = (pl.col("sentence_start") + pl.col("start")) < pl.col("title_length")
    return words.pipe(look_up, "article_nr", titles, title_length="length").with_columns(
        in_title=inside.fill_null(False), place=pl.col("sentence_start") + pl.col("start")
    )


LEAD = 400
"""Characters in which an article has said what it is about."""
_MOST_NAMED = ["article_nr", pl.col("weight").neg(), "event_nr"]


def _main_company(subjects: pl.DataFrame) -> pl.DataFrame:
    """article_nr, and default_company or default_industry: what the article is about.

    It is the company named most often, itself or by what it owns; a mention in the title counts
    five times. An article that has an industry in its title, and no company, is about the
    industry, whichever companies it names.
    """
    owner = {"company_id": "company_id", "is_short": "is_short"}
    in_title = subjects.filter("in_title").select("event_nr", "article_nr", "role", "term_nr")
    of_industries = (
        in_title.filter(pl.col("role") == "industry")
        .join(in_title.filter(pl.col("role") == "company"), on="article_nr", how="anti")
        .sort("article_nr", "event_nr")
        .unique("article_nr", keep="first", maintain_order=True)
        .pipe(look_up, "term_nr", _lexicon().terms, default_industry="id")
        .select("article_nr", "default_industry")
    )
    of_companies = (
        subjects.select(
            "event_nr", "article_nr", "term_nr", "in_title", "place", "role", "own_name"
        )
        .pipe(look_up, "term_nr", _lexicon().terms, **owner)
        .with_columns(_or_own_name("company_id"))
        .filter(pl.col("company_id").is_not_null(), ~pl.col("is_short").fill_null(False))
        .join(of_industries, on="article_nr", how="anti")
        .group_by("article_nr", "company_id")
        .agg(
            weight=pl.when("in_title").then(5).otherwise(1).sum(),
            event_nr=pl.col("event_nr").min(),
            place=pl.col("place").min(),
            # 存量房 may be a segment of somebody who is not spoken of.
            is_named=(pl.col("role") != "segment").any(),
        )
        # Named once, and not where an article says what it is about: named in passing.
        .filter("is_named", (pl.col("weight") > 1) | (pl.col("place") < LEAD))
        .sort(_MOST_NAMED)
        .unique("article_nr", keep="first", maintain_order=True)
        .select("article_nr", default_company="company_id")
    )
    return pl.concat([of_companies, of_industries], how="diagonal")


def _main_currency(articles: pl.DataFrame) -> pl.Series:
    """default_currency: what a plain 元 is in an article that says so; null where none does."""
    # In what is written in Taiwan, traditional, nobody has to say whose yuan it is.
    text = pl.col("text")
    is_taiwan = has(text, "currency", "TWD") & ~has(text, "currency", "CNY")
    return articles.select(default_currency=pl.when(is_taiwan).then(pl.lit("TWD"))).to_series()


def _or_own_name(column: str) -> pl.Expr:
    """The column, or the article's own company's name where that is what was found."""
    own = pl.when(pl.col("term_nr").is_null() & (pl.col("role") == "company")).then("own_name")
    return pl.coalesce(column, own).alias(column)


def _own_subjects(subjects: pl.DataFrame, company: pl.DataFrame) -> pl.DataFrame:
    """Add what the names mean: the main company's own subject, if it has one so named.

    Adds id, name, company_id, is_foreign and is_peer (another company's), and mends the role.
    """
    # 直播 in an article about an industry is nobody's segment, but 快手直播 is one.
    touches = (
        (pl.col("end").shift(1) == pl.col("start"))
        & (pl.col("sentence_nr").shift(1) == pl.col("sentence_nr"))
        & pl.col("role").shift(1).is_in(["company", "app"])
    )
    nobodys = (
        (pl.col("role") == "segment")
        & pl.col("company_id").is_null()
        & pl.col("default_industry").is_not_null()
        & ~touches.fill_null(False)
    )
    foreign = nobodys | (pl.col("is_short") & (pl.col("company_id") != pl.col("default_company")))
    of_article = {name: name for name in ("default_company", "default_industry")}
    return (
        look_up(subjects, "article_nr", company, **of_article)
        .join(_lexicon().owned, on=["match", "default_company"], how="left", maintain_order="left")
        .pipe(look_up, "own_nr", _lexicon().terms, own_role="role")
        .pipe(look_up, "term_nr", _lexicon().terms, is_short="is_short")
        .with_columns(
            term_nr=pl.coalesce("own_nr", "term_nr"), role=pl.coalesce("own_role", "role")
        )
        .pipe(look_up, "term_nr", _lexicon().terms, id="id", known="name", company_id="company_id")
        .with_columns(_or_own_name(column) for column in ("id", "known", "company_id"))
        .with_columns(
            name=pl.when(pl.col("role") == "named").then("match").otherwise("known"),
            is_foreign=foreign.fill_null(False),
            is_peer=(pl.col("company_id") != pl.col("default_company")).fill_null(False),
        )
        .drop(
            "own_nr", "own_role", "known", "is_short", *of_article, "in_title", "own_name", "place"
        )
    )


_SIDES: list[tuple[Literal["backward", "forward"], str]] = [
    ("backward", "earlier"),
    ("forward", "later"),
]


def _with_owner(
    periods: pl.DataFrame, subjects: pl.DataFrame, company: pl.DataFrame
) -> pl.DataFrame:
    """Add owner: the company whose year a period counts by.

    It is the last one that the sentence names before the period, else the next one, else the
    article's. Adds default_company and published_on too.
    """
    named = (
        subjects.select("event_nr", "sentence_nr", "term_nr")
        .pipe(look_up, "term_nr", _lexicon().terms, owner="company_id", is_short="is_short")
        .filter(pl.col("owner").is_not_null(), ~pl.col("is_short").fill_null(False))
        .select("event_nr", beside="owner", beside_nr="sentence_nr")
        .set_sorted("event_nr")
    )
    in_sentence = pl.when(pl.col("beside_nr") == pl.col("sentence_nr")).then("beside")
    periods = periods.pipe(
        look_up,
        "article_nr",
        company,
        default_company="default_company",
        published_on="published_on",
    )
    for strategy, name in _SIDES:
        periods = (
            periods.join_asof(named, on="event_nr", strategy=strategy)
            .with_columns(in_sentence.alias(name))
            .drop("beside", "beside_nr")
        )
    return periods.with_columns(owner=pl.coalesce("earlier", "later", "default_company")).drop(
        "earlier", "later"
    )


def _read_periods(periods: pl.DataFrame) -> pl.DataFrame:
    """The periods and what they say, by the calendar.

    Adds the columns of `periods.read_periods`, weight (how much it counts as the article's own),
    is_ahead (the sentence has looked forward by the next number), is_compared (what precedes it
    compares with it), is_closed (截至), is_others (a year of another company's own).
    """
    # 1-9月 ends with a month too, and is none.
    plain_month = pl.col("month").is_not_null() & pl.col("part").is_null()
    # 1至10月…，10月份…: the month by itself beside the months that it is the last of.
    until = pl.col("match").str.extract(r"[-–—~至到]\s?([0-9]{1,2})\s?月").str.zfill(2)
    in_article = pl.when(until.is_not_null()).then("article_nr").forward_fill()
    closes_stretch = (
        plain_month
        & (pl.col("month") == until.forward_fill())
        & (in_article == pl.col("article_nr"))
        & ~pl.col("is_closed")
    ).fill_null(False)
    closed_month = plain_month & pl.col("is_closed")
    measured = pl.when(plain_month).then(between(pl.col("end"), pl.col("next_number")))
    words = periods.select("match").unique()
    read = words.with_columns(read_periods(pl.col("match"))).with_columns(
        names_report=pl.col("match").str.contains("报|业绩"),
        this_year=has(pl.col("match"), "this_year"),
    )
    return (
        periods.join(read, on="match", how="left", maintain_order="left")
        .with_columns(
            # 中期业绩, 半年报 name the report itself.
            weight=pl.when("names_report")
            .then(10)
            .when("in_title")
            .then(5)
            .when(pl.col("year").is_not_null() & (pl.col("part") != "FY"))
            .then(3)
            .otherwise(1),
            is_ahead=has(pl.col("norm").str.slice(0, pl.col("next_number")), "forecast"),
            is_compared=has(pl.col("head"), "relative_base"),
            is_closed=pl.col("head").str.contains("截[至止]"),
        )
        .pipe(_from_publication)
        .pipe(_in_calendar_quarters)
        # 今年 is the whole year only where the year is looked forward to; 10月 is measured where
        # what follows is counted by the month (10月交付新车…).
        .with_columns(
            part=pl.when(pl.col("this_year") & pl.col("part").is_null() & pl.col("is_ahead"))
            .then(pl.lit("FY"))
            .when((has(measured, "month_measured") | closes_stretch) & ~has(measured, "announces"))
            .then("-" + pl.col("month"))
            .otherwise("part"),
            # 截至11月15日: when a price or a balance was read; 截至6月 closes a quarter.
            moment=pl.coalesce("day", pl.when(closed_month).then("-" + pl.col("month"))),
            closes=pl.coalesce(
                "closes",
                pl.when(closed_month)
                .then("month")
                .replace_strict({f"{3 * nr:02}": f"Q{nr}" for nr in range(1, 5)}, default=None),
            ),
            is_others=pl.col("fiscal")
            & (pl.col("owner") != pl.col("default_company")).fill_null(False),
        )
        .drop(
            "names_report",
            "this_year",
            "month",
            "day",
            "default_company",
            "owner",
            "fiscal_year_end_month",
            "in_title",
            "place",
        )
    )


def _from_publication(periods: pl.DataFrame) -> pl.DataFrame:
    """去年, 今年, 上季 and the like, as seen from the day of publication, where that is known.

    去年同期 is seen from the article's own period, and so are 上年 and a quarter compared with.
    """
    day = pl.col("published_on")
    sees_year = (
        pl.col("match").str.contains("^(?:去年|今年|前年|明年)")
        & pl.col("part").ne_missing("SAME")
        & day.is_not_null()
    )
    sees_quarter = (pl.col("quarter_offset") == -1) & ~pl.col("is_compared") & day.is_not_null()
    last = day.dt.offset_by("-1q")
    year = (
        pl.when(sees_year)
        .then(day.dt.year() + pl.col("year_offset"))
        .when(sees_quarter)
        .then(last.dt.year())
        .otherwise("year")
    )
    return periods.with_columns(
        year=year.cast(pl.Int32),
        part=pl.when(sees_quarter)
        .then(pl.lit("Q") + last.dt.quarter().cast(pl.String))
        .otherwise("part"),
        quarter_offset=pl.when(sees_quarter).then(0).otherwise("quarter_offset"),
        is_seen=sees_year,
    ).drop("published_on")


def _with_year_held(periods: pl.DataFrame) -> pl.DataFrame:
    """2022年第一季度…，第二季度…: the year that a sentence has said holds on.

    It holds for the quarter that comes next, and for what does not lie after the article's own
    period (in a report on a first quarter, the fourth one is last year's).
    """
    order = order_of(pl.col("part"))
    same = pl.col("sentence_nr") == pl.col("sentence_nr").shift(1)
    says_year = (
        pl.col("year").is_not_null()
        & ~pl.col("is_compared")
        & ~pl.col("fiscal")
        & order.is_not_null()
        & (pl.col("part") != "FY")
    )
    held = carried(pl.when(says_year).then("year"), "sentence")
    since = carried(pl.when(says_year).then(order), "sentence")
    own = pl.col("default_year") * 4 + order_of(pl.col("default_part"))
    follows = pl.when(same).then(order - order.shift(1)).is_in([0, 1]).fill_null(False)
    holds = (
        pl.col("year").is_null()
        & (pl.col("year_offset") == 0)
        & ~pl.col("fiscal")
        & (pl.col("part") != "FY")
        & (order >= since)
        & (follows | (held * 4 + order <= own).fill_null(False))
    )
    return periods.with_columns(year=pl.when(holds).then(held).otherwise("year"))


def _by_last_quarter(periods: pl.DataFrame, defaults: pl.DataFrame) -> pl.DataFrame:
    """当季 in the report of a half or a year is its last quarter; in a quarter's it says nothing.

    What stands on a quarter's last day (截至2024年12月31日) is of that quarter, or of the article's
    own part of the year, if that ends with it: then it is at_end. A day without a year may be of
    the next one. Adds default_year too.
    """
    last = last_quarter(pl.col("default_part"))
    ends_with_it = (pl.col("closes") == pl.coalesce(last, "default_part")).fill_null(False)
    is_of_year = pl.col("year").is_not_null() | ends_with_it
    on_last_day = (
        pl.col("part").is_null()
        & pl.col("closes").is_not_null()
        & (pl.col("is_closed") | pl.col("match").str.contains("[底末]$"))
        & is_of_year
    )
    return (
        periods.pipe(
            look_up,
            "article_nr",
            defaults,
            default_year="default_year",
            default_part="default_part",
        )
        .with_columns(
            part=pl.when(pl.col("part") == "QUARTER")
            .then(last)
            .when(on_last_day)
            .then(pl.when(ends_with_it).then("default_part").otherwise("closes"))
            .otherwise("part"),
            at_end=on_last_day & ends_with_it,
            # 2022年业绩要点 in the release of a quarter heads what that quarter brought.
            is_coarse=(pl.col("part") == "FY")
            & (pl.col("year") == pl.col("default_year"))
            & pl.col("default_part").ne_missing("FY")
            & ~pl.col("match").str.contains("全|年度"),
            # Seen from the day of publication, 去年 may be the year that the article is about.
            year_offset=pl.when("is_seen")
            .then(pl.col("year") - pl.col("default_year"))
            .otherwise("year_offset"),
        )
        .pipe(_with_year_held)
        .drop("default_part", "weight", "closes", "is_seen")
    )


def _in_calendar_quarters(periods: pl.DataFrame) -> pl.DataFrame:
    """Fiscal quarters (2026财年第一季度) by the calendar (2025Q2).

    Fiscal halves and years that are none of the calendar's stay fiscal.
    """
    quarter = (
        pl.col("part").str.extract("Q([1-4])").cast(pl.Int32)
        + pl.col("fiscal_year_end_month").cast(pl.Int32) // 3
        - 1
    )
    moves = pl.col("fiscal").fill_null(False) & quarter.is_not_null()
    shifted = pl.col("fiscal_year_end_month") != 12
    return periods.join(
        companies().select("fiscal_year_end_month", owner="company_id"),
        on="owner",
        how="left",
        maintain_order="left",
    ).with_columns(
        part=pl.when(moves).then("Q" + (quarter % 4 + 1).cast(pl.String)).otherwise("part"),
        year=pl.when(moves).then(pl.col("year") - 1 + quarter // 4).otherwise("year"),
        fiscal=pl.col("fiscal") & ~moves & shifted,
    )


def _main_period(periods: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """The reporting period that each article is about, one row an article.

    default_year, default_part, default_fiscal, fiscal_ahead.
    """
    looks_back = ~pl.col("is_ahead") & ~pl.col("is_compared") & (pl.col("year_offset") == 0)
    reported = periods.filter(
        looks_back,
        ~pl.col("part").is_in(["SAME", "QUARTER", "OWN"]).fill_null(False),
        # A company's own year is no year of the calendar's.
        ~pl.col("fiscal").fill_null(False),
    )
    whole_year = pl.col("part").ne_missing("FY")
    stated_part = whole_year | (pl.col("weight") > 1) | pl.col("match").str.contains("全|财")
    stated = (
        _with_third_quarters(reported)
        .filter(stated_part, pl.col("part").is_not_null())
        .select("article_nr", "part", "weight", "event_nr")
    )
    # A plain year is said in passing; but one that is said again and again is what it is about.
    plain = (
        reported.filter(~stated_part, pl.col("year").is_not_null())
        .group_by("article_nr", "part", plain_year="year")
        .agg(weight=pl.len().cast(pl.Int32) - 2, event_nr=pl.col("event_nr").min())
        .filter(pl.col("weight") > 1)
    )
    part = (
        pl.concat([stated, plain], how="diagonal")
        .group_by("article_nr", "part")
        .agg(
            pl.col("weight").sum(),
            pl.col("event_nr").min(),
            best=pl.col("weight").max(),
            plain_year=pl.col("plain_year").sort_by("weight").last(),
            is_plain=pl.col("plain_year").is_not_null().all(),
        )
        .sort(_MOST_NAMED)
        .unique("article_nr", keep="first", maintain_order=True)
        .select(
            "article_nr",
            default_part="part",
            part_in_passing=pl.col("best") == 1,
            plain_year=pl.when("is_plain").then("plain_year"),
        )
    )
    own_year = _own_year(periods.filter(looks_back))
    # Looking back, an article compares with earlier years: its own is the latest one said beside
    # a part of the year, or on which something closed (截至2024年12月31日). Whole years are said
    # in passing too, so it takes two to make the next year the article's own.
    in_part = (pl.col("part") != "FY").fill_null(False) | (pl.col("part") == pl.col("default_part"))
    # 谈及2024年: so is a plain year that is said only once, where another is said better.
    in_passing = (pl.len().over("article_nr", "year") == 1) & ~stated_part & ~pl.col("is_closed")
    years = (
        reported.filter(pl.col("year").is_not_null())
        .join(part, on="article_nr", how="left")
        .with_columns(
            strong=in_part.fill_null(False) | pl.col("is_closed"),
        )
        .filter(pl.col("strong") | pl.col("part").is_not_null())
        .with_columns(in_passing=in_passing)
    )
    strong = (
        years.filter("strong")
        .group_by("article_nr")
        .agg(
            year=pl.coalesce(
                pl.col("year").filter(~pl.col("in_passing")).max(), pl.col("year").max()
            )
        )
    )
    weak = (
        years.filter(~pl.col("strong"))
        .group_by("article_nr", weak_year="year")
        .agg(pl.len().alias("times"))
    )
    weak_latest = weak.group_by("article_nr").agg(pl.col("weak_year").max())
    # 2025年第三季度 in the title or twice, in an article about a third quarter, leaves no doubt.
    certain = (
        years.filter(pl.col("part") != "FY", pl.col("part") == pl.col("default_part"))
        .group_by("article_nr", "year")
        .agg(pl.col("weight").sum())
        .filter(pl.col("weight") > 3)
        .select("article_nr")
        .unique()
    )
    followed = (
        weak.filter(pl.col("times") >= 2)
        .join(strong, on="article_nr")
        .filter(pl.col("weak_year") == pl.col("year") + 1)
        .join(certain, on="article_nr", how="anti")
        .select("article_nr", next_year="weak_year")
    )
    # Failing that, the file's name or day of publication; then the first year looked forward to.
    named_file = pl.col("source_path").str.extract(r"((?:19|20)[0-9]{2})[^/\\]*$").cast(pl.Int32)
    expected = periods.group_by("article_nr").agg(
        expected_year=pl.coalesce(
            pl.col("year").filter(~pl.col("is_ahead")).max(), pl.col("year").min()
        )
    )
    known = articles.select(
        "article_nr", "published_on", "source_path", company_id="default_company"
    ).join(
        companies().select("company_id", "fiscal_year_end_month"),
        on="company_id",
        how="left",
        maintain_order="left",
    )
    for told in (part, own_year, strong, followed, weak_latest, expected):
        known = known.join(told, on="article_nr", how="left", maintain_order="left")
    calendar_part = pl.col("default_part").fill_null("FY")
    # 上半年, said in passing, does not make a report on the company's own year one on that half.
    is_fiscal = pl.col("own_year").is_not_null() & (
        (calendar_part == "FY") | (calendar_part == pl.col("own_part")) | pl.col("part_in_passing")
    )
    later = order_of(calendar_part) * 3 > pl.col("fiscal_year_end_month")
    return known.with_columns(is_fiscal=is_fiscal.fill_null(False)).select(
        default_part=pl.when("is_fiscal").then("own_part").otherwise(calendar_part),
        default_fiscal="is_fiscal",
        fiscal_ahead=(later.fill_null(False) & ~pl.col("is_fiscal")).cast(pl.Int32),
        default_year=pl.coalesce(
            pl.when("is_fiscal").then("own_year"),
            "plain_year",
            "next_year",
            "year",
            named_file,
            pl.col("published_on").dt.year().cast(pl.Int32),
            "weak_year",
            "expected_year",
        ),
    )


def _with_third_quarters(periods: pl.DataFrame) -> pl.DataFrame:
    """三季报 is the report on nine months where the article speaks more of those."""
    is_report = pl.col("match").str.contains("三季报")

    def said_of(part: str) -> pl.Expr:
        said = ~is_report & (pl.col("part") == part)
        return pl.when(said).then("weight").sum().over("article_nr")

    more = said_of("9M") > said_of("Q3")
    return periods.with_columns(part=pl.when(is_report & more).then(pl.lit("9M")).otherwise("part"))


def _own_year(periods: pl.DataFrame) -> pl.DataFrame:
    """article_nr, own_year, own_part: the year or half of the company's own that it looks back on.

    Only where that is none of the calendar's; of several years the latest.
    """
    return (
        periods.filter(
            pl.col("fiscal").fill_null(False),
            pl.col("year").is_not_null(),
            pl.col("part").is_in(["FY", "H1", "H2"]),
        )
        .filter(pl.col("year") == pl.col("year").max().over("article_nr"))
        .group_by("article_nr", own_year="year", own_part="part")
        .agg(pl.col("weight").sum(), pl.col("event_nr").min())
        .sort(_MOST_NAMED)
        .unique("article_nr", keep="first", maintain_order=True)
        .select("article_nr", "own_year", "own_part")
    )
