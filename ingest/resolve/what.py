"""What a number says: its metric, its kind, what it is compared with, its unit."""

import polars as pl

from ingest.events import Events
from ingest.resolve.context import (
    end_says,
    follow,
    head_says,
    lands_ahead,
    of_paragraph,
)
from ingest.resolve.phrases import says, told
from ingest.rows import between, carried, count_so_far, has, with_code
from ingest.vocabulary import (
    adjusted_metrics,
    companies,
    cue,
    in_role,
    metric_terms,
    metrics,
    metrics_in_role,
    units,
)


def with_metric(numbers: pl.DataFrame, events: Events) -> pl.DataFrame:
    """Add metric (an event_nr) with its traits, and label: the article's own words where unknown.

    Which metrics come into question depends on the number's form: an amount of money is of a
    metric in money, points are of a ratio, a growth may be of any.
    """
    family = (
        pl.when(pl.col("form") == "currency")
        .then(pl.lit("currency"))
        .when(pl.col("form") == "points")
        .then(pl.lit("ratio"))
        .when(pl.col("form").is_in(["ratio", "multiple", "doubling"]))
        .then(pl.lit("any"))
        .when(pl.col("form") == "none")
        .then(pl.lit("amount"))
        .otherwise(pl.lit("count"))
    )

    def of_family(scope: str) -> pl.Expr:
        return pl.coalesce(
            pl.when(pl.col("family") == name).then(f"metric_{name}_{scope}")
            for name in ("any", "currency", "count", "ratio", "amount")
        )

    next_text = pl.when(pl.col("metric_next").is_not_null()).then(
        between(pl.col("end"), pl.col("metric_next_start"))
    )
    next_fits = (
        (pl.col("family") == "any")
        | ((pl.col("family") == "amount") & (pl.col("metric_next_value_kind") != "share"))
        | (pl.col("family") == pl.col("metric_next_metric_dimension"))
        | (
            (pl.col("family") == "count")
            & ~pl.col("metric_next_metric_dimension").is_in(["currency", "ratio"])
        )
    )
    touches = next_fits & next_text.str.contains(r"^\s*(?:的|多的|以上的|左右的)?\s*$")
    near = next_fits & has(next_text, "near_after") & ~has(next_text, "direction")
    own_words = between(pl.max_horizontal("before_start", "term_end"), pl.col("start"))
    opens = (pl.col("sentence_nr") != pl.col("sentence_nr").shift(1)).fill_null(True)
    of_whole = pl.col("whole_clause").is_not_null() | pl.col("share_clause").is_not_null()
    words = pl.col("own_words")
    counted = words.str.extract(cue("count_noun"))
    noun = words.str.extract(cue("head_noun"))
    noun = pl.when(~has(noun, "growth_noun") & ~has(noun, "bare_noun")).then(
        noun.str.replace(f"^(?:{cue('before_label')})", "")
    )
    return (
        follow(numbers, events.metrics, "metric_next", "start", "value_kind", "metric_dimension")
        .with_columns(own_words=own_words)
        .pipe(
            told,
            "own_words",
            label=noun,
            label_at=_place_in(words, noun),
            counted=counted,
            counted_at=_place_in(words, counted),
        )
        .with_columns(family=family)
        .with_columns(
            label=pl.when(~of_whole).then(_or_counted("label", "counted")),
            label_from=pl.max_horizontal("before_start", "term_end"),
            label_at=pl.when(~of_whole).then(_or_counted("label_at", "counted_at")).cast(pl.Int64),
        )
        .drop("counted", "counted_at")
        .with_columns(next_touches=touches.fill_null(False))
        .with_columns(
            metric=pl.coalesce(
                "listed_metric",
                pl.when(pl.col("next_touches") & of_family("segment").is_null()).then(
                    "metric_next"
                ),
                of_family("segment"),
                pl.when(near).then("metric_next"),
                of_family("clause"),
                pl.when(pl.col("label").is_null()).then(of_family("sentence")),
                pl.when(opens & pl.col("label").is_null() & (pl.col("family") != "count")).then(
                    of_family("paragraph")
                ),
                pl.when(pl.col("label").is_null() & (pl.col("family") == "count")).then(
                    "metric_count_heading"
                ),
            )
        )
        .pipe(_with_longer_name, events)
        .pipe(
            follow,
            events.metrics,
            "metric",
            "start",
            "end",
            "match",
            "id",
            "value_kind",
            "metric_dimension",
            "metric_unit",
            "subject_level",
            "can_be_negative",
            "is_burden",
            "home_subject_id",
            "sentence_nr",
            "segment_first",
            "subject_sentence",
        )
        .pipe(_with_counted_metric)
        .with_columns(
            metric_id=pl.when(
                (pl.col("form") == "currency")
                & (
                    (says("before", "per_share") & (pl.col("value") < 1000))
                    # No company pays ten yuan in all.
                    | ((pl.col("metric_id") == in_role("dividend")) & (pl.col("value").abs() < 100))
                )
            )
            .then(
                pl.when(
                    pl.col("metric_id").is_in([in_role("dividend"), in_role("dividend_per_share")])
                )
                .then(pl.lit(in_role("dividend_per_share")))
                .otherwise(pl.lit(in_role("profit_per_share")))
            )
            .otherwise(pl.coalesce(_by_verb(), "metric_id"))
        )
        .with_columns(
            since_metric=pl.when(pl.col("metric_sentence_nr") == pl.col("sentence_nr")).then(
                between(pl.col("metric_end"), pl.col("start"))
            )
        )
        .pipe(
            told,
            "since_metric",
            # 净利润-2亿元，由盈转亏，去年同期为3亿元: that was no loss.
            spoken_loss=has(pl.col("since_metric").str.replace_all("转亏[，,；;]", ""), "loss"),
            spoken_no_loss=has(pl.col("since_metric"), "not_loss"),
            value_follows=has(pl.col("since_metric"), "value_follows"),
            is_of_metric=pl.col("since_metric").str.contains(r"^\s*的\s*$"),
        )
    )


