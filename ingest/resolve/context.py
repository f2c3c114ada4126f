"""Numbers in their context: the words around each, and what it may be about.

Every pointer is the number of an event: the latest of its sort in a scope (the words since the
last number, the clause, the sentence, the paragraph), found by a forward fill over whole columns.
"""

import polars as pl

from ingest.events import Events
from ingest.numbers import read_tokens
from ingest.resolve.phrases import says, with_sayings
from ingest.rows import before, between, carried, count_in, count_so_far, has, latest, look_up
from ingest.vocabulary import cue, in_role, subject_terms

SCOPES = ["segment", "clause", "sentence", "paragraph"]
QUARTERS = ["Q1", "Q2", "Q3", "Q4"]


def with_voices(events: Events) -> Events:
    """Add to each word whether it speaks, and of what: what the numbers' pointers look for.

    Subjects: voiced (not in passing), is_company, opens, leads, heads, is_behind (what another is
    ahead of), in_part (of what 其中 tells).
    Metrics: is_share, is_whole (of a share), is_topic, is_currency, is_counted, is_ratio;
    subject_sentence (the subject voiced last in the sentence, by row); id where the words make it
    the adjusted metric.
    Periods: is_base (what is compared with), is_local (said of one number only), opens, goes_on
    (said of the sentences that follow, too).
    """
    subjects = events.subjects.pipe(_with_brands).pipe(_with_guests).pipe(_with_voiced)
    return events._replace(
        subjects=subjects,
        metrics=_with_topics(events.metrics, events.rows, subjects),
        periods=_with_local(events.periods),
    )


def _with_brands(subjects: pl.DataFrame) -> pl.DataFrame:
    """「安踏」、「FILA」及「其他品牌」: a company that heads a list of its brands is one of them.

    Of three at least: 阿里巴巴和淘天集团 are the company and a part of it.
    """
    sentence, role = pl.col("sentence_nr"), pl.col("role")
    heads_list = (
        (role == "company")
        & (role.shift(-1) == "segment")
        & (role.shift(-2) == "segment")
        & (pl.col("company_id") == pl.col("company_id").shift(-1))
        & (sentence == sentence.shift(-2))
    ).fill_null(False)
    subjects = subjects.with_columns(heads_list=heads_list)
    if not subjects["heads_list"].any():
        return subjects.drop("heads_list")
    brands = (
        subject_terms()
        .filter(pl.col("alias").str.ends_with("品牌"), role == "segment")
        .drop_nulls("company_id")
        .select(
            pl.col("alias").str.strip_suffix("品牌").alias("match"),
            "company_id",
            brand_id="id",
            brand_name="name",
        )
        .unique(["match", "company_id"], keep="first", maintain_order=True)
    )
    listed = pl.all_horizontal(
        has(
            pl.when("heads_list").then(
                between(pl.col("end").shift(-nr), pl.col("start").shift(-nr - 1))
            ),
            "coordination",
        )
        for nr in (0, 1)
    )
    is_brand = pl.col("is_brand")
    return (
        subjects.join(brands, on=["match", "company_id"], how="left", maintain_order="left")
        .with_columns(is_brand=listed & pl.col("brand_id").is_not_null())
        .with_columns(
            id=pl.when(is_brand).then("brand_id").otherwise("id"),
            name=pl.when(is_brand).then("brand_name").otherwise("name"),
            role=pl.when(is_brand).then(pl.lit("segment")).otherwise("role"),
        )
        .drop("heads_list", "is_brand", "brand_id", "brand_name")
    )


