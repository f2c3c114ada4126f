"""Articles as people have them: as pages saved from a portal, and as PDFs. All made up.

What stands around an article says figures too, so that a reader who takes it in is found out.
"""

import html
from functools import cache
from io import BytesIO
from random import Random
from typing import Any, NamedTuple

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Table

from tests.corpus.write import Corpus, make_article

FONT = "STSong-Light"
"""A font with Chinese characters that a PDF names and does not hold."""

_MENU = ["首页", "新闻", "财经", "股票", "基金", "行情", "科技", "汽车", "房产", "视频"]
_NAMES = [
    "北山电器",
    "松原乳业",
    "临江水泥",
    "南屿航运",
    "白桦制药",
    "云岭食品",
    "东陵机床",
    "秋溪纺织",
]
_VERBS = ["净利润同比下降{}%", "获{}亿元订单", "拟投资{}亿元扩产", "营收{}亿元创新高", "股价涨{}%"]


class Saved(NamedTuple):
    """An article: its title, its day, its paragraphs."""

    title: str
    day: str
    paragraphs: list[str]

    @property
    def text(self) -> str:
        return "\n".join([self.title, self.day, *self.paragraphs])


def articles(count: int, seed: int = 13) -> list[Saved]:
    """Articles of the generated corpus, plain text and whole."""
    corpus = Corpus(seed=seed, broken=0, markup=0, encoded=0)
    made = []
    for number in range(count):
        lines = make_article(corpus, number).data.decode().split("\n")
        title, *paragraphs = [line for line in lines if line.strip()]
        day = f"{2024 + number % 2}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
        made.append(Saved(title, day, paragraphs))
    return made


# --- pages --------------------------------------------------------------------------------------


def page(article: Saved, seed: int = 0) -> str:
    """An article as a browser saves it from a portal: menu, quotes, related news, comments."""
    random = Random(seed)
    body = "\n".join(f"<p>　　{html.escape(line)}</p>" for line in article.paragraphs)
    head = (
        f'<meta charset="utf-8"><title>{html.escape(article.title)}_公司频道_新潮网</title>'
        f'<meta property="article:published_time" content="{article.day}T08:00:00+08:00">'
        f"<style>{'.a{color:#333;margin:0 auto} ' * 40}</style>"
        f"<script>{'var track = {id: 1, at: 20};' * 80}</script>"
    )
    return (
        f"<!doctype html><html><head>{head}</head><body>"
        f"<div class='top-nav'>{_links(_MENU)}</div><div class='hq-box'>{_quotes(random)}</div>"
        f"<div class='wrap'><div class='main-content'><h1>{html.escape(article.title)}</h1>"
        f"<div class='info'><span>{article.day} 08:00</span> <a href='/'>新潮网</a></div>"
        f"<div class='article-body'>{body}</div>"
        f"<p class='editor'>责任编辑：王五</p><div class='share-bar'>分享到 微信 微博</div></div>"
        f"<div class='related-news'><h3>相关阅读</h3><ul>{_news(random, 12)}</ul></div>"
        f"<div class='comments'><h3>热门评论</h3>{_comments(random)}</div></div>"
        f"<div class='side-bar'><h3>热门新闻</h3><ol>{_news(random, 20)}</ol></div>"
        "<div class='footer'>京ICP备05000000号 举报电话：010-55550000</div></body></html>"
    )


def _links(words: list[str]) -> str:
    return "".join(f"<a href='/{nr}'>{word}</a> " for nr, word in enumerate(words))


def _quotes(random: Random) -> str:
    rows = (
        f"<li>{name} <b>{random.uniform(3, 90):.2f}</b> <i>{random.uniform(-9, 9):+.2f}%</i></li>"
        for name in _NAMES
    )
    return f"<ul>{''.join(rows)}</ul>"