def _with_longer_name(numbers: pl.DataFrame, events: Events) -> pl.DataFrame:
    """短债资金缺口8.2亿元: words that go on into another noun are another metric.

    Takes metric away from them and makes all of the words the label.
    """
    found = follow(numbers, events.metrics, "metric", "start", "end", "segment_first")
    here = pl.col("metric_segment_first") == pl.col("segment_first")
    since = pl.when(here).then(between(pl.col("metric_end"), pl.col("start")))
    goes_on = since.str.extract(cue("longer_name"))
    end = pl.col("metric_end") + goes_on.str.len_chars().cast(pl.Int64)
    return (
        found.with_columns(is_longer=goes_on.is_not_null())
        .with_columns(
            label=pl.when("is_longer")
            .then(between(pl.col("metric_start"), end))
            .otherwise("label"),
            label_from=pl.when("is_longer").then("metric_start").otherwise("label_from"),
            label_at=pl.when("is_longer").then(0).otherwise("label_at"),
            metric=pl.when(~pl.col("is_longer")).then("metric"),
        )
        .drop("is_longer", "metric_start", "metric_end", "metric_segment_first")
    )


def _place_in(text: pl.Expr, part: pl.Expr) -> pl.Expr:
    """How many characters of the text precede a part of it (Polars finds bytes)."""
    head = text.cast(pl.Binary).bin.slice(0, text.str.find(part, literal=True))
    return pl.when(part.is_not_null()).then(head.cast(pl.String).str.len_chars())


def _or_counted(of_noun: str, of_counted: str) -> pl.Expr:
    """What is told of a noun that measures; of a count also of the thing that is counted."""
    return pl.coalesce(of_noun, pl.when(pl.col("family") == "count").then(of_counted))


