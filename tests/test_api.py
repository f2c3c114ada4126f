"""figurehouse from Python: one text in, its figures out, wherever the package lies."""

import shutil
import subprocess
import sys
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingest import Trouble
from ingest.api import figures_in

ROOT = Path(__file__).parent.parent
SAYS = "腾讯2025年第三季度收入1929亿元，同比增长15%。"
READ = [
    ("tencent", "revenue", "level", Decimal(192_900_000_000), "CNY", "2025Q3"),
    ("tencent", "revenue", "growth", Decimal("0.15"), "ratio", "2025Q3"),
]
COLUMNS = ["subject_id", "metric_id", "kind", "value", "unit_id", "period_id"]


def test_a_texts_figures_stand_in_its_order_with_their_quotes():
    figures = figures_in(SAYS)
    assert figures.select(COLUMNS).rows() == READ
    for quote, start, end in figures.select("quote", "char_start", "char_end").iter_rows():
        assert SAYS[start:end] == quote


def test_the_day_tells_the_year():
    figures = figures_in(
        "腾讯一季度收入增长\n\n腾讯一季度收入1929亿元。", published_on=date(2024, 5, 10)
    )
    assert figures["period_id"].to_list() == ["2024Q1"]


def test_a_text_without_figures_has_none():
    assert figures_in("腾讯今天开了一家新店。").is_empty()


@pytest.mark.parametrize(
    ("text", "cause"), [("", "holds no text"), ("revenue rose by 5%", "holds no Chinese")]
)
def test_what_cannot_be_read_says_why(text: str, cause: str):
    with pytest.raises(Trouble, match=cause):
        figures_in(text)


def test_an_installed_package_holds_its_data(tmp_path: Path):
    """Laid out as pyproject.toml has it installed, and used from elsewhere."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    folders = {name: name.replace(".", "/") for name in settings["packages"]}
    for name, folder in (folders | settings["package-dir"]).items():
        there = tmp_path / folders[name]
        there.mkdir(parents=True)
        for pattern in ("*.py", *settings["package-data"]["*"]):
            for file in (ROOT / folder).glob(pattern):
                target = there / file.relative_to(ROOT / folder)
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(file, target)
    asks = f"from ingest.api import figures_in; print(figures_in({SAYS!r})['metric_id'].to_list())"
    told = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {asks}"],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert (told.stdout.strip(), told.stderr) == ("['revenue', 'revenue']", "")
