"""A built warehouse against a corpus's gold, all articles at once.

The match is that of tests/score.py: a gold row and a figure pair up, one to one, where their spans
overlap and their values are equal, and the pair that agrees in most comes first. Gold has its spans
here, so a quote that an article holds twice cannot pair with the wrong one.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl

CORE = ("unit", "kind", "comparison", "qualifier")
LABELS = ("subject", "metric", "period")


class Score(NamedTuple):
    """What was found.

    pairs: one row a matched pair: gold's columns, the figure's (`f_…`), `ok_…` for each field.
    missed: gold without a figure.
    extra: figures without gold.
    """

    pairs: pl.DataFrame
    missed: pl.DataFrame
    extra: pl.DataFrame

    @property
    def core(self) -> pl.DataFrame:
        """The pairs that agree in all that counts."""
        return self.pairs.filter(pl.all_horizontal(f"ok_{name}" for name in CORE))

    @property
    def precision(self) -> float:
        return len(self.core) / max(1, len(self.pairs) + len(self.extra))

    @property
    def recall(self) -> float:
        return len(self.core) / max(1, len(self.pairs) + len(self.missed))

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def accuracy(self, label: str) -> float:
        """The share of subjects, metrics or periods that is right among the core's pairs."""
        return float(self.core[f"ok_{label}"].mean() or 0.0)

    def line(self) -> str:
        """As tests/score.py says it."""
        labels = " ".join(f"{name} {self.accuracy(name):.3f}" for name in LABELS)
        return (
            f"figures {len(self.pairs) + len(self.extra)} "
            f"gold {len(self.pairs) + len(self.missed)} paired {len(self.pairs)} | "
            f"precision {self.precision:.3f} recall {self.recall:.3f} f1 {self.f1:.3f} | {labels}"
        )

    def misses(self, most: int) -> Iterator[str]:
        """Some of what differs, in words."""
        for row in self.missed.head(most).iter_rows(named=True):
            yield f"missed   {row['near']} {row['value']} {row['metric']} {row['article']}"
        for row in self.extra.head(most).iter_rows(named=True):
            yield f"extra    {row['f_near']} {row['f_value']} {row['f_metric']} {row['f_article']}"
        for name in CORE + LABELS:
            wrong = self.pairs.filter(~pl.col(f"ok_{name}"))
            for row in wrong.head(most).iter_rows(named=True):
                yield (
                    f"differs  {name} {row['near']} gold {row[name]} found {row[f'f_{name}']} "
                    f"{row['article']}"
                )


_PAIRS = """
with figures as (
    select
        figures.figure_id,
        regexp_extract(articles.source_path, '[^/]+/[^/]+$') as article,
        figures.char_start, figures.char_end, figures.quote, figures.value::double as value,
        figures.unit_id, figures.kind, coalesce(figures.comparison, '') as comparison,
        figures.qualifier, figures.subject_id, figures.subject_name,
        figures.metric_id, figures.metric_name, figures.metric_label, figures.period_id,
        substr(articles.text, greatest(1, figures.char_start - 23), 40) as near
    from warehouse.marts.obt_figures as figures
    join warehouse.raw.articles as articles using (article_id)
    where articles.source_path like '%.txt'
),
gold as (
    select row_number() over () as gold_id, *, regexp_extract(article, '[^/]+/[^/]+$') as file
    from gold_rows where char_start is not null
)
select
    gold.gold_id, gold.article, gold.quote, gold.char_start, gold.subject, gold.metric, gold.kind,
    gold.comparison, gold.value, gold.unit, gold.qualifier, gold.period,
    figures.figure_id, figures.article as f_article, figures.near, figures.near as f_near,
    coalesce(figures.value, 0)::varchar as f_value,
    figures.unit_id as f_unit, figures.kind as f_kind, figures.comparison as f_comparison,
    figures.qualifier as f_qualifier, figures.subject_id as f_subject,
    coalesce(figures.metric_id, figures.metric_label) as f_metric, figures.period_id as f_period,
    agrees(gold.unit, [figures.unit_id]) as ok_unit,
    agrees(gold.kind, [figures.kind]) as ok_kind,
    agrees(gold.comparison, [figures.comparison]) as ok_comparison,
    agrees(gold.qualifier, [figures.qualifier]) as ok_qualifier,
    agrees(gold.subject, [figures.subject_id, figures.subject_name]) as ok_subject,
    agrees(gold.metric, [figures.metric_id, figures.metric_name, figures.metric_label])
        as ok_metric,
    gold.period = '' or agrees(gold.period, [figures.period_id]) as ok_period
from gold
full join figures
    on gold.file = figures.article
    and gold.char_start < figures.char_end and figures.char_start < gold.char_end
    and abs(figures.value - gold.value::double) <= abs(gold.value::double) * 1e-9
order by gold.gold_id, figures.figure_id
"""


