"""The sheet a chart is drawn on: its headline, its layers, and the links that lie over them.

Places are pixels from the upper left corner of the drawing, below headline and subtitle; a layer that measures
something does so on an Axis, and then takes values in place of pixels.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import Field, dataclass, replace
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from node.errors import NodeError
from node.web.charts.axes import Axis
from node.web.charts.fonts import FAMILY, REGULAR, SEMIBOLD, Weight
from node.web.charts.marks import Align, Row
from node.web.charts.metrics import line_height, wrap
from node.web.charts.notes import Note, draw_brief_notes, draw_notes
from node.web.charts.palette import INK, MUTED, WHITE

if TYPE_CHECKING:
    from node.web.charts.layers import Layer

ORIGIN = "https://chart.invalid"
"""Stands before links while a chart is rendered, since the renderer sends relative links to a site of its own; it is
taken away again afterwards. Source: RFC 2606, section 2 (.invalid never resolves)."""

WIDE, NARROW = 960, 380
"""Widths in pixels for which charts are laid out: a desk or a printed page, and a phone."""
STACKED_BELOW = 600
"""Narrower charts put labels above what they name, not beside it."""
MARGIN = 12
HEADLINE, SUBTITLE, BODY, SMALL = 20, 14, 13, 12
"""Sizes of text in pixels."""
CLEAR: Row = {"fill": "transparent", "stroke": "transparent"}


@dataclass(frozen=True, slots=True)
class ChartText:
    """What a chart says in words, in the reader's language.

    `headline`: its message; `subtitle`: what is measured, in which unit, when; `alternative`: its message for those
    who do not see it, in one or two sentences, with the figures that carry it; `notes`: what has to be known before any
    figure; they are said after the alternative, too; `said_beside`: what the chart stands in says them, so that here
    they are brief.
    Raises: NodeError where the headline, the subtitle or the alternative is empty.
    """

    headline: str
    subtitle: str
    alternative: str
    notes: tuple[Note, ...] = ()
    said_beside: bool = False

    def __post_init__(self) -> None:
        if not (self.headline.strip() and self.subtitle.strip() and self.alternative.strip()):
            raise NodeError("a chart needs a headline, a subtitle and a text alternative; give all three")

    @property
    def spoken(self) -> str:
        """The alternative and the notes."""
        if not self.notes:
            return self.alternative
        return f"{self.alternative.rstrip('. ')}. {' '.join(note.spoken for note in self.notes)}"


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """A chart ready to be rendered. `document`: a Vega-Lite specification in JSON; the same chart, the same bytes."""

    document: str
    headline: str
    alternative: str


class Chart(Protocol):
    """The values of a chart: a frozen dataclass, so that its `repr` holds all of them."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def text(self) -> ChartText: ...

    def spec(self, width: int) -> ChartSpec:
        """`width` in pixels, margins included, from NARROW up."""
        ...


def with_notes_beside(chart: Chart) -> Chart:
    """The same chart for a place that says its notes beside it."""
    return replace(chart, text=replace(chart.text, said_beside=True))