def _by_verb() -> pl.Expr:
    """The metric that verbs tell: cash and investments 合计, shares 回购, money 投入."""
    elsewhere = (pl.col("metric_segment_first") != pl.col("segment_first")).fill_null(True)
    unnamed = (pl.col("form") == "currency") & elsewhere & ~pl.col("next_touches")
    metric, sentence = pl.col("metric_id"), pl.col("sentence_nr")
    both = (
        (metric.shift(1) == in_role("pool_part_2"))
        & (metric.shift(2) == in_role("pool_part_1"))
        & (sentence.shift(2) == sentence)
    )
    # 斥资10亿元回购: what the money goes into may be named, but is never a profit.
    is_far = (pl.col("metric_sentence_nr") != sentence).fill_null(True)
    spent = is_far | pl.col("metric_can_be_negative")
    # 现金、定期存款和短期投资合计360亿元: what was listed, and not its last.
    pool = (pl.col("form") == "currency") & says("before", "cash_pool")
    bought_back = has(pl.when(pl.col("unit_id") == "shares").then("before"), "buys_back")
    quoted = has(pl.when(unnamed & (pl.col("value") < 100_000)).then("before"), "quoted")
    return (
        pl.when(has(pl.when(unnamed & both).then("before"), "total") | pool)
        .then(pl.lit(in_role("pool")))
        .when(bought_back)
        .then(pl.lit(in_role("bought_back")))
        .when(quoted)
        .then(pl.lit(in_role("quoted")))
        .when(has(pl.when(unnamed & spent).then("before"), "spends"))
        .then(pl.lit(in_role("spent")))
    )


def _with_counted_metric(numbers: pl.DataFrame) -> pl.DataFrame:
    """What is counted in words of its own is no count of anything spoken of before.

    115076名员工 names its metric within the unit; 157座城市 has a unit that one metric has.
    """
    named = metric_terms().select(counted_noun="alias", named_id="id")
    counted = (
        metrics()
        .filter(pl.col("metric_id").is_in(metrics_in_role("counted")))
        .select(unit_id="unit_id", counted_id="metric_id", counted_unit="unit_id")
    )
    numbers = (
        numbers.with_columns(counted_noun=pl.col("unit_word").str.slice(1))
        .join(named, on="counted_noun", how="left", maintain_order="left")
        .join(counted, on="unit_id", how="left", maintain_order="left")
        .with_columns(
            counted_id=pl.coalesce("named_id", "counted_id"),
            counted_unit=pl.coalesce("counted_unit", "unit_id"),
        )
    )
    foreign = (
        (pl.col("form") == "count")
        & (pl.col("unit_word").str.len_chars() > 1)
        & (pl.col("metric_metric_unit") != pl.col("unit_id")).fill_null(True)
        & (pl.col("metric_segment_first") != pl.col("segment_first")).fill_null(True)
        & pl.col("counted_id").is_not_null()
    )
    # 每位日活用户平均每天…的时间是108分钟 is no number of users.
    foreign |= (
        (pl.col("form") == "duration")
        & (pl.col("metric_metric_unit") == "people")
        & (pl.col("counted_unit") == "minutes")
    ).fill_null(False)
    numbers = numbers.with_columns(
        metric_id=pl.when(foreign).then("counted_id").otherwise("metric_id"),
        metric_metric_unit=pl.when(foreign).then("counted_unit").otherwise("metric_metric_unit"),
        metric_metric_dimension=pl.when(foreign)
        .then(pl.lit("count"))
        .otherwise("metric_metric_dimension"),
        metric_match=pl.when(foreign).then("unit_word").otherwise("metric_match"),
    )
    unit = pl.col("metric_metric_unit")
    # 40台 counts neither shops nor people.
    of_other = pl.when((unit == "stores") | (unit == "people")).then("unit_word")
    is_other = numbers.select(
        of_other.str.contains("^[台部件只支辆]$").fill_null(False)
    ).to_series()
    if not is_other.any():
        return numbers
    told = ["metric_id", "metric_metric_unit", "metric_metric_dimension", "metric_match"]
    return numbers.with_columns(pl.when(~is_other).then(name).alias(name) for name in told)


