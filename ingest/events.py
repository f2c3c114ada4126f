"""Sentences → events: all that matters in the text, in reading order, each with its scopes.

An event is a number, a reporting period, a word of the vocabulary (subject or metric) or the end
of a clause. What a number is about is later found by looking back along this one ordered frame.

An event's number is its row. So what stands in another row, or in a row of another table, is
gathered by number and never joined; and what only words of one sort say is worked out on those
rows alone.
"""

from typing import NamedTuple

import polars as pl

from ingest.boundaries import (
    CODED,
    classes,
    is_abbreviation,
    unsupported,
    with_windows,
    within_words,
)
from ingest.clauses import find_all, find_clause_ends, furthest_before
from ingest.dating import by_own_period, read_in_context, with_metric_behind, with_owner
from ingest.frame import own_company, own_economy, own_frame, own_market, own_subjects, with_places
from ingest.lexicon import METRIC_TRAITS, lexicon
from ingest.movements import split_movements
from ingest.names import find_introduced, introduced
from ingest.numbers import find_tokens
from ingest.parts import with_parts
from ingest.periods import MINGUO_YEAR, SHORT_PERIOD, SHORT_YEAR
from ingest.rows import after, before, between, has, is_of_hong_kong, is_traditional, look_up
from ingest.vocabulary import cue
from ingest.words import Words, beginning_in, find_words

SUBJECT_ROLES = ["company", "segment", "product", "app", "industry", "self", "named", "economy"]
NUMBER_ROLES = ["figure", "bare"]
_WORD_ROLES = ["metric", *SUBJECT_ROLES]


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
    periods: the events that name a period, with what `dating` tells of it.
    articles: what each article is about, one row an article: `frame.own_frame`.

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
        articles: title, published_on, source_path, text, opening; in the order that article_nr
            counts.
    """
    of_sentence = ["article_nr", "paragraph_nr", "heading_nr", "length", "is_heading"]
    articles = articles.with_columns(is_traditional=is_traditional(pl.col("text")))
    terms = _whole_terms(sentences, articles)
    names = introduced(sentences, articles, terms.filter(pl.col("role") == "company"))
    economies = own_economy(sentences, articles)
    rows = (
        _in_reading_order(sentences, terms, names, articles)
        .pipe(_without_overlaps)
        .pipe(with_parts, sentences, economies)
        .pipe(_numbered)
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
    subjects = with_places(words["subjects"], articles).join(
        names.select("article_nr", "own_name", match=pl.col("alias").str.to_lowercase()),
        on=["article_nr", "match"],
        how="left",
        maintain_order="left",
    )
    markets = own_market(sentences, articles)
    company = own_company(
        subjects, articles, pl.concat([economies, markets]).unique("article_nr", keep="first")
    )
    periods = (
        with_places(words["periods"], articles)
        .pipe(with_owner, subjects, company.with_columns(articles["published_on"]))
        .pipe(with_metric_behind, words["metrics"])
        .pipe(read_in_context)
    )
    frame = own_frame(periods, company, articles)
    return Events(
        rows.drop("term_nr").with_columns(
            (mask.cum_sum() - mask).cast(pl.UInt32).alias(f"{name}_before")
            for name, mask in masks.items()
        ),
        own_subjects(subjects, company),
        words["metrics"].pipe(
            look_up, "term_nr", lexicon().terms, **{name: name for name in METRIC_TRAITS}
        ),
        by_own_period(periods, frame),
        frame,
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
            "clause_start", "last_end", "next_start", "next_number", "is_heading",
            "sentence_first", "segment_first", "paragraph_first",
        )
        .collect()
        .pipe(look_up, "sentence_nr", sentences, norm="norm", sentence_start="sentence_start")
        .with_columns(
            head=between(pl.col("clause_start"), pl.col("start")),
            tail=pl.col("norm").str.slice(pl.col("end"), 10),
        )
    )  # fmt: skip


def _in_reading_order(
    sentences: pl.DataFrame, terms: pl.DataFrame, names: pl.DataFrame, articles: pl.DataFrame
) -> pl.DataFrame:
    """Tokens, terms, names and clause ends: sentence_nr, start, end, match, role, term_nr.

    They are sorted by where they start; of those that start together the longest is first, and of
    those that are as long the word: 361度 is a company.
    """
    where = ["sentence_nr", "start", "end", "match"]
    found = [
        terms,
        _find_terms(sentences, lexicon().market),
        *([] if names.is_empty() else [_whole_names(find_introduced(sentences, names), terms)]),
        find_tokens(sentences, "sentence_nr", "norm")
        .drop("token")
        .rename({"spelled": "match", "token_class": "role"})
        .pipe(_with_minguo_years, sentences, articles)
        .pipe(_with_short_years, sentences)
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


def _whole_names(names: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """The introduced names that are: none ends inside a metric, or publishes an economy's figures.

    甲区|毛收入 is no 甲区毛.
    """
    names = names.filter(~has(pl.col("match"), "official"))
    metrics = terms.filter(pl.col("role") == "metric").select(
        "sentence_nr", metric_start="start", metric_end="end"
    )
    cut = (
        names.join(metrics, on="sentence_nr")
        .filter(
            pl.col("start") < pl.col("metric_start"),
            pl.col("metric_start") < pl.col("end"),
            pl.col("end") < pl.col("metric_end"),
        )
        .select("sentence_nr", "start")
        .unique()
    )
    return names.join(cut, on=["sentence_nr", "start"], how="anti", maintain_order="left")


def _with_minguo_years(
    tokens: pl.DataFrame, sentences: pl.DataFrame, articles: pl.DataFrame
) -> pl.DataFrame:
    """The tokens, with 114年 as a year where it is written in Taiwan."""
    years = tokens.filter(pl.col("match").str.contains(MINGUO_YEAR))
    if years.is_empty():
        return tokens
    years = look_up(years, "sentence_nr", sentences, norm="norm", article_nr="article_nr")
    dated = years.filter(
        articles["is_traditional"].gather(years["article_nr"]),
        ~pl.col("norm").str.slice(pl.col("end"), 1).str.contains("[来以历前后内间多]"),
    ).select("sentence_nr", "start", is_year=pl.lit(True))
    return (
        tokens.join(dated, on=["sentence_nr", "start"], how="left", maintain_order="left")
        .with_columns(role=pl.when("is_year").then(pl.lit("period")).otherwise("role"))
        .drop("is_year")
    )


def _with_short_years(tokens: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """The tokens, with 23年 as a year in articles that write other years as short."""
    years = tokens.filter(pl.col("match").str.contains(SHORT_YEAR))
    if years.is_empty():
        return tokens
    short = (
        tokens.filter(pl.col("role") == "period", pl.col("match").str.contains(SHORT_PERIOD))
        .pipe(look_up, "sentence_nr", sentences, article_nr="article_nr")["article_nr"]
        .unique()
    )
    lasts = r"[近约超逾过去满达第长共有的]\s?$"
    dated = (
        look_up(years, "sentence_nr", sentences, norm="norm", article_nr="article_nr")
        .filter(
            pl.col("article_nr").is_in(short.implode()),
            ~pl.col("norm").str.slice(pl.col("end"), 1).str.contains("[来以历前后内间多的]"),
            ~pl.col("norm").str.slice(0, "start").str.contains(lasts),
        )
        .select("sentence_nr", "start", is_year=pl.lit(True))
    )
    return (
        tokens.join(dated, on=["sentence_nr", "start"], how="left", maintain_order="left")
        .with_columns(role=pl.when("is_year").then(pl.lit("period")).otherwise("role"))
        .drop("is_year")
    )


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
        # 上市券商 is several companies, and a part of none.
        .filter(has(pl.col("match"), "group") | ~has(pl.col("match"), "no_part"))
    )


def _find_terms(sentences: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Words of the vocabulary in the sentences, the longest at each place."""
    found = find_words(sentences, "sentence_nr", "norm", words)
    return found.filter(~_inside_latin(found, sentences)).pipe(
        look_up, "term_nr", lexicon().terms, role="role"
    )


