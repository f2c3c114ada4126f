"""Who is measured: figurehouse, the libraries that do a part of its work, and a bare scan.

Each contestant is a function of a frame of articles that does its whole work on their texts. It
runs in a process of its own (`python -m tests.bench.peers NAME FILE`), so that each has the cores
and the settings that it is meant to have, and none slows another by what it keeps in memory.
"""

import importlib.metadata
import io
import json
import math
import multiprocessing
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import polars as pl

from tests.bench import ROOT

Work = Callable[[pl.DataFrame], object]


class Span(NamedTuple):
    """A number that was found: where it stands, and as what it was read.

    value: in the unit's base (元, people, a ratio of one), None if the reading is no number.
    upper: the upper end, of a range.
    unit: a unit_id of dbt_project/seeds/units.csv, None where the reader does not tell units.
    """

    start: int
    end: int
    value: Decimal | None
    unit: str | None
    upper: Decimal | None = None


# --- figurehouse ------------------------------------------------------------------------------


def figurehouse() -> Work:
    """The whole extraction: number, unit, subject, metric, kind, period, rejects with reasons.

    In batches, as a run does it.
    """
    from ingest.batches import FILES

    return lambda articles: [_extracted(batch) for batch in articles.iter_slices(FILES)]


def figurehouse_on_all_cores() -> Work:
    """The same in a process for each core, as a run does it; they are started before."""
    from ingest.batches import FILES

    os.environ["POLARS_MAX_THREADS"] = "1"  # read by a process when it starts
    pool = ProcessPoolExecutor(_ALL, multiprocessing.get_context("spawn"))

    def work(articles: pl.DataFrame) -> list[int]:
        size = min(FILES, math.ceil(articles.height / _ALL))
        return list(pool.map(_extracted, articles.iter_slices(size)))

    return work


def _extracted(articles: pl.DataFrame) -> int:
    from ingest.resolve import extract

    return extract(articles)[0].height


def figurehouse_spans(articles: pl.DataFrame) -> list[tuple[str, Span]]:
    """Article and span of each figure."""
    from ingest.resolve import extract

    figures, _ = extract(articles)
    columns = ["article_id", "char_start", "char_end", "value", "value_high", "unit_id"]
    return [
        (article, Span(start, end, value, unit, high))
        for article, start, end, value, high, unit in figures.select(columns).iter_rows()
    ]


def scan() -> Work:
    """The limit: Polars' Rust regular expressions count runs of digits, and do nothing else."""
    digits = pl.col("text").str.count_matches(r"\d+").sum()
    # The streaming engine shares a column among cores; the other one does not.
    return lambda articles: articles.lazy().select(digits).collect(engine="streaming")


# --- JioNLP -----------------------------------------------------------------------------------

_JIONLP_UNITS = {
    "元": "CNY",
    "美元": "USD",
    "港元": "HKD",
    "新台币": "TWD",
    "台币": "TWD",
    "欧元": "EUR",
    "英镑": "GBP",
    "日元": "JPY",
    "韩元": "KRW",
    "澳元": "AUD",
    "加元": "CAD",
    "瑞士法郎": "CHF",
    "泰铢": "THB",
    "越南盾": "VND",
    "印尼盾": "IDR",
    "卢比": "INR",
    "卢布": "RUB",
    "比索": "PHP",
    "林吉特": "MYR",
    "新加坡元": "SGD",
    "新西兰元": "NZD",
}


def _jionlp_money() -> Callable[[str], list[dict]]:
    # It greets whoever imports it.
    with redirect_stdout(io.StringIO()):
        import jionlp

    return lambda text: jionlp.ner.extract_money(text, with_parsing=True)


def jionlp() -> Work:
    """Amounts of money, each parsed to number and currency; JioNLP knows no other unit."""
    return _each(_jionlp_money())


def jionlp_money(text: str) -> Iterator[Span]:
    """JioNLP's amounts.

    Its currencies are mapped to ours by name. Where it gives a range as two numbers, either end
    counts; its spans may reach into neighbouring words, which is not held against it.
    """
    for found in _jionlp_money()(text):
        numbers = found["detail"]["num"]
        values = [_decimal(one) for one in (numbers if isinstance(numbers, list) else [numbers])]
        currency = found["detail"]["case"]
        yield Span(*found["offset"], values[0], _JIONLP_UNITS.get(currency, currency), values[-1])


# --- Recognizers-Text ---------------------------------------------------------------------------


def _recognizers(*kinds: str) -> Callable[[str], list]:
    """Recognizers-Text's Chinese models, built once: it is not measured while it compiles."""
    from recognizers_number import NumberRecognizer
    from recognizers_number_with_unit import NumberWithUnitRecognizer

    units, numbers = NumberWithUnitRecognizer("zh-cn"), NumberRecognizer("zh-cn")
    models = {
        "currency": lambda: units.get_currency_model("zh-cn", False),
        "percentage": lambda: numbers.get_percentage_model("zh-cn", False),
        "number": lambda: numbers.get_number_model("zh-cn", False),
    }
    chosen = [models[kind]() for kind in kinds]
    return lambda text: [found for model in chosen for found in model.parse(text)]