def _news(random: Random, count: int) -> str:
    return "".join(
        f"<li><a href='/n/{random.randrange(10**8)}.html'>{random.choice(_NAMES)}"
        f"{random.choice(_VERBS).format(random.randint(2, 90))}</a></li>"
        for _ in range(count)
    )


def _comments(random: Random) -> str:
    said = (
        "去年亏了{}亿元，今年也不好说。",
        "涨了{}%就要卖出，等跌回来再买。",
        "{}元的价格太贵了。",
    )
    return "".join(
        f"<div class='comment-item'><b>网友{random.randrange(10**6)}</b>"
        f"<p>{random.choice(said).format(random.randint(2, 90))}</p></div>"
        for _ in range(8)
    )


# --- PDFs ---------------------------------------------------------------------------------------

Rows = list[list[str]]


@cache
def _body_style() -> ParagraphStyle:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    return ParagraphStyle("body", fontName=FONT, fontSize=11, leading=18, wordWrap="CJK")


def pdf(
    paragraphs: list[str],
    table: Rows | None = None,
    *,
    after: list[str] | None = None,
    header: str = "",
    columns: int = 1,
    ruled: bool = True,
    repeat: int = 1,
    room: float = 0,
) -> bytes:
    """A PDF with a text layer.

    Args:
        paragraphs: What stands before the table.
        table: Rows of cells, the first one their head.
        after: The paragraphs behind the table.
        header: What stands at the top of each page; page numbers stand at the foot then.
        columns: How many columns the text is set in.
        ruled: Whether the table has lines between its cells.
        repeat: How many rows are repeated where the table goes on over a page.
        room: Points that are left on its page for the table to begin in; where 0, what there is.
    """
    style = _body_style()
    width, height = A4
    each = (width - 120 - 30 * (columns - 1)) / columns
    frames = [
        Frame(60 + nr * (each + 30), 60, each, height - 130, 0, 0, 0, 0) for nr in range(columns)
    ]
    story = [Paragraph(html.escape(text), style) for text in paragraphs]
    if table:
        lines = [("FONT", (0, 0), (-1, -1), FONT, 10)]
        lines += [("GRID", (0, 0), (-1, -1), 0.5, (0, 0, 0))] if ruled else []
        rest = (each - 150) / (len(table[0]) - 1) if len(table[0]) > 1 else each
        widths = [150, *[min(rest, 100)] * (len(table[0]) - 1)]
        if room:
            story.append(_Gap(room))
        story.append(Table(table, repeatRows=repeat, colWidths=widths, style=lines))
    story += [Paragraph(html.escape(text), style) for text in after or []]

    def edges(canvas: Any, document: Any) -> None:
        if header:
            canvas.setFont(FONT, 9)
            canvas.drawString(60, 815, header)
            canvas.drawCentredString(297, 25, f"第 {document.page} 页")

    out = BytesIO()
    document = BaseDocTemplate(out, pagesize=A4)
    document.addPageTemplates(PageTemplate("all", frames, onPage=edges))
    document.build(story)
    return out.getvalue()


class _Gap(Flowable):
    """Fills a page but for some points at its foot."""

    def __init__(self, left: float):
        super().__init__()
        self.left, self.height = left, 0.0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.height = max(0.0, height - self.left)
        return width, self.height

    def draw(self) -> None:
        pass


def article_pdf(article: Saved, seed: int = 0) -> bytes:
    """An article as a PDF, with a table, page headers and page numbers."""
    random = Random(seed)
    head = ["项目", "本报告期", "上年同期", "增减（%）"]
    rows = [
        [
            name,
            *(f"{random.uniform(1e3, 9e5):,.2f}" for _ in range(2)),
            f"{random.uniform(-90, 90):.2f}",
        ]
        for name in ("营业收入", "营业成本", "净利润", "研发费用", "销售费用")
    ]
    text = [article.title, f"公告日期：{article.day}", *article.paragraphs, "单位：万元"]
    return pdf(text, [head, *rows], header="新潮股份有限公司公告")