def _inside_latin(found: pl.DataFrame, sentences: pl.DataFrame) -> pl.Series:
    """Which are only a part of a Latin word: JD is not in JDK, and QQ is not name@qq.com's."""
    letter = "[A-Za-z]"
    is_latin = found["match"].str.contains(f"^{letter}|{letter}$")
    asked = found.filter(is_latin).join(
        sentences.select("sentence_nr", "norm"), on="sentence_nr", maintain_order="left"
    )
    opens = pl.col("match").str.contains(f"^{letter}")
    closes = pl.col("match").str.contains(f"{letter}$")
    start = pl.col("start")
    head = pl.col("norm").str.slice(pl.max_horizontal(start - 2, 0), pl.min_horizontal(start, 2))
    tail = pl.col("norm").str.slice(pl.col("end"), 2)
    inside = asked.select(
        (closes & tail.str.contains(f"^(?:{letter}|[.@_-]{letter}|/[a-z])"))
        | (opens & head.str.contains(f"(?:{letter}|[@_]|{letter}[.-]|[a-z.]/)$"))
    ).to_series()
    return is_latin.scatter(is_latin.arg_true(), inside)


def _whole_terms(sentences: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Words of the vocabulary, where names of companies are words and mean companies.

    A name that is none hides others (公司 in 其中公司): its sentence is read once more without it.
    """
    rows = lexicon().words.rows
    found = _find_terms(sentences, lexicon().words)
    drops = _means_nobody(found, sentences, articles)
    for _ in range(_READINGS):
        if not drops.any():
            break
        again = pl.col("sentence_nr").is_in(found.filter(drops)["sentence_nr"].implode())
        held = sentences.filter(again)
        rows = rows.filter(~pl.col("match").is_in(found.filter(drops)["match"].implode()))
        anew = _find_terms(held, Words.of(beginning_in(held["norm"], rows)))
        found = pl.concat([found.filter(~again), anew]).sort("sentence_nr", "start")
        drops = _means_nobody(found, sentences, articles)
    found = found.filter(~drops)
    found = pl.concat([found, *_taiwan_names(found, sentences, articles)])
    found = pl.concat([found, _abbreviated(found, sentences)], how="diagonal")
    return _by_code(found, sentences).filter(pl.col("role") != "agency")


def _abbreviated(found: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """销售/管理/研发费用率: the words before a metric's name that share its ending, as metrics.

    Each is the metric whose name is made of the word's end (2 to 4 characters) and the shared
    ending, the longest of each.
    """
    from_ = pl.max_horizontal(pl.col("start") - 24, 0)
    words = (
        found.filter(pl.col("role") == "metric")
        .pipe(look_up, "sentence_nr", sentences, norm="norm")
        .with_columns(run=pl.col("norm").str.slice(from_, pl.col("start") - from_))
        .filter(pl.col("run").str.contains("[/／、和及与]$"))
        .with_columns(run=pl.col("run").str.extract(r"((?:\p{Han}{2,4}[/／、和及与])+)$"))
        .drop_nulls("run")
        .with_columns(
            start=pl.col("start") - pl.col("run").str.len_chars().cast(pl.Int64),
            word=pl.col("run").str.extract_all(r"\p{Han}{2,4}[/／、和及与]"),
        )
        .explode("word")
    )
    size = pl.col("word").str.len_chars().cast(pl.Int64)
    over = ["sentence_nr", "run"]
    placed = words.with_columns(end=pl.col("start") + size.cum_sum().over(over) - 1)
    named = pl.concat(
        placed.select(
            "sentence_nr", "end", tail=pl.lit(tail), kept=pl.col("match").str.len_chars() - cut,
            start=pl.col("end") - tail,
            match=pl.col("word").str.head(-1).str.tail(tail) + pl.col("match").str.slice(cut),
            fits=(size > tail) & (pl.col("match").str.len_chars() > cut),
        )
        for tail in (4, 3, 2)
        for cut in (2, 3, 4)
    )  # fmt: skip
    taken = found.select("sentence_nr", from_="start", to="end")
    longest = ["sentence_nr", "end", pl.col("tail").neg(), pl.col("kept").cast(pl.Int64).neg()]
    made = (
        named.filter("fits")
        .join(lexicon().metrics, on="match")
        .sort(longest)
        .unique(["sentence_nr", "end"], keep="first", maintain_order=True)
    )
    inside = (
        made.join(taken, on="sentence_nr")
        .filter(pl.col("from_") < pl.col("end"), pl.col("start") < pl.col("to"))
        .select("sentence_nr", "end")
    )
    return made.join(inside, on=["sentence_nr", "end"], how="anti").select(
        "sentence_nr", "start", "end", "match", "term_nr", role=pl.lit("metric")
    )


def _by_code(found: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """A name that several companies have is the one's whose code the article gives."""
    shared = lexicon().shared
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
    asked = found.pipe(look_up, "term_nr", lexicon().terms, **traits)
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
        .pipe(with_places, articles)
    )
    nobody = (names["role"] == "company") & (
        within_words(names) | unsupported(names) | classes(names)
    )
    return is_name.scatter(is_name.arg_true(), nobody | is_abbreviation(names))