def with_kind(numbers: pl.DataFrame) -> pl.DataFrame:
    """Add kind, comparison, sign and qualifier: what sort of statement the number makes."""
    is_share_metric = (pl.col("metric_value_kind") == "share").fill_null(False)
    grows = head_says("growth_noun")
    grows_after = end_says("growth_after")
    is_multiple = pl.col("form") == "multiple"
    lands = head_says("arrival") | (is_multiple & head_says("multiple_base"))
    # 提升至95% is where a ratio stands; 增速放缓至11% is still a growth, for 增速 says so.
    stands = head_says("move_to") & ~head_says("rise_noun") & ~head_says("fall_noun")
    moved = says("before", "change_before") & ~says("before", "arrival")
    moves_on = says("before", "from") & lands_ahead()
    composed = pl.col("whole_clause").is_not_null() | pl.col("share_clause").is_not_null()
    ratio = (
        pl.when(grows_after & ~moves_on)
        .then(pl.lit("growth"))
        # 同比+5% moves, but a margin of -5.8%, or one that fell to it (降至-5.8%), is one.
        .when(
            pl.col("token").str.contains("^[+-]")
            & (grows | ~is_share_metric)
            & ~(stands & is_share_metric)
        )
        .then(pl.lit("growth"))
        .when((composed | is_share_metric) & (lands | ~grows))
        .then(pl.lit("share"))
        .when(stands)
        .then(pl.lit("share"))
        .when(grows)
        .then(pl.lit("growth"))
        .when("is_of_metric")
        .then(pl.lit("share"))
        .when(head_says("share_noun") | says("after", "share_after"))
        .then(pl.lit("share"))
        .when(says("lead", "growth_noun"))
        .then(pl.lit("growth"))
        .when(is_share_metric)
        .then(pl.lit("share"))
        # 比重从一成跌到不足3%: where a ratio moved from, and where to.
        .when(moves_on | says("after", "share_of"))
        .then(pl.lit("share"))
        # 升46仙或2.1%: by how much, and the ratio of it.
        .when(pl.col("lead").str.contains(r"^\s?或(?:约|近)?$") & moved.shift(1))
        .then(pl.lit("growth"))
    )
    # 市盈率约25倍: a metric that is a multiple by nature.
    is_multiple_by_nature = (pl.col("metric_metric_dimension") == "ratio") & (
        pl.col("metric_value_kind") == "level"
    )
    multiple = (
        pl.when(grows | head_says("change_before") | grows_after)
        .then(pl.lit("growth"))
        .when(is_multiple_by_nature)
        .then(pl.lit("level"))
        .when(lands)
        .then(pl.lit("growth"))
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
    ).with_columns(
        # 而一季度还有18.1%: what the number before it in the sentence was, this is too.
        kind=pl.when(pl.col("form") == "ratio")
        .then(
            pl.coalesce(
                "kind",
                pl.when(
                    says("lead", "copula")
                    | has(pl.when(pl.col("kind").is_null()).then("lead"), "rate_beside")
                ).then(carried(pl.when(pl.col("form") == "ratio").then("kind"), "sentence")),
            )
        )
        .otherwise("kind")
    )
    return (
        numbers.with_columns(moves=pl.col("kind").is_in(["growth", "change"]))
        .pipe(_with_comparison)
        .pipe(_with_sign)
        .with_columns(
            qualifier=_qualifier(),
            value=pl.when(is_multiple & pl.col("lands") & (pl.col("kind") == "growth"))
            .then(pl.col("value") - 1)
            .otherwise("value"),
        )
    )


# What one rate is measured against, and another in the same sentence is not.
_OF_ANOTHER = ["cagr", "prior_target"]