class Sheet:
    """Collects the layers of one chart. `width`: as given for the chart; afterwards, that of the drawing.

    Raises: NodeError where the width is less than NARROW.
    """

    def __init__(self, width: int) -> None:
        if width < NARROW:
            raise NodeError(f"a chart {width} pixels wide cannot be read; give at least {NARROW}")
        self.width = width - 2 * MARGIN
        self.stacked = width < STACKED_BELOW
        self._rows: dict[str, Sequence[Row]] = {}
        self._layers: list[Layer] = []
        self._links: list[Row] = []
        self._layers_of = _kinds()

    def rectangles(
        self,
        rows: Sequence[Row],
        *,
        across: Axis | None = None,
        down: Axis | None = None,
        dash: tuple[int, ...] = (),
        line: float = 1,
    ) -> None:
        """Rows of `x`, `x2`, `y`, `y2`, `fill`, `stroke`; all of them or none also with what `linked` gives.

        `line`: width of the border in pixels; `dash`: pixels on and off.
        """
        if rows:
            self._add(rows, self._layers_of.rectangle_layer(across, down, dash, line, links="href" in rows[0]))

    def rules(
        self,
        rows: Sequence[Row],
        *,
        across: Axis | None = None,
        down: Axis | None = None,
        dash: tuple[int, ...] = (),
        line: float = 1,
    ) -> None:
        """Rows of `x`, `x2`, `y`, `y2`, `stroke`. `line`: their width in pixels."""
        if rows:
            self._add(rows, self._layers_of.rule_layer(across, down, dash, line))

    def lines(
        self, rows: Sequence[Row], *, across: Axis | None = None, down: Axis | None = None, line: float = 2
    ) -> None:
        """Rows of `x`, `y`, `stroke`, `run` (those that are joined) and `order` (in which)."""
        if rows:
            self._add(rows, self._layers_of.line_layer(across, down, line))

    def shapes(
        self, rows: Sequence[Row], *, across: Axis | None = None, down: Axis | None = None, line: float = 0
    ) -> None:
        """Rows of `x`, `y` (centre), `shape` (a path within -1 to 1), `area` (square pixels), `fill`, `stroke`."""
        if rows:
            self._add(rows, self._layers_of.shape_layer(across, down, line))

    def texts(
        self,
        rows: Sequence[Row],
        *,
        across: Axis | None = None,
        down: Axis | None = None,
        size: float = BODY,
        weight: Weight = REGULAR,
        align: Align = "left",
        shift: tuple[float, float] = (0, 0),
    ) -> None:
        """Rows of `x`, `y` (middle of the first line), `text` (lines apart by a line feed), `fill`.

        `shift`: pixels to the right and down, for text beside a mark.
        """
        if rows:
            self._add(rows, self._layers_of.text_layer(across, down, size, weight, align, shift, line_height(size)))

    def link(self, x: float, y: float, x2: float, y2: float, href: str, title: str) -> None:
        """Lay a link over a box in pixels, above all that is drawn. `href`, `title`: as in `linked`."""
        self._links.extend({"x": x, "y": y, "x2": x2, "y2": y2, **CLEAR, **link} for link in linked(href, title))

    def finish(self, text: ChartText, height: float) -> ChartSpec:
        """The whole chart. `height`: of the drawing in pixels, without headline, subtitle, notes and margins."""
        self.rectangles(self._links)
        (draw_brief_notes if text.said_beside else draw_notes)(self, text.notes)
        headline = wrap(text.headline, self.width, HEADLINE, SEMIBOLD)
        subtitle = wrap(text.subtitle, self.width, SUBTITLE)
        document = {
            "$schema": self._layers_of.SCHEMA,
            "background": WHITE,
            "config": {"font": FAMILY, "view": {"stroke": None}},
            "datasets": {name: list(rows) for name, rows in self._rows.items()},
            "height": height,
            "layer": self._layers,
            "padding": MARGIN,
            "resolve": {"scale": {"x": "independent", "y": "independent"}},
            "title": self._layers_of.heading(headline, subtitle, sizes=(HEADLINE, SUBTITLE), inks=(INK, MUTED)),
            "width": self.width,
        }
        written = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return ChartSpec(written, text.headline, text.spoken)

    def _add(self, rows: Sequence[Row], layer: Layer) -> None:
        name = f"rows_{len(self._rows):02d}"
        self._rows[name] = rows
        self._layers.append({"data": {"name": name}, **layer})


def linked(href: str, title: str) -> list[Row]:
    """What makes a row a link: one addition, or none where `href` is empty.

    `href`: from the site's root; `title`: what the link leads to, shown where the pointer rests.
    Raises: NodeError where `href` leads elsewhere, or the link has no name.
    """
    if not href:
        return []
    if not href.startswith("/") or href.startswith(("//", "/\\")) or not href.isprintable():
        raise NodeError(f"“{href}” is not a path of this site; a link in a chart begins with one slash")
    if not title.strip():
        raise NodeError(f"the link to “{href}” in a chart has no name; say what it leads to")
    return [{"href": ORIGIN + href, "title": title}]


def _kinds() -> ModuleType:
    from node.web.charts import layers  # noqa: PLC0415  # it loads Altair, which a worker without charts does without

    return layers