def _taiwan_names(
    found: pl.DataFrame, sentences: pl.DataFrame, articles: pl.DataFrame
) -> list[pl.DataFrame]:
    """Names of two characters, of which Taiwan has many: only where its script is written."""
    local = articles.select(
        pl.when("is_traditional").then(~is_of_hong_kong(pl.col("text"))).fill_null(False)
    )[:, 0]
    told = sentences.filter(local.gather(sentences["article_nr"]))
    if told.is_empty():
        return []
    names = _find_terms(told, lexicon().taiwan)
    names = names.filter(~_means_nobody(names, sentences, articles))
    where = ["sentence_nr", pl.col("start").alias("from"), pl.col("end").alias("to")]
    over = (
        names.join(found.select(where), on="sentence_nr")
        .filter(pl.col("start") < pl.col("to"), pl.col("from") < pl.col("end"))
        .select("sentence_nr", "start")
    )
    return [names.join(over, on=["sentence_nr", "start"], how="anti")]


def find_words_of_vocabulary(texts: pl.DataFrame) -> pl.DataFrame:
    """The names of subjects and metrics in texts that are no sentences.

    Args:
        texts: sentence_nr and norm (normalised).

    Returns:
        sentence_nr, start, end, match, role, term_nr (the row in `terms_of`).
    """
    return _find_terms(texts, lexicon().words)


def terms_of() -> pl.DataFrame:
    """The vocabulary by row: alias, role, id, name, company_id, a metric's traits."""
    return lexicon().terms


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
        .join(lexicon().metrics, on="match")
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
