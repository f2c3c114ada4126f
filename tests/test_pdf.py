"""PDFs made here, with a text layer, without one, locked and broken."""

from io import BytesIO

import pytest

pytest.importorskip("reportlab")
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from ingest.documents.pdf import read_pdf
from ingest.documents.schema import Rejected

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
BODY = ParagraphStyle("body", fontName=FONT, fontSize=11, leading=18, wordWrap="CJK")
PROSE = (
    "晨星器材上半年的收入为68.22亿元，比上年同期增长27.31%，主要由于海外渠道的销量继续扩大以及新品上市"
    "带动了均价上升，期末门店数达到1,234家，员工总数为9,876人，研发费用为3.21亿元，现金充裕。"
)


def edges(canvas, document):
    canvas.setFont(FONT, 9)
    canvas.drawString(60, 815, "晨星器材股份有限公司 2024年半年度报告")
    canvas.drawCentredString(297, 25, f"第 {document.page} 页")


def report(rows, *, ruled=True, repeat=1) -> bytes:
    out = BytesIO()
    style = [("FONT", (0, 0), (-1, -1), FONT, 10)]
    style += [("GRID", (0, 0), (-1, -1), 0.5, (0, 0, 0))] if ruled else []
    table = Table(rows, repeatRows=repeat, colWidths=[150, 100, 100, 100])
    table.setStyle(TableStyle(style))
    story = [Paragraph(text, BODY) for text in ("晨星器材2024年半年报", PROSE, "单位：万元")]
    document = SimpleDocTemplate(out, pagesize=A4)
    document.build([*story, table], onFirstPage=edges, onLaterPages=edges)
    return out.getvalue()


HEAD = ["项目", "本报告期", "上年同期", "增减（%）"]
ROWS = [
    ["营业收入", "682,240.15", "535,880.32", "27.31"],
    ["净利润", "-4,270.00", "67,700.50", "-106.31"],
]


def cells(document):
    return [
        (
            document.text[b["start"] : b["end"]],
            b["row_head"],
            b["column_head"],
            b["unit_note"],
            b["page"],
        )
        for b in document.blocks
        if b["kind"] == "cell"
    ]


@pytest.mark.parametrize("ruled", [True, False])
def test_a_table_is_read_with_and_without_ruling_lines(ruled):
    document = read_pdf(report([HEAD, *ROWS], ruled=ruled))
    assert cells(document) == [
        ("682,240.15", "营业收入", "本报告期", "万元", 1),
        ("535,880.32", "营业收入", "上年同期", "万元", 1),
        ("27.31", "营业收入", "增减（%）", "%", 1),
        ("-4,270.00", "净利润", "本报告期", "万元", 1),
        ("67,700.50", "净利润", "上年同期", "万元", 1),
        ("-106.31", "净利润", "增减（%）", "%", 1),
    ]


@pytest.mark.parametrize("repeat", [0, 1])
def test_a_table_goes_on_over_a_page_with_its_head_repeated_or_not(repeat):
    many = [[f"第{n}号产品收入", f"{n},234.00", "1,100.00", "12.18"] for n in range(1, 60)]
    found = cells(read_pdf(report([HEAD, *many], repeat=repeat)))
    assert len(found) == 3 * len(many)
    assert {cell[2] for cell in found} == set(HEAD[1:])
    assert {cell[4] for cell in found} == {1, 2}


def test_lines_are_joined_and_what_repeats_on_every_page_is_dropped():
    many = [["收入", "1,234.00", "1,100.00", "12.18"]] * 59
    text = read_pdf(report([HEAD, *many])).text
    assert PROSE in text
    assert "股份有限公司" not in text
    assert "页" not in text


def test_two_columns_are_read_one_after_the_other():
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setFont(FONT, 10)
    for nr in range(6):
        canvas.drawString(
            60, 700 - 20 * nr, f"左栏第{'一二三四五六'[nr]}行说的是公司的收入与利润情况"
        )
        canvas.drawString(
            320, 700 - 20 * nr, f"右栏第{'一二三四五六'[nr]}行说的是行业的规模与前景如何"
        )
    canvas.save()
    text = read_pdf(out.getvalue()).text
    assert text.index("左栏第六行") < text.index("右栏第一行")


def rejected(data: bytes) -> Rejected:
    with pytest.raises(Rejected) as refused:
        read_pdf(data)
    return refused.value


def test_a_scan_is_refused():
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.rect(100, 100, 200, 200, fill=1)
    canvas.save()
    assert rejected(out.getvalue()).reason == "scan"


def test_a_locked_and_a_broken_file_are_refused():
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(100, 100, "locked")
    canvas.save()
    assert rejected(out.getvalue()).reason == "encrypted"
    assert rejected(b"%PDF-1.7\nnothing that is one").reason == "broken_pdf"
