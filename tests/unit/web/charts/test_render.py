"""Rendering: hostile text stays text, links stay on the site, Thai is written so that PNG files can be read."""

from __future__ import annotations

import struct
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from node.errors import NodeError
from node.web.charts import render
from node.web.charts.inline import inline
from node.web.charts.sheet import ChartSpec
from tests.unit.web.charts.conftest import flows, words

HOSTILE = "<script>alert(\"1\")</script> & 'x' ]]>"
SVG = "http://www.w3.org/2000/svg"


def drawn(inside: str) -> str:
    return f'<svg xmlns="{SVG}" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{inside}</svg>'


def test_text_from_data_stays_text() -> None:
    chart = flows()
    row = replace(chart.rows[0], label=HOSTILE, figure=HOSTILE, title=HOSTILE, href="/f?a=1&b=%3Cscript%3E")
    hostile = replace(chart, rows=(row,), text=replace(words(HOSTILE), alternative=HOSTILE))
    svg = render.svg(hostile.spec(960), "c")
    root = ElementTree.fromstring(svg)  # noqa: S314  # our own renderer has just written it
    assert "<script" not in svg
    texts = ["".join(text.itertext()) for text in root.iter(f"{{{SVG}}}text")]
    assert texts.count(HOSTILE) == 3
    assert [title.text for title in root.iter(f"{{{SVG}}}title")] == [HOSTILE, HOSTILE]
    assert next(root.iter(f"{{{SVG}}}a")).attrib["href"] == "/f?a=1&b=%3Cscript%3E"


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "https://example.org/", "//example.org/", "/\\example.org", "areas", "/a\nb", "/\t/b"],
)
def test_a_link_that_leads_elsewhere_is_refused(href: str) -> None:
    chart = flows()
    leading = replace(chart, rows=(replace(chart.rows[0], href=href),))
    with pytest.raises(NodeError, match="not a path of this site"):
        leading.spec(960)


def test_a_link_without_name_is_refused() -> None:
    chart = flows()
    with pytest.raises(NodeError, match="has no name"):
        replace(chart, rows=(replace(chart.rows[0], title=" "),)).spec(960)


def test_a_chart_may_be_without_links() -> None:
    chart = flows()
    bare = replace(chart, rows=(replace(chart.rows[0], href="", title=""),))
    assert "<a " not in render.svg(bare.spec(960), "c")


@pytest.mark.parametrize(
    ("written", "decomposed"),
    [
        ("\u0e17\u0e33", "\u0e17\u0e4d\u0e32"),
        ("\u0e19\u0e49\u0e33", "\u0e19\u0e4d\u0e49\u0e32"),
        ("\u0e04\u0e48\u0e33\u0e19\u0e33", "\u0e04\u0e4d\u0e48\u0e32\u0e19\u0e4d\u0e32"),
        ("Penang \u0e1b\u0e35\u0e19\u0e31\u0e07", "Penang \u0e1b\u0e35\u0e19\u0e31\u0e07"),
    ],
)
def test_sara_am_is_decomposed_with_its_tone_mark_above(written: str, decomposed: str) -> None:
    assert render.decompose_sara_am(written) == decomposed


def test_png_files_are_written_with_decomposed_sara_am_and_pages_are_not() -> None:
    chart = flows()
    composed, decomposed = (
        replace(chart, rows=(replace(chart.rows[0], label=f"กลุ่ม{text}งาน"),)).spec(960)
        for text in ("\u0e17\u0e33", "\u0e17\u0e4d\u0e32")
    )
    assert "\u0e17\u0e33" in render.svg(composed, "c")
    assert render.png(composed, 1) == render.png(decomposed, 1)


def test_labels_are_drawn_in_a_font_that_has_thai() -> None:
    """Where a font lacks letters, all of them are drawn as the same box."""
    chart = flows()
    one, other = (replace(chart, rows=(replace(chart.rows[0], label=label),)).spec(960) for label in ("กขคง", "จฉชซ"))
    assert render.png(one, 1) != render.png(other, 1)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_png_files_have_the_size_asked_for(scale: float) -> None:
    spec = flows().spec(960)
    made = render.png(spec, scale)
    assert made.startswith(b"\x89PNG")
    wide = struct.unpack(">I", made[16:20])[0]
    assert abs(wide - 960 * scale) <= 4 * scale
    assert made == render.png(spec, scale)


@pytest.mark.parametrize("scale", [0, -1, 4.1, float("nan")])
def test_a_scale_out_of_bounds_is_refused(scale: float) -> None:
    with pytest.raises(NodeError, match="cannot be scaled"):
        render.png(flows().spec(960), scale)


@pytest.mark.parametrize("ident", ["", "Two words", "1st", 'x" onload="'])
def test_an_identifier_that_is_none_is_refused(ident: str) -> None:
    with pytest.raises(NodeError, match="cannot name a chart"):
        render.svg(flows().spec(960), ident)


def test_a_chart_that_cannot_be_drawn_says_which() -> None:
    spec = flows().spec(960)
    broken = ChartSpec(spec.document.replace('"type":"text"', '"type":"pie"'), "Broken one", "-")
    with pytest.raises(NodeError, match="Broken one"):
        render.svg(broken, "c")
    with pytest.raises(NodeError, match="which Vega-Lite"):
        render.svg(replace(spec, document=spec.document.replace("/vega-lite/", "/vega/")), "c")


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("<script>1</script>", "script"),
        ("<foreignObject/>", "foreignObject"),
        ('<a xlink:href="https://example.org/"><path d="M0,0h1v1Z" aria-label="x"/></a>', "not of this site"),
        ('<g transform="rotate(45)"><path d="M0,0h1v1Z"/></g>', "rotate"),
    ],
)
def test_what_no_chart_of_ours_draws_is_refused(inside: str, reason: str) -> None:
    with pytest.raises(NodeError, match=reason):
        inline(drawn(inside), (), "c", "h", "a")


def test_styles_go_and_links_keep_their_place() -> None:
    mark = '<path style="cursor: pointer" aria-label="X" d="M0,0h1v1Z" fill="red"/>'
    link = f'<a xlink:href="https://chart.invalid/x">{mark}</a>'
    svg = inline(
        drawn(f'<g transform="translate(3,4)"><g transform="translate(1,1)">{link}</g></g>'), (), "c", "h", "a"
    )
    assert "style" not in svg
    assert '<a href="/x" tabindex="-1"><title>X</title><path d="M0,0h1v1Z" transform="translate(4,5)"/></a>' in svg
    assert svg.count("<path") == 2
