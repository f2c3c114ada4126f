"""Superset on the warehouse, for real: installed, set up, served, and looked at in Chromium."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
import yaml

from ingest.publish import new_version
from tests.conftest import ROOT, lacking

ASSETS = ROOT / "warehouse" / "superset" / "assets"
PICTURE = ROOT / "docs" / "dashboard.png"


def texts(kind: str) -> dict[str, dict]:
    return {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted((ASSETS / kind).rglob("*.yaml"))
    }


# --- the texts ----------------------------------------------------------------------------------


def test_no_chart_is_written_for_one_company(warehouse):
    with duckdb.connect(warehouse, read_only=True) as con:
        names = con.sql(
            "select unnest([company_id, company_name]) from marts.dim_company where not is_inferred"
        ).fetchall()
    words = " ".join(
        path.read_text(encoding="utf-8")
        for kind in ("charts", "datasets")
        for path in (ASSETS / kind).rglob("*.yaml")
    )
    written = set(re.findall(r"[A-Za-z_]{4,}|[\u4e00-\u9fff]+", words))
    assert {name for (name,) in names} & written <= {"none", "无"}


def test_every_dataset_runs_and_has_the_columns_that_it_tells(warehouse):
    with duckdb.connect(warehouse, read_only=True) as con:
        for name, dataset in texts("datasets").items():
            rows = con.sql(dataset["sql"])
            assert rows.columns == [column["column_name"] for column in dataset["columns"]], name
            assert rows.limit(1).fetchall(), name


def test_the_database_is_opened_for_reading_and_cannot_reach_other_files():
    connect = texts("databases")["figurehouse"]["extra"]["engine_params"]["connect_args"]
    assert connect["read_only"] is True
    assert connect["config"] == {"enable_external_access": False, "lock_configuration": True}


# --- the server ---------------------------------------------------------------------------------


class Superset(NamedTuple):
    url: str
    password: str
    warehouse: Path

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])


@pytest.fixture(scope="module")
def superset(warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Superset]:
    python = ROOT / os.environ.get("BI_VENV", ".venv-bi") / "bin" / "python"
    if not python.exists():
        lacking("Superset (make bi)")
    file = tmp_path_factory.mktemp("superset") / "figurehouse.duckdb"
    shutil.copyfile(warehouse, file)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [python, ROOT / "warehouse" / "superset" / "serve.py"],
        env=os.environ | {"WAREHOUSE": str(file), "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    assert server.stdout
    said = ""
    for line in server.stdout:
        said += line
        if line.startswith("http"):
            break
    try:
        log = file.parent / ".superset" / "superset.log"
        assert "http" in said, said + (log.read_text()[-3000:] if log.exists() else "")
        password = re.search(r"password (\S+) \(not shown again\)", said)
        assert password
        yield Superset(f"http://127.0.0.1:{port}", password[1], file)
    finally:
        server.terminate()
        server.communicate(timeout=60)


class Api:
    """Superset's REST API as one user."""

    def __init__(self, url: str, user: str, password: str):
        requests = pytest.importorskip("requests")
        self.url, self.session = f"{url}/api/v1/", requests.Session()
        answer = self.session.post(
            f"{self.url}security/login",
            json={"username": user, "password": password, "provider": "db", "refresh": False},
        )
        assert answer.ok, answer.text
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        token = self.get("security/csrf_token/").json()["result"]
        self.session.headers.update({"X-CSRFToken": token, "Referer": url})

    def get(self, path: str):
        return self.session.get(self.url + path, timeout=60)

    def post(self, path: str, **body):
        return self.session.post(self.url + path, json=body, timeout=60)

    def ids(self, kind: str, name: str) -> dict[str, int]:
        found = self.get(f"{kind}/?q=(page_size:100)").json()["result"]
        return {item[name]: item["id"] for item in found}

    def ask(self, dataset: int, columns: list[str], form: str = "json", **query: object):
        return self.post(
            "chart/data",
            datasource={"id": dataset, "type": "table"},
            queries=[{"columns": columns, "row_limit": 10_000, **query}],
            result_format=form,
        )


@pytest.fixture
def admin(superset: Superset) -> Api:
    return Api(superset.url, "admin", superset.password)


@pytest.mark.bi
def test_secrets_are_for_their_owner(superset):
    home = superset.warehouse.parent / ".superset"
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "secret_key").stat().st_mode & 0o777 == 0o600
    assert superset.password not in (home / "superset.log").read_text()


