"""Saved pages and copied text: what is the article, and what it says of itself. All made up."""

from datetime import date

import polars as pl
import pytest

from ingest.documents import blocks_of_text, prose_of, read_contents
from ingest.documents.head import day_of
from ingest.documents.insertions import without_site
from ingest.resolve import extract
from tests import saved

BODY = (
    "青岭机电公布2024年第三季度业绩。公司第三季度营业收入12.8亿元，同比增长21%。",
    "归母净利润1.6亿元，同比增长9.5%。公司表示，增长主要来自海外市场的订单和新产品的交付。",
    "截至三季度末，公司的经营活动现金流净额为2.2亿元，管理层预计全年的需求保持平稳。",
)


def read(text: str | bytes, name: str = "a.txt") -> dict[str, object]:
    data = text if isinstance(text, bytes) else text.encode()
    row = {"source_path": [name], "length": [len(data)], "content": [data]}
    reading = read_contents(pl.DataFrame(row))
    assert reading.rejected.is_empty(), reading.rejected.rows()
    return reading.articles.row(0, named=True)


def refused(data: bytes, name: str = "a.txt") -> tuple[str, str]:
    row = {"source_path": [name], "length": [len(data)], "content": [data]}
    return read_contents(pl.DataFrame(row)).rejected.row(0)[1:]


def kinds(text: str) -> dict[str, str]:
    """Each block's words → its kind."""
    (blocks,) = blocks_of_text(pl.DataFrame({"text": [text]}))["blocks"]
    return {text[block["start"] : block["end"]]: block["kind"] for block in blocks}


def figures(text: str, name: str = "a.txt") -> list[float]:
    data = text.encode()
    row = {"source_path": [name], "length": [len(data)], "content": [data]}
    found, _ = extract(read_contents(pl.DataFrame(row)).articles)
    return sorted(float(value) for value in found["value"])


# --- lines that are not the article -------------------------------------------------------------


@pytest.mark.parametrize(
    "around",
    [
        "深证成指\n10,566.82\n+88.31 (+0.84%)",
        "上证指数 3,266.24 -0.61%",
        "延伸阅读\n北山电器上半年净利润3.3亿元 同比下降12%\n松原乳业获10亿元订单",
        "相关阅读：北山电器上半年净利润3.3亿元",
        "热门评论\n网友：去年亏了5亿元，今年还敢吹牛？反正我不信这一份财报里说的这些话，太假了。",
        "【推广】开户即享万1.2佣金，再送288元",
        "举报电话：010-55550000",
        "投稿邮箱：tougao@example.org",
        "客服QQ：55512345",
        "责任编辑：王五 SF123",
        "阅读 1.2万　评论 35　分享 12",
        "分享到微信朋友圈，已有3.2万人分享",
        "京ICP备05000000号",
        "首页 股票 基金 行情",
        "昨收 31.80 今开 31.95 最高 32.40 最低 31.70\n成交额 5.12亿 市盈率 18.20",
        "最新价\n32.10\n成交量\n160200\n总市值\n88.1亿",
        "恒生指数\n18,230.17\n国企指数\n6,450.20\n道琼斯\n38,852.10",
        "相关内容《公告》北山电器上半年净利润3.3亿元",
        "过往派息\n| 2023/08/30 | 中期业绩 | 股息:港元 0.0300 |",
        "3. 更多\n1. 北山电器上半年净利润3.3亿元",
        "北山电器上半年净利润3.3亿元\n2小时前\n松原乳业获10亿元订单\n昨天",
        "北山电器半年报出炉\n北山电器公布半年报，净利润3.3亿元，同比下降12%，公司表示海外的...",
        "利率 央行 松原乳业\n松原乳业上半年的产量比前一年增加25%，创业约五十年的老厂接到了通知。",
        "--.--\n0.00 (0.000%)",
        "责任编辑：王五\n北山电器上半年净利润3.3亿元\n松原乳业获10亿元订单",
        "51条评论|1,307人参与网友评论\n去年亏了5亿元，今年还敢吹牛？反正我不信这一份财报里说的这些话，太假了。",
        (
            "声明：本网力求信息准确，内容仅供参考。\n为你推荐\n北山电器净利润3.3亿元\n"
            "北山电器上半年净利润3.3亿元，同比下降12%，公司表示海外的订单减少，全年的预期不变。"
        ),
        "相關行情\n北山電器 9.72",
    ],
)
def test_what_stands_around_is_no_article(around):
    kind = kinds("\n".join(["青岭机电季报", "2024-10-30", *BODY, around]))
    assert {kind[line] for line in around.split("\n")} == {"other"}
    assert {kind[line] for line in BODY} == {"paragraph"}


