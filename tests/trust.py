"""Put errors into articles whose figures agree, and see which of them the checks find.

python -m tests.trust --errors 500 --seed 4

The articles are the corpus's (tests/corpus): parts add up, growth is this over last, and articles
of one company and quarter agree, as in life several tell of the same. They are built as they are,
where each contradiction is a false alarm; and again with one error each in some of them: a digit
changed, 万 and 亿 swapped, a rise told as a fall, a year changed. The gold tells which figure it
was.

An error touches a relation if, as the article was, its figure stands in a check, or is stated by
another sentence too (the same again is agreement, and makes no check). It is caught if, as the
article is now, the figure stands in a check that contradicts.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from random import Random
from typing import NamedTuple

import duckdb
import polars as pl

from tests.corpus.world import LAST
from tests.corpus.write import Corpus, write_corpus

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("digit", "unit", "sign", "year")

_DIGITS = ("0123456789", "０１２３４５６７８９", "零一二三四五六七八九")
_UNITS = str.maketrans("万亿萬億", "亿万億萬")
# Said of a rise and of a fall, each as long as the other, so that what follows stays in its place.
_SIGNS = {
    "增长幅度": "下降幅度", "增長幅度": "下降幅度", "小幅增长": "小幅下滑", "小幅增長": "小幅下滑",
    "增长": "下降", "增長": "下降", "增加": "减少", "上升": "下滑", "上涨": "回落", "上漲": "回落",
    "提升": "降低", "走高": "走低", "增幅": "降幅", "微增": "微降", "略增": "略降", "扩大": "收窄",
    "擴大": "收窄", "多出": "减少",
}  # fmt: skip
_FALLS = {fall: rise for rise, fall in reversed(_SIGNS.items())} | {"減少": "增加", "跌幅": "增幅"}
_SIGN = re.compile("|".join(sorted(_SIGNS | _FALLS, key=len, reverse=True)))
_YEAR = re.compile(r"(20[12][0-9])年(?![至到])")


class Error(NamedTuple):
    """One error: in which article, and of which figure (where its words begin and end)."""

    kind: str
    article: str
    start: int
    end: int
    before: str
    after: str


class Report(NamedTuple):
    """What came of it.

    errors: one row an error, with `read` (whether the figure was found as the gold has it),
        `in_check`, `touches`, `caught` (the figure cannot be, or stands in a check that fails) and
        `proved` (in one that contradicts: all of its figures are sure).
    alarms: one row a type of check, on the articles without errors: checks, contradicts.
    articles: how many articles those were, and how many of them stand in a contradiction.
    told: contradictions after the errors, and how many of them stand in an article that has one.
    """

    errors: pl.DataFrame
    alarms: pl.DataFrame
    articles: tuple[int, int]
    told: tuple[int, int]

    def share(self, kind: str | None = None) -> float:
        """Errors caught, of those that touch a relation."""
        touching = self.errors.filter("touches", _of(kind))
        return float(touching["caught"].mean() or 0)

    @property
    def alarm_rate(self) -> float:
        """Contradictions of all checks, where nothing is wrong."""
        return float(self.alarms["contradicts"].sum() / max(1, self.alarms["checks"].sum()))

    def table(self) -> str:
        lines = ["| error | injected | touch a relation | caught | share | proved |"]
        lines += ["| --- " * 6 + "|"]
        for kind in (*KINDS, None):
            rows = self.errors.filter(_of(kind))
            lines.append(
                f"| {kind or 'all'} | {len(rows)} | {rows['touches'].sum()} | "
                f"{rows.filter('touches')['caught'].sum()} | {self.share(kind):.1%} | "
                f"{rows.filter('touches')['proved'].sum()} |"
            )
        in_check = self.errors.filter("in_check")["caught"]
        lines += [
            "",
            f"Of {len(in_check)} whose figure was in a check already, {in_check.sum()} are caught.",
            f"{self.told[1]} of {self.told[0]} contradictions cite an article that has an error.",
            "",
            "| check, on clean articles | checks | contradicts | false alarms |",
            "| --- " * 4 + "|",
        ]
        total = self.alarms.select(
            pl.lit("all").alias("check_type"), pl.col("checks").sum(), pl.col("contradicts").sum()
        )
        for name, checks, wrong in pl.concat([self.alarms, total]).iter_rows():
            lines.append(f"| {name} | {checks:,} | {wrong:,} | {wrong / max(1, checks):.3%} |")
        all_of_them, alarmed = self.articles
        lines += ["", f"{alarmed} of {all_of_them} clean articles stand in a contradiction."]
        return "\n".join(lines)


def _of(kind: str | None) -> pl.Expr:
    return pl.lit(True) if kind is None else pl.col("kind") == kind


# --- the errors -----------------------------------------------------------------------------------


def _digit(random: Random, text: str, figure: dict[str, str], at: int) -> tuple[int, str] | None:
    """One digit of the number becomes another."""
    quote = figure["quote"]
    places = [
        (nr, row)
        for nr, sign in enumerate(quote)
        for row in _DIGITS
        if sign in row[row[0] != "0" :]
    ]
    if not places:
        return None
    nr, row = random.choice(places)
    # Nothing begins with a zero, and in characters a zero would be no number.
    first = 1 if row[0] == "零" or nr == 0 or quote[nr - 1] not in f"{row}.．" else 0
    return at + nr, random.choice([sign for sign in row[first:] if sign != quote[nr]])


def _unit(random: Random, text: str, figure: dict[str, str], at: int) -> tuple[int, str] | None:
    """亿 for 万, or 万 for 亿."""
    places = [nr for nr, sign in enumerate(figure["quote"]) if sign in "万亿萬億"]
    if len(places) != 1:
        return None
    return at + places[0], figure["quote"][places[0]].translate(_UNITS)


def _sign(random: Random, text: str, figure: dict[str, str], at: int) -> tuple[int, str] | None:
    """A rise for a fall: the word nearest before the number, or right behind it (5%的增长)."""
    if figure["kind"] not in ("growth", "change"):
        return None
    behind = re.match(f"(?:幅度)?的(?:{_SIGN.pattern})", text[at + len(figure["quote"]) :])
    clause = re.split("[，；。：\n]", text[max(0, at - 16) : at])[-1]
    if behind:
        found = _SIGN.search(behind[0])
        start = at + len(figure["quote"]) + found.start()
    else:
        found = next(reversed(list(_SIGN.finditer(clause))), None)
        if found is None:
            return None
        start = at - len(clause) + found.start()
    return start, (_SIGNS | _FALLS)[found[0]]


def _year(random: Random, text: str, figure: dict[str, str], at: int) -> tuple[int, str] | None:
    """The next year or the last for the one that the figure's own sentence gives it.

    No other number stands between, and articles tell of the other year too.
    """
    sentence = re.split("[；。\n]", text[:at])[-1]
    found = next(reversed(list(_YEAR.finditer(sentence))), None)
    if found is None or found[1] != figure["period"][:4]:
        return None
    if re.search(r"[0-9０-９]\s*[%％万亿萬億]|百分之", sentence[found.end() :]):
        return None
    years = [year for year in (int(found[1]) - 1, int(found[1]) + 1) if year in figure["years"]]
    if not years:
        return None
    return at - len(sentence) + found.start(), str(random.choice(years))


_WAYS: dict[str, Callable[..., tuple[int, str] | None]] = {
    "digit": _digit,
    "unit": _unit,
    "sign": _sign,
    "year": _year,
}


def inject(clean: Path, spoiled: Path, count: int, seed: int, since: int) -> list[Error]:
    """Copy a corpus's articles, with one error each in some of them.

    Args:
        clean: A corpus of plain files.
        spoiled: The folder of the copies.
        count: How many errors, the kinds in turn.
        seed: Of where they fall.
        since: The first year that the articles tell of.

    Returns:
        The errors; fewer than asked for where the articles do not have the place.
    """
    random = Random(f"{seed}:errors")
    gold = pl.read_parquet(clean / "gold" / "*.parquet").partition_by("article", as_dict=True)
    names = sorted(str(path.relative_to(clean)) for path in (clean / "articles").rglob("*.txt"))
    errors: list[Error] = []
    for name in random.sample(names, len(names)):
        text = (clean / name).read_text("utf-8")
        if len(errors) < count:
            kind = KINDS[len(errors) % len(KINDS)]
            figures = gold[(name,)].to_dicts()
            for figure in random.sample(figures, len(figures)):
                figure["years"] = range(since, LAST[0])
                place = _WAYS[kind](random, text, figure, figure["char_start"])
                if place is not None:
                    at, word = place
                    before = text[at : at + len(word)]
                    text = text[:at] + word + text[at + len(word) :]
                    span = figure["char_start"], figure["char_end"]
                    errors.append(Error(kind, name, *span, before, word))
                    break
        target = spoiled / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return errors


# --- the two warehouses ---------------------------------------------------------------------------


def build(articles: Path, warehouse: Path) -> None:
    """`python -m ingest run`, as a user runs it."""
    done = subprocess.run(
        [sys.executable, "-m", "ingest", "run", articles, "--warehouse", warehouse],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise RuntimeError(done.stderr or done.stdout)


def _standing(warehouse: Path, errors: pl.DataFrame) -> pl.DataFrame:
    """Of each error's figure (by `nr`): is it in a check, contradicted, stated elsewhere too?"""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        con.register("errors", errors)
        return con.sql(
            """
            with placed as (
                select errors.nr, figures.figure_id
                from errors
                inner join raw.articles on ends_with(articles.source_path, errors.article)
                inner join raw.figures using (article_id)
                where figures.number_start < errors.end and errors.start < figures.number_end
            ),
            cited as (
                select unnest(figure_ids) as figure_id, verdict from marts.fct_figure_checks
            ),
            checked as (
                select
                    nr,
                    bool_or(verdict = 'contradicts') as contradicted,
                    bool_or(verdict in ('contradicts', 'unproved')) as flagged
                from placed inner join cited using (figure_id)
                group by nr
            ),
            implausible as (
                select nr
                from placed
                inner join marts.fct_figures using (figure_id)
                where trust = 'implausible'
            ),
            measured as (
                select
                    figures.*,
                    coalesce(metrics.is_generic, true) as is_generic
                from intermediate.int_figures as figures
                left join staging.stg_metrics as metrics using (metric_id)
            ),
            again as (
                select distinct placed.nr
                from placed
                inner join measured as own using (figure_id)
                inner join measured as other
                    on own.company_id is not distinct from other.company_id
                    and own.subject_id = other.subject_id
                    and own.metric_id = other.metric_id
                    and own.measure = other.measure
                    and own.comparison is not distinct from other.comparison
                    and own.period_id = other.period_id
                    and own.unit_id = other.unit_id
                    and (own.article_id, own.sentence_start)
                        != (other.article_id, other.sentence_start)
                where
                    not own.is_generic
                    and (own.measure = 'value' or own.comparison in ('yoy', 'qoq'))
                    and own.measure in ('value', 'growth', 'change')
            )
            select
                errors.nr,
                errors.nr in (select nr from placed) as is_found,
                checked.nr is not null as in_check,
                coalesce(checked.contradicted, false) as contradicted,
                coalesce(checked.flagged, false)
                or errors.nr in (select nr from implausible) as flagged,
                errors.nr in (select nr from again) as is_stated_again
            from errors
            left join checked using (nr)
            order by errors.nr
            """
        ).pl()


