"""Hostile articles: whatever the bytes, figures or reasons, at exact places, in linear work."""

import os
import shutil
import socket
import time
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser as Tree

from ingest import in_plain_sight
from ingest.clauses import CLOSE, OPEN, split_sentences
from ingest.documents import SIZE_LIMIT, SUFFIXES, Reading, read_contents, read_files
from ingest.events import find_events, with_traits
from ingest.figures import REASONS
from ingest.html import write_html
from ingest.numbers import LARGEST, read_numbers
from ingest.resolve import extract

HEAD = "快手2025年第三季度财报：营收"

# Pieces that the grammars, the fences and the parsers look at, beside any character there is.
PIECES = [
    *"0123456789０９٣𝟑①²½零〇○一二两三九十百千万亿兆点几数半多余成倍元人-–~至到负+.,，。！\n\t ",
    "百分之", "万分之", "分之", "个百分点", "基点", "美元", "小时", "翻了", "番", "一半", "％", "%",
    "营收", "毛利率", "同比增长", "下降", "亏损", "超过", "约", "分别为", "其中", "预计", "占",
    "快手", "公司", "电商业务", "2025年", "第三季度", "去年同期", "前三个季度", "《", "》", "（",
    "9" * 30, "1,234", "1，234", "3 4亿", "\x00", "\x01", "\x02", "\x1b[31m", "\u200b", "\u202d",
    "\u2028", "\ufeff", "\U000e0041", "А", "ο", "À", "🦆", "<p>", "<td>", "</td>", "&#1;", "&#x2;",
    "&#xD800;", "&lt;", "<!--", "<h1>", "|", "---\n", "title: ", "`", "[", "](", "{{", "}}", "{%",
    "\u202e", "&#0;", "';--",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=60).map("".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5"])
BYTES = st.one_of(
    st.binary(max_size=300),
    st.builds(
        lambda text, encoding: text.encode(encoding, "replace"),
        TEXTS.map(lambda text: text.encode("utf-8", "replace").decode()),
        ENCODINGS,
    ),
)


def article(text: str) -> pl.DataFrame:
    """One article as `read` gives it, for texts that need no reading."""
    return read(text.encode()).articles


def read(data: bytes, suffix: str = ".txt") -> Reading:
    row = {"source_path": [f"a{suffix}"], "length": [len(data)], "content": [data]}
    return read_contents(pl.DataFrame(row))


def stated(text: str) -> list[tuple[str, Decimal]]:
    figures, _ = extract(article(HEAD + text))
    return figures.select("quote", "value").rows()


def hold(articles: pl.DataFrame) -> None:
    """What is true of every text: places, numbers accounted for once, and bounds."""
    figures, rejected = extract(articles)
    text = dict(articles.select("article_id", "text").iter_rows())
    for row in figures.iter_rows(named=True):
        whole = text[row["article_id"]]
        assert whole[row["char_start"] : row["char_end"]] == row["quote"]
        assert whole[row["sentence_start"] : row["sentence_end"]] == row["sentence"]
        assert row["char_start"] <= row["number_start"] < row["number_end"] <= row["char_end"]
        assert abs(row["value"]) < Decimal(10) ** (LARGEST + 6)
        assert row["value_low"] is None or row["value_low"] <= row["value"]
        assert row["value_high"] is None or row["value_high"] >= row["value"]
    for row in rejected.iter_rows(named=True):
        assert text[row["article_id"]][row["char_start"] : row["char_end"]] == row["quote"]
        assert row["reason"] in REASONS
    assert figures["figure_id"].is_unique().all()
    found = find_events(
        with_traits(split_sentences(articles)), articles.with_columns(opening="text")
    ).rows.filter(pl.col("role").is_in(["figure", "bare", "span", "rank", "name"]))
    # A number may say two things (each of a list), but none goes missing.
    places = pl.concat(
        [
            figures.select("article_id", at="number_start"),
            rejected.select("article_id", at="char_start"),
        ]
    ).unique()
    assert places.height == found.height


# --- any bytes ----------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=BYTES, suffix=st.sampled_from(sorted(SUFFIXES)))
def test_any_bytes_are_figures_or_reasons(data, suffix):
    reading = read(data, suffix)
    assert reading.articles.height + reading.rejected.height == 1
    for _, reason, detail in reading.rejected.iter_rows():
        assert reason
        assert detail == in_plain_sight(detail)
    hold(reading.articles)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
def test_any_text_is_figures_or_reasons(texts):
    articles = pl.concat(article(f"{HEAD}{nr}{text}") for nr, text in enumerate(texts))
    hold(articles.unique("article_id", maintain_order=True))


@pytest.mark.nightly
@settings(max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=BYTES, suffix=st.sampled_from(sorted(SUFFIXES)))
def test_many_bytes_are_figures_or_reasons(data, suffix):
    hold(read(data, suffix).articles)


def test_files_of_any_name_and_content(tmp_path):
    folder = os.fsencode(tmp_path)
    for nr, name in enumerate([b"\xff\xfe.txt", b"a\nb.txt", b"\x1b[31m.txt", b"'; drop--.txt"]):
        Path(os.fsdecode(os.path.join(folder, name))).write_text(f"{HEAD}{nr}亿元。", "utf-8")  # noqa: PTH118
    reading = read_files(sorted(tmp_path.iterdir()))
    names = {path.rsplit("/", 1)[1] for path in reading.articles["source_path"]}
    assert names == {r"\udcff\udcfe.txt", r"a\nb.txt", r"\x1b[31m.txt", "'; drop--.txt"}


# --- what a number is ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("３55.５4億元", 355_5400_0000),
        ("٣٥亿元", 35_0000_0000),
        ("𝟑.5亿元", 3_5000_0000),
        ("3\u200b5\ufeff亿元", 35_0000_0000),
        ("\u202d35\u202c亿元", 35_0000_0000),
        ("①3亿元", 3_0000_0000),
        ("3亿元²", 3_0000_0000),
        # no reading that is sure
        ("1О亿元", None),
        ("О1亿元", None),
        ("1ο0亿元", None),
        ("3²亿元", None),
        ("2½亿元", None),
        ("3①亿元", None),
        ("①亿元", None),
        ("1.1.1亿元", None),
        ("1，234亿元", None),
        ("1’234亿元", None),
        ("1 234亿元", None),
        ("零分之一", None),
        ("5-" + "9" * 50 + "亿元", None),
        ("10亿" + "9" * 50 + "万元", None),
        ("9" * 10_000 + "亿元", None),
        ("1." + "0" * 10_000 + "1亿元", None),
        ("一" + "亿" * 10_000 + "元", None),
        ("九" * 10_000 + "亿元", None),
    ],
    ids=ascii,
)
def test_a_number_is_read_whole_or_not_at_all(text, value):
    assert [float(found) for _, found in stated(f"为{text}。")] == (
        [] if value is None else [value]
    )