def _with_comparison(numbers: pl.DataFrame) -> pl.DataFrame:
    """Add comparison: what a movement is measured against; looked for nearby, then further off."""
    near = pl.coalesce(
        says("before", "comparison"),
        head_says("comparison"),
        head_says("comparison", "lead"),
        end_says("comparison_after"),
    )
    # 从二季度的19亿元收窄到13亿元，降幅32%: against what it moved from.
    moved = (
        says("lead", "move_to").shift(1)
        & says("before", "from").shift(2)
        & (pl.col("sentence_nr") == pl.col("sentence_nr").shift(2))
    ).fill_null(False)
    near = pl.coalesce(near, pl.when(moved).then(says("before", "comparison").shift(2)))
    # 比上一年的31.9%高出2.6个百分点: ahead of itself.
    base = pl.when(
        pl.col("kind").shift(1).is_in(["level", "share"])
        & (pl.col("sentence_nr") == pl.col("sentence_nr").shift(1))
        & (says("lead", "comparison") == "none")
    ).then(says("before", "comparison").shift(1))
    near = pl.coalesce(base, near)
    numbers = numbers.with_columns(comparison=pl.when("moves").then(near))
    for text in ("clause_before", "sentence_before"):
        still_open = pl.col("moves") & pl.col("comparison").is_null()
        numbers = with_code(numbers, "further", pl.when(still_open).then(text), "comparison")
        # 预测上调到7480亿元，对应增速13%: the rate is that of what is forecast.
        of_other = _OF_ANOTHER if text == "sentence_before" else ["prior_target"]
        is_own = ~(pl.col("further").is_in(of_other) & head_says("rate_noun"))
        numbers = numbers.with_columns(
            comparison=pl.coalesce("comparison", pl.when(is_own).then("further"))
        )
    return numbers.drop("further")


def _with_sign(numbers: pl.DataFrame) -> pl.DataFrame:
    """Add sign: −1 for a fall, and for a loss."""
    # 增速 names a rise and 降幅 a fall, whatever became of them.
    noun_sign = pl.when(head_says("rise_noun")).then(1).when(head_says("fall_noun")).then(-1)
    direction = pl.coalesce(
        says("before", "direction"),
        head_says("direction"),
        end_says("direction"),
        head_says("direction", "lead"),
    )
    # 综合成本率优化0.8个百分点: a cost that improves falls.
    is_burden = pl.col("moves") & pl.col("metric_is_burden")
    improves = has(pl.when(is_burden).then("before"), "improves")
    falls = (direction == "down").fill_null(False) | improves
    # What the clause says counts before what the sentence has said of the metric.
    is_amount = pl.col("form").is_in(["currency", "none"])
    metric = pl.col("metric_match")
    named_here = is_amount & (pl.col("metric_sentence_nr") == pl.col("sentence_nr"))
    named_loss = has(pl.when(named_here).then(metric), "loss")
    gains = head_says("not_loss")
    is_loss = (
        (head_says("loss") & ~gains)
        | ((named_loss | pl.col("spoken_loss")) & ~gains & ~pl.col("spoken_no_loss"))
        | says("after", "loss_after")
    )
    is_share = pl.col("kind") == "share"
    return numbers.with_columns(
        sign=pl.when(pl.col("value") < 0)
        .then(1)
        .when("moves")
        .then(pl.coalesce(noun_sign, pl.when(falls).then(-1), 1))
        .when(is_amount & is_loss)
        .then(-1)
        .when(has(pl.when(is_share).then(metric), "loss_ratio"))
        .then(-1)
        .otherwise(1)
    )


def _qualifier() -> pl.Expr:
    return pl.coalesce(
        pl.when(pl.col("qualifier") != "eq").then("qualifier"),
        pl.when(says("before", "not_qualifier")).then(pl.lit("eq")),
        says("before", "qualifier_before"),
        says("after", "qualifier_after"),
        pl.when(pl.col("chain_order") > 0).then(head_says("qualifier_before")),
        pl.lit("eq"),
    )