def _with_guests(subjects: pl.DataFrame) -> pl.DataFrame:
    """吉利新能源车销量 in an article about somebody else, or about cars: what is sold is 吉利's."""
    generic = pl.col("role").is_in(["segment", "product", "industry"]) & (
        pl.col("company_id").is_null() & pl.col("is_goods")
    )
    is_guest = (pl.col("role") == "company") & (pl.col("is_peer") | ~pl.col("has_company"))
    same = pl.col("sentence_nr") == pl.col("sentence_nr").shift(1)
    near = pl.when(generic & is_guest.shift(1) & same).then(
        between(pl.col("end").shift(1), pl.col("start"))
    )
    of_guest = has(near, "of_guest")
    return subjects.with_columns(
        pl.when(of_guest).then(pl.col(name).shift(1)).otherwise(name).alias(name)
        for name in ("id", "name", "company_id", "role", "is_peer")
    )


def _with_voiced(subjects: pl.DataFrame) -> pl.DataFrame:
    head, tail = pl.col("head"), pl.col("tail")
    voiced, is_company = pl.col("voiced"), pl.col("is_company")
    passes = pl.col("in_passing") & (count_so_far(~pl.col("in_passing"), "sentence") > 0)
    return (
        subjects.with_columns(
            # 小米全球智能手机出货量: after a subject, what may mean an industry means its products.
            in_passing=pl.col("is_foreign")
            | ((pl.col("role") == "industry") & ~has(pl.col("match"), "broad_industry")),
            muted=pl.col("is_foreign")
            | has(head, "mute_before")
            | has(tail, "mute_after")
            | has(head, "mute_clause")
            # 尽管电商渠道增长四成，…: what is granted has a number of its own.
            | (has(head, "concedes") & (pl.col("next_number") > pl.col("next_start"))),
            # 高出京东2个百分点: the number is not 京东's.
            is_behind=has(head, "ahead_of"),
            # A peer that is named after a figure of something else is set beside it.
            beside=pl.col("is_peer") & (pl.col("last_end") > 0),
            in_part=has(
                pl.when(pl.col("norm").str.contains("其中", literal=True)).then(
                    pl.col("norm").str.slice(0, pl.col("start"))
                ),
                "in_part",
            ),
        )
        .with_columns(
            voiced=~pl.col("muted") & ~passes,
            is_left_out=pl.col("muted")
            & pl.col("is_peer")
            & (pl.col("role") == "company")
            & (pl.col("next_number") > pl.col("next_start")),
        )
        .with_columns(
            is_company=voiced & (pl.col("role") == "company"),
            another=voiced & (pl.col("id") != before("id", voiced, "sentence")).fill_null(True),
            opens=voiced & (count_so_far(voiced, "sentence") == 1),
        )
        .with_columns(
            # A paragraph is about what it voices first, unless it opens with a list of several.
            leads=voiced
            & ~pl.col("beside")
            & (count_so_far(voiced, "paragraph") == 1)
            & ((count_in(pl.col("another"), "sentence") <= 1) | is_company),
            heads=is_company & ~pl.col("beside") & (count_so_far(is_company, "paragraph") == 1),
        )
        .drop("in_passing", "muted", "beside", "another", "head", "tail")
    )


