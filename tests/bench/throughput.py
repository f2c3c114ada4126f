"""Characters a second, everyone on the same text, in turns."""

import statistics
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from ingest.documents import read_articles
from tests.bench import ARTICLES
from tests.bench.peers import CONTESTANTS, Runner, version

AGAINST = {
    "recognizers": "× Recognizers-Text (goal: 500)",
    "jionlp": "× JioNLP (goal: 5)",
    "cn2an": "× cn2an",
}
"""The peers that figurehouse is held against, and how many times as fast it is meant to be."""

SCAN = "the scan is × as fast (goal: 20)"


def hand_written(times: int) -> pl.DataFrame:
    """The test articles, over and over under other names: 32 thousand characters are too few."""
    articles = read_articles([ARTICLES]).articles
    return pl.concat(
        articles.with_columns(pl.col("article_id") + f"-{turn}", pl.col("source_path") + f".{turn}")
        for turn in range(times)
    )


def measure(articles: pl.DataFrame, seconds: float, rounds: int) -> dict[str, Any]:
    """Let every contestant run in turns, A B C A B C; the median of each.

    Args:
        articles: What all read; the slow ones read the first of them.
        seconds: About how long one turn of one contestant may take.
        rounds: How many turns each has.

    Returns:
        Characters a second and what it was measured on, by contestant.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "articles.parquet"
        articles.write_parquet(file)
        runners = {name: Runner(name, file, seconds) for name in CONTESTANTS}
        try:
            speeds: dict[str, list[float]] = {name: [] for name in runners}
            for _ in range(rounds):
                for name, runner in runners.items():
                    speeds[name].append(runner.run())
        finally:
            for runner in runners.values():
                runner.close()
    return {
        name: {
            "name": CONTESTANTS[name].name,
            "does": CONTESTANTS[name].does,
            "version": version(CONTESTANTS[name]),
            "articles": runner.articles,
            "characters": runner.characters,
            "rounds": rounds,
            "characters_per_second": statistics.median(speeds[name]),
            "slowest": min(speeds[name]),
            "fastest": max(speeds[name]),
        }
        for name, runner in runners.items()
    }


def ratios(measured: dict[str, Any]) -> dict[str, dict[str, float]]:
    """How many times as fast as each peer figurehouse is, and how far from the scan."""
    speed = {name: row["characters_per_second"] for name, row in measured.items()}
    return {
        name: {
            **{peer: speed[name] / speed[peer] for peer in AGAINST},
            # One core is held against one, all against all.
            "scan": speed[name.replace("figurehouse", "scan")] / speed[name],
        }
        for name in ("figurehouse_1", "figurehouse")
    }
