"""The page of `python -m ingest review`: who may use it, and twenty figures settled in Chromium."""

import json
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import polars as pl
import pytest

from ingest.documents import find_articles
from ingest.load import Run, load
from ingest.review.choices import in_words, number, search
from ingest.review.decisions import FILE, read_reviews
from ingest.review.desk import Desk
from ingest.review.serve import ReviewServer
from tests.conftest import ROOT
from tests.test_review import COMPANIES, built, quarters

__all__ = ["built"]


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Path:
    """A warehouse of two articles that has what the page reads, without dbt."""
    folder = tmp_path_factory.mktemp("house")
    for name in ("快手", "网易"):
        text = quarters(name, COMPANIES[name])
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    with duckdb.connect(folder / "w.duckdb") as con:
        load(con, find_articles([folder]), Run("test", base=folder), paths=[folder])
        con.execute("create schema marts")
        con.execute("""
            create table marts.dim_article as
            select article_id, source_path as title, source_path, true as is_current
            from raw.articles
        """)
        query = "select figure_id from raw.figures where kind = 'growth'"
        con.execute(f"create table marts.fct_best_figures as {query}")
        for name in (
            "fct_company_financials",
            "fct_segment_performance",
            "fct_user_metrics",
            "fct_live_commerce_industry",
        ):
            con.execute(f"create table marts.{name} (figure_ids varchar[])")
    return folder / "w.duckdb"


@pytest.fixture
def desk(house, tmp_path) -> Desk:
    return Desk(house, tmp_path / FILE, "Li")


@pytest.fixture
def server(desk) -> Iterator[ReviewServer]:
    with ReviewServer(desk) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def ask(server: ReviewServer, place: str, told: object = None, **headers: str):
    """Status and answer of a request below the token."""
    data = None if told is None else json.dumps(told).encode()
    request = urllib.request.Request(server.address + place, data)  # noqa: S310
    request.add_header("Content-Type", "application/json")
    for name, value in headers.items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def test_what_matters_most_comes_first(desk):
    harm = [row["consequence"] * (1 - row["confidence"]) for row in desk.queue()]
    assert harm == sorted(harm, reverse=True)
    assert len(harm) == 36
    assert len(desk.queue(company="netease")) == 18
    article = desk.queue()[0]["article_id"]
    assert {row["article_id"] for row in desk.queue(article=article)} == {article}
    assert [entry["id"] for entry in desk.filters()["companies"]] == ["kuaishou", "netease"]


def test_decisions_are_written_at_once_and_undone(desk):
    first, second, third = (row["figure_id"] for row in desk.queue()[:3])
    desk.decide(first, "accept", {"period": "1999"})
    desk.decide(second, "mend", {"period": "2026Q1", "value": "3.5亿"})
    desk.decide(third, "reject", {})
    kept = read_reviews(desk.file)
    assert sorted(kept["verdict"]) == ["accept", "mend", "reject"]
    (mended,) = kept.filter(verdict="mend").iter_rows(named=True)
    assert (mended["period"], mended["value"], mended["who"]) == ("2026Q1", 350000000, "Li")
    assert "1999" not in kept["period"], "to accept is to accept what was read"
    assert desk.progress() == {"done": 3, "all": 36}
    assert desk.undo() == third
    desk.decide(second, "reject", {})
    assert desk.undo() == second
    assert desk.rows[second]["period"] == "2026Q1", "the decision before is back"
    assert [desk.undo(), desk.undo(), desk.undo()] == [second, first, None]
    assert read_reviews(desk.file).is_empty()
    assert desk.rows[second]["period"] != "2026Q1"


def test_a_desk_begins_where_the_last_one_ended(desk, house):
    figure = desk.queue()[5]["figure_id"]
    desk.decide(figure, "mend", {"metric": "经调整净利润"})
    again = Desk(house, desk.file, "Wang")
    assert again.progress()["done"] == 1
    assert again.rows[figure]["metric"] == "经调整净利润"
    assert figure not in {row["figure_id"] for row in again.queue(undecided=True)}


def test_only_the_printed_address_is_served(server):
    assert ask(server, "")[0] == 200
    assert ask(server, "figures")[0] == 200
    assert ask(server, "none")[0] == 404
    assert ask(server, "figures", Host="evil.example")[0] == 403
    figure = server.desk.queue()[0]["figure_id"]
    told = {"id": figure, "verdict": "accept"}
    assert ask(server, "decide", told, Origin="https://evil.example")[0] == 403
    assert ask(server, "decide", told, **{"Content-Type": "text/plain"})[0] == 400
    assert not server.desk.file.exists()
    assert ask(server, "decide", told)[0] == 200
    server.token = "another"
    with urllib.request.urlopen(server.address, timeout=20) as page:  # noqa: S310
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    port = server.server_address[1]
    assert server.server_address[0] == "127.0.0.1"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"verdict": "mend", "slots": {"period": "autumn"}}, "period: 'autumn' cannot be"),
        ({"verdict": "mend", "slots": {"value": "a lot"}}, "value"),
        ({"verdict": "perhaps"}, "verdict"),
        ({"id": "no such figure", "verdict": "accept"}, "not understood"),
        ([], "not understood"),
    ],
)
def test_what_cannot_be_is_refused_and_not_written(server, told, says):
    if isinstance(told, dict):
        told = {"id": server.desk.queue()[0]["figure_id"]} | told
    status, answer = ask(server, "decide", told)
    assert status in {400, 422}
    assert says in json.loads(answer)["error"]
    assert not server.desk.file.exists()