def score(warehouse: Path, folder: Path) -> Score:
    """Score the figures of a warehouse on the .txt articles of a corpus.

    Articles are known by folder and name (0000/000017-kuaishou-2025q3.txt); gold of articles that
    the warehouse does not hold is left out.
    """
    with duckdb.connect() as con:
        con.execute(f"attach '{_quoted(warehouse)}' as warehouse (read_only)")
        con.execute(
            "create macro norm(x) as "
            r"regexp_replace(lower(coalesce(x, '')), '[\s_\-()（）·]+', '', 'g')"
        )
        con.execute(
            "create macro agrees(wanted, found) as list_has_any("
            "list_transform(string_split(wanted, '/'), lambda w: norm(w)),"
            "list_transform(found, lambda f: norm(f)))"
        )
        con.execute(
            f"""create temp table gold_rows as
            select gold.* from read_parquet('{_quoted(folder)}/gold/*.parquet') as gold
            semi join (
                select regexp_extract(source_path, '[^/]+/[^/]+$') as file
                from warehouse.raw.articles
            ) as held on regexp_extract(gold.article, '[^/]+/[^/]+$') = held.file"""
        )
        rows = con.sql(_PAIRS).pl()
        near = con.sql(
            """select gold_rows.article, gold_rows.char_start,
                substr(text, greatest(1, gold_rows.char_start::integer - 23), 40) as gold_near
            from gold_rows join (
                select regexp_extract(source_path, '[^/]+/[^/]+$') as file, text
                from warehouse.raw.articles
            ) as articles on regexp_extract(gold_rows.article, '[^/]+/[^/]+$') = articles.file
            where gold_rows.char_start is not null"""
        ).pl()
    oks = [f"ok_{name}" for name in CORE + LABELS]
    both = rows.filter(pl.col("gold_id").is_not_null() & pl.col("figure_id").is_not_null())
    both = both.with_columns(agreed=pl.sum_horizontal(oks))
    pairs = _one_to_one(both)
    gold = rows.filter(pl.col("gold_id").is_not_null()).unique("gold_id", maintain_order=True)
    figures = rows.filter(pl.col("figure_id").is_not_null()).unique(
        "figure_id", maintain_order=True
    )
    missed = (
        gold.join(pairs, on="gold_id", how="anti")
        .join(near.unique(["article", "char_start"]), on=["article", "char_start"], how="left")
        .with_columns(near="gold_near")
    )
    return Score(pairs, missed, figures.join(pairs, on="figure_id", how="anti"))


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _one_to_one(both: pl.DataFrame) -> pl.DataFrame:
    """Each gold row and figure once: in rounds, the pairs that are the best of both their sides."""
    taken: list[pl.DataFrame] = []
    while len(both):
        ranked = both.sort(
            "agreed", "gold_id", "figure_id", descending=[True, False, False], maintain_order=True
        ).with_row_index("rank")
        best = ranked.filter(
            (pl.col("rank") == pl.col("rank").min().over("gold_id"))
            & (pl.col("rank") == pl.col("rank").min().over("figure_id"))
        ).drop("rank")
        taken.append(best)
        both = both.join(best, on="gold_id", how="anti").join(best, on="figure_id", how="anti")
    return pl.concat(taken) if taken else both
