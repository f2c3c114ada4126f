import gzip
import hashlib
from datetime import date
from pathlib import Path

import pytest
from opencc import OpenCC

from ingest import Trouble
from ingest.documents import READ, read_articles

SIMPLIFIED = "快手第三季度收入355.54亿元，同比增长14.2%。\n直播业务的收入下降。\n"
TRADITIONAL = "騰訊第三季度收入1928.69億元，同比增長15%。\n遊戲業務的營收與淨利潤。\n"
ARTICLES = sorted(Path("tests/articles").glob("*.txt"))


def read_one(path: Path) -> dict[str, object]:
    articles, rejected = read_articles([path])
    assert rejected.is_empty(), rejected
    return articles.row(0, named=True)


def rejection(path: Path) -> tuple[str, str]:
    articles, rejected = read_articles([path])
    assert articles.is_empty()
    return rejected.row(0)[1:]


@pytest.fixture
def write(tmp_path: Path):
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


# --- encodings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8"),
        (SIMPLIFIED, "utf-16", "utf-16-le"),
        ("\ufeff" + SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        ("恒生指數成份股騰訊，營收增長。𨋢裏嘅人", "big5hkscs", "big5hkscs"),
    ],
)
def test_encoding_is_found(write, text, encoding, found):
    article = read_one(write("a.txt", text.encode(encoding)))
    assert article["text"] == text.strip("\ufeff\n")
    assert article["encoding"] == found


