"""Parts and classes that no dictionary holds, by where they stand.

国际航线客座率上升30个百分点, 人身险业务实现保费收入3万亿元: what stands between the beginning of a
clause (or a number, a period, a company) and a metric is what the metric is told of, once the words
that lead to it and those that follow it are cut off. Some of what is left only says which sort of
metric it is (合同收入); so a noun has to show that it names something: by its end (…航线), by a
word of the vocabulary that it is longer than, or by another noun beside it with the same metric.
"""

import polars as pl

from ingest.clauses import furthest_before
from ingest.lexicon import lexicon
from ingest.vocabulary import cue, metrics_in_role

STOPS = ["figure", "bare", "span", "rank", "clause_end"]
"""What no stretch reaches over, and no metric either."""
_INSIDE = ["segment", "product", "industry", "named"]
"""The roles of words that a longer noun may hold."""
_NUMBERS = ["figure", "bare"]
_LONGEST, _AHEAD, _WORD = 48, 24, 14
"""How long a stretch may be, how far ahead is looked for 分别, how long a noun may be."""
_NOUN = r"^(?:[\p{Han}A-Za-z][\p{Han}A-Za-z0-9·&/()、+-]{1,47}|[A-Za-z]+(?: [A-Za-z]+)+)$"
_FENCE = "\x01"


def with_parts(
    events: pl.DataFrame, sentences: pl.DataFrame, economies: pl.DataFrame
) -> pl.DataFrame:
    """The events with the parts that no dictionary holds in their places.

    Words that a part is longer than are dropped: 海外游戏 is not 游戏.

    Args:
        events: event_nr, sentence_nr, start, end, match, role, term_nr; in reading order.
        sentences: norm and paragraph_nr, in the order that sentence_nr counts.
        economies: article_nr of those that tell an economy's own figures (`frame.own_economy`).
    """
    parts = find_parts(events, sentences, economies)
    if parts.is_empty():
        return events
    inside = (
        events.filter(pl.col("role").is_in(_INSIDE))
        .join(parts.select("sentence_nr", "reach", part_start="start"), on="sentence_nr")
        .filter(pl.col("start") >= pl.col("part_start"), pl.col("end") <= pl.col("reach"))
    )
    kept = events.join(inside.select("event_nr"), on="event_nr", how="anti")
    return pl.concat([kept, parts.drop("reach")], how="diagonal_relaxed").sort(
        "sentence_nr", "start", maintain_order=True
    )


def find_parts(
    events: pl.DataFrame, sentences: pl.DataFrame, economies: pl.DataFrame
) -> pl.DataFrame:
    """Where parts stand: sentence_nr, start, end, match, role and term_nr; as `with_parts`.

    reach is where what stands behind a part ends, such as its gloss.

    The role is named; economy, for one that no company is a part of; or industry, with the
    row of the term, where the vocabulary has the words as an industry's (直播电商 where it has
    直播电商行业).
    """
    # What is somebody's own is a name: in 抖音电商直播 a part of it is told of.
    owned = pl.col("role").is_in(_INSIDE) & lexicon().terms["company_id"].is_not_null().gather(
        events["term_nr"]
    )
    events = events.with_columns(role=pl.when(owned).then(pl.lit("app")).otherwise("role"))
    official = sentences["article_nr"].is_in(economies["article_nr"].implode())
    found = _stretches(events, sentences)
    found = found.with_columns(is_official=official.gather(found["sentence_nr"]))
    kinds = ["stretch", "anchor", "after"]
    read = _read(found.select(kinds).unique())
    length = pl.col("noun").str.len_chars().cast(pl.Int64)
    return (
        found.join(read, on=kinds, nulls_equal=True, maintain_order="left")
        .filter(pl.col("noun").is_not_null())
        .with_columns(
            pl.col("start") + pl.col("lead").str.len_chars().cast(pl.Int64),
            reach=pl.col("start") + pl.col("stretch").str.len_chars().cast(pl.Int64),
        )
        .pipe(_each_of_lists, events, sentences)
        .with_columns(end=pl.col("start") + length)
        .with_columns(noun="name", reach=pl.when("is_list").then("end").otherwise("reach"))
        .pipe(_with_known, events)
        .pipe(_with_traits)
        .pipe(_those_shown)
        .with_columns(bare=_bare(), of=_of_economy())
        .join(lexicon().industries, on="bare", how="left", maintain_order="left")
        .select(
            "sentence_nr",
            pl.col("start") + pl.col("of"),
            "end",
            "reach",
            term_nr="industry_nr",
            match=pl.col("noun").str.slice("of"),
            role=pl.when(pl.col("industry_nr").is_not_null())
            .then(pl.lit("industry"))
            .when(_is_aside())
            .then(pl.lit("economy"))
            .otherwise(pl.lit("named")),
        )
        .unique(["sentence_nr", "start"], keep="first", maintain_order=True)
    )