@pytest.mark.bi
def test_nothing_listens_beyond_loopback(superset):
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path("/proc/net", table).read_text().splitlines()
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{superset.port:04X}")
    ]
    assert listening == [f"0100007F:{superset.port:04X}"]


@pytest.mark.bi
def test_who_is_not_logged_in_sees_nothing(superset):
    requests = pytest.importorskip("requests")
    for path in ("api/v1/dashboard/figures", "api/v1/chart/", "api/v1/database/1"):
        assert requests.get(f"{superset.url}/{path}", timeout=60).status_code in {401, 404}


@pytest.mark.bi
def test_a_reader_asks_sql_of_the_marts_only(superset, admin):
    roles = admin.ids("security/roles", "name")
    user = {"username": "reader", "first_name": "r", "last_name": "r", "email": "r@localhost"}
    secret = secrets.token_urlsafe()
    made = admin.post(
        "security/users/", **user, password=secret, active=True, roles=[roles["Figures reader"]]
    )
    assert made.ok, made.text
    reader = Api(superset.url, user["username"], secret)
    (database,) = admin.ids("database", "database_name").values()

    def ask(sql: str):
        return reader.post(
            "sqllab/execute/", database_id=database, sql=sql, schema="marts", runAsync=False
        )

    answer = ask("select count(*) as n from marts.obt_figures")
    assert answer.ok, answer.text
    assert answer.json()["data"][0]["n"] > 0
    for sql in (
        "select text from raw.articles",
        "select * from marts.obt_figures union all select * from raw.figures",
        "from query_table('raw.articles')",
        "select * from query('select text from raw.articles')",
        "select * from read_text('/etc/passwd')",
        "copy (select 1) to '/tmp/leak.csv'",
        "attach '/tmp/other.duckdb'",
        "set enable_external_access = true",
        "create table marts.mine as select 1",
        "delete from marts.fct_figures",
    ):
        refused = ask(sql)
        assert not refused.ok, (sql, refused.text[:300])
    charts = reader.get("chart/?q=(page_size:100)").json()
    assert charts["count"] == len(texts("charts"))


@pytest.mark.bi
def test_an_export_holds_no_formula(superset, admin):
    with new_version(superset.warehouse) as build:
        with duckdb.connect(build.file) as con:
            con.execute("update marts.dim_article set title = '=HYPERLINK(1)'")
            con.execute("update marts.fct_figures set quote = '@x'")
        build.publish()
    dataset = admin.ids("dataset", "table_name")["figures"]
    answer = admin.ask(dataset, ["article", "quote"], form="csv")
    assert answer.ok
    lines = answer.content.decode("utf-8-sig").splitlines()[1:]
    assert lines
    assert set(lines) == {"'=HYPERLINK(1),'@x"}
    assert admin.post("sqllab/export_streaming/").status_code == 404


@pytest.mark.bi
def test_it_answers_while_versions_are_published_and_sees_them(superset, admin):
    dataset = admin.ids("dataset", "table_name")["figures"]
    stop, failed, seen = threading.Event(), [], []

    def read() -> None:
        mine = Api(superset.url, "admin", superset.password)
        while not stop.is_set():
            answer = mine.ask(dataset, ["article"])
            if not answer.ok:
                failed.append(answer.text)
                continue
            rows = {row["article"] for row in answer.json()["result"][0]["data"]}
            seen.append(rows)

    def publish(version: str) -> None:
        with new_version(superset.warehouse) as build:
            with duckdb.connect(build.file) as con:
                con.execute("update marts.dim_article set title = $1", [version])
            build.publish()

    publish("0")
    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 11):
        publish(str(number))
        # Whoever asks after the publish sees what was published.
        answer = admin.ask(dataset, ["article"])
        assert answer.ok, answer.text
        assert {row["article"] for row in answer.json()["result"][0]["data"]} == {str(number)}
    stop.set()
    for reader in readers:
        reader.join()
    assert failed == []
    assert len(seen) > 10
    assert all(len(rows) == 1 for rows in seen)
    versions = [int(*rows) for rows in seen]
    assert set(versions) <= set(range(11))
    assert len(set(versions)) > 3


# --- the dashboard, in a browser ----------------------------------------------------------------


@pytest.fixture(scope="module")
def page(superset: Superset, warehouse: Path):
    """The dashboard of the test articles, open, in a window in which all of it fits."""
    sync = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        lacking("Chromium (Debian: chromium, fonts-noto-cjk)")
    with new_version(superset.warehouse) as build:
        shutil.copyfile(warehouse, build.file)
        build.publish()
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    quiet += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=quiet)
        page = browser.new_page(viewport={"width": 1700, "height": 3600})
        page.set_default_timeout(120_000)
        page.abroad = []
        page.on("response", lambda answer: away(answer.url) and page.abroad.append(answer.url))
        page.goto(f"{superset.url}/login/")
        page.fill("#username", "admin")
        page.fill("#password", superset.password)
        page.click("[data-test=login-button]")
        page.wait_for_url("**/welcome/")
        page.goto(f"{superset.url}/superset/dashboard/figures/")
        drawn(page)
        yield page
        browser.close()


