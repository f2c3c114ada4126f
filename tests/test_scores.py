"""The extraction against gold: no field may fall below the baseline (`tests/scores.py`)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scores import ARTICLES, BASELINE, CASES, Corpus, Score, build, measure, passes, score

HELD = json.loads(BASELINE.read_text())
CURE = "If the change is meant, measure it again: python -m tests.scores --write"
# The articles whose gold the project was given: each by itself may not fall.
GIVEN = {"kuaishou_2025q3": 0.97, "tencent_2025q3": 0.97}


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("cases") / "figurehouse.duckdb"
    build(CASES, file)
    return file


def hold(corpus: Corpus, warehouse: Path) -> dict[str, object]:
    held, reached = HELD[corpus.name], measure(corpus, warehouse)
    assert reached["hash"] == held["hash"], f"{corpus.name}: other files. {CURE}"
    fallen = {
        name: (rate, reached[name])
        for name, rate in held.items()
        if isinstance(rate, float) and reached[name] < rate - HELD["epsilon"]
    }
    assert not fallen, f"{corpus.name}: {fallen}"
    return held


def test_articles_do_not_fall(warehouse: Path):
    hold(ARTICLES, warehouse)


def test_cases_do_not_fall(cases: Path):
    held = hold(CASES, cases)
    reached = passes(CASES.scores(cases))
    fewer = {kind: n for kind, n in reached.items() if n < held["passes"][kind]}
    assert not fewer, f"fewer pass than the baseline says: {fewer}"


@pytest.mark.parametrize(("name", "floor"), GIVEN.items())
def test_given_articles_keep_their_score(warehouse: Path, name: str, floor: float):
    rates = ARTICLES.scores(warehouse)[name].rates()
    assert rates["core_f1"] >= floor
    assert min(rates["subject"], rates["metric"], rates["period"]) >= 0.95


def test_score_agrees_with_the_given_scorer(warehouse: Path):
    """The founding article, by `tests/score.py` as it came."""
    command = [sys.executable, "tests/score.py", warehouse, ARTICLES.gold / "kuaishou_2025q3.csv"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rates = ARTICLES.scores(warehouse)["kuaishou_2025q3"].rates()
    assert f"f1 {rates['core_f1']:.3f} | subject {rates['subject']:.3f}" in done.stdout


def test_every_article_has_gold():
    assert {file.stem for file in ARTICLES.articles.iterdir()} == {
        file.stem for file in ARTICLES.files()
    }


GOLD = {
    "quote": "3亿元", "subject": "acme/甲公司", "metric": "revenue", "kind": "level",
    "comparison": "", "value": "300000000", "unit": "CNY", "qualifier": "eq", "period": "2025Q1",
}  # fmt: skip
FIGURE = {
    "quote": "收入3亿元", "char_start": 3, "char_end": 8, "subject_id": "acme",
    "subject_name": "甲", "metric_id": "revenue", "metric_name": "收入", "metric_label": "收入",
    "kind": "level", "comparison": None, "value": 300000000, "unit_id": "CNY", "qualifier": "eq",
    "period_id": "2025Q1",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "core", "wholly_right", "said"),
    [
        ({}, 1, 1, None),
        ({"subject_id": "other"}, 1, 0, "one: subject: 3亿元: wanted acme/甲公司, got other"),
        ({"unit_id": "USD"}, 0, 0, "one: unit: 3亿元: wanted CNY, got USD"),
        ({"value": 30}, 0, 0, "one: missed: 3亿元 = 300000000"),
        ({"char_start": 0, "char_end": 3}, 0, 0, "one: missed: 3亿元 = 300000000"),
    ],
)
def test_score_of_one_row(change: dict, core: int, wholly_right: int, said: str | None):
    reached = score("one", "甲公司收入3亿元。", [GOLD], [FIGURE | change])
    assert (reached.core, reached.wholly_right) == (core, wholly_right)
    assert (said in reached.differences) if said else not reached.differences


def test_a_figure_pairs_with_one_row_only():
    reached = score("one", "甲公司收入3亿元。", [GOLD, GOLD], [FIGURE])
    assert reached == Score(2, 1, 1, 1, reached.of_core, ["one: missed: 3亿元 = 300000000"])