# --- where a noun may stand ---------------------------------------------------------------------


def _stretches(events: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """What stands before each metric, and before each number that no metric stands before.

    Returns:
        sentence_nr, paragraph_nr, start (where the stretch begins), stretch (text), behind (the
        role of what it stands behind), anchor (what it leads to: metric, figure or clause_end)
        and anchor_start (where that begins),
        term_nr (the metric's), after (what stands between a period that follows the stretch and
        the anchor), following (the text behind the anchor).
    """
    role = pl.col("role")
    inside, same_next = (
        role.is_in(_INSIDE),
        pl.col("sentence_nr") == pl.col("sentence_nr").shift(-1),
    )
    told = events.with_columns(
        stop=furthest_before(pl.when(role.is_in(STOPS)).then("end"), "sentence_nr").fill_null(0),
        metric_end=furthest_before(pl.when(role == "metric").then("end"), "sentence_nr"),
        begin=furthest_before(pl.when(~inside).then("end"), "sentence_nr").fill_null(0),
        behind=pl.when(~inside).then(role).forward_fill().shift(1),
        next_role=pl.when(same_next).then(role.shift(-1)),
        next_start=pl.when(same_next).then(pl.col("start").shift(-1)),
    )
    length, is_period = pl.col("start") - pl.col("begin"), role == "period"
    leads_on = is_period & pl.col("next_role").is_in(["metric", *_NUMBERS])
    anchors = told.filter(
        role.is_in(["metric", "clause_end", *_NUMBERS]) | leads_on,
        (pl.col("metric_end") <= pl.col("stop")).fill_null(True),
        length.is_between(2, _LONGEST),
    )
    anchors = anchors.with_columns(
        sentences[name].gather(anchors["sentence_nr"]) for name in ("norm", "paragraph_nr")
    )
    norm, next_start = pl.col("norm"), pl.col("next_start")
    after = norm.str.slice("end", next_start - pl.col("end"))
    return (
        anchors.select(
            "sentence_nr",
            "paragraph_nr",
            "term_nr",
            "behind",
            start="begin",
            anchor_start="start",
            stretch=norm.str.slice("begin", length),
            anchor=pl.when(is_period).then("next_role").otherwise("role").replace("bare", "figure"),
            after=pl.when(is_period).then(after).otherwise(pl.lit("")),
            following=norm.str.slice(
                pl.when(is_period).then("next_start").otherwise("end"), _AHEAD
            ),
        )
        # 财产险方面,: a clause that only says what the next is about.
        .filter(
            (pl.col("anchor") != "clause_end")
            | pl.col("stretch").str.contains(f"(?:{cue('noun_topic')})$|^(?:{cue('noun_next')})")
        )
    )


def _read(stretches: pl.DataFrame) -> pl.DataFrame:
    """Add to distinct stretches (stretch, anchor, after) lead and noun.

    lead: the words before the noun. noun: null where a stretch holds more than a noun, or none.
    """
    to_metric = rf"(?:{cue('noun_trail', 'metric')})*$"
    to_number = rf"(?:{cue('noun_trail')})*(?:{cue('noun_made')})?$"
    is_metric, is_topic = pl.col("anchor") == "metric", pl.col("anchor") == "clause_end"
    # Tablet(平板电脑): a gloss is no part of the noun.
    stretch = (
        pl.when(is_topic)
        .then(pl.col("stretch").str.replace(f"(?:{cue('noun_topic')})$", ""))
        .otherwise(pl.col("stretch").str.replace(r"\([^()]*\)\s*$", ""))
    )
    lead = stretch.str.extract(f"({cue('noun_lead')})").fill_null("")
    rest = stretch.str.slice(lead.str.len_chars())
    noun = (
        pl.when(is_topic)
        .then(rest)
        .when(is_metric)
        .then(rest.str.replace(to_metric, ""))
        .otherwise(rest.str.replace(to_number, ""))
    )
    goes_on = (
        pl.when(is_metric)
        .then(pl.col("after").str.contains(f"^{to_metric}"))
        .otherwise(pl.col("after").str.contains(f"^{to_number}"))
    )
    # 依赖度最高的批发模式: what describes a noun is no part of it; 对美国出口: of whom buys it.
    described = pl.coalesce(
        noun.str.extract("^(.*的).{3,}$"), noun.str.extract(f"^(对){_economies()}$")
    ).fill_null("")
    return (
        stretches.with_columns(lead=lead + described, noun=pl.when(goes_on).then(noun))
        .with_columns(pl.col("noun").str.slice(described.str.len_chars()))
        # 中国对美国出口: the economy that does it.
        .with_columns(pl.col("noun").str.replace(f"^({cue('economy')})对.*$", "${1}"))
        # Of a list, each noun is looked at by itself.
        .with_columns(
            pl.when(
                pl.col("noun").str.contains(_NOUN),
                _is_noun(pl.col("noun")) | pl.col("noun").str.contains(cue("noun_joined")),
            ).then("noun")
        )
    )


def _is_noun(text: pl.Expr) -> pl.Expr:
    """Whether a text may be a noun, and nothing beside it."""
    is_to = text.str.contains(f"^(?:{cue('noun_to')})$")
    return is_to | (text.str.contains(_NOUN) & ~text.str.contains(cue("no_noun")))


def _economies() -> str:
    """The pattern of an economy, or of several together (中国与香港)."""
    economy = f"(?:{cue('economy')})"
    return f"{economy}(?:[、和与及]{economy})*"


def _each_of_lists(
    nouns: pl.DataFrame, events: pl.DataFrame, sentences: pl.DataFrame
) -> pl.DataFrame:
    """A、B和C分别…, A/B/C增长1%/2%/3%: each noun of a list that has a number for each.

    Adds is_list, name (how each is called), and is_counted: whether there are as many numbers as
    nouns, which shows that each noun names a part. Other lists are of nobody, but for classes that
    have such words in their names (石油和天然气开采业). 聚氨酯、精细化工品及新材料 are two where
    two numbers follow.
    """
    joined, noun = cue("noun_joined"), pl.col("noun")
    nouns = nouns.with_columns(has_joint=noun.str.contains(joined))
    if not nouns["has_joint"].any():
        return nouns.drop("has_joint").with_columns(is_list=False, is_counted=False, name="noun")
    rest = pl.col("stretch").str.slice(pl.col("lead").str.len_chars() + noun.str.len_chars())
    each = (rest + pl.col("after") + pl.col("following")).str.contains(cue("distribute"))
    nouns = (
        _with_numbers(nouns, events, sentences)
        .with_columns(
            joint=pl.coalesce(
                # One number behind two nouns is of both, or of neither.
                pl.when(
                    pl.col("numbers") > 1,
                    _pieces(noun, joint).list.len() == pl.col("numbers"),
                ).then(pl.lit(joint))
                for joint in (joined, _LISTED)
            )
        )
        .with_columns(is_counted=pl.col("has_joint") & pl.col("joint").is_not_null())
        .with_columns(is_list=pl.col("has_joint") & (each | pl.col("is_counted")))
        .filter(
            ~pl.col("has_joint")
            | pl.col("is_list")
            | (noun.str.contains(cue("noun_class")) & _is_noun(noun))
            | noun.str.contains(f"^{_economies()}$")
            | (pl.col("anchor") == "clause_end")
        )
    )
    length = noun.str.len_chars().cast(pl.Int64)
    each_noun = (
        nouns.filter("is_list")
        .with_row_index("list_nr")
        .with_columns(
            is_whole=_is_noun(noun),
            noun=pl.when(pl.col("joint") == _LISTED)
            .then(_pieces(noun, _LISTED, keep=True))
            .otherwise(_pieces(noun, joined, keep=True)),
        )
        .explode("noun")
        .with_columns(pl.col("start") + length.cum_sum().over("list_nr") - length)
        .filter(~noun.str.contains(f"^(?:{joined})?$"))
        .with_columns(name=_whole_direction(noun))
        .filter(pl.col("is_whole") | _is_noun(pl.col("name")).all().over("list_nr"))
        .drop("list_nr", "is_whole")
    )
    alone = nouns.filter(~pl.col("is_list")).with_columns(name="noun")
    return pl.concat([alone, each_noun]).drop("has_joint", "joint", "numbers")


def _whole_direction(noun: pl.Expr) -> pl.Expr:
    """东、中、西部和东北地区用户: the parts of a country, each by its whole name."""
    return noun.str.replace("^([东中西南北])$", "${1}部").str.replace(
        r"^([东中西南北华]{1,2}(?:部|部地区|地区|区域)).+$", "${1}"
    )


_LISTED = "[、/]"
"""What joins nouns that may hold 和 and the like themselves."""


def _pieces(noun: pl.Expr, joint: str, keep: bool = False) -> pl.Expr:
    """The nouns of a list; with what joins them between, where that is kept."""
    fence = f"{_FENCE}${{1}}{_FENCE}" if keep else _FENCE
    return noun.str.replace_all(f"({joint})", fence).str.split(_FENCE)


def _with_numbers(
    nouns: pl.DataFrame, events: pl.DataFrame, sentences: pl.DataFrame
) -> pl.DataFrame:
    """Add numbers: how many numbers the list has that follows a list of nouns; else null."""
    lists = (
        nouns.with_row_index("row").filter("has_joint").select("row", "sentence_nr", "anchor_start")
    )
    told = events.filter(
        pl.col("role").is_in(_NUMBERS), pl.col("sentence_nr").is_in(lists["sentence_nr"].implode())
    ).select("sentence_nr", "start", "end")
    norm, last_end = sentences["norm"].gather(told["sentence_nr"]), pl.col("end").shift(1)
    gap = pl.col("norm").str.slice(last_end, (pl.col("start") - last_end).clip(0))
    same = pl.col("sentence_nr") == pl.col("sentence_nr").shift(1)
    chains = (
        told.with_columns(norm=norm)
        .with_columns(goes_on=same & gap.str.contains(cue("list_separator")))
        .with_columns(chain=(~pl.col("goes_on").fill_null(False)).cum_sum())
        .group_by("chain", maintain_order=True)
        .agg(pl.col("sentence_nr", "start").first(), numbers=pl.len())
    )
    found = (
        lists.join(chains, on="sentence_nr")
        .filter(pl.col("start") >= pl.col("anchor_start"))
        .sort("row", "start")
        .unique("row", keep="first", maintain_order=True)
        .select("row", "numbers")
    )
    return (
        nouns.with_row_index("row")
        .join(found, on="row", how="left", maintain_order="left")
        .drop("row")
    )


# --- what shows that it names a part ------------------------------------------------------------


def _with_known(nouns: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Add known: the longest word of the vocabulary that a noun holds; null where it holds none."""
    words = events.filter(pl.col("role").is_in(_INSIDE)).select(
        "sentence_nr", word_start="start", word_end="end", known="match"
    )
    nouns = nouns.with_row_index("row")
    held = (
        nouns.select("row", "sentence_nr", "start", "end")
        .join(words, on="sentence_nr")
        .filter(pl.col("word_start") >= pl.col("start"), pl.col("word_end") <= pl.col("end"))
        .sort(pl.col("known").str.len_chars(), descending=True)
        .unique("row", keep="first", maintain_order=True)
        .select("row", "known")
    )
    return nouns.join(held, on="row", how="left", maintain_order="left").drop("row")


def _with_traits(nouns: pl.DataFrame) -> pl.DataFrame:
    """Add metric_id, is_burden, metric_unit and home_subject_id of the metric behind a noun.

    of_business: whether it is what a business has, by its name (业务收入).
    """
    rows = nouns["term_nr"]
    alias = lexicon().terms["alias"].gather(rows)
    return nouns.with_columns(
        lexicon().terms["id"].gather(rows).alias("metric_id"),
        *(
            lexicon().terms[name].gather(rows)
            for name in ("is_burden", "metric_unit", "home_subject_id")
        ),
        of_business=(pl.col("anchor") == "metric")
        & alias.str.contains("^(?:业务|分部|板块)").fill_null(False),
    )


def _those_shown(nouns: pl.DataFrame) -> pl.DataFrame:
    """The nouns that show that they name a part, and are no known words; with is_economy."""
    noun, known, bare = pl.col("noun"), pl.col("known"), _bare()
    same_behind = bare.str.slice(known.str.len_chars()).str.contains(cue("noun_same"))
    is_known = (bare == known) | (noun.str.to_lowercase() == known)
    is_known |= bare.str.starts_with(known) & same_behind
    is_listed = _is_listed() | _is_counted()
    is_economy = ~is_listed & noun.str.contains(f"^(?:{_economies()}|{cue('noun_to')})$")
    # QQ移动终端 is no part of QQ.
    ends = noun.str.contains(cue("noun_end")) & pl.col("behind").ne_missing("app")
    # 互联网宽带|业务收入
    ends |= pl.col("of_business")
    # 农村消费品零售额: what is told of a whole industry is told of its classes; in a statistic
    # what is traded, sold and priced, too.
    of_classes = pl.col("metric_id").is_in(metrics_in_role("of_classes")) & pl.col("is_official")
    of_whole = pl.col("home_subject_id").is_not_null() | of_classes
    is_class = of_whole & (pl.col("anchor") == "metric")
    of_economy = noun.str.contains(cue("noun_of"))
    shown = is_economy | ends | known.is_not_null() | is_listed | is_class | of_economy
    shown |= _moves_beside() | _is_next()
    return nouns.with_columns(is_economy=is_economy).filter(
        noun.str.len_chars() <= _WORD, ~is_known.fill_null(False), shown
    )


def _is_listed() -> pl.Expr:
    """Whether a paragraph tells the same metric of another noun, too (国内…客座率, 国际…客座率).

    The words before a cost (配送费用) or before people (宽带客户) only say which of them.
    """
    others = pl.col("noun").n_unique().over("paragraph_nr", "anchor", "term_nr") > 1
    of_itself = pl.col("is_burden").fill_null(False) | (pl.col("metric_unit") == "people")
    return (pl.col("anchor") == "metric") & others & ~of_itself.fill_null(False)


def _is_next() -> pl.Expr:
    """Whether a clause names the next of several (其次为食品,)."""
    is_topic = pl.col("anchor") == "clause_end"
    return is_topic & pl.col("stretch").str.contains(f"^(?:{cue('noun_next')})")


def _moves_beside() -> pl.Expr:
    """Whether nouns move beside each other (其中,住宅跌4%,商业跌1%), or in a statistic.

    It takes two after 其中, and three elsewhere: what is no part may be a metric without a name.
    """
    behind = pl.col("stretch").str.slice(
        pl.col("lead").str.len_chars() + pl.col("noun").str.len_chars()
    )
    moves = (pl.col("anchor") == "figure") & behind.str.contains(cue("growth_noun"))
    nouns = pl.when(moves).then("noun").drop_nulls().n_unique().over("sentence_nr")
    of_part = pl.col("lead").str.contains("[其当]中").any().over("sentence_nr")
    return moves & (pl.col("is_official") | (nouns > 2) | (of_part & (nouns > 1)))


def _is_counted() -> pl.Expr:
    """Whether a noun is one of as many as there are numbers, here or elsewhere in the sentence."""
    return pl.col("is_counted").any().over("sentence_nr", "noun")


def _of_economy() -> pl.Expr:
    """How many characters of 我国网络视听用户 only say of which economy they are."""
    return pl.when(pl.col("noun").str.contains(cue("noun_of"))).then(2).otherwise(0)


def _is_aside() -> pl.Expr:
    """Whether an economy is spoken of beside a company: the whole one, or one without a metric."""
    is_whole = pl.col("noun").str.contains(cue("whole_economy"))
    return pl.col("is_economy") & (is_whole | (pl.col("anchor") == "figure"))


def _bare() -> pl.Expr:
    """A noun without the words that it may be said with and still names the same; in lower case."""
    return pl.col("noun").str.replace(cue("noun_scope"), "").str.to_lowercase()