@pytest.mark.parametrize(
    "line",
    [
        "相关负责人表示，公司广告收入3.9亿元，同比增长42%。",
        "热门游戏带动收入增长，第三季度流水达到8亿元，创下新高。",
        "广告：收入3.9亿元，同比增长42%，主要来自电商客户的投放。",
        "注册用户达到3.2亿，评论数同比增长35%。",
        "微博：第一季度月活跃用户5.8亿，同比增长2%。",
        "公司获得支付业务许可证后，交易额增长至12亿元。",
        "快讯：公司拟回购不超过5亿元股份。",
        "成交额12亿元，市盈率18倍，换手率3.2%，均高于去年同期。",
        "市盈率 18.2",
        "更多的订单来自海外，第三季度新签合同8亿元。",
    ],
)
def test_prose_that_begins_with_such_words_is_prose(line):
    assert kinds("\n".join(["青岭机电季报", BODY[0], line, BODY[1]]))[line] == "paragraph"


def test_prose_goes_on_after_a_list_of_other_articles():
    kind = kinds("\n".join([BODY[0], "推荐阅读", "松原乳业获10亿元订单", BODY[1]]))
    assert list(kind.values()) == ["paragraph", "other", "other", "paragraph"]


def test_what_is_set_into_a_line_is_left_out_of_it():
    text = "青岭机电(32.10 +1.2%)第三季度营收12.8亿元，同比增长21%。（责任编辑：王五）"
    assert figures(text) == [0.21, 12.8e8]
    assert kinds(text)["(32.10 +1.2%)"] == "other"
    assert kinds(text)["（责任编辑：王五）"] == "other"


def test_what_stands_above_a_breadcrumb_is_no_article():
    above = ["888元现金券", "新人大礼包1000元", "新潮网首页 > 公司频道 > 正文"]
    kind = kinds("\n".join([*above, "青岭机电三季度营收12.8亿元", *BODY]))
    assert {kind[line] for line in above} == {"other"}
    assert kind["青岭机电三季度营收12.8亿元"] == "title"


def test_prose_goes_on_after_an_editors_line():
    kind = kinds("\n".join([*BODY[:2], "责任编辑：王五", BODY[2]]))
    assert kind[BODY[2]] == "paragraph"


# --- marks of notes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("青岭机电2023年毛利率31.5%[4]，营收88亿元[1][2]。", [0.315, 88e8]),
        ("青岭机电2023年营收3)为88亿元，净利润①为6亿元。", [6e8, 88e8]),
        ("青岭机电2023年净利润2为6亿元。\n(2)未经审计的数字", [6e8]),
        ("青岭机电2023年净利润（注1）为6亿元。", [6e8]),
    ],
)
def test_a_mark_is_no_part_of_a_number(text, values):
    assert figures(text) == pytest.approx(values)


def test_a_note_that_a_mark_points_to_is_a_note_and_a_bracket_is_none():
    kind = kinds("营收1)为88亿元。（其中海外占30%，国内占70%）\n1)不含已经出售的业务")
    assert kind["1)"] == "note"
    assert kind["1)不含已经出售的业务"] == "note"
    assert "note" not in kinds("营收（含税5)为88亿元。").values()


# --- pages --------------------------------------------------------------------------------------


def page(body: str, head: str = "") -> str:
    return f"<html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"


def test_what_a_browser_does_not_show_is_not_read():
    text = read(
        page(
            "<p>营收4<span style='display: none'>7</span>2.9亿元，利润<s>3</s><ins>4</ins>亿元"
            "<sup>[2]</sup>。</p><p hidden>亏损9亿元。</p><p aria-hidden=true>亏损8亿元。</p>"
            "<div style='visibility:hidden'><p>亏损7亿元</p></div><p>面积为5m<sup>2</sup></p>"
        ),
        "a.html",
    )["text"]
    assert text == "营收42.9亿元，利润4亿元。\n面积为5m²"


