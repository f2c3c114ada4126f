"""Errors put into articles: they are what they say, and the checks find most of them."""

from pathlib import Path

import polars as pl

from tests.corpus.write import Corpus, write_corpus
from tests.trust import KINDS, audit, inject


def test_an_error_changes_one_place_of_one_article(tmp_path: Path):
    corpus = Corpus(5, broken=0, markup=0, encoded=0, companies=5, since=2024)
    write_corpus(tmp_path / "clean", 60, corpus)
    errors = inject(tmp_path / "clean", tmp_path / "spoiled", 40, seed=5, since=2024)
    assert [error.kind for error in errors] == [*KINDS] * 10
    assert len({error.article for error in errors}) == 40
    changed = 0
    for path in (tmp_path / "clean" / "articles").rglob("*.txt"):
        name = str(path.relative_to(tmp_path / "clean"))
        old = path.read_text("utf-8")
        new = (tmp_path / "spoiled" / name).read_text("utf-8")
        # What stands behind the error stays in its place, so that the figure is found again.
        assert len(new) == len(old)
        places = [nr for nr, pair in enumerate(zip(old, new, strict=True)) if pair[0] != pair[1]]
        own = [error for error in errors if error.article == name]
        assert bool(places) == bool(own)
        for error in own:
            changed += 1
            span = slice(places[0], places[-1] + 1)
            assert old[span] in error.before
            assert new[span] in error.after
            if error.kind in ("digit", "unit"):
                assert error.start <= places[0] == places[-1] < error.end
    assert changed == 40


def test_the_checks_find_errors_and_are_silent_without(tmp_path: Path):
    report = audit(tmp_path, articles=150, errors=60, seed=6, companies=4, since=2024)
    assert len(report.errors) == 60
    touching = report.errors.filter("touches")
    assert len(touching) >= 40
    assert report.share() >= 0.7
    assert report.alarm_rate < 0.01
    assert report.articles[1] <= 3
    caught = dict(touching.group_by("kind").agg(pl.col("caught").sum()).iter_rows())
    assert all(caught[kind] > 0 for kind in KINDS)
    assert "| all | 60 |" in report.table()
