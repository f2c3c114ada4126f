import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
from selectolax.lexbor import LexborHTMLParser as Tree

from ingest.charts import Bar, bar_chart
from ingest.html import write_html
from ingest.report import VERDICTS

HOSTILE = """<script>document.title='acted'</script>"'><img src=x onerror="document.title='acted'">
{{ 7 * 7 }}{% raw %}[x](javascript:alert(1))</style></svg>&lt;b&gt;"""
VOID = {"meta", "img", "br", "link", "input", "hr"}


@pytest.fixture(scope="module")
def page(ingest, warehouse, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("html") / "report.html"
    done = ingest("report", "--warehouse", warehouse, "--html", file)
    assert done.returncode == 0, done.stderr
    assert str(file) in done.stdout
    return file


@pytest.fixture(scope="module")
def twenty(ingest, tmp_path_factory) -> Path:
    """The page of twenty articles of many companies."""
    folder = tmp_path_factory.mktemp("twenty")
    articles = sorted((Path(__file__).parent / "articles").glob("*.txt"))[:20]
    done = ingest("run", *articles, "--warehouse", folder / "twenty.duckdb")
    assert done.returncode == 0, done.stderr
    write_html(folder / "twenty.duckdb", folder / "report.html")
    return folder / "report.html"


@pytest.fixture(scope="module")
def hostile(warehouse, tmp_path_factory) -> Path:
    """The page of a warehouse whose names, titles, quotes and texts would like to be markup."""
    folder = tmp_path_factory.mktemp("hostile")
    file = Path(shutil.copyfile(warehouse, folder / "figurehouse.duckdb"))
    with duckdb.connect(file) as con:
        for table, column in (
            ("raw.articles", "title"),
            ("raw.articles", "source_path"),
            ("raw.rejected_figures", "quote"),
            ("marts.dim_company", "company_name"),
            ("marts.dim_company", "company_name_en"),
            ("marts.dim_subject", "subject_name"),
            ("marts.dim_subject", "subject_name_en"),
            ("marts.dim_metric", "metric_name"),
            ("marts.fct_figure_checks", "left_text"),
        ):
            con.execute(f"update {table} set {column} = {column} || $1", [HOSTILE])
        con.execute("update raw.articles set text = text || $1", [HOSTILE])
        con.execute(
            "update marts.fct_figure_checks set quotes = [q || $1 for q in quotes]", [HOSTILE]
        )
    write_html(file, folder / "report.html")
    return folder / "report.html"


class Balanced(HTMLParser):
    """Fails at a tag that closes another than the one that is open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def balanced(text: str) -> set[str]:
    """The tags of a page that opens and closes them in order."""
    parser = Balanced()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return parser.seen


@pytest.mark.parametrize("which", ["page", "hostile"])
def test_page_stands_alone(request, which):
    text = request.getfixturevalue(which).read_text(encoding="utf-8")
    tags = balanced(text)
    assert tags.isdisjoint({"script", "link", "iframe", "img", "object", "embed", "base", "form"})
    tree = Tree(text)
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on"), node.html
            assert name not in {"src", "srcset", "action", "data"}, node.html
            if name.endswith("href"):
                assert value.startswith("#"), value
    style = tree.css_first("style").text()
    assert not re.search(r"@import|url\(", style)
    assert "default-src 'none'" in tree.css_first("meta[http-equiv]").attributes["content"]


@pytest.mark.parametrize("which", ["page", "hostile"])
def test_every_link_leads_somewhere(request, which):
    tree = Tree(request.getfixturevalue(which).read_text(encoding="utf-8"))
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    links = {node.attributes["href"][1:] for node in tree.css("a[href]")}
    assert links <= set(ids)
    assert len([link for link in links if link.startswith("f-")]) > 100


def test_every_number_leads_to_its_words(page, warehouse):
    tree = Tree(page.read_text(encoding="utf-8"))
    with duckdb.connect(warehouse, read_only=True) as con:
        quotes = dict(con.sql("select figure_id, quote from marts.fct_figures").fetchall())
    marked = tree.css("mark[id]")
    assert len(marked) > 0.9 * len(quotes)
    pairs = [(quotes[node.attributes["id"].removeprefix("f-")], node.text()) for node in marked]
    # A quote that reaches into the next one's ends there.
    assert all(quote.startswith(text) for quote, text in pairs)
    assert sum(quote != text for quote, text in pairs) <= 0.01 * len(pairs)
    numbers = [cell for cell in tree.css("section table td.right") if re.search(r"\d", cell.text())]
    # The rejects' numbers are counts.
    unlinked = [cell for cell in numbers if not cell.css_first("a")]
    assert len(unlinked) == len(tree.css("#rejects td.right"))


def test_many_articles_begin_with_a_start_page(page):
    """What is of one company or article is behind a closed fold; what compares them is not."""
    text = page.read_text(encoding="utf-8")
    assert len(text.encode()) < 3_000_000
    tree = Tree(text)
    folds = tree.css("details")
    assert not [fold for fold in folds if "open" in fold.attributes]
    folded = {node.mem_id for fold in folds for node in fold.css("*")}
    sentences = tree.css("article .text")
    assert len(sentences) > 20
    assert [node for node in sentences if node.mem_id not in folded] == []
    rows = tree.css("#beside tbody tr")
    assert len({row.css_first("td").text() for row in rows}) > 10
    assert [row for row in rows if row.mem_id in folded] == []


def test_known_numbers(page):
    tree = Tree(page.read_text(encoding="utf-8"))
    by_text = {node.text(): node.attributes["href"] for node in tree.css("dd a")}
    assert tree.css_first(f"[id='{by_text['355.54亿'][1:]}']").text() == "达到了 355.54 亿元"
    charts = [figure.text() for figure in tree.css("figure")]
    assert any("微信" in text and "抖音" in text and "4.16亿 / 7.31亿" in text for text in charts)
    assert any("可灵AI" in text and "10亿" in text and "目标" in text for text in charts)
    assert any("53,256亿" in text and "GMV" in text for text in charts)
    checks = [node.text() for node in tree.css(".check > .badge")]
    assert checks == sorted(checks, key=[*VERDICTS].index)
    assert "more companies in the warehouse" in tree.text()


def test_what_an_article_says_is_text(hostile):
    text = hostile.read_text(encoding="utf-8")
    assert "{{ 7 * 7 }}" in text
    assert "<script" not in text.lower()
    assert "<img" not in text.lower()
    # In a table, in a chart, in an attribute and in an article.
    tree = Tree(text)
    for selector in ("td", "svg text", "article h3", ".text", "h2"):
        assert any("<script>" in node.text() for node in tree.css(selector)), selector
    assert any("<script>" in node.attributes["title"] for node in tree.css("mark"))


def test_a_chart_is_data():
    svg = bar_chart(HOSTILE, [Bar(HOSTILE, HOSTILE, 1.0, "#f-1", mark=0.5), Bar("b", "0", 0.0)])
    assert balanced(svg) <= {"svg", "g", "path", "text", "a", "defs", "clippath", "title", "tspan"}
    assert Tree(svg).css_first("a").attributes["href"] == "#f-1"
    assert "http" not in svg


def test_without_the_library_one_line_says_what_to_do(ingest, warehouse, tmp_path, monkeypatch):
    (tmp_path / "vl_convert.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = ingest("report", "--warehouse", warehouse, "--html", tmp_path / "report.html")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "make html" in done.stderr
    assert not (tmp_path / "report.html").exists()


def test_a_file_that_cannot_be_written(ingest, warehouse, tmp_path):
    done = ingest("report", "--warehouse", warehouse, "--html", tmp_path / "none" / "report.html")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "No such file" in done.stderr


# --- in a browser -------------------------------------------------------------------------------


@pytest.mark.bi
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_browser(browser, page, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    context.set_offline(True)
    tab = context.new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("request", lambda request: said.append(request.url))
    tab.goto(page.as_uri())
    assert said == [page.as_uri()]
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.get_by_text("355.54").first.is_visible()
    # What is not scrolled by itself stands within the page.
    over = """width => [...document.querySelectorAll('figure, dd, h2, .check, article, svg text')]
        .filter(node => node.getBoundingClientRect().right > width + 1)
        .map(node => node.textContent)"""
    assert tab.evaluate(over, width) == []
    background = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    light = sum(map(int, re.findall(r"\d+", background)[:3])) > 3 * 128
    assert light == (scheme == "light")

    tab.locator("summary", has_text="快手").first.click()
    tab.locator("dd a", has_text="355.54亿").first.click()
    mark = tab.locator("mark:target")
    assert mark.inner_text() == "达到了 355.54 亿元"
    tab.wait_for_function(
        """() => { const box = document.querySelector('mark:target').getBoundingClientRect();
        return box.top >= 0 && box.bottom <= innerHeight }"""
    )
    colours = "node => [node, node.parentNode].map(each => getComputedStyle(each).backgroundColor)"
    here, sentence = mark.evaluate(colours)
    assert len({here, sentence, background, "rgba(0, 0, 0, 0)"}) == 4
    context.close()


@pytest.mark.bi
def test_twenty_articles_are_one_short_page(browser, twenty):
    assert twenty.stat().st_size < 3_000_000
    tab = browser.new_page(viewport={"width": 1280, "height": 844})
    tab.goto(twenty.as_uri())
    assert tab.evaluate("document.documentElement.scrollHeight") < 8_000
    tab.set_viewport_size({"width": 390, "height": 844})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    # A number of the start page leads into the fold of its article.
    tab.locator("#beside td a").first.click()
    tab.locator("mark:target").wait_for(state="visible")
    tab.close()


@pytest.mark.bi
def test_a_bar_leads_to_its_sentence(browser, page):
    tab = browser.new_page()
    tab.goto(page.as_uri())
    tab.locator("summary", has_text="快手").first.click()
    tab.locator("svg a", has_text="95.74亿").first.click()
    # Its article's fold opens.
    mark = tab.locator("mark:target")
    mark.wait_for(state="visible")
    assert "九十五点七四亿元" in mark.inner_text()
    tab.close()


@pytest.mark.bi
def test_nothing_acts_in_a_browser(browser, hostile):
    tab = browser.new_page()
    tab.goto(hostile.as_uri())
    assert tab.title().startswith("figurehouse")
    assert tab.evaluate("document.scripts.length + document.images.length") == 0
    tab.close()


@pytest.mark.bi
def test_it_prints(browser, page):
    tab = browser.new_page()
    tab.goto(page.as_uri())
    tab.emulate_media(media="print", color_scheme="dark")
    # Paper is white, whatever the screen was.
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert tab.pdf(format="A4").startswith(b"%PDF")
    tab.close()