@pytest.mark.parametrize(
    ("text", "value"),
    [("3亿", "300000000"), ("14.2%", "0.142"), ("1,200", "1200"), ("-0.5", "-0.5"), ("?", "?")],
)
def test_values_as_a_person_writes_them(text, value):
    assert number(text) == value


def test_the_vocabulary_is_searched_by_the_first_characters():
    assert "kuaishou" in {entry["id"] for entry in search("subject", "快")}
    assert search("metric", "reven")[0]["id"].startswith("revenue")
    assert search("metric", " ") == search("unit", "CNY") == []


def test_a_reading_in_words():
    row = {"subject": "kuaishou", "metric": "revenue", "kind": "growth", "comparison": "yoy"}
    row |= {"value": "0.142", "unit": "ratio", "qualifier": "gt", "period": "2025Q3"}
    assert in_words(row) == "快手, 收入, 2025Q3, growth on the year before: over 14.2%"
    level = {"kind": "level", "comparison": None, "value": "35554000000", "unit": "CNY"}
    assert in_words(row | level) == "快手, 收入, 2025Q3: over 355.54亿 CNY"


# --- in a browser -------------------------------------------------------------------------------


@pytest.mark.bi
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits(browser, server, width):
    tab = browser.new_page(viewport={"width": width, "height": 844})
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(server.address)
    tab.locator("#card").wait_for()
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {
        urlsplit(server.address).netloc
    }
    (first, *_) = server.desk.queue()
    span = first["number_start"] - first["sentence_start"], first["number_end"]
    marked = first["sentence"][span[0] : span[1] - first["sentence_start"]]
    assert tab.locator("mark").inner_text() == marked
    tab.close()


@pytest.mark.bi
def test_keys_choices_and_filters(browser, server):
    tab = browser.new_page()
    tab.goto(server.address)
    tab.locator("#card").wait_for()
    tab.keyboard.press("ArrowRight")
    assert tab.locator("#place").inner_text() == "2 of 36"
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("m")
    tab.locator("#slot-subject").fill("腾讯")
    choice = tab.locator(".choices button", has_text="腾讯 · tencent")
    choice.click()
    assert tab.locator("#slot-subject").input_value() == "tencent"
    tab.locator(".choices button", has_text="2024Q2").click()
    tab.keyboard.press("Enter")
    tab.locator("#place", has_text="2 of 36").wait_for()
    (kept,) = read_reviews(server.desk.file).iter_rows(named=True)
    assert (kept["verdict"], kept["subject"], kept["period"]) == ("mend", "tencent", "2024Q2")
    tab.keyboard.press("u")
    tab.locator("#progress", has_text="0 of 36").wait_for()
    assert read_reviews(server.desk.file).is_empty()
    tab.keyboard.press("m")
    tab.locator("#slot-period").fill("autumn")
    tab.keyboard.press("Enter")
    tab.locator("#error", has_text="autumn").wait_for()
    tab.keyboard.press("Escape")
    tab.locator("#company").select_option("netease")
    tab.locator("#place", has_text="1 of 18").wait_for()
    tab.keyboard.press("r")
    tab.locator("#progress", has_text="1 of 36").wait_for()
    tab.locator("#undecided").check()
    tab.locator("#place", has_text="1 of 17").wait_for()
    tab.close()


@pytest.mark.bi
def test_twenty_figures_reviewed_and_run_again(browser, ingest, built, tmp_path):
    shutil.copytree(built, tmp_path / "in")
    house = tmp_path / "in" / "w.duckdb"
    command = [sys.executable, "-m", "ingest", "review", "--who", "Li", "--warehouse", house]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as serving:
        try:
            tab = browser.new_page()
            tab.goto(serving.stdout.readline().split()[1])
            for nr in range(20):
                tab.locator("#place", has_text=f"{nr + 1} of 72").wait_for()
                if nr % 4 == 3:
                    tab.locator("#slot-period").fill("2031Q1")
                    tab.keyboard.press("Enter")
                else:
                    tab.keyboard.press("r" if nr % 4 == 2 else "a")
                tab.locator("#progress", has_text=f"{nr + 1} of 72").wait_for()
            tab.close()
        finally:
            serving.terminate()
    kept = read_reviews(tmp_path / "in" / FILE)
    assert dict(kept["verdict"].value_counts().iter_rows()) == {
        "accept": 10,
        "reject": 5,
        "mend": 5,
    }
    done = ingest("run", tmp_path / "in", "--warehouse", house)
    assert done.returncode == 0, done.stderr
    with duckdb.connect(house, read_only=True) as con:
        facts = con.sql("from marts.fct_figures").pl()
        reviewed = facts.filter(pl.col("origin") == "review")
    assert (facts.height, reviewed.height) == (67, 15)
    assert set(reviewed["trust"]) == {"reviewed"}
    assert reviewed.filter(period_id="2031Q1").height == 5