@pytest.mark.parametrize("length", range(960, 1010, 7))
@pytest.mark.parametrize("number", ["1234567.5亿元", "1,234,567.5亿元", "百分之六十九点九"])
def test_no_cut_halves_a_number(length, number):
    """A sentence that is too long is cut, but not where a number stands."""
    text = f"快手{'好' * length}营收为{number}{'好' * 1200}。"
    (whole,) = read_numbers(pl.Series([number]))["value"]
    figures, rejected = extract(article(text))
    assert [*figures["value"], *rejected["quote"]] in ([whole], [number])
    hold(article(text))


def test_a_text_that_is_shown_backwards_is_rejected():
    reading = read(f"{HEAD}\u202e5.2亿元".encode())
    assert reading.rejected["reason"].to_list() == ["reversed"]
    assert reading.rejected["detail"][0].startswith(f"character {len(HEAD)}: ")


def test_the_fences_never_come_from_a_text():
    page = f"<p>{HEAD}1&#1;2&#x2;{OPEN}3{CLOSE}亿元&#01;</p>".encode()
    for data, suffix in ((page, ".html"), (f"{HEAD}1\x012\x023亿元".encode(), ".txt")):
        (text,) = read(data, suffix).articles["text"]
        assert "123亿元" in text
        assert not {OPEN, CLOSE} & set(text)


def test_unpaired_surrogates_are_no_text():
    reading = read(b"\xff\xfe" + "营收".encode("utf-16-le") + b"\x00\xd8")
    assert reading.rejected["reason"].to_list() == ["undecodable"]
    assert read(b"\xed\xa0\x80").rejected["reason"].to_list() == ["undecodable"]
    (text,) = read("<p>营收&#xD800;</p>".encode(), ".html").articles["text"]
    text.encode()