@pytest.mark.parametrize(
    ("style", "hides"),
    [
        (".x{display:none}", True),
        ("p.a, div .x { color: red; display : none !important }", True),
        ("#y{visibility:hidden}", True),
        ("/* .x */ @import 'a.css'; .x{display:none}", True),
        (".x{display:none} .x{display:inline}", False),
        ("@media print{.x{display:none}}", False),
        (".x:hover{display:none}", False),
        (".x::{display:none}", False),
        ("/* .x{display:none} */", False),
    ],
)
def test_what_a_style_sheet_of_the_page_hides_is_not_read(style, hides):
    shown = "<p>青岭机电第三季度营收42.9亿元，利润4亿元。</p>"
    body = f"{shown}<div><span class=x id=y>去年亏损9亿元。</span></div>"
    text = read(page(body, f"<style>{style}</style>"), "a.html")["text"]
    assert ("亏损" not in str(text)) is hides


def test_a_whole_article_that_a_script_shows_at_once_is_read():
    body = "<div class=x><p>青岭机电第三季度营收42.9亿元。</p></div>"
    assert "42.9" in str(read(page(body, "<style>.x{display:none}</style>"), "a.html")["text"])


@pytest.mark.parametrize("held", ["template", "noscript"])
def test_an_article_that_waits_for_a_script_is_read(held):
    body = f"<p>请启用脚本</p><{held}><p>青岭机电第三季度营收42.9亿元。</p></{held}>"
    assert read(page(body), "a.html")["text"] == "青岭机电第三季度营收42.9亿元。"
    seen = f"<p>营收5亿元。</p><{held}><p>营收6亿元。</p></{held}>"
    assert read(page(seen), "a.html")["text"] == "营收5亿元。"


def test_struck_out_markdown_is_not_read():
    assert (
        read("营收~~3.29亿元~~2.39亿元，增幅5%~8%。", "a.md")["text"] == "营收2.39亿元，增幅5%~8%。"
    )


SAVED = page(
    "<div class='top-nav'><a>首页</a><span>上证指数 3266.24 -0.61%</span></div>"
    "<div class=main><h1>青岭机电三季度营收12.8亿元</h1><div><span>2024年10月30日 18:32</span>"
    " <a>新潮网</a></div>"
    + "".join(f"<p>　　{line}</p>" for line in BODY * 4)
    + "<p>单位：万元</p><table><tr><th>项目<th>2024年第三季度<th>2023年第三季度</tr>"
    "<tr><td>营业收入<td>128,000.10<td>105,785.21</tr></table>"
    "<p>公司的存货为3.4亿元，员工总数5,210人，较上年末有所增加。</p></div>"
    "<div class='related-news'><h3>还有</h3><ul><li>北山电器亏损3.3亿元</li></ul></div>"
    "<div class=xx1><ul>"
    + "".join(f"<li><a href=/{n}>松原乳业第{n}次获得{n}亿元订单</a></li>" for n in range(2, 30))
    + "</ul></div><footer>举报电话：010-55550000</footer>",
    "<title>青岭机电三季度营收12.8亿元_新潮财经_新潮网</title>"
    "<link rel=canonical href='https://news.example.org/a/1.html'>"
    "<meta property='og:site_name' content='新潮网'>",
)


def test_a_saved_page_is_its_main_text():
    article = read(SAVED, "a.html")
    text = str(article["text"])
    assert "松原乳业" not in text
    assert "北山电器" not in text
    assert "3266" not in text
    for words in (*BODY, "存货为3.4亿元", "单位：万元", "营业收入\t128,000.10\t105,785.21"):
        assert words in text
    assert article["title"] == "青岭机电三季度营收12.8亿元"
    assert article["published_on"] == date(2024, 10, 30)
    assert article["url"] == "https://news.example.org/a/1.html"
    assert article["publisher"] == "新潮网"
    cells = [block for block in article["blocks"] if block["kind"] == "cell"]
    assert [block["column_head"] for block in cells] == ["2024年第三季度", "2023年第三季度"]


