"""The corpus: the same bytes each time, true gold, and broken files that are told as broken."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingest.documents import read_articles
from ingest.resolve import extract
from tests.corpus.draft import GOLD_COLUMNS
from tests.corpus.score import LABELS, score
from tests.corpus.words import MANNERS, Manner, decimal, hanzi, percent, quantity
from tests.corpus.write import Article, Corpus, make_articles, write_corpus

PACKAGE = Path(__file__).resolve().parent / "corpus"
PLAIN = Corpus(seed=7, broken=0, traditional=0.1, markup=0, encoded=0)
SAMPLE = 250


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return list(make_articles(PLAIN, 0, SAMPLE))


def rows(article: Article) -> list[dict[str, str]]:
    return [dict(zip(GOLD_COLUMNS, row, strict=True)) for row in article.gold]


# --- independence and determinism ----------------------------------------------------------------


def test_nothing_of_the_extractor_is_imported():
    for file in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not any(name.split(".")[0] == "ingest" for name in names), file
        assert "cues.csv" not in file.read_text("utf-8")
        assert '"cues"' not in file.read_text("utf-8")


def test_an_article_depends_on_seed_and_number_alone(tmp_path: Path):
    corpus = Corpus(seed=3)
    write_corpus(tmp_path / "few", 20, corpus)
    write_corpus(tmp_path / "many", 1020, corpus, workers=2)
    for few in sorted((tmp_path / "few" / "articles").rglob("*.*")):
        many = tmp_path / "many" / few.relative_to(tmp_path / "few")
        assert many.read_bytes() == few.read_bytes()
    again = next(make_articles(corpus, 1017, 1018))
    written = tmp_path / "many" / "articles" / "0001" / again.name
    assert written.read_bytes() == again.data
    assert next(make_articles(Corpus(seed=4), 1017, 1018)).data != again.data
    gold = pl.read_parquet(tmp_path / "many" / "gold" / "*.parquet")
    assert gold.filter(pl.col("article").str.ends_with(again.name)).height == len(again.gold)
    manifest = pl.read_parquet(tmp_path / "many" / "manifest" / "*.parquet")
    assert manifest.height == 1020
    assert manifest["figures"].sum() == gold.height
    assert manifest["article"].is_unique().all()


# --- the gold ------------------------------------------------------------------------------------


def test_quotes_stand_at_their_spans(articles: list[Article]):
    for article in articles:
        text = article.data.decode()
        ends = 0
        for row in rows(article):
            assert text[row["char_start"] : row["char_end"]] == row["quote"]
            assert row["char_start"] >= ends, "figures come in order and apart"
            ends = row["char_end"]


def test_articles_have_the_size_of_real_ones(articles: list[Article]):
    chars = sum(article.chars for article in articles) / SAMPLE
    figures = sum(len(article.gold) for article in articles) / SAMPLE
    assert 1300 <= chars <= 1800
    assert figures >= 32
    assert len({article.company for article in articles}) > 120
    assert len({article.data for article in articles}) == SAMPLE


def test_every_code_is_one_of_the_gold(articles: list[Article]):
    found = defaultdict(set)
    for article in articles:
        for row in rows(article):
            Decimal(row["value"])
            for column in ("kind", "comparison", "qualifier"):
                found[column].add(row[column])
            assert re.fullmatch(r"(\d{4}(Q[1-4]|H[12]|-9M)?)(/\d{4}Q[1-4])?|", row["period"]), row
    assert found["kind"] == {"level", "growth", "change", "share", "target"}
    assert found["comparison"] == {"", "yoy", "yoy/", "qoq", "cagr"}
    assert found["qualifier"] == {"eq", "gt", "lt", "approx", "range"}


# --- arithmetic ----------------------------------------------------------------------------------

_POWER = {"": 0, "万": 4, "千万": 7, "亿": 8, "万亿": 12, "萬": 4, "億": 8, "萬億": 12}
_WRITTEN = re.compile(r"-?([\d,]+)(?:\.(\d+))?\s?(%|万亿|千万|萬億|亿|万|億|萬)?")


def bounds(row: dict[str, str]) -> tuple[float, float] | None:
    """What a plainly written number leaves open: half a unit of its last digit."""
    written = _WRITTEN.match(row["quote"])
    if row["qualifier"] != "eq" or not written:
        return None
    power = -2 if written[3] == "%" else _POWER[written[3] or ""]
    half = 0.5 * 10.0 ** (power - len(written[2] or ""))
    value = float(row["value"])
    return value - half * 1.0001, value + half * 1.0001


def by_fact(article: Article) -> dict[tuple[str, ...], tuple[float, float]]:
    facts: dict[tuple[str, ...], tuple[float, float]] = {}
    for row in rows(article):
        found = bounds(row)
        if found:
            key = tuple(row[k] for k in ("subject", "metric", "kind", "comparison", "period"))
            facts[key] = found
    return facts


def meets(first: tuple[float, float], second: tuple[float, float]) -> bool:
    return first[0] <= second[1] and second[0] <= first[1]


def test_growth_is_this_over_the_year_before(articles: list[Article]):
    checked = 0
    for article in articles:
        facts = by_fact(article)
        for (subject, metric, kind, comparison, period), stated in facts.items():
            if (kind, comparison) != ("growth", "yoy") or "/" in period or not period:
                continue
            now = facts.get((subject, metric, "level", "", period))
            before_period = f"{int(period[:4]) - 1}{period[4:]}"
            before = facts.get((subject, metric, "level", "", before_period))
            if not now or not before or min(*now, *before) <= 0:
                continue
            assert meets(stated, (now[0] / before[1] - 1, now[1] / before[0] - 1)), article.name
            checked += 1
    assert checked > 100


def test_shares_and_margins_are_parts_over_their_whole(articles: list[Article]):
    checked = defaultdict(int)
    margins = {
        "gross_margin": "gross_profit",
        "operating_margin": "operating_profit",
        "net_margin": "net_profit",
        "rd_expense_ratio": "rd_expense",
        "selling_and_marketing_expense_ratio": "selling_and_marketing_expense",
        "revenue_share/share": "revenue",
    }
    for article in articles:
        facts = by_fact(article)
        wholes = {
            key[4]: bound
            for key, bound in facts.items()
            if key[1:3] == ("revenue", "level") and key[0] == article.company
        }
        for (subject, metric, kind, _, period), stated in facts.items():
            part = facts.get((subject, margins.get(metric, ""), "level", "", period))
            whole = wholes.get(period)
            if kind == "share" and part and whole and min(*part, *whole) > 0:
                assert meets(stated, (part[0] / whole[1], part[1] / whole[0])), article.name
                checked[metric] += 1
    assert checked["gross_margin"] > 20
    assert checked["revenue_share/share"] > 50


def test_segments_add_up_to_the_company(articles: list[Article]):
    checked = 0
    for article in articles:
        listed = re.search(r"收入(?:分别|依次)", article.data.decode())
        facts = by_fact(article)
        levels = {k: v for k, v in facts.items() if k[1:4] == ("revenue", "level", "")}
        shares = [k for k in facts if k[1] == "revenue_share/share"]
        period = article.period.replace("-9m", "-9M")
        whole = levels.get((article.company, "revenue", "level", "", period))
        parts = [levels.get((k[0], "revenue", "level", "", period)) for k in shares]
        total = sum(sum(facts[k]) / 2 for k in shares)
        if listed and whole and len(parts) >= 3 and all(parts) and abs(total - 1) < 0.01:
            low, high = (sum(bound[end] for bound in parts) for end in (0, 1))
            assert meets(whole, (low, high)), article.name
            checked += 1
    assert checked > 10


def test_articles_about_one_quarter_agree():
    """Independent articles about one company and period state the same facts, as they round."""
    facts: dict[tuple[str, ...], tuple[float, float]] = {}
    again = 0
    for article in make_articles(PLAIN, 1000, 1000 + 3 * SAMPLE):
        for key, bound in by_fact(article).items():
            if key[2] != "level" or "_" in key[0] or key[0] in {"advertising", "others", "cloud"}:
                continue
            if key[1] not in {"revenue", "net_profit", "gmv"} or key[0] not in _COMPANIES:
                continue
            if key in facts:
                again += 1
                assert meets(facts[key], bound), (article.name, key)
            facts[key] = bound
    assert again > 5


_COMPANIES = set(
    pl.read_csv(PACKAGE.parents[1] / "dbt_project" / "seeds" / "companies.csv", infer_schema=False)[
        "company_id"
    ]
)


# --- files ---------------------------------------------------------------------------------------


def test_files_are_read_as_the_manifest_says(tmp_path: Path):
    write_corpus(
        tmp_path, 240, Corpus(seed=5, broken=0.3, traditional=0.4, markup=0.2, encoded=0.3)
    )
    manifest = pl.read_parquet(tmp_path / "manifest" / "*.parquet").with_columns(
        name=pl.col("article").str.extract(r"([^/]+)$")
    )
    reading = read_articles([tmp_path / "articles"])
    name = pl.col("source_path").str.extract(r"([^/]+)$").alias("name")
    broken = manifest.filter(pl.col("broken").is_not_null())
    told = reading.rejected.with_columns(name).join(broken, on="name", how="full", coalesce=True)
    assert told["reason"].to_list() == told["broken"].to_list()
    assert set(told["reason"]) == {"empty", "binary", "undecodable"}
    read = reading.articles.with_columns(name).join(
        manifest, on="name", suffix="_told", how="inner"
    )
    assert read.height == manifest.height - broken.height
    assert read["encoding"].to_list() == read["encoding_told"].to_list()
    assert set(read["encoding"]) == {"utf-8", "utf-16-le", "gb18030", "big5"}
    assert read["language"].to_list() == read["language_told"].to_list()
    # Articles are written as a reader leaves them, so offsets are those of its text.
    gold = pl.read_parquet(tmp_path / "gold" / "*.parquet").with_columns(
        name=pl.col("article").str.extract(r"([^/]+)$")
    )
    spans = gold.join(read.select("name", "text", "format"), on="name")
    plain = spans.filter(format="txt")
    length = pl.col("char_end") - pl.col("char_start")
    cut = plain.select(pl.col("text").str.slice("char_start", length) == pl.col("quote"))
    assert cut.to_series().all()
    marked = spans.filter(pl.col("format") != "txt")
    assert marked["char_start"].is_null().all()
    assert (
        marked.select(pl.col("text").str.contains(pl.col("quote"), literal=True)).to_series().all()
    )


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (3850, "三千八百五十"),
        (10800, "一万零八百"),
        (100_005, "十万零五"),
        (2_000_300, "二百万零三百"),
    ],
)
def test_chinese_numerals(number: int, text: str):
    assert hanzi(number) == text


def test_decimals_are_exact_and_short():
    assert decimal(142, 3) == "0.142"
    assert decimal(355540, -6) == "355540000000"
    assert decimal(-5, 2) == "-0.05"
    assert decimal(280, 1) == "28"
    assert decimal(0, -8) == "0"


def test_hedged_numbers_are_true():
    """超过 stands below the truth, 不足 and 近 above it, and none is far off."""
    seen = set()
    for manner in MANNERS:
        always = Manner(*manner[:4], 1.0, manner.commas)
        for nr in range(2000):
            steps = iter([(nr * 37 % 101) / 101, (nr * 53 % 97) / 97] * 12)
            value = 12345 + nr * 7_654_321
            number = quantity(value, 0, "元", always, lambda steps=steps: next(steps))
            stated, at = int(number.value), number.qualifier
            seen.add(at)
            assert abs(stated - value) <= value * 0.05, number
            assert at != "gt" or stated < value, number
            assert at != "lt" or stated >= value, number
            share = percent(nr + 50, 2100, always, lambda steps=steps: next(steps), tenths=True)
            true = (nr + 50) / 2100
            assert share.qualifier != "gt" or float(share.value) <= true, share
            assert share.qualifier != "lt" or float(share.value) >= true, share
    assert seen >= {"gt", "lt", "approx"}


# --- the scorer ----------------------------------------------------------------------------------


def test_the_scorer_agrees_with_that_of_the_test_articles(tmp_path: Path):
    """On articles one by one, beside tests/score.py, over what the extractor takes from them."""
    corpus = Corpus(seed=2, broken=0, traditional=0, markup=0, encoded=0)
    write_corpus(tmp_path, 3, corpus)
    gold = pl.read_parquet(tmp_path / "gold" / "*.parquet")
    for file in sorted((tmp_path / "articles").rglob("*.txt")):
        articles = read_articles([file]).articles
        figures, _ = extract(articles)
        figures = figures.with_columns(metric_name=pl.col("metric_label"))
        warehouse = tmp_path / f"{file.stem}.duckdb"
        with duckdb.connect(warehouse) as con:
            con.execute("create schema raw; create schema marts")
            con.register("articles", articles.to_arrow())
            con.register("figures", figures.to_arrow())
            con.execute("create table raw.articles as from articles")
            con.execute("create table marts.obt_figures as from figures")
        own = gold.filter(pl.col("article").str.ends_with(file.name))
        # A span tells which of two equal quotes is meant; tests/score.py needs more words for it.
        text = file.read_text("utf-8")
        quotes = [
            text[max(0, start - 6) : end].split("\n")[-1]
            for start, end in own.select("char_start", "char_end").rows()
        ]
        own.with_columns(quote=pl.Series(quotes)).write_csv(tmp_path / "gold.csv")
        said = subprocess.run(
            [sys.executable, PACKAGE.parent / "score.py", warehouse, tmp_path / "gold.csv"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        ).stdout
        found = re.search(r"f1 ([\d.]+) \| subject ([\d.]+) metric ([\d.]+) period ([\d.]+)", said)
        assert found, said
        ours = score(warehouse, tmp_path)
        assert ours.f1 > 0.8
        assert float(found[1]) == pytest.approx(ours.f1, abs=0.02), (said, ours.line())
        for label, value in zip(LABELS, found.groups()[1:], strict=True):
            assert float(value) == pytest.approx(ours.accuracy(label), abs=0.04), label