# --- work ---------------------------------------------------------------------------------------

FLOODS = {
    "digits": lambda n: HEAD + "1" * n + "亿元",
    "numbers": lambda n: HEAD + "为1亿元、" * (n // 4),
    "magnitudes": lambda n: HEAD + "一" + "亿" * n,
    "brackets": lambda n: "（" * (n // 2) + "1亿元" + "）" * (n // 2),
    "names": lambda n: "《" * n + "1亿元",
    "commas": lambda n: HEAD + "1," * (n // 2) + "亿元",
    "ranges": lambda n: HEAD + "1-" * (n // 2) + "亿元",
    "blanks": lambda n: HEAD + " " * n + "1亿元",
    "wide blanks": lambda n: HEAD + "\u3000" * n + "1亿元",
    "lines": lambda n: HEAD + "\n" * n + "1亿元",
    "letters": lambda n: HEAD + "A" * n + "1亿元",
    "dots": lambda n: HEAD + "1." * (n // 2) + "亿元",
    "words": lambda n: HEAD + "营收" * (n // 2) + "1亿元",
    "fractions": lambda n: "九" * (n // 2) + "分之" + "九" * (n // 2),
    "invisible": lambda n: HEAD + "\u200b" * n + "1亿元",
    "no end": lambda n: HEAD + "好" * n + "1亿元",
}
MARKUP = {
    "elements.html": lambda n: "<p>好</p>" * (n // 8) + "1亿元",
    "deep.html": lambda n: "<div>" * (n // 5) + "1亿元",
    "headings.html": lambda n: "<h1>" * (n // 4),
    "left open.html": lambda n: "".join(f"<b a={i}>" for i in range(n // 20)) + "<p>x</p>" * n,
    "breaks.html": lambda n: "好" + "\n" * n + "x",
    "blanks.html": lambda n: "好" + "\u3000" * n + "x",
    "front.md": lambda n: "---\ntitle: a" + " " * n + "b\n---\n好",
    "brackets.md": lambda n: "[" * n,
    "quotes.md": lambda n: ">" * n + "好",
}


def seconds(make, size: int, suffix: str) -> float:
    data = make(size).encode()
    begun = time.process_time()
    extract(read(data, suffix).articles)
    return time.process_time() - begun


@pytest.mark.parametrize("name", [*FLOODS, *MARKUP])
def test_work_is_in_proportion_to_length(name):
    """Four times the text costs four times as much, where a square would cost sixteen times."""
    make = FLOODS.get(name) or MARKUP[name]
    suffix = Path(name).suffix or ".txt"
    seconds(make, 1000, suffix)
    rounds = [(seconds(make, 20_000, suffix), seconds(make, 80_000, suffix)) for _ in range(2)]
    small, large = map(min, zip(*rounds, strict=True))
    assert large / small < 10


@pytest.mark.nightly
@pytest.mark.parametrize("name", list(FLOODS))
def test_twenty_megabytes_on_one_line(name):
    unit = len(FLOODS[name](1000).encode()) / 1000
    data = FLOODS[name](int((SIZE_LIMIT - 1000) / unit)).encode()[:SIZE_LIMIT]
    reading = read(data.decode("utf-8", "ignore").encode())
    assert reading.rejected.is_empty()
    extract(reading.articles)


def test_pieces_of_a_long_sentence_are_short():
    for make in FLOODS.values():
        sentences = split_sentences(article(make(30_000)))
        assert sentences["norm"].str.len_chars().max() <= 1001
        assert (sentences["norm"].str.len_chars() == sentences["sentence"].str.len_chars()).all()


def test_nested_brackets_by_the_million():
    figures, rejected = extract(article("（" * 10**6 + "\n" + HEAD + "为1亿元。\n" + "）" * 10**6))
    assert figures["value"].to_list() == [Decimal(10**8)]
    assert rejected.is_empty()


# --- an article's text is data ------------------------------------------------------------------

ACTS = [
    "'); drop table raw.articles; --",
    "{{ env_var('HOME') }}{% raw %}${HOME}$(id)`id`",
    "<script>document.title='acted'</script><img src=http://x.invalid/ onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "[red]red[/red][/]",
    ":warning:",
]


@pytest.fixture(scope="module")
def attacked(ingest, tmp_path_factory) -> Path:
    """A warehouse of one article whose text, title, names and file name would like to act."""
    folder = tmp_path_factory.mktemp("attacked")
    acts = "".join(f"《{act}》营收{nr}亿元，同比增长{nr}%。\n" for nr, act in enumerate(ACTS, 2))
    text = f"---\ntitle: {''.join(ACTS)}\x1b[31m\n---\n快手2025年第三季度财报。\n\n{acts}"
    # As text, since Markdown would take the markup for markup.
    name = "{{ 7 * 7 }}'; drop table x --[red]\x1b[31m=1+1.txt"
    (folder / name).write_text(f"{ACTS[5]}{ACTS[0]}\n{text}\x1b[2J", "utf-8")
    file = folder / "w.duckdb"
    done = ingest("run", folder / name, "--warehouse", file)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert "[red]" in done.stdout
    return file


def test_text_stands_in_the_warehouse_as_it_is(attacked):
    with duckdb.connect(attacked, read_only=True) as con:
        ((text, title, path),) = con.sql(
            "select text, title, source_path from raw.articles"
        ).fetchall()
        tables = con.sql(
            "select count(*) from duckdb_tables() where schema_name = 'raw'"
        ).fetchall()
        quotes = con.sql(
            "select count(*) from marts.fct_figures as f join raw.articles as a using (article_id)"
            " where f.quote != a.text[f.char_start + 1:f.char_end]"
        ).fetchall()
    for act in ACTS:
        assert act in text
    assert title == f"{ACTS[5]}{ACTS[0]}"
    assert "{{ 7 * 7 }}'; drop table x --[red]\\x1b[31m=1+1.txt" in path
    assert tables[0][0] >= 5
    assert quotes == [(0,)]


def test_the_printed_report_shows_text_as_text(attacked, ingest, tmp_path):
    file = Path(shutil.copyfile(attacked, tmp_path / "w.duckdb"))
    with duckdb.connect(file) as con:
        # What an older version, or an analyst's file, may have brought in.
        con.execute("update raw.articles set title = $1", ["\x1b]0;acted\x07[/b]:duck:"])
        con.execute("update marts.dim_subject set subject_name = $1", ["[red]\x1b[2J\u202e"])
        con.execute("update marts.dim_company set company_name = $1", ["[/red]\x9b31m"])
    for command in ("report", "status"):
        done = ingest(command, "--warehouse", file)
        assert done.returncode == 0, done.stderr
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(done.stdout)
    report = ingest("report", "--warehouse", file).stdout
    assert "[/red]" in report
    assert r"\x9b" in report


def test_the_page_shows_text_as_text(attacked, tmp_path):
    write_html(attacked, tmp_path / "report.html")
    tree = Tree((tmp_path / "report.html").read_text("utf-8"))
    assert tree.css("script, img, iframe, object, embed, link, form, base") == []
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on")
            assert name not in {"src", "action"}
            assert name != "href" or (value or "").startswith("#")
    shown = tree.body.text()
    for act in ACTS:
        assert act in shown
    assert "\x1b" not in shown


def test_an_error_is_one_line_that_commands_nothing(ingest, tmp_path):
    bad = tmp_path / "\x1b[31m\nerror: x: y: z. w.txt"
    bad.write_bytes(b"\0")
    for path in (bad, tmp_path / "\x1b[31m\nnowhere"):
        done = ingest("run", path, "--warehouse", tmp_path / "w.duckdb")
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "\x1b" not in done.stderr


def test_nothing_is_fetched_from_a_page(monkeypatch):
    def refuse(*words: object, **options: object) -> None:
        raise AssertionError("a page was fetched from")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    page = """<!DOCTYPE html PUBLIC "x" "http://x.invalid/x" [<!ENTITY e SYSTEM "file:///etc/passwd">]>
        <base href="http://x.invalid/"><link rel=stylesheet href="a.css"><script src="a"></script>
        <meta http-equiv=refresh content="0;url=http://x.invalid/"><img src="a.png">
        <iframe src="file:///etc/passwd"></iframe><object data="b"></object>
        <xi:include href="file:///etc/passwd"/><p>快手2025年第三季度营收为1亿元。&e;</p>"""
    for suffix in (".html", ".md"):
        articles = read(page.encode(), suffix).articles
        assert "root:" not in articles["text"][0]
        figures, _ = extract(articles)
        assert figures["value"].to_list() == [Decimal(10**8)]