def test_a_line_that_is_a_link_alone_is_the_title_of_another_page():
    body = (
        "<p>青岭机电第三季度营收<a href=/1>12.8亿元</a>。</p><p><a href=/2>利润为4亿元。</a></p>"
        "<ul><li><a href=/3>北山电器上半年净利润3.3亿元</a></li></ul>"
    )
    article = read(page(body), "a.html")
    kinds = {str(article["text"])[b["start"] : b["end"]]: b["kind"] for b in article["blocks"]}
    assert kinds["北山电器上半年净利润3.3亿元"] == "other"
    assert kinds["利润为4亿元。"] == "paragraph"
    assert "青岭机电第三季度营收12.8亿元。" in kinds


def test_blocks_cover_the_text_in_order():
    for text, name in ((SAVED, "a.html"), ("\n".join(BODY), "a.txt")):
        article = read(text, name)
        reached = 0
        for block in article["blocks"]:
            assert reached <= block["start"] < block["end"]
            assert not str(article["text"])[reached : block["start"]].strip()
            reached = block["end"]
        assert not str(article["text"])[reached:].strip()


# --- encodings ----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
@pytest.mark.parametrize("said", ["utf-8", "iso-8859-1"])
def test_a_long_latin_head_and_a_wrong_charset(encoding, said):
    script = "<script>" + "var a = 1;\n" * 3000 + "</script>"
    body = (
        "<p>公司第三季度收入12.8元，同比增加。</p>"
        if encoding == "gb18030"
        else ("<p>公司第三季度收入12.8億元，同比增長。</p>")
    )
    data = page(body, script).replace("utf-8", said).encode(encoding)
    article = read(data, "a.html")
    assert article["encoding"] == encoding
    assert "公司第三季度收入12.8" in str(article["text"])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark(encoding):
    assert read(BODY[0].encode(encoding))["text"] == BODY[0]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04" + b"\0" * 40, "a zip archive"),
        (b"\x1f\x8b\x08" + b"\xff" * 40, "a gzip archive"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 40, "an old Office file"),
        (rb"{\rtf1 5}", "Rich Text Format"),
    ],
)
def test_what_holds_a_text_and_is_none_is_refused_by_name(data, kind):
    reason, detail = refused(data, "a.html")
    assert reason == "binary"
    assert kind in detail
    assert "Give the text that is in it." in detail


def test_a_broken_byte_is_named_by_its_place():
    data = "公司第三季度收入十二亿元。\n".encode("gb18030") * 20
    at = len(data) // 2
    at -= at % 2
    reason, detail = refused(data[:at] + b"\xff" + data[at:])
    assert reason == "undecodable"
    assert f"byte {at}:" in detail or f"byte {at - 1}:" in detail


@pytest.mark.parametrize("text", ["Revenue rose by 5% to 3 billion.", "売上高は前年より増加した。"])
def test_another_language_is_refused_by_name(text):
    reason, detail = refused(text.encode())
    assert reason == "language"
    assert "no other language is read" in detail


# --- what an article says of itself -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (
            "青岭机电季报\n青岭机电成立于2009年5月6日。\n发布时间：2024年11月20日",
            date(2024, 11, 20),
        ),
        (
            "青岭机电预告\n预告期间：2023年1月1日—2023年6月30日\n公告日期：2023年7月14日",
            date(2023, 7, 14),
        ),
        ("青岭机电2018年9月20日在深圳挂牌。今年二季度收入3亿元。", None),
        (
            "青岭机电季报\n来源：新潮网　2024-10-30 18:05　作者：李四\n收入3亿元。",
            date(2024, 10, 30),
        ),
        ("青岭机电将于2031年5月1日召开股东大会，审议分红方案。", None),
        ("新潮社北京2024年10月30日电 青岭机电收入3亿元。", date(2024, 10, 30)),
    ],
)
def test_the_day_of_publication(text, day):
    article = read(text)
    assert article["published_on"] == day
    assert article["published_on_basis"] == ("dateline" if day else None)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("news/2024-10-29-a.txt", date(2024, 10, 29)),
        ("20241029.txt", date(2024, 10, 29)),
        ("report-2024-09-30.txt", None),
        ("120241029.txt", None),
    ],
)
def test_the_day_in_a_files_name(name, day):
    article = read("青岭机电今年三季度收入3亿元。", name)
    assert (article["published_on"], article["published_on_basis"]) == (day, day and "file_name")