def with_share_metric(numbers: pl.DataFrame, events: Events) -> pl.DataFrame:
    """Add metric_id: as found, or for a share of a whole the ratio of the part to the whole.

    研发费用…占收入的1.5% is the R&D expense ratio, 收入…占比19% the share of revenue: the ratio is
    looked up by its numerator and denominator in the metric dictionary.
    """
    ratios = metrics().filter(pl.col("numerator_metric_id").is_not_null())
    exact = ratios.select(
        part_id="numerator_metric_id", whole_id="denominator_metric_id", exact_id="metric_id"
    ).unique(["part_id", "whole_id"], keep="first", maintain_order=True)
    of_whole = (
        ratios.filter(pl.col("denominator_scope") == "parent")
        .select(whole_id="denominator_metric_id", of_whole_id="metric_id")
        .unique("whole_id", keep="first", maintain_order=True)
    )
    is_share = pl.col("kind") == "share"
    is_composed = is_share & (
        (pl.col("metric_value_kind") != "share").fill_null(True)
        | pl.col("whole_clause").is_not_null()
    )
    # 经调整EBITDA为47.6亿元，利润率32%: the margin of the profit spoken of.
    is_margin = pl.col("metric_id") == in_role("margin")
    names_share = pl.col("share_clause").is_not_null()
    # GMV为43.9亿元，占62.5%: of all GMV.
    wholes = ratios.filter(pl.col("numerator_metric_id") == pl.col("denominator_metric_id"))
    of_itself = pl.col("metric_id").is_in(wholes["numerator_metric_id"].implode())
    # 占八成收入
    takes = says("before", "takes") & pl.col("next_touches")
    numbers = (
        follow(numbers, events.metrics, "whole_clause", "id")
        .pipe(follow, events.metrics, "metric_currency_sentence", "id")
        .with_columns(
            part_id=pl.when(is_margin).then("metric_currency_sentence_id").otherwise("metric_id"),
            whole_id=pl.coalesce(
                "whole_clause_id",
                pl.when(takes).then("metric_id"),
                pl.when(names_share & of_itself).then("metric_id"),
                pl.when(names_share | is_margin).then(pl.lit(in_role("plain_money"))),
            ),
        )
        .join(exact, on=["part_id", "whole_id"], how="left", maintain_order="left")
        .join(of_whole, on="whole_id", how="left", maintain_order="left")
        .with_columns(
            composed_id=pl.coalesce(
                "exact_id",
                # 快递费用占收入的3%: what a cost takes of revenue is no share of revenue.
                pl.when(
                    (pl.col("whole_clause").is_not_null() | takes)
                    & ~pl.col("metric_is_burden").fill_null(False)
                ).then("of_whole_id"),
                pl.when(names_share | pl.col("whole_clause").is_not_null()).then(
                    pl.lit(in_role("generic_share"))
                ),
            )
        )
        .with_columns(
            composed_id=pl.when(is_margin)
            .then("exact_id")
            .when(is_composed)
            .then(
                # 占比由18%升至24%: the second is a share of the same.
                pl.coalesce(
                    "composed_id",
                    carried(pl.when(is_composed).then("composed_id"), "sentence"),
                )
            )
        )
    )
    # 用户规模…占网民整体的87.9%: the part of a people that uses something.
    reach = is_share & (pl.col("metric_id") == in_role("reached")) & says("before", "of_population")
    levels = metrics().select(composed_id="metric_id", composed_level="subject_level")
    return numbers.join(levels, on="composed_id", how="left", maintain_order="left").with_columns(
        metric_id=pl.when(reach)
        .then(pl.lit(in_role("reach")))
        .when(is_composed)
        .then("composed_id")
        .otherwise(pl.coalesce("composed_id", "metric_id")),
        metric_subject_level=pl.when(is_composed)
        .then(pl.col("composed_level").fill_null("any"))
        .otherwise("metric_subject_level"),
    )


def with_adjusted(numbers: pl.DataFrame) -> pl.DataFrame:
    """净利润74.5亿元，非公认会计准则下为66.2亿元: the same profit, from there on adjusted."""
    said = carried(pl.when(says("lead", "adjusted")).then("metric"), "sentence")
    same = (said == pl.col("metric")).fill_null(False)
    # 不计一次性利得，净利润70亿元，包括该等利得则下降8%: back to what it is as reported.
    is_adjusted = pl.col("metric_id").str.starts_with("adjusted_")
    as_reported = has(pl.when(is_adjusted).then("lead"), "as_reported")
    return numbers.join(
        adjusted_metrics().rename({"id": "metric_id"}),
        on="metric_id",
        how="left",
        maintain_order="left",
    ).with_columns(
        metric_id=pl.when(as_reported)
        .then(pl.col("metric_id").str.strip_prefix("adjusted_"))
        .when(same)
        .then(pl.coalesce("adjusted_id", "metric_id"))
        .otherwise("metric_id")
    )


