"""The dictionaries as files: their faults, what they lack, and the metrics that they tell apart."""

import shutil
from pathlib import Path

import pytest

from ingest.teach import faults
from ingest.vocabulary import SEEDS, in_role
from tests.test_resolve import rows


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    for file in SEEDS.glob("*.csv"):
        shutil.copy(file, tmp_path)
    return tmp_path


def test_the_seeds_have_no_fault():
    assert faults() == []


def _add(file: Path, line: str) -> int:
    """Append a line; its row number."""
    text = file.read_text("utf-8").rstrip("\n") + f"\n{line}\n"
    file.write_text(text, "utf-8")
    return len(text.splitlines())


_METRIC = "{id},一,One,{alias},{unit},level,any,,additive,up,false,false,,,,{parent},,What it is."


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"id": "revenue"}, "the metric_id 'revenue' is that of row"),
        ({"alias": "營業收入"}, "the alias '营业收入' is that of row"),
        ({"unit": "ells"}, "unit_id 'ells' is in no row of units.csv"),
        ({"parent": "nobody"}, "parent_metric_id 'nobody' is in no row of metrics.csv"),
    ],
)
def test_a_fault_has_its_file_and_row(seeds, fields, fault):
    whole = {"id": "new_metric", "alias": "新指标甲", "unit": "CNY", "parent": ""} | fields
    row = _add(seeds / "metrics.csv", _METRIC.format(**whole))
    (line,) = faults(seeds)
    assert line.startswith(f"metrics.csv row {row}: {fault}")


def test_a_short_row_is_told_by_its_number(seeds):
    row = _add(seeds / "subjects.csv", "half,segment")
    assert faults(seeds) == [f"subjects.csv row {row}: has 2 cells, not 8"]


def test_a_wrong_encoding_is_told_by_its_row(seeds):
    file = seeds / "units.csv"
    row = len(file.read_bytes().splitlines()) + 1
    file.write_bytes(file.read_bytes() + "尺,length".encode("gb18030"))
    assert f"units.csv row {row}: is not UTF-8; save the file as UTF-8" in faults(seeds)


def test_a_role_is_one_metrics():
    assert in_role("plain_money") == "revenue"
    with pytest.raises(ValueError, match="no_such_role"):
        in_role("no_such_role")


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("市盈率18倍，市净率2.4倍，市销率3.1倍。", ["pe_ratio", "pb_ratio", "ps_ratio"]),
        ("投资活动现金流净额-21亿元，筹资活动现金流净额-13亿元。",
         ["investing_cash_flow", "financing_cash_flow"]),
        ("人工成本占收入的28.4%。", ["staff_cost_ratio"]),
        # What goes on into another noun is another metric, which no dictionary holds.
        ("2023年长债兑付缺口6.5亿元。", [None]),
    ],
)  # fmt: skip
def test_neighbours_are_told_apart(text, metrics):
    assert [metric for (metric,) in rows(text, "metric_id")] == metrics


def test_own_words_are_cut_clean():
    (level, growth) = rows("2023年全国邮箱寄存余额完成12.5亿元，同比增长7%。", "metric_label")
    assert level == growth == ("邮箱寄存余额",)


def test_a_class_of_a_statistic_is_a_subject():
    text = "上半年，社会消费品零售总额20万亿元。其中，农村消费品零售额3万亿元，增长4%。"
    assert (
        rows(text, "subject_name", "metric_id")[1:]
        == [("农村", "retail_sales_of_consumer_goods")] * 2
    )