@pytest.mark.parametrize(
    ("head", "basis"),
    [
        ("<meta property='article:published_time' content='2024-10-29T22:30:00Z'>", "meta"),
        ("<meta property='bytedance:published_time' content='2024-10-29T22:30:00Z'>", "meta"),
        ("<meta name='weibo:article:create_at' content='2024-10-30 08:00:00'>", "meta"),
        ("<meta name='DC.date' content='2024-10-30'>", "meta"),
        ("<link rel=canonical href='https://news.example.org/2024/10/30/1.html'>", "address"),
        ("<link rel=canonical href='https://news.example.org/a/20241030_1.html'>", "address"),
        (
            (
                '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle",'
                ' "headline": "季报", "datePublished": "2024-10-30T01:00:00+08:00"}]}</script>'
            ),
            "json_ld",
        ),
    ],
)
def test_the_day_in_markup_is_that_of_china(head, basis):
    article = read(page("<p>收入3亿元。</p>", head), "a.html")
    assert (article["published_on"], article["published_on_basis"]) == (date(2024, 10, 30), basis)


@pytest.mark.parametrize(
    "head",
    [
        "<meta property='article:modified_time' content='2024-11-02T08:00:00+08:00'>",
        "<meta property='og:image' content='https://img.example.org/2022/03/15/a.png'>",
        "<meta name='publisher' content='2022-03-15'>",
        "<link rel=canonical href='https://news.example.org/2024/10/a.html'>",
        "<link rel=canonical href='https://news.example.org/a/120241030.html'>",
        "<script>var build = '2022-01-05 10:00:00';</script>",
    ],
)
def test_another_day_in_markup_is_none_of_publication(head):
    article = read(page("<p>公司2018年9月20日在深圳挂牌，收入3亿元。</p>", head), "a.html")
    assert (article["published_on"], article["published_on_basis"]) == (None, None)


def test_days_as_markup_writes_them():
    days = [
        "2024-10-30",
        "20241030",
        "2024/10/30 08:00",
        "Tue, 29 Oct 2024 20:00:00 GMT",
        "1730246400",
    ]
    assert {day_of(day) for day in days} == {"2024-10-30"}
    assert day_of("yesterday") is None


def test_front_matter():
    front = (
        "title: 青岭机电季报\npublished_on: 2024-10-30\nurl: https://example.org/1\nsource: 新潮网"
    )
    for name in ("a.md", "a.txt"):
        article = read(f"---\n{front}\n---\n收入3亿元。", name)
        assert article["text"] == "收入3亿元。"
        assert article["title"] == "青岭机电季报"
        assert article["published_on_basis"] == "front_matter"
        assert (article["url"], article["publisher"]) == ("https://example.org/1", "新潮网")


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("青岭机电公布季报 - 新浪财经", "青岭机电公布季报"),
        ("青岭机电公布季报_公司频道_某某财经网", "青岭机电公布季报"),
        ("青岭机电公布季报|某某日报", "青岭机电公布季报"),
        ("青岭机电：2023-2024年收入", "青岭机电：2023-2024年收入"),
        ("新浪财经", "新浪财经"),
    ],
)
def test_a_title_goes_without_the_sites_name(title, wanted):
    assert without_site(title) == wanted


def test_a_caption_is_no_title():
    assert (
        read("资料图：青岭机电的工厂\n青岭机电公布季报\n2024-10-30\n收入3亿元。")["title"]
        == "青岭机电公布季报"
    )


@pytest.mark.parametrize("nr", range(6))
def test_of_a_page_from_a_portal_the_article_is_read_and_nothing_else(nr):
    article = saved.articles(6)[nr]
    found = read(saved.page(article, nr), "a.html")
    prose = prose_of(pl.DataFrame([found]))["text"][0]
    lines = [" ".join(line.split()) for line in prose.split("\n") if line.strip()]
    assert lines == [" ".join(line.split()) for line in [article.title, *article.paragraphs]]
    assert (found["title"], str(found["published_on"])) == (article.title, article.day)