def with_plain_revenue(numbers: pl.DataFrame, events: Events) -> pl.DataFrame:
    """云音乐：20亿元，同比减少1.8%: money beside a segment's bare name is its revenue."""
    bare_name = (
        pl.col("metric_id").is_null()
        & (pl.col("form") == "currency")
        & pl.col("subject_segment_role").is_in(["segment", "product", "app"])
        & has(between(pl.col("subject_segment_end"), pl.col("start")), "names_amount")
    )
    # 分区域看,华南、华北分别增长5%、6%
    of_other = (pl.col("metric_sentence_nr") != pl.col("sentence_nr")).fill_null(True)
    breaks_down = (pl.col("form") == "ratio") & (pl.col("kind") == "growth") & of_other
    bare_name |= breaks_down & has(pl.when(breaks_down).then("sentence_before"), "breakdown")
    metric_id = pl.when(bare_name).then(pl.lit(in_role("plain_money"))).otherwise("metric_id")
    # Without a metric of its own, a number is of what the number before it was of; but a share of
    # something is not a value of it.
    follows = (
        pl.col("metric_id").is_null()
        & pl.col("label").is_null()
        & pl.col("kind").ne_missing("share")
    )
    # What a number is of, and where its words stand, come from one and the same number.
    # 销量3万辆，占全国的4%，同比增长5%: what grew is not the share, which moves by points.
    is_named = pl.any_horizontal(pl.col(name).is_not_null() for name in ("metric_id", "label"))
    of_level = is_named & pl.col("kind").ne_missing("share")
    # Nor is an amount a share.
    is_amount = ~pl.col("form").is_in(["ratio", "points", "multiple", "doubling"])
    has_level = carried(pl.when(of_level).then(True), "sentence").fill_null(False)
    as_level = is_amount | (has_level & (pl.col("form") != "points"))
    taken_over = [
        "metric_id", "metric_metric_unit", "metric_metric_dimension",
        "label", "label_from", "label_at",
    ]  # fmt: skip
    taken = [
        pl.when(follows & as_level)
        .then(carried(pl.when(of_level).then(name), "sentence"))
        .when(follows)
        .then(carried(pl.when(is_named).then(name), "sentence"))
        .otherwise(name)
        .alias(name)
        for name in taken_over
    ]
    return (
        follow(numbers, events.subjects, "subject_segment", "role", "end")
        .with_columns(metric_id=metric_id)
        .with_columns(taken)
        .pipe(_with_last_words, follows & pl.col("metric_match").is_null())
        .with_columns(taken)
    )


def _with_last_words(numbers: pl.DataFrame, unnamed: pl.Expr) -> pl.DataFrame:
    """出口年降1.1%: where nothing else names the metric, the words before the number do.

    They lose what says when, how much and which way it went; where nothing is left (同比增长) they
    name nothing.
    """
    words = pl.col("last_words")
    last = words.str.extract(r"([\p{Han}A-Za-z]{1,12})[^\p{Han}A-Za-z]*$")
    noun = last.str.replace(f"(?:{cue('label_end')})+$", "").str.replace(
        f"^(?:{cue('before_label')})", ""
    )
    noun = pl.when(noun.str.len_chars() > 1).then(noun)
    return (
        numbers.with_columns(last_words=pl.when(unnamed).then("own_words"))
        .pipe(told, "last_words", last_noun=noun, last_at=_place_in(words, noun))
        .with_columns(
            label=pl.coalesce("label", "last_noun"),
            label_from=pl.when(pl.col("last_noun").is_not_null())
            .then(pl.max_horizontal("before_start", "term_end"))
            .otherwise("label_from"),
            label_at=pl.coalesce(pl.col("last_at").cast(pl.Int64), "label_at"),
        )
        .drop("last_words", "last_noun", "last_at")
    )


