"""Whose figure it is: company, segment, product, app or industry."""

from functools import cache

import polars as pl

from ingest.events import Events
from ingest.resolve.context import follow, head_says
from ingest.resolve.phrases import says
from ingest.rows import between, has
from ingest.vocabulary import companies, cue, in_role, subject_terms


def with_subject(numbers: pl.DataFrame, events: Events) -> pl.DataFrame:
    """Add subject_id, subject_name, subject_type and company_id.

    The subject is the last one voiced before the number; a metric that only companies (or apps)
    have climbs from a segment to the company.
    """
    unspoken = pl.col("listed_subject").is_null() & pl.col("subject_segment").is_null()
    since_muted = pl.when(unspoken).then(between(pl.col("subject_muted_end"), pl.col("start")))
    touching = has(since_muted, "subject_touches")
    home = (
        subject_terms()
        .unique("id", keep="first", maintain_order=True)
        .select(home_subject="id", home_subject_name="name", home_subject_type="role")
    )
    # 商品收入80亿元，其中家电收入50亿元；服务收入…: what 其中 tells of ends with its stretch.
    since_part = pl.when(pl.col("subject_sentence_in_part")).then(
        between(pl.col("subject_sentence_end"), pl.col("start"))
    )
    is_past = pl.col("is_past")
    return (
        follow(numbers, events.subjects, "subject_muted", "end")
        .pipe(follow, events.subjects, "subject_sentence", "in_part", "end")
        .pipe(follow, events.subjects, "subject_topic", "in_part")
        .join(_topics(events), on="article_nr", how="left", maintain_order="left")
        .with_columns(is_past=has(since_part, "stretch_end"))
        .with_columns(
            subject=pl.coalesce(
                "listed_subject",
                pl.when("is_unpaired").then(pl.coalesce("subject_topic", "topic")),
                "subject_segment",
                pl.when(touching).then("subject_muted"),
                pl.when(is_past).then("subject_whole").otherwise("subject_sentence"),
                pl.when(~is_past).then("metric_subject_sentence"),
                pl.when(~(is_past & pl.col("subject_topic_in_part"))).then("subject_topic"),
                "subject_heading",
                pl.when(~is_past).then("subject_aside"),
                # In an article about no company and no known industry: what it is about.
                "topic",
            )
        )
        .pipe(
            follow,
            events.subjects,
            "subject",
            "role",
            "id",
            "name",
            "company_id",
            "start",
            "end",
            "sentence_nr",
        )
        .pipe(follow, events.subjects, "owner", "id")
        .with_columns(owner_id=pl.coalesce("owner_id", "default_company"))
        .with_columns(
            # 集团签约公会 is of its live streaming; but 集团快递业务量 is no industry's.
            is_home=pl.when(pl.col("metric_home_subject_id").is_in(_industries()))
            .then(pl.coalesce("listed_subject", "subject_sentence").is_null())
            .when(pl.col("metric_home_subject_id").is_not_null())
            .then(
                pl.col("subject_segment").is_null()
                | pl.col("subject_role").is_in(["self", "company"])
            )
            .otherwise(False),
            climbs=(pl.col("subject_role") == "self")
            | pl.col("subject").is_null()
            | (
                (pl.col("metric_subject_level") == "company")
                & ~pl.col("subject_role").is_in(["company", "industry"])
                & ~has(pl.col("subject_name"), "group")
            )
            # 合并营收 is never a segment's.
            | (
                has(pl.col("metric_match"), "consolidated")
                & pl.col("subject_role").is_in(["segment", "product"])
                & pl.col("owner_id").is_not_null()
            )
            | (
                (pl.col("metric_subject_level") == "app")
                & ~pl.col("subject_role").is_in(["company", "app", "industry", "product"])
            ),
        )
        .with_columns(
            home_company=pl.when("climbs")
            .then(pl.coalesce("subject_company_id", "owner_id"))
            .otherwise("subject_company_id")
        )
        .join(
            companies().select(home_company="company_id", home_name="name_zh"),
            on="home_company",
            how="left",
            maintain_order="left",
        )
        .join(
            _longer_names(events),
            on=["article_nr", "home_company"],
            how="left",
            maintain_order="left",
        )
        .with_columns(home_name=pl.coalesce("longer_name", "home_name", "home_company"))
        .with_columns(
            subject_id=pl.when("climbs").then("home_company").otherwise("subject_id"),
            subject_name=pl.when("climbs").then("home_name").otherwise("subject_name"),
            subject_type=pl.when("climbs").then(pl.lit("company")).otherwise("subject_role"),
            company_id=pl.when(pl.col("climbs") | (pl.col("subject_role") == "industry"))
            .then("home_company")
            .otherwise(pl.coalesce("subject_company_id", "owner_id")),
        )
        # What has no other subject is of the metric's own, or of the industry that it is all about.
        .with_columns(
            home_subject=pl.when("is_home", pl.col("default_economy").is_null())
            .then("metric_home_subject_id")
            .when(pl.col("subject_id").is_null() & pl.col("climbs"))
            .then("default_industry")
        )
        .join(home, on="home_subject", how="left", maintain_order="left")
        .with_columns(
            subject_id=pl.coalesce("home_subject", "subject_id"),
            subject_name=pl.coalesce(
                "home_subject_name",
                "subject_name",
                pl.when(pl.col("subject_id").is_null() & pl.col("climbs")).then("default_economy"),
            ),
            subject_type=pl.coalesce("home_subject_type", "subject_type"),
        )
        .with_columns(
            company_id=pl.when(
                pl.col("home_subject").is_not_null() & (pl.col("subject_type") == "industry")
            )
            .then(None)
            .otherwise("company_id"),
            # 恒生指数跌0.1%: an index moves itself.
            metric_id=pl.when(has(pl.col("subject_name"), "stock_index"))
            .then(pl.col("metric_id").fill_null(in_role("index")))
            .otherwise("metric_id"),
            subject_name=pl.col("subject_name").fill_null("未知"),
            subject_type=pl.when(pl.col("subject_id").is_null())
            .then(pl.lit("unknown"))
            .otherwise("subject_type"),
        )
    )