def recognizers() -> Work:
    """Currency, percentage and number, which together are the numbers of financial prose."""
    return _each(_recognizers("currency", "percentage", "number"))


def recognizers_spans(text: str, *kinds: str) -> Iterator[Span]:
    """What Recognizers-Text finds of some kinds.

    A currency's ISO code is ours; a percentage is a hundredth of its number as a ratio. A bare
    number has no unit and is not asked for one; it gives way to a currency or a percentage that it
    is a part of. A currency without an amount is left out.
    """
    found = [(one.start, one.end + 1, one) for one in _recognizers(*kinds)(text)]
    named = [(start, end) for start, end, one in found if one.type_name != "number"]
    for start, end, one in found:
        value, unit = one.resolution.get("value"), None
        if value is None:
            continue
        if one.type_name == "percentage":
            number = _decimal(value.removesuffix("%"))
            yield Span(start, end, number and number / 100, "ratio")
            continue
        if one.type_name == "currency":
            unit = one.resolution.get("isoCurrency") or one.resolution["unit"]
        elif any(start < other_end and other < end for other, other_end in named):
            continue
        yield Span(start, end, _decimal(value), unit)


# --- cn2an ------------------------------------------------------------------------------------


def cn2an() -> Work:
    """Chinese numerals in a sentence written as digits; it tells neither spans nor units."""
    import cn2an as library

    # It warns of each numeral that it cannot read.
    warnings.simplefilter("ignore")
    return _each(lambda text: library.transform(text, "cn2an"))


# --- running them -------------------------------------------------------------------------------


def _each(work: Callable[[str], object]) -> Work:
    return lambda articles: [work(text) for text in articles["text"]]


def _decimal(text: object) -> Decimal | None:
    try:
        return Decimal(str(text))
    except ArithmeticError:
        return None


@dataclass
class Contestant:
    """One row of the comparison.

    name: as the table shows it.
    make: imports what is needed, and gives the work.
    cores: how many Polars may use; the Python libraries use one whatever it is.
    library: the distribution whose version is told.
    """

    name: str
    make: Callable[[], Work]
    cores: int
    library: str
    does: str


_ALL = os.cpu_count() or 1
CONTESTANTS = {
    "figurehouse": Contestant(
        "figurehouse, all cores", figurehouse_on_all_cores, _ALL, "polars", "the whole extraction"
    ),
    "figurehouse_1": Contestant(
        "figurehouse, one core", figurehouse, 1, "polars", "the whole extraction"
    ),
    "jionlp": Contestant("JioNLP", jionlp, 1, "jionlp", "money only"),
    "recognizers": Contestant(
        "Recognizers-Text",
        recognizers,
        1,
        "recognizers-text-number-with-unit",
        "currency, percentage, number",
    ),
    "cn2an": Contestant("cn2an", cn2an, 1, "cn2an", "numerals rewritten"),
    "scan_1": Contestant(r"`\d+`, one core", scan, 1, "polars", "the limit: runs of digits"),
    "scan": Contestant(r"`\d+`, all cores", scan, _ALL, "polars", "the limit: runs of digits"),
}


def version(contestant: Contestant) -> str:
    """The library that does the work, with its version."""
    return f"{contestant.library} {importlib.metadata.version(contestant.library)}"


class Runner:
    """A contestant in its process, told to run when it is its turn."""

    def __init__(self, name: str, articles: Path, seconds: float):
        """Start it.

        Args:
            name: A key of `CONTESTANTS`.
            articles: A Parquet file of articles, as the extraction takes them.
            seconds: About how long a repetition may take: a slow one gets fewer articles.
        """
        environment = os.environ | {
            "POLARS_MAX_THREADS": str(CONTESTANTS[name].cores),
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "tests.bench.peers", name, str(articles), str(seconds)]
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.articles, self.characters = self._answer()

    def _answer(self) -> list:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args} ended with {self.process.wait()}")
        return json.loads(line)

    def run(self) -> float:
        """Run once; characters a second."""
        self.process.stdin.write("run\n")
        self.process.stdin.flush()
        (seconds,) = self._answer()
        return self.characters / seconds

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def _serve(name: str, file: str, seconds: str) -> None:
    """Say what part of the articles fits into the time; then run once for each line."""
    # What a library says at its import is no answer.
    answers, sys.stdout = sys.stdout, sys.stderr

    def answer(*values: object) -> None:
        print(json.dumps(values), file=answers, flush=True)

    articles = pl.read_parquet(file)
    work = CONTESTANTS[name].make()

    def timed(part: pl.DataFrame) -> float:
        start = time.perf_counter()
        work(part)
        return time.perf_counter() - start

    count = 1
    timed(articles.head(count))  # patterns are compiled
    while count < articles.height and (took := timed(articles.head(count))) < float(seconds):
        # At most four times as many: what starts up does not tell how it goes on.
        count = int(count * min(4, max(1.1, float(seconds) / took))) + 1
    part = articles.head(count)
    answer(part.height, int(part["text"].str.len_chars().sum()))
    # A fast one goes over all of them several times.
    turns = max(1, int(float(seconds) / timed(part)))
    for _ in sys.stdin:
        answer(sum(timed(part) for _ in range(turns)) / turns)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
