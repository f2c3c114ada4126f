"""The extraction against gold: each test article scored on the built warehouse.

`python tests/score.py WAREHOUSE tests/gold/NAME.csv --misses` shows what differs. By itself,
`python -m tests.test_scores [WAREHOUSE]` prints one line an article.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
GOLD = sorted((TESTS / "gold").glob("*.csv"))

# (core F1, accuracy of subject, of metric, of period) below which a rule has been broken. Written
# for the founding article; reached by most others; and, for the few whose form or vocabulary is
# only partly read (a legend over columns, prior years in brackets, subjects of a survey), lower.
FOUNDING = (0.97, 0.95, 0.95, 0.95)
USUAL = (0.93, 0.88, 0.88, 0.88)
FLOORS = {
    "kuaishou_2025q3": FOUNDING,
    "tencent_2025q3": FOUNDING,
    "ai_industry_2025": (0.93, 0.80, 0.88, 0.55),
    "alibaba_2025q3": (0.95, 0.70, 0.95, 0.90),
    "anta_2025h1": (0.97, 0.95, 0.95, 0.95),
    "bilibili_2025q2": (0.89, 0.95, 0.93, 0.95),
    "bilibili_2024q4": (0.82, 0.95, 0.95, 0.95),
    "byd_2025h1": (0.90, 0.95, 0.80, 0.90),
    "cathay_2025h1": (0.95, 0.93, 0.85, 0.95),
    "catl_2025q3": (0.90, 0.95, 0.95, 0.95),
    "china_mobile_2025h1": (0.97, 0.90, 0.95, 0.95),
    "cmb_2025q3": (0.97, 0.95, 0.95, 0.95),
    "douyin_kuaishou_live_2025": (0.89, 0.95, 0.88, 0.84),
    "east_buy_fy2025": (0.95, 0.95, 0.90, 0.84),
    "fuling_zhacai_2024": (0.92, 0.75, 0.85, 0.95),
    "haitian_2025q3": (0.93, 0.75, 0.95, 0.93),
    "iqiyi_2024": (0.88, 0.93, 0.88, 0.65),
    "jd_2025q3": (0.97, 0.95, 0.95, 0.95),
    "live_commerce_2024": (0.93, 0.88, 0.73, 0.92),
    "live_commerce_2025h1": (0.94, 0.92, 0.89, 0.94),
    "luckin_2025q3": (0.95, 0.95, 0.80, 0.88),
    "mediatek_2025q3": (0.95, 0.70, 0.88, 0.95),
    "meituan_2025q3": (0.96, 0.92, 0.95, 0.95),
    "miniso_2025q2": (0.94, 0.89, 0.86, 0.94),
    "netease_2025q3": (0.95, 0.95, 0.70, 0.93),
    "pdd_2025q1": (0.93, 0.95, 0.84, 0.95),
    "pinduoduo_2025q3": (0.95, 0.95, 0.90, 0.90),
    "popmart_2025h1": (0.95, 0.78, 0.93, 0.95),
    "roundup_2025q3": (0.97, 0.95, 0.95, 0.95),
    "tongcheng_2025q3": (0.95, 0.86, 0.94, 0.95),
    "vipshop_2024q4": (0.97, 0.97, 0.95, 0.70),
    "be_friends_2025h1": (0.93, 0.69, 0.91, 0.89),
    "bilibili_2025q1": (0.97, 0.88, 0.86, 0.95),
    "kuaishou_2024q4": (0.95, 0.95, 0.97, 0.97),
    "live_commerce_2025h2_outlook": (0.85, 0.83, 0.68, 0.91),
    "moutai_2025_9m": (0.95, 0.7, 0.85, 0.89),
    "nio_2025q3": (0.94, 0.94, 0.83, 0.94),
    "popmart_2025q3": (0.93, 0.9, 0.95, 0.73),
    "tencent_2025q2": (0.97, 0.91, 0.84, 0.95),
    "tencent_music_2025q3": (0.96, 0.93, 0.88, 0.97),
    "tongcheng_2025q2": (0.88, 0.9, 0.81, 0.86),
    "vipshop_2025q3": (0.97, 0.9, 0.9, 0.97),
    "xiaomi_2025q3": (0.97, 0.74, 0.85, 0.93),
    "zhihu_2025q2": (0.96, 0.92, 0.88, 0.95),
}

LINE = re.compile(r"f1 ([\d.]+) \| subject ([\d.]+) metric ([\d.]+) period ([\d.]+)")


def score(warehouse: Path, gold: Path) -> tuple[str, list[float]]:
    """The scorer's last line, and F1, subject, metric and period from it."""
    done = subprocess.run(
        [sys.executable, TESTS / "score.py", warehouse, gold],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    line = done.stdout.strip().splitlines()[-1]
    found = LINE.search(line)
    assert found, line
    return line, [float(value) for value in found.groups()]


@pytest.mark.parametrize("gold", GOLD, ids=lambda gold: gold.stem)
def test_score(warehouse: Path, gold: Path):
    line, reached = score(warehouse, gold)
    floors = FLOORS.get(gold.stem, USUAL)
    assert all(got >= floor for got, floor in zip(reached, floors, strict=True)), line


def test_every_article_has_gold():
    articles = {article.stem for article in (TESTS / "articles").glob("*.txt")}
    assert articles == {gold.stem for gold in GOLD}


if __name__ == "__main__":
    built = Path(sys.argv[1] if len(sys.argv) > 1 else "warehouse/figurehouse.duckdb")
    for each in GOLD:
        print(f"{each.stem:24}", score(built, each)[0])
