"""`make bench`: throughput and quality against peers, query latency, and the cost of a run by size.

Every speed that the project claims is measured here, and stands in docs/performance.md. Nothing
here is part of a run, and `make test` asserts no time.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ARTICLES = ROOT / "tests" / "articles"
GOLD = ROOT / "tests" / "gold"