@pytest.mark.parametrize("article", ARTICLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("length", [24, 60, 400])
def test_gb18030_and_big5_are_told_apart_on_any_piece(tmp_path, article, length):
    """Every piece of the articles that holds some Chinese, in both scripts and encodings."""
    text = article.read_text(encoding="utf-8").replace("\n", " ")
    traditional = OpenCC("s2t").convert(text)
    wanted = {}
    for start in range(0, len(text) - length, max(length, len(text) // 12)):
        for script, encoding in (
            (text, "gb18030"),
            (traditional, "gb18030"),
            (traditional, "big5"),
        ):
            piece = script[start : start + length].strip()
            if sum("\u4e00" <= c <= "\u9fff" for c in piece) < length // 3:
                continue
            try:
                data = piece.encode(encoding)
            except UnicodeEncodeError:
                continue
            file = tmp_path / f"{len(wanted)}.txt"
            file.write_bytes(data)
            wanted[file.name] = piece
    articles, rejected = read_articles([tmp_path])
    assert rejected.is_empty()
    found = dict(
        zip(articles["source_path"].str.split("/").list.last(), articles["text"], strict=True)
    )
    assert found == wanted


@pytest.mark.parametrize(
    "data",
    [
        SIMPLIFIED.encode()[:20] + b"\xff\xfe" + SIMPLIFIED.encode()[21:],
        "第3四半期の売上高は前年同期比で増加した。".encode("shift_jis"),
        "Résultats élevés à l'été".encode("latin-1"),
        "\ufeff".encode("utf-16-le") + b"\x00\xd8\x00",
    ],
    ids=["broken UTF-8", "Shift JIS", "Latin 1", "broken UTF-16"],
)
def test_other_encodings_are_rejected_with_the_place(write, data):
    reason, detail = rejection(write("a.txt", data))
    assert reason == "undecodable"
    assert detail.startswith("byte ")
    assert "UTF-8" in detail


# --- what is no article -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", " \n\u3000\r\n\u200b".encode(), "empty"),
        ("a.html", b"<html><script>let a = 1</script><style>p {}</style></html>", "empty"),
        ("a.txt", gzip.compress(b"x" * 100, mtime=0), "binary"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
    ],
)
def test_what_holds_no_text_is_rejected(write, name, data, reason):
    assert rejection(write(name, data))[0] == reason


def test_one_bad_file_leaves_the_others(write, tmp_path):
    write("a.txt", SIMPLIFIED)
    write("b.txt", b"")
    write("c.txt", TRADITIONAL)
    articles, rejected = read_articles([tmp_path])
    assert articles.height == 2
    assert rejected["source_path"].str.ends_with("b.txt").to_list() == [True]


def test_missing_path_and_folder_without_articles(tmp_path, write):
    with pytest.raises(Trouble, match="does not exist"):
        read_articles([tmp_path / "nowhere.txt"])
    write("notes.csv", "a,b")
    write(".hidden/a.txt", SIMPLIFIED)
    write(".hidden.txt", SIMPLIFIED)
    with pytest.raises(Trouble, match="holds no article"):
        read_articles([tmp_path])


# --- text ---------------------------------------------------------------------------------------


def test_text_is_normalised_and_its_hash_is_the_id(write):
    article = read_one(write("a.txt", "\ufeff题目 \r\n\r\n收\u200b入１２３％　\r12亿元\t\n\n"))
    assert article["text"] == "题目\n\n收入１２３％\n12亿元"
    assert article["char_count"] == len("题目\n\n收入１２３％\n12亿元")
    assert article["article_id"] == hashlib.sha256(article["text"].encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "language"),
    [(SIMPLIFIED, "zh-Hans"), (TRADITIONAL, "zh-Hant")],
)
def test_language(write, text, language):
    assert read_one(write("a.txt", text))["language"] == language


def test_html_is_read_as_it_is_seen(write):
    page = """<!doctype html><html><head><meta charset="gb2312"><title>网站 - 财报</title>
    <meta property="article:published_time" content="2025-11-20T08:00:00+08:00">
    <style>p { color: red }</style></head><body><script src="https://example.org/x.js"></script>
    <h1>快手 <b>财报</b></h1><p>收入355.54<b>亿元</b>，同比
    增长14.2%&nbsp;。<br>第二行</p><table><tr><th>业务</th><th>收入</th></tr>
    <tr><td>直播</td><td>95.74亿元</td></tr></table><noscript>没有</noscript></body></html>"""
    article = read_one(write("a.html", page.encode("gb18030")))
    assert article["title"] == "快手 财报"
    assert article["published_on"] == date(2025, 11, 20)
    assert article["text"].split("\n") == [
        "快手 财报",
        "收入355.54亿元，同比增长14.2%\u00a0。",
        "第二行",
        "业务\t收入",
        "直播\t95.74亿元",
    ]


def test_markdown_is_read_as_it_is_seen(write):
    article = read_one(
        write(
            "a.md",
            "---\ntitle: '快手财报'\ndate: 2025-11-21 09:00\n---\n# 快手\n\n收入**355.54亿元**，"
            "[同比](https://example.org)增长14.2%。\n\n"
            "| 业务 | 收入 |\n| - | - |\n| 直播 | 95.74亿元 |\n"
            "\n- 增幅5%~8%\n- 3*4\n",
        )
    )
    assert article["title"] == "快手财报"
    assert article["published_on"] == date(2025, 11, 21)
    assert article["text"].split("\n") == [
        "快手",
        "收入355.54亿元，同比增长14.2%。",
        "业务\t收入",
        "直播\t95.74亿元",
        "增幅5%~8%",
        "3*4",
    ]


@pytest.mark.parametrize(
    ("head", "title", "published"),
    [
        ("腾讯三季报\n\n2025年11月13日 记者", "腾讯三季报", date(2025, 11, 13)),
        ("北京，2025年3月6日——京东公布截至2024年12月31日止业绩。", None, date(2025, 3, 6)),
        ("财报\n截至2025年6月30日止三个月", "财报", None),
        ("财报\n2024年1月1日起，2025-08-28", "财报", None),
        ("财报\n报告期为2024年1月1日至2025年6月30日\n2025-08-28", "财报", date(2025, 8, 28)),
        ("财报\n2025年13月45日", "财报", None),
        ("很长的第一句话，" * 20, None, None),
        # Who wrote, and when, above or below the title.
        ("甲公司多賺一成\n某某日報 2024-03-15 08:30", "甲公司多賺一成", date(2024, 3, 15)),
        ("某某新闻网 2024-03-15", None, date(2024, 3, 15)),
        ("甲公司多賺一成\n2024/03/15 | By ABC", "甲公司多賺一成", date(2024, 3, 15)),
        ("甲公司多赚\nThe Daily 20 May 2021, 11:21 am", "甲公司多赚", date(2021, 5, 20)),
        ("甲公司 点评 2024-03-15", "甲公司 点评 2024-03-15", date(2024, 3, 15)),
        ("甲公司资产负债表\n合并口径 截至 2024年3月15日", "甲公司资产负债表", None),
    ],
)
def test_title_and_date_of_the_head(write, head, title, published):
    article = read_one(write("a.txt", head + "\n收入12亿元。"))
    assert (article["title"], article["published_on"]) == (title, published)


def test_paths_are_relative_and_each_file_comes_once(write, tmp_path, monkeypatch):
    file = write("news/2025/a.txt", SIMPLIFIED)
    write("news/b.html", f"<p>{TRADITIONAL}</p>")
    monkeypatch.chdir(tmp_path)
    articles, _ = read_articles([Path("news"), file, tmp_path / "news"])
    assert articles.schema == READ
    assert set(articles["source_path"]) == {"news/2025/a.txt", "news/b.html"}


def test_what_no_reader_sees_is_no_text(write):
    article = read_one(write("a.txt", "营\x01收\x02为\u200b355\x1b亿元\t。"))
    assert article["text"] == "营收为355亿元\t。"