def _with_topics(metrics: pl.DataFrame, rows: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    head, tail = pl.col("head"), pl.col("tail")
    dimension = pl.col("metric_dimension")
    voiced_nr = subjects.select(
        row=pl.when("voiced").then(pl.int_range(pl.len(), dtype=pl.UInt32)).forward_fill()
    )
    negative = pl.col("can_be_negative").fill_null(False) & ~pl.col("loss_alone")
    # 亏损 after 经营利润 is the operating loss, and 该项支出 what was spoken of last.
    points_back = pl.col("loss_alone") & (
        latest(negative, "sentence") > pl.col("subject_at").fill_null(0)
    ).fill_null(False)
    return (
        metrics.pipe(look_up, "event_nr", rows, subjects_before="subjects_before")
        .with_columns(last_subject=_last_of("subjects"))
        .pipe(look_up, "last_subject", voiced_nr, subject_sentence="row")
        .pipe(look_up, "subject_sentence", subjects, subject_at="event_nr")
        .with_columns(
            is_share=pl.col("id") == in_role("generic_share"),
            # 撇除公允價值變動，盈利…: what is left out is not what is told of.
            stands_in=has(head, "stand_in") | has(head, "left_out"),
            loss_alone=has(pl.col("match"), "loss_alone"),
            is_currency=dimension == "currency",
            is_counted=~dimension.is_in(["currency", "ratio"]),
            is_ratio=pl.col("value_kind") == "share",
            # 非公认会计准则下，净利润…: a profit on an adjusted basis is the adjusted metric.
            on_adjusted=has(between(pl.col("last_end"), pl.col("start")), "adjusted"),
            subject_at=pl.when(pl.col("subject_at") >= pl.col("sentence_first")).then("subject_at"),
        )
        .with_columns(
            subject_sentence=pl.when(pl.col("subject_at").is_not_null()).then("subject_sentence"),
            # The whole of a share (占总收入的…) is not what the sentence is about.
            is_whole=~pl.col("is_share")
            & ~pl.col("is_ratio")
            & (
                has(head, "whole_before")
                # 员工成本占收入32.9%: the first is the part.
                | (has(tail, "whole_after") & ~has(tail, "part_of_next"))
            ),
        )
        .with_columns(
            is_topic=~pl.col("is_whole")
            & ~pl.col("is_share")
            & ~points_back
            & ~pl.col("stands_in")
        )
        .with_columns(
            id=pl.when(pl.col("is_topic") & pl.col("on_adjusted"))
            .then(pl.coalesce("adjusted_id", "id"))
            .otherwise("id")
        )
        .drop(
            "stands_in", "loss_alone", "on_adjusted", "adjusted_id", "subject_at", "last_subject",
            "subjects_before", "head", "tail",
        )
    )  # fmt: skip


def _with_local(periods: pl.DataFrame) -> pl.DataFrame:
    # 2021年同比增长98%，达79.7亿元: a clause that opens with a year and tells how it went goes on
    # about that year; 2024年为311亿元 only sets a number beside another.
    opens_clause = pl.col("head").str.strip_chars() == ""
    same_sentence = (pl.col("sentence_nr") == pl.col("sentence_nr").shift(1)).fill_null(False)
    gap = pl.when(same_sentence).then(between(pl.col("end").shift(1), pl.col("start")))
    # A month in which something happened (上月发布的报告) is the period of no number.
    speaks = pl.col("part").is_not_null() | ~pl.col("match").str.contains("月", literal=True)
    goes_on = opens_clause & has(between(pl.col("end"), pl.col("next_number")), "growth_noun")
    return (
        periods.with_columns(
            # 《2025年行业报告》 speaks of no figure.
            is_titled=has(
                pl.when(pl.col("head").str.contains("《", literal=True)).then("head"), "in_title"
            ),
            goes_on=goes_on,
        )
        .with_columns(
            # 受去年高基数影响，收入…: that year is only told of.
            is_base=pl.col("is_compared")
            | has(pl.col("tail"), "relative_after")
            | has(pl.col("head"), "mute_clause"),
            # 从二季度的18.8亿元收窄到…: only the first is of that quarter.
            starts_movement=has(
                pl.when(pl.col("tail").str.starts_with("的")).then("tail"), "its_value"
            )
            & has(pl.col("head"), "from_before"),
            nth=count_so_far(~pl.col("is_titled") & speaks, "sentence") - 1,
            ends_list=same_sentence & has(gap, "coordination"),
        )
        .with_columns(
            # 去年同期 and the like speak of the one number that follows, not of the sentence.
            is_local=(pl.col("part") == "SAME").fill_null(False)
            | (pl.col("quarter_offset") != 0)
            | (pl.col("year_offset") < 0)
            | pl.col("is_base")
            | pl.col("starts_movement")
            | (
                (pl.col("year") < pl.col("default_year")).fill_null(False)
                & (pl.col("nth") > 0)
                & ~pl.col("goes_on")
            )
        )
        .with_columns(
            opens=~pl.col("is_local") & ~pl.col("is_titled") & pl.col("part").is_not_null(),
            # 其中第三季度 and 单季 are asides; months from January on are one, unless a sentence
            # opens with them.
            goes_on=(
                pl.col("part").is_in(QUARTERS)
                & ~has(pl.col("head"), "aside_before")
                & ~pl.col("match").str.starts_with("单")
                & (pl.col("nth") == 0)
            )
            | (pl.col("part").str.ends_with("M") & (pl.col("last_end") == 0))
            | pl.col("at_end"),
        )
        .drop("nth", "is_compared", "starts_movement", "head", "tail")
    )


def _last_of(part: str) -> pl.Expr:
    """The row of the last subject (metric, period) before an event; null where there is none."""
    count = pl.col(f"{part}_before")
    return pl.when(count > 0).then(count - 1)


# part → sort of word → the words that are of that sort. A pointer leads to the latest of a sort.
_SORTS = {
    "metrics": {
        "any": pl.col("is_topic"),
        "currency": pl.col("is_topic") & pl.col("is_currency"),
        "count": pl.col("is_topic") & pl.col("is_counted"),
        "ratio": pl.col("is_topic") & pl.col("is_ratio"),
        "amount": pl.col("is_topic") & ~pl.col("is_ratio"),
        "headed": pl.col("is_topic") & pl.col("is_counted") & pl.col("is_heading"),
        "whole": pl.col("is_whole"),
        "share": pl.col("is_share"),
    },
    "subjects": {
        "voice": pl.col("voiced"),
        "whole": pl.col("voiced") & ~pl.col("in_part"),
        "muted": ~pl.col("is_foreign") & ~pl.col("is_behind"),
        # 若不考虑已处置的远山百货，…: a peer that is left out owns nothing of what follows.
        "aside": ~pl.col("is_foreign") & (pl.col("role") != "self") & ~pl.col("is_left_out"),
        "lead": pl.col("leads"),
        "headed": pl.col("opens") & pl.col("is_heading"),
        "company": pl.col("is_company"),
        "head": pl.col("heads"),
    },
    "periods": {
        "said": pl.lit(True),
        "dated": pl.col("moment").is_not_null() & ~pl.col("is_titled"),
        "local": pl.col("is_local") & ~pl.col("is_titled"),
        "aside": pl.col("is_local") & ~pl.col("is_titled") & ~pl.col("is_base"),
        "opening": pl.col("opens"),
        # 新财年的考题 heads what lies ahead, not the figures beside it.
        "headed": pl.col("opens")
        & pl.col("is_heading")
        & (pl.col("year_offset") <= 0)
        & ~pl.col("is_coarse").fill_null(False),
        "paragraph": ~pl.col("is_local")
        & ~pl.col("is_titled")
        & ~pl.col("is_ahead")
        & pl.col("goes_on"),
    },
}
_FAMILIES = ["any", "currency", "count", "ratio", "amount"]
# pointer → sort and scope: the latest word of the sort, if it stands in the scope.
_POINTERS = {
    "metrics": {
        f"metric_{family}_{scope}": (family, scope) for family in _FAMILIES for scope in SCOPES
    }
    | {
        "metric_count_heading": ("headed", "heading"),
        "whole_clause": ("whole", "clause"),
        "share_clause": ("share", "clause"),
    },
    "subjects": {
        "subject_segment": ("voice", "segment"),
        "subject_sentence": ("voice", "sentence"),
        "subject_whole": ("whole", "sentence"),
        "subject_muted": ("muted", "segment"),
        "subject_aside": ("aside", "sentence"),
        "subject_topic": ("lead", "paragraph"),
        "subject_heading": ("headed", "heading"),
        # Whose segments these are: the company of the sentence, or first in the paragraph.
        "owner_sentence": ("company", "sentence"),
        "owner_paragraph": ("head", "paragraph"),
    },
    "periods": {
        "period_said": ("said", "segment"),
        "period_moment": ("dated", "sentence"),
        "period_local": ("local", "segment"),
        "period_aside": ("aside", "lead"),
        "period_sentence": ("opening", "sentence"),
        "period_heading": ("headed", "heading"),
        "period_paragraph": ("paragraph", "paragraph"),
    },
}


def _with_pointers(numbers: pl.DataFrame, events: Events) -> pl.DataFrame:
    """Add the pointers: the row of the word that a number may be about, by sort and scope.

    metric_…, whole_clause and share_clause are rows of events.metrics, subject_… and owner of
    events.subjects, period_… of events.periods. metric_next is the next topic in the clause.
    """
    for part, sorts in _SORTS.items():
        words: pl.DataFrame = getattr(events, part)
        row = pl.int_range(pl.len(), dtype=pl.UInt32)
        found = words.select(
            pl.when(mask).then(row).forward_fill().alias(f"seen_{sort}")
            for sort, mask in sorts.items()
        )
        scopes = {scope for _, scope in _POINTERS[part].values()}
        numbers = numbers.with_columns(last=_last_of(part)).pipe(
            look_up, "last", found, **{name: name for name in found.columns}
        )
        for scope in scopes:
            # A word stands in the scope if no fewer words come before it than before the scope.
            numbers = look_up(
                numbers, f"{scope}_first", events.rows, **{f"from_{scope}": f"{part}_before"}
            )
        numbers = numbers.with_columns(
            pl.when(pl.col(f"seen_{sort}") >= pl.col(f"from_{scope}"))
            .then(f"seen_{sort}")
            .alias(pointer)
            for pointer, (sort, scope) in _POINTERS[part].items()
        ).drop("last", *found.columns, *(f"from_{scope}" for scope in scopes))
    ahead = events.metrics.select(
        row=pl.when("is_topic").then(pl.int_range(pl.len(), dtype=pl.UInt32)).backward_fill()
    )
    following = pl.when(pl.col("metrics_before") < ahead.height).then("metrics_before")
    return (
        numbers.with_columns(following=following)
        .pipe(look_up, "following", ahead, metric_next="row")
        .pipe(look_up, "metric_next", events.metrics, next_at="event_nr")
        .pipe(look_up, "subject_muted", events.subjects, subject_end="end")
        .pipe(look_up, "period_said", events.periods, period_end="end")
        .with_columns(
            metric_next=pl.when(pl.col("next_at") <= pl.col("clause_last")).then("metric_next"),
            owner=pl.coalesce("owner_sentence", "owner_paragraph"),
            term_end=pl.max_horizontal("subject_end", "period_end").fill_null(0),
        )
        .drop(
            "following", "next_at", "subject_end", "period_end", "period_said", "clause_last",
            "owner_sentence", "owner_paragraph",
        )
    )  # fmt: skip


def follow(numbers: pl.DataFrame, words: pl.DataFrame, pointer: str, *columns: str) -> pl.DataFrame:
    """Add columns of the words that a pointer leads to, prefixed with the pointer's name."""
    return look_up(numbers, pointer, words, **{f"{pointer}_{name}": name for name in columns})


def numbers_in_context(events: Events, sentences: pl.DataFrame) -> pl.DataFrame:
    """Number events with their reading, the words around them, and what they may be about.

    before: the words since the last number or the clause's start; lead: since the last number in
    the sentence; after: up to the next number or the clause's end. The numbers of a
    list (10%、12%和15%) are a chain; `head_says` tells of the words before its first number.
    The pointers are those of `_with_pointers`. heading_ahead: what it stands under looks forward.
    """
    of_sentence = ["norm", "is_caption", "names_source"]
    of_article = [
        "default_company", "default_industry", "default_economy", "default_year", "default_part",
        "default_fiscal", "fiscal_ahead", "default_currency", "published_on",
    ]  # fmt: skip
    numbers = (
        events.rows.lazy()
        .filter("is_number")
        .select(
            "event_nr", "sentence_nr", "article_nr", "role", "match", "start", "end",
            "clause_start", "last_end", "next_start", "clause_last",
            *(f"{scope}_first" for scope in [*SCOPES, "lead", "heading"]),
            *(f"{part}_before" for part in _SORTS),
        )
        .collect()
        .pipe(_with_pointers, events)
        .pipe(look_up, "sentence_nr", sentences, **{name: name for name in of_sentence})
        .pipe(look_up, "article_nr", events.articles, **{name: name for name in of_article})
        .pipe(_with_heading, events, sentences)
        .with_columns(before_start=pl.max_horizontal("last_end", "clause_start"))
        .with_columns(
            before=between(pl.col("before_start"), pl.col("start")),
            lead=between(pl.col("last_end"), pl.col("start")),
            clause_before=between(pl.col("clause_start"), pl.col("start")),
            after=between(pl.col("end"), pl.col("next_start")),
            sentence_before=pl.col("norm").str.slice(0, pl.col("start")),
        )
        .pipe(with_sayings)
    )  # fmt: skip
    first = pl.col("sentence_nr").ne(pl.col("sentence_nr").shift(1)).fill_null(True)
    return (
        numbers.rename({"match": "token"})
        .join(read_tokens(numbers["match"]), on="token", how="left", maintain_order="left")
        .with_columns(
            starts=first
            | ~says("lead", "list_separator")
            # 169亿、141亿及74亿元: the last has the unit of all.
            | (
                pl.col("form").ne_missing(pl.col("form").shift(1))
                & ~(
                    pl.col("form").is_in(["currency", "count"])
                    & (pl.col("form").shift(1) == "none")
                )
                # 1310万台、1290万: or the first.
                & ~((pl.col("form") == "none") & (pl.col("form").shift(1) == "count"))
            )
        )
        .with_row_index("row_nr")
        .with_columns(
            # A chain is a run of rows, so its first and last rows fill all of it.
            **{f"chain_{name}": _of_first(name) for name in ("start", "row_nr")},
            chain_length=(_of_last("row_nr") - _of_first("row_nr") + 1).cast(pl.Int64),
        )
        .with_columns(chain_order=(pl.col("row_nr") - pl.col("chain_row_nr")).cast(pl.Int64))
    )


def _with_heading(numbers: pl.DataFrame, events: Events, sentences: pl.DataFrame) -> pl.DataFrame:
    """Add heading_ahead: whether the heading that a number stands under looks forward."""
    headed = (
        numbers.select(row="heading_first")
        .unique()
        .pipe(look_up, "row", events.rows, sentence_nr="sentence_nr", is_heading="is_heading")
        .pipe(look_up, "sentence_nr", sentences, norm="norm")
    )
    return numbers.join(
        headed.select(
            heading_first="row",
            heading_ahead=pl.col("is_heading") & has(pl.col("norm"), "forecast"),
        ),
        on="heading_first",
        how="left",
        maintain_order="left",
    )


def lands_ahead() -> pl.Expr:
    """Whether the number is where a movement starts: the next one is where it lands.

    毛利率由63%降至61%; between the two may stand by how much: 由63%下降2个百分点至61%.
    """
    sentence, moved_by = pl.col("sentence_nr"), pl.col("form").shift(-1)
    lands = [
        says("lead", "move_to").shift(-way) & (sentence == sentence.shift(-way)) for way in (1, 2)
    ]
    return lands[0].fill_null(False) | (
        lands[1] & moved_by.is_in(["ratio", "points"]) & ~says("lead", "from").shift(-1)
    ).fill_null(False)


def head_says(saying: str, phrase: str = "before") -> pl.Expr:
    """What the words before the first number of the chain say."""
    return says(phrase, saying).gather("first_row")


def end_says(saying: str) -> pl.Expr:
    """What the words after the last number of the chain say."""
    return says("after", saying).gather("last_row")


def of_paragraph() -> pl.Expr:
    """What the paragraph's movements are measured against: the latest so far, or the next."""
    said = pl.when(pl.col("comparison") != "cagr").then("comparison")
    said_in = pl.when(said.is_not_null()).then("paragraph_first").backward_fill()
    is_next = said_in == pl.col("paragraph_first")
    return pl.coalesce(carried(said, "paragraph"), pl.when(is_next).then(said.backward_fill()))


def _of_first(name: str) -> pl.Expr:
    return pl.when("starts").then(name).forward_fill()


def _of_last(name: str) -> pl.Expr:
    return pl.when(pl.col("starts").shift(-1, fill_value=True)).then(name).backward_fill()


def _runs(words: pl.DataFrame, role: str, mask: pl.Expr) -> pl.DataFrame:
    """Coordinated words (A、B和C): run_nr, order in the run, length of the run, the word's row."""
    gap = between(pl.col("end").shift(1), pl.col("start"))
    same = (pl.col("sentence_nr") == pl.col("sentence_nr").shift(1)).fill_null(False)
    is_company = pl.col("role") == "company"
    of_companies = is_company & is_company.shift(1)
    return (
        words.lazy()
        .with_row_index(f"listed_{role}")
        .filter(mask)
        .select(f"listed_{role}", "sentence_nr", "norm", "clause_start", "start", "end", "role")
        .collect()
        .with_columns(gap=pl.when(same).then(gap))
        # 岚屿食品和其转投资的远山科技
        .with_columns(
            starts=~(
                same
                & (
                    has(pl.col("gap"), "coordination")
                    | (of_companies & has(pl.col("gap"), "coordination_of"))
                )
            )
        )
        .with_row_index("row_nr")
        .with_columns(run_nr=pl.col("starts").cum_sum())
        .with_columns(
            run_order=(pl.col("row_nr") - _of_first("row_nr")).cast(pl.Int64),
            run_length=(_of_last("row_nr") - _of_first("row_nr") + 1).cast(pl.Int64),
            run_end=_of_last("end"),
        )
        # A list whose first member is no known word cannot be paired off.
        .with_columns(
            headless=pl.when(pl.col("starts") & (pl.col("run_length") > 1))
            .then(between(pl.col("clause_start"), pl.col("start")).str.contains(r"[、和与及]\s*$"))
            .forward_fill()
        )
        .filter(pl.col("run_length") > 1, ~pl.col("headless"))
        .select(
            "sentence_nr",
            "run_nr",
            "run_order",
            "run_length",
            "run_end",
            f"listed_{role}",
        )
    )


def with_lists(numbers: pl.DataFrame, events: Events) -> pl.DataFrame:
    """Add listed_metric, listed_subject, listed_period: what a number in a list belongs to.

    Numbers in a list of n pair off with the latest list of n metrics, and of n subjects, that
    stands before them in the sentence (DAU、MAU分别为1.03亿和3.40亿).
    """
    chains = numbers.filter(pl.col("chain_length") > 1).select(
        "event_nr", "sentence_nr", "chain_start", "chain_order", run_length="chain_length"
    )
    runs = {
        "metric": _runs(events.metrics, "metric", pl.lit(True)),
        "subject": _runs(
            events.subjects, "subject", ~pl.col("is_foreign") | (pl.col("role") == "company")
        ),
        "period": _runs(events.periods, "period", pl.col("part").is_not_null()),
    }
    for role, listed in runs.items():
        paired = (
            chains.join(listed, on=["sentence_nr", "run_length"])
            .filter(
                pl.col("run_end") <= pl.col("chain_start"),
                pl.col("run_order") == pl.col("chain_order"),
            )
            .sort("event_nr", "run_nr")
            .unique("event_nr", keep="last", maintain_order=True)
            .select("event_nr", f"listed_{role}")
        )
        numbers = numbers.join(paired, on="event_nr", how="left", maintain_order="left")
    for role, points_back in _pointing_back().items():
        words = getattr(events, f"{role}s")
        numbers = _with_list_before(numbers, words, runs[role], role, points_back)
    # Of a list that has more or fewer numbers than names, no name has a number.
    of_list = pl.col("subject_sentence").is_in(runs["subject"]["listed_subject"].implode())
    is_listed = pl.any_horizontal(pl.col(f"listed_{role}").is_not_null() for role in runs)
    numbers = numbers.with_columns(
        is_unpaired=(of_list & ~is_listed & (pl.col("chain_length") > 1)).fill_null(False)
    )
    return _with_shared(numbers, runs["metric"])


def _pointing_back() -> dict[str, pl.Expr]:
    """By role, whether a chain's words point back to a list of as many that was said before.

    前三大厂商出货量分别为… of the latest three subjects, 同期，毛利分别为… of the latest periods.
    """
    said = pl.when(pl.col("chain_length") > 1).then("clause_before")
    sentence = pl.when(pl.col("chain_length") > 1).then("sentence_before")
    how_many = said.str.extract(cue("listed_before")).replace("两", "二")
    numerals = {numeral: nr for nr, numeral in enumerate("一二三四五六七八九十", 1)}
    as_many = how_many.replace_strict(numerals, default=None) == pl.col("chain_length")
    return {
        "subject": as_many & has(said, "distribute"),
        "period": has(sentence, "same_periods") & has(said, "distribute"),
    }


def _with_list_before(
    numbers: pl.DataFrame, words: pl.DataFrame, runs: pl.DataFrame, role: str, points_back: pl.Expr
) -> pl.DataFrame:
    """Mend listed_subject or listed_period of chains that point back to a list in the article."""
    listed = f"listed_{role}"
    open_chains = numbers.filter(points_back.fill_null(False), pl.col(listed).is_null()).select(
        "event_nr", "article_nr", "chain_order", "chain_row_nr", run_length="chain_length"
    )
    if open_chains.is_empty():
        return numbers
    names = runs.select("run_nr", "run_order", "run_length", before=listed).with_columns(
        article_nr=words["article_nr"].gather(runs[listed]),
        name_at=words["event_nr"].gather(runs[listed]),
    )
    paired = (
        open_chains.join(names, on=["article_nr", "run_length"])
        .filter(
            pl.col("run_order") == pl.col("chain_order"), pl.col("name_at") < pl.col("event_nr")
        )
        .sort("event_nr", "run_nr")
        .unique("event_nr", keep="last", maintain_order=True)
        .select("event_nr", listed_before="before")
    )
    return (
        numbers.join(paired, on="event_nr", how="left", maintain_order="left")
        .with_columns(pl.coalesce(listed, "listed_before").alias(listed))
        .drop("listed_before")
    )


def _with_shared(numbers: pl.DataFrame, runs: pl.DataFrame) -> pl.DataFrame:
    """One number said of several metrics (A和B都超过30%) becomes one row a metric."""
    shared = (
        numbers.filter(pl.col("chain_length") == 1, says("before", "together"))
        .select("event_nr", "sentence_nr", "start")
        .join(runs, on="sentence_nr")
        .filter(pl.col("run_end") <= pl.col("start"))
        .filter(pl.col("run_nr") == pl.col("run_nr").max().over("event_nr"))
        .select("event_nr", shared_metric="listed_metric")
    )
    row, ends = pl.int_range(pl.len()), pl.col("starts").shift(-1, fill_value=True)
    return numbers.join(shared, on="event_nr", how="left", maintain_order="left").with_columns(
        listed_metric=pl.coalesce("listed_metric", "shared_metric"),
        # Rows are final here, so a chain's first and last can be looked up by row.
        first_row=pl.when("starts").then(row).forward_fill(),
        last_row=pl.when(ends).then(row).backward_fill(),
    )