def with_inherited(numbers: pl.DataFrame) -> pl.DataFrame:
    """Comparison that the sentence has named; a target that moved is measured by its past.

    收入94亿元，同比增长11%…其中广告收入71亿元，增长17%: what stands beside its own level moves as
    the paragraph's other movements do.
    """
    moves = pl.col("kind").is_in(["growth", "change"])
    revised = count_so_far(pl.col("kind") == "target", "sentence") >= 2
    states = pl.col("kind").is_in(["level", "share"])
    beside_level = pl.any_horizontal(
        states.shift(way)
        & (pl.col("metric_id") == pl.col("metric_id").shift(way))
        & (pl.col("sentence_nr") == pl.col("sentence_nr").shift(way))
        for way in (1, -1)
    )
    # A share moves by the day.
    is_open = (
        (pl.col("form").is_in(["ratio", "points"]) | (pl.col("token") == "腰斩"))
        & (pl.col("metric_id") != in_role("quoted")).fill_null(True)
        & ~pl.col("is_expected")
    )
    is_signed = pl.col("token").str.contains("^[+-]")
    as_others = is_open & (
        beside_level | is_signed | pl.col("default_company").is_null()
    ).fill_null(False)
    compares = has(pl.when(as_others).then("before"), "set_against")
    # 复合增长率约18%，而2020年的增速是197%: that was the rate of one year.
    in_sentence = carried(pl.col("comparison"), "sentence")
    of_other = in_sentence.is_in(_OF_ANOTHER) & head_says("rate_noun")
    comparison = pl.coalesce(
        "comparison",
        pl.when(revised).then(pl.lit("prior_target")),
        pl.when(~of_other).then(in_sentence),
        pl.when(as_others & ~compares).then(of_paragraph()),
        pl.when(head_says("rate_noun")).then(of_paragraph().fill_null("yoy")),
    )
    return numbers.with_columns(comparison=pl.when(moves & (comparison != "none")).then(comparison))


def with_unit(numbers: pl.DataFrame) -> pl.DataFrame:
    """Add the unit: as stated, else the metric's."""
    # A classifier says how a thing is counted; which thing, the metric says.
    classifier = pl.col("unit_word").is_in(list("个家座款台件部张条项种间处支只名位户次"))
    reporting = companies().select("company_id", "reporting_currency")
    # 元 is what Taiwan, Hong Kong and Singapore call their dollars; 以美元计为140亿元 says which.
    counted_in = pl.when(pl.col("form") == "currency").then("before").str.extract(cue("counted_in"))
    said = counted_in.replace_strict(
        dict(units().filter("prefix").select("alias", "unit_id").iter_rows()), default=None
    )
    own = pl.when(pl.col("reporting_currency").is_in(["TWD", "CNY", "HKD", "SGD"])).then(
        "reporting_currency"
    )
    # A share has the price of the place where it is read of, and so have the cents of Malaysia.
    is_price = pl.col("metric_id").is_in(metrics_in_role("by_day")).fill_null(False)
    local = pl.coalesce(said, pl.when(is_price).then("default_currency"), own, "default_currency")
    is_cent = (pl.col("token").str.ends_with("仙") & (pl.col("default_currency") == "MYR")) | (
        pl.col("token").str.ends_with("分") & (pl.col("default_currency") == "SGD")
    )
    plain_yuan = pl.col("token").str.contains("元$") & ~pl.col("token").str.contains("民币")
    counts = ~pl.col("metric_metric_dimension").is_in(["currency", "ratio"]).fill_null(True)
    whose = pl.coalesce("company_id", "default_company")
    return numbers.join(
        reporting, left_on=whose, right_on="company_id", how="left", maintain_order="left"
    ).with_columns(
        unit_id=pl.when((pl.col("unit_id") == "CNY") & plain_yuan & local.is_not_null())
        .then(local)
        .when((pl.col("form") == "currency") & is_cent)
        .then("default_currency")
        .when(pl.col("unit_id").is_null() & (pl.col("metric_value_kind") != "share"))
        .then(
            pl.when(pl.col("metric_metric_dimension") == "currency")
            .then(pl.coalesce(local, "metric_metric_unit"))
            .otherwise("metric_metric_unit")
        )
        .when(classifier & counts & pl.col("metric_metric_unit").is_not_null())
        .then("metric_metric_unit")
        .otherwise("unit_id")
    )
