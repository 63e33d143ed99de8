"""An SVG as the renderer writes it, made fit to stand in a page: quiet, named, and without style or script.

Picture and links part. The picture is one image with a name and a text alternative; over it lie invisible links for
the pointer, out of the tab order and not read out, since a table with the same links stands beside every chart.
Sources: WAI-ARIA 1.2, role img (its children are presentational, so it may hold nothing that takes focus); W3C Content
Security Policy 3, style-src (forbids style attributes and elements).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from node.errors import NodeError
from node.web.charts.fonts import FALLBACK
from node.web.charts.sheet import ORIGIN

SVG = "http://www.w3.org/2000/svg"
SVG_TAG = f"{{{SVG}}}"
HREF = "{http://www.w3.org/1999/xlink}href"
QUOTE = {'"': "&quot;"}
IDENT = re.compile("[a-z][a-z0-9-]*")
TRANSLATE = re.compile(r"translate\((-?[\d.e-]+),(-?[\d.e-]+)\)")
LONG_NUMBER = re.compile(r"\d+\.\d{3,}")
PAINT = {
    "fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linecap",
    "stroke-linejoin", "opacity",
}  # fmt: skip
GEOMETRY = {"transform", "d", "x", "x1", "x2", "y1", "y2", "dy"}
DEFAULTS = {"stroke-width": "1", "opacity": "1", "transform": "translate(0,0)", "text-anchor": "start"}
"""What need not be said in SVG 1.1."""
KEPT = {
    "g": ("transform",),
    "rect": ("width", "height"),
    "path": ("transform", "d"),
    "line": ("transform", "x1", "x2", "y1", "y2"),
    "text": ("transform", "text-anchor", "font-size", "font-weight"),
    "tspan": ("x", "dy"),
}
"""What a chart may consist of: nothing that names data fields, styles or scripts."""


def inline(raw: str, texts: Sequence[str], ident: str, headline: str, alternative: str) -> str:
    """The SVG element for a page. `texts`: what is written where `raw` has their index; `ident`: unique in the page.

    Raises: NodeError where `ident` is no identifier, or the SVG holds what no chart of this node draws.
    """
    if not IDENT.fullmatch(ident):
        raise NodeError(f"“{ident}” cannot name a chart in a page; use small letters, digits and hyphens")
    root = ElementTree.fromstring(raw)  # noqa: S314  # what our own renderer has just written, and not a page
    drawing = _Drawing(texts, [])
    picture = "".join(drawing.of(child, 0.0, 0.0) for child in root)
    links = "".join(drawing.links)
    over = f'<g class="chart-links" aria-hidden="true" fill="none" pointer-events="all">{links}</g>' if links else ""
    frame = {"id": ident, "class": "chart", "width": "100%", "viewBox": root.attrib["viewBox"], "font-family": FALLBACK}
    named = {"role": "img", "aria-labelledby": f"{ident}-title", "aria-describedby": f"{ident}-desc"}
    said = f'<title id="{ident}-title">{escape(headline)}</title><desc id="{ident}-desc">{escape(alternative)}</desc>'
    return _tag("svg", {"xmlns": SVG, **frame}, _tag("g", named, said + picture) + over)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """`links`: laid aside while the picture is gone through, each where it stands in the whole."""

    texts: Sequence[str]
    links: list[str]

    def of(self, element: ElementTree.Element, right: float, down: float) -> str:
        """What of an element is to be seen. `right`, `down`: where its group stands, in pixels."""
        tag = element.tag.removeprefix(SVG_TAG)
        if tag == "a":
            self.links.append(_link(element, right, down))
            element = element[0]
            tag = element.tag.removeprefix(SVG_TAG)
        if tag not in KEPT:
            raise NodeError(f"a chart holds the SVG element “{tag}”, which cannot stand in a page; draw it otherwise")
        had = element.attrib
        if had.get("display") == "none" or had.get("d") == "" or had.get("fill") == "transparent":
            return ""
        if had.get("class") == "background":
            return ""
        attributes = {
            name: _short(value) if name in GEOMETRY else value
            for name, value in had.items()
            if (name in KEPT[tag] or name in PAINT) and DEFAULTS.get(name) != value
        }
        if tag == "g":
            return self._group(element, attributes, right, down)
        text = escape(self.texts[int(element.text)]) if element.text else ""
        return _tag(tag, attributes, text + "".join(self.of(child, right, down) for child in element))

    def _group(self, group: ElementTree.Element, attributes: dict[str, str], right: float, down: float) -> str:
        """A group that does nothing gives way to what it holds."""
        moved = TRANSLATE.fullmatch(attributes.get("transform", "translate(0,0)"))
        if moved is None:
            raise NodeError(f"a chart holds a group moved by “{attributes['transform']}”; only translate is understood")
        x, y = float(moved[1]), float(moved[2])
        inside = "".join(self.of(child, right + x, down + y) for child in group)
        return _tag("g", attributes, inside) if attributes and inside else inside


def _link(element: ElementTree.Element, right: float, down: float) -> str:
    """A link without its mark's looks; its name is shown where the pointer rests."""
    href, shape = element.attrib[HREF], element[0]
    if not href.startswith(f"{ORIGIN}/"):
        raise NodeError(f"a chart links to “{href}”, which is not of this site; give a path that begins with a slash")
    place = {} if right == down == 0 else {"transform": f"translate({right:g},{down:g})"}
    hit = _tag("path", {"d": _short(shape.attrib["d"]), **place}, "")
    name = f"<title>{escape(shape.attrib['aria-label'])}</title>"
    return _tag("a", {"href": href.removeprefix(ORIGIN), "tabindex": "-1"}, name + hit)


def _tag(name: str, attributes: dict[str, str], inside: str) -> str:
    written = "".join([f' {key}="{escape(value, QUOTE)}"' for key, value in attributes.items()])
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def _short(value: str) -> str:
    """Hundredths of a pixel are enough."""
    return (
        value
        if len(value) < 6
        else LONG_NUMBER.sub(lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), value)
    )
