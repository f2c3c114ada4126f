"""Who, what, when: number tokens in their context → figures, or rejects with a reason.

The text becomes one ordered frame of *events* (numbers, periods, words of the vocabulary, clause
ends). What a number is about is then the last such word before it, within a scope that depends
on the word: forward fills and gathers over whole columns, never a loop over sentences.
"""

from functools import cache

import polars as pl

from ingest.clauses import CLOSE, OPEN, find_clause_ends, find_fenced, split_sentences
from ingest.figures import FIGURES, REJECTED_FIGURES
from ingest.numbers import VALUE, find_tokens, read_tokens
from ingest.periods import read_periods
from ingest.vocabulary import companies, cues, metrics, terms, units

_SUBJECTS = ["company", "segment", "product", "app", "industry"]
_DECISIVE = ["growth", "change"]


@cache
def _cue(cue_class: str, code: str | None = None) -> str:
    """The regular expression of a class of cue words."""
    rows = cues().filter(pl.col("cue_class") == cue_class)
    if code is not None:
        rows = rows.filter(pl.col("code") == code)
    return "|".join(f"(?:{pattern})" for pattern in rows["pattern"])


def _has(text: pl.Expr, cue_class: str, code: str | None = None) -> pl.Expr:
    return text.str.contains(_cue(cue_class, code))


def _code(text: pl.Expr, cue_class: str) -> pl.Expr:
    """The code of the first cue of the class, in the dictionary's order, that the text holds."""
    rows = cues().filter(pl.col("cue_class") == cue_class)
    return pl.coalesce(
        pl.when(text.str.contains(pattern)).then(pl.lit(code))
        for code, pattern in rows.select("code", "pattern").iter_rows()
    )


# --- events -----------------------------------------------------------------------------------


def _find_terms(sentences: pl.DataFrame) -> pl.DataFrame:
    """Words of the vocabulary in the sentences, the longest at each place."""
    table = terms()
    aliases = table["alias"]
    fenced = pl.col("norm").str.replace_many(
        aliases.to_list(),
        [f"{OPEN}{alias}{CLOSE}" for alias in aliases],
        ascii_case_insensitive=True,
        leftmost=True,
    )
    found = find_fenced(sentences, "sentence_nr", fenced)
    letter = r"[A-Za-z]"
    return (
        found.with_columns(
            # A Latin alias is a word of its own: JD is not in JDK.
            inside=pl.col("match").str.contains(rf"^{letter}")
            & (
                pl.col("following").str.contains(rf"^{letter}")
                | (
                    pl.col("following").shift(1).str.contains(rf"{letter}$")
                    & pl.col("sentence_nr").eq(pl.col("sentence_nr").shift(1))
                )
            ).fill_null(False)
        )
        .filter(~pl.col("inside"))
        .join(table.rename({"alias": "match"}), on="match", how="left", maintain_order="left")
        .select("sentence_nr", "start", "end", "match", "role", "id", "name", "company_id")
    )


def find_events(sentences: pl.DataFrame) -> pl.DataFrame:
    """All that matters in the sentences, in reading order, one row an event.

    sentence_nr, article_id, paragraph_nr, norm, start, end, match, role (number | figure |
    period | a subject type | metric | clause_end …), id, name, company_id, clause_nr.
    """
    tokens = find_tokens(sentences, "sentence_nr", "norm").select(
        "sentence_nr", "start", "end", match="token", role="token_class"
    )
    ends = find_clause_ends(sentences).select(
        "sentence_nr", "start", "end", "match", role=pl.lit("clause_end")
    )
    return (
        pl.concat([tokens, _find_terms(sentences), ends], how="diagonal")
        .join(sentences.drop("sentence"), on="sentence_nr")
        .sort("sentence_nr", "start", maintain_order=True)
        # A comma that groups thousands ends no clause; a word inside a number is no word.
        .with_columns(
            covered=pl.when(pl.col("role").is_in(["figure", "period", "name", "bare", "span", "rank"]))
            .then("end")
            .forward_fill()
            .over("sentence_nr")
            .shift(1)
            .over("sentence_nr")
        )
        .filter((pl.col("covered").is_null()) | (pl.col("start") >= pl.col("covered")))
        .drop("covered")
        .join(_metric_traits(), on="id", how="left", maintain_order="left")
        .with_columns(
            *read_periods(pl.when(pl.col("role") == "period").then("match")),
            is_number=pl.col("role").is_in(["figure", "bare"]),
            is_end=pl.col("role") == "clause_end",
        )
        .with_row_index("event_nr")
        .with_columns(_windows())
    )


