"""Bars as inline SVG, by Vega-Lite: no script, no font and no address in what comes out.

Colours are CSS variables of the page, so one chart serves light, dark and print. Each bar's label
stands above it, so a chart is as readable on a phone, whatever the names' length.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ingest import Trouble

WIDTH, STEP = 340, 46
"""Of a chart and of one of its bars, in pixels: what a phone shows without shrinking it."""


class Bar(NamedTuple):
    """A bar with its label on the left above it, and what it says on the right."""

    label: str
    text: str
    value: float
    href: str = ""
    tone: str = "bar"
    """A CSS variable of the page: bar, soft or goal."""
    inner: float | None = None
    """A part of the value, as a darker bar in it."""
    mark: float | None = None
    """What it is held against, as a line across it."""


def bar_chart(title: str, bars: Sequence[Bar]) -> str:
    """An SVG element of horizontal bars, top down in the order given.

    Args:
        title: What the chart shows, for those who cannot see it.
        bars: Values of one unit, none below zero.

    Raises:
        Trouble: The library that draws is not installed.
    """
    try:
        import vl_convert  # noqa: PLC0415 # an extra: the pipeline does without it
    except ImportError as error:
        cure = "Install it: make html, or pip install 'figurehouse[html]'."
        raise Trouble(
            Path("report --html"), "charts", "vl-convert-python is not installed", cure
        ) from error
    svg: str = vl_convert.vegalite_to_svg(_spec(bars))
    # Links come out under the address that the library takes relative ones to be of; the rest are
    # attributes that only a chart in a file of its own needs.
    svg = re.sub(r'xlink:href="[^"#]*#', 'href="#', svg)
    svg = re.sub(r' (xmlns(:xlink)?|version|class|width|height)="[^"]*"', "", svg, count=6)
    said = "; ".join(f"{bar.label}: {bar.text}" for bar in bars)
    return svg.replace("<svg", f'<svg role="group" aria-label="{_escaped(f"{title}. {said}")}"', 1)


def _escaped(text: str) -> str:
    for sign, code in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, code)
    return text


def _spec(bars: Sequence[Bar]) -> dict[str, Any]:
    """The chart as Vega-Lite; all that comes from an article is data in it, never an expression."""
    most = max([*(bar.value for bar in bars), *(bar.mark or 0 for bar in bars)], default=1) or 1
    values = [
        bar._asdict() | {"nr": nr, "most": most, "tone": f"var(--{bar.tone})", "href": bar.href}
        for nr, bar in enumerate(bars)
    ]
    y = {"field": "nr", "type": "ordinal", "axis": None}

    def x(field: str) -> dict[str, Any]:
        scale = {"domain": [0, most]}
        return {"field": field, "type": "quantitative", "axis": None, "stack": None, "scale": scale}

    def bar(field: str, fill: dict[str, Any], size: int = 12) -> dict[str, Any]:
        return {
            "mark": {"type": "bar", "size": size, "yOffset": 10, "cornerRadius": 2},
            "transform": [{"filter": {"field": field, "valid": True}}],
            "encoding": {"y": y, "x": x(field), "fill": fill} | linked,
        }

    def text(field: str, align: str, place: int, limit: int, weight: int) -> dict[str, Any]:
        return {
            "mark": {
                "type": "text",
                "align": align,
                "yOffset": -7,
                "baseline": "middle",
                "fontSize": 13,
                "fontWeight": weight,
                "fill": "var(--ink)",
                "limit": limit,
            },
            "encoding": {"y": y, "x": {"value": place}, "text": {"field": field}} | linked,
        }

    linked = {"href": {"field": "href"}, "description": {"field": "label"}}
    track = bar("most", {"value": "var(--track)"})
    track["encoding"] = {key: track["encoding"][key] for key in ("y", "x", "fill")}
    track["mark"]["aria"] = False
    mark = {
        "mark": {"type": "tick", "thickness": 2, "size": 20, "yOffset": 10, "aria": False},
        "transform": [{"filter": {"field": "mark", "valid": True}}],
        "encoding": {"y": y, "x": x("mark"), "fill": {"value": "var(--ink)"}},
    }
    return {
        "data": {"values": values},
        "width": WIDTH,
        "height": {"step": STEP},
        "padding": 1,
        "layer": [
            track,
            bar("value", {"field": "tone", "type": "nominal", "scale": None}),
            bar("inner", {"value": "var(--bar)"}),
            mark,
            text("label", "left", 0, 200, 400),
            text("text", "right", WIDTH, WIDTH, 600),
        ],
        "config": {
            "view": {"stroke": None},
            "background": None,
            "scale": {"bandPaddingInner": 0, "bandPaddingOuter": 0},
        },
    }