def _topics(events: Events) -> pl.DataFrame:
    """article_nr and topic (a row of events.subjects): the industry or economy that it names most.

    Only of articles that are about no company and no industry of the vocabulary.
    """
    match = pl.col("match")
    about_none = events.articles.filter(
        pl.all_horizontal(
            pl.col(f"default_{of}").is_null() for of in ("company", "industry", "economy")
        )
    ).select("article_nr")
    return (
        events.subjects.with_row_index("topic")
        .join(about_none, on="article_nr", how="semi", maintain_order="left")
        .filter(
            pl.col("role") == "named",
            match.str.contains(f"^(?:{cue('economy')})$|{cue('topic')}"),
        )
        .group_by("article_nr", "match", maintain_order=True)
        .agg(pl.col("topic").first(), times=pl.len())
        .sort("article_nr", -pl.col("times").cast(pl.Int64), "topic")
        .unique("article_nr", keep="first", maintain_order=True)
        .select("article_nr", "topic")
    )


def _longer_names(events: Events) -> pl.DataFrame:
    """Companies that an article calls by a longer name: article_nr, home_company, longer_name."""
    return (
        events.subjects.filter("is_longer")
        .unique(["article_nr", "id"], keep="first", maintain_order=True)
        .select("article_nr", home_company="id", longer_name="name")
    )


@cache
def _industries() -> list[str]:
    return subject_terms().filter(pl.col("role") == "industry")["id"].unique().to_list()


def with_echo(numbers: pl.DataFrame) -> pl.DataFrame:
    """二者分别增长14.8%、5.8%: a list that names nothing is of the list before."""
    echoed = [
        "subject_id",
        "subject_name",
        "subject_type",
        "company_id",
        "metric_id",
        "metric_match",
        "metric_metric_unit",
        "metric_metric_dimension",
    ]
    # 每股0.40美元，去年同期为0.31美元: a clause that names only another time is of the same thing.
    parallel = (
        pl.col("subject_segment").is_null()
        & (pl.col("metric_segment_first") != pl.col("segment_first")).fill_null(True)
        & pl.coalesce("whole_clause", "share_clause").is_null()
        & (pl.col("period_local").is_not_null() | pl.col("period_aside").is_not_null())
        & says("lead", "copula")
        & (pl.col("unit_id") == pl.col("unit_id").shift(1))
        & (pl.col("sentence_nr") == pl.col("sentence_nr").shift(1))
    )
    # 骑手超过15万人，年内将这一数字提高到20万人
    beside = (
        (pl.col("metric_segment_first") != pl.col("segment_first")).fill_null(True)
        & (pl.col("unit_id") == pl.col("unit_id").shift(1))
        & (pl.col("sentence_nr") == pl.col("sentence_nr").shift(1))
    )
    same = has(pl.when(beside).then("before"), "same_number")
    unnamed = (
        pl.col("listed_metric").is_null()
        & pl.col("listed_subject").is_null()
        & pl.col("listed_period").is_null()
        & head_says("distribute")
        & pl.when("starts")
        .then((pl.col("metric_segment_first") != pl.col("segment_first")).fill_null(True))
        .forward_fill()
    )

    row = pl.int_range(pl.len())
    same_list = pl.col("sentence_nr") == pl.col("sentence_nr").gather(
        pl.max_horizontal(row - pl.col("chain_length"), 0)
    )
    echoes = unnamed & pl.col("chain_length").is_between(2, 5) & same_list
    numbers = numbers.with_columns(
        parallel_row=pl.when(parallel | same).then(row - 1),
        echoed_row=pl.when(echoes & (row >= pl.col("chain_length"))).then(
            row - pl.col("chain_length")
        ),
    )
    return numbers.with_columns(
        pl.coalesce(pl.col(name).gather("parallel_row"), pl.col(name).gather("echoed_row"), name)
        for name in echoed
    ).drop("parallel_row", "echoed_row")