def away(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))


def drawn(page) -> None:
    """Wait until every chart stands there, and none is loading any more."""
    expected = len(texts("charts"))
    page.wait_for_function(
        """expected =>
        document.querySelectorAll('[data-test=slice-container]').length === expected
        && !document.querySelector('[data-test=loading-indicator], .loading')""",
        arg=expected,
    )
    page.wait_for_timeout(2000)  # the charts' animation


def chart(page, key: str):
    name = texts("charts")[key]["slice_name"]
    return page.locator(f'[data-test-chart-name="{name}"]')


def troubles(page) -> list[str]:
    return page.locator("[role=alert], .ant-alert-error, .ant-empty").all_inner_texts()


def choose(page, what: str, value: str) -> None:
    """Set one of the dashboard's filters, and apply."""
    select = page.locator(f"#NATIVE_FILTER-{what}")
    select.click(force=True)  # the value lies over the field
    select.fill(value)
    page.locator(".ant-select-item-option", has_text=value).first.click()
    page.click("[data-test=filter-bar__apply-button]")
    page.wait_for_timeout(1000)
    drawn(page)


@pytest.mark.bi
def test_every_chart_of_the_dashboard_is_drawn(page):
    assert troubles(page) == []
    charts = texts("charts")
    for key, text in charts.items():
        shown = chart(page, key)
        assert shown.count() == 1, key
        if text["viz_type"] in {"echarts_timeseries_bar", "mixed_timeseries"}:
            assert shown.locator("canvas").count() == 1, key
        elif text["viz_type"] == "table":
            assert shown.locator("tbody tr").count() > 2, key
        else:
            assert re.search(r"\d", shown.inner_text()), key
    assert "355.54 亿" in chart(page, "headline_revenue").inner_text()
    assert "+14.2%" in chart(page, "headline_revenue_growth").inner_text()
    assert "176 亿" in chart(page, "segments_table").inner_text()
    assert "rounding" in chart(page, "checks").locator("tbody tr").first.inner_text()
    assert "56.9%" in chart(page, "users_table").inner_text()
    for app in ("微信", "抖音", "快手"):
        assert app in chart(page, "users_table").inner_text()
    assert page.abroad == []


@pytest.mark.bi
def test_the_picture_of_the_readme(page):
    if PICTURE.exists() and os.environ.get("FIGUREHOUSE_UPDATE_SCREENSHOT") != "1":
        assert PICTURE.stat().st_size > 100_000
        return
    PICTURE.parent.mkdir(exist_ok=True)
    page.screenshot(path=PICTURE, clip={"x": 0, "y": 0, "width": 1700, "height": 2115})


@pytest.mark.bi
def test_a_click_on_a_segment_shows_its_sentences(page):
    segment = "直播 Live streaming"
    chart(page, "segments_table").get_by_text(segment).click()
    page.wait_for_timeout(1000)
    drawn(page)
    rows = chart(page, "figures").locator("tbody tr")
    subjects = {rows.nth(n).locator("td").first.inner_text() for n in range(rows.count())}
    assert subjects == {segment}
    words = chart(page, "figures").inner_text()
    assert "达到了九十五点七四亿元" in words  # the quote
    assert "就直播而言,其收入在与上一年同期相比较时" in words  # its sentence
    assert "355.54 亿" in chart(page, "headline_revenue").inner_text()  # the charts stay
    chart(page, "segments_table").get_by_text(segment).click()
    page.wait_for_timeout(1000)
    drawn(page)


@pytest.mark.bi
def test_filters_change_the_company_and_the_period(page):
    choose(page, "company", "腾讯")
    assert "1,928.69 亿" in chart(page, "headline_revenue").inner_text()
    assert "355.54" not in chart(page, "headline_revenue").inner_text()
    assert "增值服务" in chart(page, "segments_table").inner_text()
    assert page.locator(".ant-alert-error").count() == 0
    choose(page, "company", "百度")
    choose(page, "period", "2025Q1")
    assert "331.2 亿" in chart(page, "headline_revenue").inner_text()
    assert page.locator(".ant-alert-error").count() == 0
    assert page.abroad == []