def _alarms(warehouse: Path) -> tuple[pl.DataFrame, tuple[int, int]]:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        by_type = con.sql(
            """
            select check_type, count(*) as checks,
                count(*) filter (where verdict = 'contradicts') as contradicts
            from marts.fct_figure_checks group by check_type order by check_type
            """
        ).pl()
        articles = con.sql(
            """
            select (select count(*) from marts.dim_article), count(distinct article_id)
            from (
                select unnest(article_ids) as article_id from marts.fct_figure_checks
                where verdict = 'contradicts'
            )
            """
        ).fetchone()
    return by_type, articles


def _told(warehouse: Path, errors: pl.DataFrame) -> tuple[int, int]:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        con.register("errors", errors)
        return con.sql(
            """
            with spoiled as (
                select list(article_id) as ids
                from errors
                inner join raw.articles on ends_with(articles.source_path, errors.article)
            )
            select count(*), count(*) filter (where list_has_any(article_ids, ids))
            from marts.fct_figure_checks, spoiled where verdict = 'contradicts'
            """
        ).fetchone()


def audit(
    folder: Path, articles: int, errors: int, seed: int, companies: int = 40, since: int = 2021
) -> Report:
    """Make the articles, build both warehouses below `folder`, and compare.

    Args:
        folder: Where everything goes; it has to be empty.
        articles: How many articles.
        errors: How many of them get one error.
        seed: What all follows from.
        companies: How many companies the articles are about.
        since: The first year that they tell of.
    """
    corpus = Corpus(seed, broken=0, markup=0, encoded=0, companies=companies, since=since)
    clean, spoiled = folder / "clean", folder / "spoiled"
    write_corpus(clean, articles, corpus)
    injected = inject(clean, spoiled, errors, seed, since)
    build(clean / "articles", folder / "clean.duckdb")
    build(spoiled / "articles", folder / "spoiled.duckdb")
    frame = pl.DataFrame(injected, schema=list(Error._fields), orient="row").with_row_index("nr")
    was = _standing(folder / "clean.duckdb", frame)
    now = _standing(folder / "spoiled.duckdb", frame)
    return Report(
        frame.with_columns(
            is_found=was["is_found"],
            in_check=was["in_check"],
            touches=was["in_check"] | was["is_stated_again"],
            caught=now["flagged"],
            proved=now["contradicted"],
        ),
        *_alarms(folder / "clean.duckdb"),
        _told(folder / "spoiled.duckdb", frame),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.trust", description="Errors that the checks find, and false alarms."
    )
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--errors", type=int, default=500)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--companies", type=int, default=40, help="how many they are about")
    parser.add_argument("--since", type=int, default=2021, help="the first year they tell of")
    parser.add_argument("--folder", type=Path, help="keep articles and warehouses there")
    parser.add_argument("--misses", type=int, default=0, help="how many that got away to list")
    args = parser.parse_args()
    if args.folder:
        args.folder.mkdir(parents=True)
    with nullcontext(args.folder) if args.folder else tempfile.TemporaryDirectory() as folder:
        report = audit(
            Path(folder), args.articles, args.errors, args.seed, args.companies, args.since
        )
    print(report.table())
    missed = report.errors.filter("touches", ~pl.col("caught"))
    for kind, article, start, before, after in (
        missed.head(args.misses).select("kind", "article", "start", "before", "after").iter_rows()
    ):
        print(f"{kind}: {before} → {after}, character {start} of {article}")


if __name__ == "__main__":
    main()