def _metric_traits() -> pl.DataFrame:
    """What the resolution needs to know of a metric, keyed by its id."""
    return (
        metrics()
        .join(units().unique("unit_id").select("unit_id", "dimension"), on="unit_id", how="left")
        .select(
            id="metric_id",
            metric_unit="unit_id",
            metric_dimension=pl.col("dimension").fill_null("count"),
            value_kind="value_kind",
            subject_level="subject_level",
        )
    )


def _between(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    return pl.col("norm").str.slice(start, end - start)


def _windows() -> list[pl.Expr]:
    """Scopes and the text around each event.

    clause_nr and segment_nr (from number to number within a clause) are unique over the batch;
    clause_start, last_end (of the number before, in the sentence), next_start (of the next number
    or clause end) are offsets in the sentence.
    """
    ends = pl.col("is_end").cast(pl.Int64)
    new_sentence = pl.col("sentence_nr").ne(pl.col("sentence_nr").shift(1)).fill_null(True).cast(pl.Int64)
    clause_nr = (new_sentence + ends).cum_sum()
    return [
        clause_nr.alias("clause_nr"),
        (new_sentence + ends + pl.col("is_number").shift(1).fill_null(False)).cum_sum().alias("segment_nr"),
        pl.when("is_end").then("end").forward_fill().over("sentence_nr").fill_null(0).alias("clause_start"),
        pl.when("is_number").then("end").shift(1).forward_fill().over("sentence_nr").fill_null(0).alias("last_end"),
        pl.when(pl.col("is_number") | pl.col("is_end"))
        .then("start")
        .shift(-1)
        .backward_fill()
        .over("sentence_nr")
        .fill_null(pl.col("norm").str.len_chars().cast(pl.Int64))
        .alias("next_start"),
    ]


def article_defaults(events: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """The company and the reporting period that an article is about, inferred from its words.

    article_id, default_company, default_year, default_part. The company is the one most often
    named, the part of the year likewise (a mention in the title counts thrice); the year is the
    one that stands with that part, else the latest that the article looks back on.
    """
    in_title = pl.col("sentence_start") + pl.col("start") < pl.col("title").str.len_chars().cast(pl.Int64)
    named = events.join(articles.select("article_id", "title"), on="article_id").with_columns(
        weight=pl.when(in_title.fill_null(False)).then(3).otherwise(1)
    )
    most_named = ["article_id", pl.col("weight").neg(), "event_nr"]
    company = (
        named.filter(pl.col("role").is_in(_SUBJECTS), pl.col("company_id").is_not_null())
        .group_by("article_id", "company_id")
        .agg(pl.col("weight").sum(), pl.col("event_nr").min())
        .sort(most_named)
        .unique("article_id", keep="first", maintain_order=True)
        .select("article_id", default_company="company_id")
    )
    ahead = _has(_between(pl.col("clause_start"), pl.col("start")), "forecast")
    periods = named.filter(pl.col("role") == "period", ~ahead)
    stated_part = (pl.col("part") != "FY") | (pl.col("weight") == 3) | pl.col("match").str.contains("全|财年|度")
    part = (
        periods.filter(pl.col("part") != "SAME", stated_part, pl.col("year_offset") == 0)
        .group_by("article_id", "part")
        .agg(
            pl.col("weight").sum(),
            pl.col("event_nr").min(),
            part_year=pl.col("year").drop_nulls().mode().max(),
            part_fiscal=pl.col("fiscal").any(),
        )
        .sort(most_named)
        .unique("article_id", keep="first", maintain_order=True)
    )
    latest = periods.group_by("article_id").agg(latest_year=pl.col("year").max())
    return (
        articles.select("article_id", "published_on")
        .join(company, on="article_id", how="left")
        .join(part, on="article_id", how="left")
        .join(latest, on="article_id", how="left")
        .select(
            "article_id",
            "default_company",
            default_part=pl.col("part").fill_null("FY"),
            default_fiscal=pl.col("part_fiscal").fill_null(False),
            default_year=pl.coalesce("part_year", "latest_year", pl.col("published_on").dt.year().cast(pl.Int32)),
        )
    )


# --- context: what each number may be about -----------------------------------------------------


def _latest(mask: pl.Expr, scope: str) -> pl.Expr:
    """The event_nr of the latest event so far in the scope for which the mask holds."""
    return pl.when(mask).then("event_nr").forward_fill().over(scope)


def _with_pointers(events: pl.DataFrame) -> pl.DataFrame:
    """Add to each event the numbers of the events that it may be about, nearest scope first."""
    clause_head = _between(pl.col("clause_start"), pl.col("start"))
    is_subject = pl.col("role").is_in(_SUBJECTS)
    is_metric = pl.col("role") == "metric"
    is_period = pl.col("role") == "period"
    muted = (
        _has(clause_head, "mute_before")
        | _has(pl.col("norm").str.slice(pl.col("end"), 8), "mute_after")
        | _has(clause_head, "mute_clause")
    )
    # 去年同期 and the like speak of the one number that follows, not of the sentence.
    local = is_period & (
        (pl.col("part") == "SAME")
        | (pl.col("quarter_offset") != 0)
        | ((pl.col("year_offset") < 0) & (pl.col("part") == "FY"))
        | _has(clause_head, "relative_base")
    )
    kinds = {
        "any": is_metric,
        "currency": is_metric & (pl.col("metric_dimension") == "currency"),
        "count": is_metric & ~pl.col("metric_dimension").is_in(["currency", "ratio"]),
        "ratio": is_metric & (pl.col("value_kind") == "share"),
    }
    return (
        events.with_columns(voiced=is_subject & ~muted)
        .with_columns(opens=pl.col("voiced") & pl.col("voiced").cum_sum().over("sentence_nr").eq(1))
        .with_columns(
            *(
                _latest(mask, f"{scope}_nr").alias(f"metric_{kind}_{scope}")
                for kind, mask in kinds.items()
                for scope in ("segment", "clause", "sentence", "paragraph")
            ),
            metric_next=pl.when(is_metric).then("event_nr").shift(-1).backward_fill().over("segment_nr"),
            subject_segment=_latest(pl.col("voiced"), "segment_nr"),
            subject_sentence=_latest(pl.col("voiced"), "sentence_nr"),
            subject_muted=_latest(is_subject, "segment_nr"),
            subject_topic=_latest(pl.col("opens"), "paragraph_nr"),
            company_sentence=_latest(pl.col("voiced") & (pl.col("role") == "company"), "sentence_nr"),
            period_local=_latest(local, "segment_nr"),
            period_sentence=_latest(is_period & ~local & pl.col("part").is_not_null(), "sentence_nr"),
        )
    )


def _follow(numbers: pl.DataFrame, events: pl.DataFrame, pointer: str, *columns: str) -> pl.DataFrame:
    """Join the events that a pointer names; their columns are prefixed with the pointer's name."""
    target = events.select(pl.col("event_nr").alias(pointer), pl.col(columns).name.prefix(f"{pointer}_"))
    return numbers.join(target, on=pointer, how="left", maintain_order="left")


# --- what is said --------------------------------------------------------------------------------


def _read_numbers(events: pl.DataFrame) -> pl.DataFrame:
    """Number events with their reading and the words around them.

    before: the words since the last number or the clause's start; lead: since the last number in
    the sentence; after: up to the next number or the clause's end; chain_nr groups the numbers of
    a list (10%、12%和15%), chain_head holds the words before the list's first number.
    """
    numbers = events.filter("is_number").with_columns(
        before_start=pl.max_horizontal("last_end", "clause_start")
    )
    numbers = numbers.with_columns(
        before=_between(pl.col("before_start"), pl.col("start")),
        lead=_between(pl.col("last_end"), pl.col("start")),
        clause_before=_between(pl.col("clause_start"), pl.col("start")),
        after=_between(pl.col("end"), pl.col("next_start")),
        sentence_before=pl.col("norm").str.slice(0, pl.col("start")),
    )
    first = pl.col("sentence_nr").ne(pl.col("sentence_nr").shift(1)).fill_null(True)
    starts = first | ~pl.col("lead").str.contains(r"^[\s、,，和与及或以]*$")
    readings = read_tokens(numbers["match"])
    return (
        numbers.rename({"match": "token"})
        .join(readings, on="token", how="left", maintain_order="left")
        .with_columns(starts=starts)
        .with_columns(chain_nr=pl.col("starts").cum_sum())
        .with_columns(
            chain_head=pl.col("before").first().over("chain_nr"),
            chain_lead=pl.col("lead").first().over("chain_nr"),
            chain_after=pl.col("after").last().over("chain_nr"),
            chain_order=pl.col("event_nr").cum_count().over("chain_nr") - 1,
            chain_length=pl.len().over("chain_nr"),
        )
    )


def _with_kind(numbers: pl.DataFrame) -> pl.DataFrame:
    """Add kind, comparison, sign and qualifier: what sort of statement the number makes."""
    head, after = pl.col("chain_head"), pl.col("after")
    is_share_metric = pl.col("near_value_kind") == "share"
    grows = _has(head, "growth_noun") | _has(pl.col("chain_after"), "growth_after")
    lands = _has(head, "arrival")
    moved = _has(head, "change_before") & ~lands
    ratio = (
        pl.when(_has(pl.col("chain_after"), "growth_after"))
        .then(pl.lit("growth"))
        .when(is_share_metric & (lands | ~_has(pl.col("since_metric"), "growth_noun")))
        .then(pl.lit("share"))
        .when(grows)
        .then(pl.lit("growth"))
        .when(is_share_metric | _has(head, "share_noun") | after.str.contains("^(?:以上|左右|多)?的"))
        .then(pl.lit("share"))
        .when(_has(pl.col("lead"), "growth_noun"))
        .then(pl.lit("growth"))
    )
    multiple = pl.when(moved | lands | _has(pl.col("chain_after"), "growth_after")).then(pl.lit("growth"))
    ahead = _has(pl.col("clause_before"), "forecast") | _has(after, "forecast_after") | _has(
        pl.col("since_period"), "forecast"
    )
    numbers = numbers.with_columns(
        kind=pl.when(pl.col("form") == "points")
        .then(pl.lit("change"))
        .when(pl.col("form") == "doubling")
        .then(pl.lit("growth"))
        .when(pl.col("form") == "multiple")
        .then(multiple)
        .when(pl.col("form") == "ratio")
        .then(ratio)
        .when(moved)
        .then(pl.lit("change"))
        .otherwise(pl.lit("level")),
        lands=lands,
        ahead=ahead,
    )
    comparison = pl.coalesce(
        _code(head, "comparison"), _code(pl.col("chain_lead"), "comparison"), _code(pl.col("chain_after"), "comparison")
    )
    # 增速 names a rise and 降幅 a fall, whatever became of them.
    noun_sign = pl.when(head.str.contains("增速|增幅|增长率|涨幅|升幅")).then(1).when(
        head.str.contains("降幅|跌幅|减幅")
    ).then(-1)
    up, down = _cue("direction", "up"), _cue("direction", "down")
    last_direction = pl.coalesce(
        head.str.extract(f".*({up}|{down})"),
        pl.col("chain_after").str.extract(f"^[^,，]{{0,8}}?({up}|{down})"),
        pl.col("chain_lead").str.extract(f".*({up}|{down})"),
    )
    falls = last_direction.str.contains(f"^(?:{down})$")
    is_loss = (
        (pl.col("near_match").str.contains(_cue("loss")) | _has(head, "loss")) & ~_has(head, "not_loss")
    ) | _has(after, "loss_after")
    sign = (
        pl.when(pl.col("kind").is_in(["growth", "change"]))
        .then(pl.coalesce(noun_sign, pl.when(falls).then(-1), 1))
        .when((pl.col("kind") == "level") & is_loss & (pl.col("form").is_in(["currency", "none"])))
        .then(-1)
        .otherwise(1)
    )
    qualifier = (
        pl.when(pl.col("qualifier") != "eq")
        .then("qualifier")
        .otherwise(
            pl.coalesce(
                _code(pl.col("before"), "qualifier_before"), _code(after, "qualifier_after"), pl.lit("eq")
            )
        )
    )
    return numbers.with_columns(
        comparison=pl.when(pl.col("kind").is_in(["growth", "change"])).then(comparison),
        sign=pl.when(pl.col("value") < 0).then(1).otherwise(sign),
        qualifier=qualifier,
        value=pl.when((pl.col("form") == "multiple") & pl.col("lands"))
        .then(pl.col("value") - 1)
        .otherwise("value"),
    )
