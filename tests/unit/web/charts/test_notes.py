"""Notes and signs: they are drawn whole, beside what they are of, and touch nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import pytest

from node.errors import NodeError
from node.web.charts import render
from node.web.charts.heat_map import HeatArea
from node.web.charts.metrics import line_height, width_of
from node.web.charts.notes import LEADING, SIZE, Note
from node.web.charts.palette import INK, NAVY, WARN, contrast
from node.web.charts.sheet import MARGIN, ChartSpec, with_notes_beside
from node.web.charts.signs import SHAPES, signs_at, signs_width, wrap_signed
from node.web.workspace.words import STATE_MARKS
from tests.unit.web.charts.conftest import (
    CHARTS,
    NOTES,
    SIGNED,
    flows,
    heat_map,
    rows_with,
    signed,
    svg_of,
    tile_map_of_many,
    time_series,
    words,
)

SVG = "{http://www.w3.org/2000/svg}"
Box = tuple[float, float, float, float]
SIGN_OF = {shape: sign for sign, shape in SHAPES.items()}


def written(spec: ChartSpec) -> list[tuple[str, Box]]:
    """Every line of text that has its place in pixels, with what it covers of its height for certain."""
    document, found = json.loads(spec.document), []
    for layer in document["layer"]:
        mark = layer["mark"]
        if mark["type"] != "text" or any(layer["encoding"][axis]["scale"] for axis in "xy"):
            continue
        before = {"left": 0.0, "center": 0.5, "right": 1.0}[mark["align"]]
        for row in document["datasets"][layer["data"]["name"]]:
            for place, line in enumerate(row["text"].split("\n")):
                wide = width_of(line, mark["fontSize"], mark["fontWeight"])
                left, middle = row["x"] - before * wide, row["y"] + place * mark["lineHeight"]
                half = mark["fontSize"] * 0.35
                found.append((line, (left, middle - half, left + wide, middle + half)))
    return found


def drawn(spec: ChartSpec) -> list[tuple[str, Box]]:
    """Every sign."""
    found = []
    for rows in rows_with(spec, "shape"):
        for row in rows:
            if row["shape"] in SIGN_OF:
                half = row["area"] ** 0.5 / 2
                box = (row["x"] - half, row["y"] - half, row["x"] + half, row["y"] + half)
                found.append((SIGN_OF[row["shape"]], box))
    return found


def touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] - 0.5 and other[0] < one[2] - 0.5 and one[1] < other[3] - 0.5 and other[1] < one[3] - 0.5


def signs_of(value: Any) -> list[str]:
    """All signs in a chart's values that are drawn and not written."""
    if isinstance(value, tuple):
        return [sign for part in value for sign in signs_of(part)]
    if not hasattr(value, "__dataclass_fields__") or value is None:
        return []
    own = [sign for sign in getattr(value, "signs", "") if sign in SHAPES]
    return own + [sign for name in value.__dataclass_fields__ for sign in signs_of(getattr(value, name))]


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("name", SIGNED)
def test_no_sign_touches_a_text_or_another_sign_or_leaves_the_drawing(name: str, width: int, beside: bool) -> None:
    chart = with_notes_beside(SIGNED[name]) if beside else SIGNED[name]
    spec = chart.spec(width)
    texts, signs = written(spec), drawn(spec)
    assert len(signs) >= 3
    for sign, box in signs:
        assert box[0] >= -MARGIN / 2, sign
        assert box[2] <= json.loads(spec.document)["width"] + MARGIN / 2, sign
        assert [text for text, other in texts if touch(box, other)] == [], sign
    assert not [pair for pair in combinations(signs, 2) if touch(pair[0][1], pair[1][1])]


@pytest.mark.parametrize("name", SIGNED)
def test_every_sign_is_drawn(name: str, width: int) -> None:
    """But for those of points that are not drawn, and once for a country, however many areas it has."""
    chart = SIGNED[name]
    wanted = signs_of(chart) + [note.sign for note in NOTES if note.sign in SHAPES]
    shown = [sign for sign, _ in drawn(chart.spec(width))]
    assert set(shown) == set(wanted)
    if name.startswith(("tile map", "flows", "paired", "interval", "compared")):
        assert sorted(shown) == sorted(wanted)


@pytest.mark.parametrize("name", SIGNED)
def test_without_signs_and_notes_nothing_of_them_is_drawn(name: str, width: int) -> None:
    spec = CHARTS[name.removesuffix(", signed")].spec(width)
    assert drawn(spec) == []
    assert WARN not in spec.document


@pytest.mark.parametrize("name", SIGNED)
def test_notes_stand_between_the_subtitle_and_the_drawing(name: str, width: int) -> None:
    """The renderer places the subtitle; what belongs to notes lies above the drawing's upper edge, and below it."""
    spec, bare = SIGNED[name].spec(width), replace(SIGNED[name], text=words()).spec(width)
    notes = [(text, box) for text, box in written(spec) if box[3] < 0]
    packed = "".join(text for text, _ in notes).replace(" ", "")
    for note in NOTES:
        assert note.text.replace(" ", "") in packed
    assert [text for text, box in written(bare) if box[3] < 0] == []
    root = svg_of(SIGNED[name], width)
    high, without = (
        float(one.attrib["viewBox"].split()[3]) for one in (root, svg_of(replace(SIGNED[name], text=words()), width))
    )
    top = min(box[1] for _, box in notes)
    assert high - without >= -top - 1, "the subtitle lies over the notes"


@pytest.mark.parametrize("name", SIGNED)
def test_the_text_alternative_ends_with_the_notes(name: str) -> None:
    for chart in (SIGNED[name], with_notes_beside(SIGNED[name])):
        (said,) = (one.text or "" for one in svg_of(chart, 960).iter(f"{SVG}desc"))
        assert said.startswith("Two areas are short, one is slack. Malaysia: its feed is quarantined")
        assert said.endswith("p: provisional: the country expects to revise it.")
        assert "◐" not in said


def test_notes_that_are_said_beside_a_chart_are_brief_in_it_and_side_by_side_where_they_fit() -> None:
    chart = with_notes_beside(SIGNED["flows, signed"])
    for width, lines in ((960, 1), (380, 3)):
        texts = {text: box for text, box in written(chart.spec(width)) if box[3] < 0}
        assert {"Malaysia", "มาเลเซีย", "partial, without Malaysia.", "p", NOTES[3].text} == set(texts)
        assert len({box[1] for box in texts.values()}) <= lines
        assert all(box[2] <= width - 2 * MARGIN for box in texts.values())


def test_a_brief_note_that_is_wider_than_the_chart_is_wrapped() -> None:
    long = Note("A" * 200, "◷")
    chart = with_notes_beside(replace(flows(), text=replace(words(), notes=(long, NOTES[0]))))
    texts = [(text, box) for text, box in written(chart.spec(380)) if box[3] < 0]
    assert "".join(text for text, _ in texts if text != "Malaysia") == long.text
    assert len({box[1] for _, box in texts}) == len(texts)
    assert all(box[2] <= 380 - 2 * MARGIN for _, box in texts)


def test_lines_of_notes_leave_room_for_thai_marks() -> None:
    tops = sorted({box[1] for text, box in written(SIGNED["flows, signed"].spec(380)) if box[3] < 0})
    assert min(lower - upper for upper, lower in pairwise(tops)) >= SIZE * LEADING - 0.5 > line_height(SIZE)


def test_notes_can_be_read_on_their_ground() -> None:
    assert contrast(INK, WARN) >= 4.5


def test_the_pages_signs_of_feeds_can_be_drawn_and_others_are_refused() -> None:
    assert set(STATE_MARKS.values()) - set(SHAPES) == {"✓"}, "fresh feeds are not marked"
    assert len(set(SHAPES.values())) == len(SHAPES)
    with pytest.raises(NodeError, match="cannot draw the sign “☂”"):
        signs_width("☂", 12)
    with pytest.raises(NodeError, match="cannot draw"):
        signs_at("☂", 0, 0, 12)


def test_every_sign_is_another_picture() -> None:
    """In PNG, too: the typeface has none of them, and would show the same box for each."""
    made = {
        render.png(replace(flows(), text=replace(words(), notes=(Note("x", sign),))).spec(380), 1) for sign in SHAPES
    }
    assert len(made) == len(SHAPES)


def test_a_label_leaves_room_for_its_signs() -> None:
    name = "Negeri Sembilan"
    wide = width_of(name, 13)
    assert wrap_signed(name, wide + 1, 13, "") == (name,)
    assert wrap_signed(name, wide + 1, 13, "✕") == ("Negeri", "Sembilan")
    assert wrap_signed(name, wide + signs_width("✕", 13), 13, "✕") == (name,)


@pytest.mark.parametrize("words_of_label", range(10, 30))
def test_signs_have_room_behind_a_label_of_any_length(words_of_label: int, width: int) -> None:
    chart = flows()
    row = replace(chart.rows[0], label=" ".join(["ab"] * words_of_label), signs="✕◷", figure="1,234 posts")
    spec = replace(chart, rows=(row,)).spec(width)
    bars = [bar["x"] for rows in rows_with(spec, "fill", "x2") for bar in rows if bar["fill"] == NAVY]
    signs, texts = drawn(spec), written(spec)
    (scale,) = {
        tuple(layer["encoding"]["x"]["scale"]["range"])
        for layer in json.loads(spec.document)["layer"]
        if layer["encoding"]["x"]["scale"]
    }
    assert bars
    for _, box in signs:
        assert box[2] <= (width - 2 * MARGIN if scale[0] == 0 else scale[0]), (
            "before the bar, or in the width of a phone"
        )
        assert not [text for text, other in texts if touch(box, other)]


def test_a_provisional_cell_has_its_letter_where_its_figure_has_no_room() -> None:
    for count, width in ((44, 960), (44, 380), (10, 380)):
        cells = 5 * count
        texts = [text for text, _ in written(signed(heat_map(count)).spec(width))]
        assert texts.count("p") == cells + 1, "and one in the notes"
    assert [text for text, _ in written(signed(heat_map(3)).spec(960))].count("p") == 1, "figures have it themselves"


def test_a_provisional_tile_has_its_letter_where_its_figure_has_no_room() -> None:
    chart = tile_map_of_many()
    tiles = tuple(replace(tile, figure="0.25 p", letter="p", signs="✕") for tile in chart.tiles)
    for width, shown in ((960, "0.25 p"), (380, "p")):
        texts = [text for text, _ in written(replace(chart, tiles=tiles).spec(width))]
        assert texts.count(shown) == len(tiles)
        assert not {"0.25 p", "p"} - {shown} & set(texts)


def test_signs_of_months_stand_over_their_figures_hidden_ones_too() -> None:
    chart = time_series(1, 6)
    moments = tuple(replace(moment, signs="◐") for moment in chart.series[0].moments)
    spec = replace(chart, series=(replace(chart.series[0], moments=moments),)).spec(960)
    assert len(drawn(spec)) == 4, "two known, two hidden, and none over what is not there"


def test_the_areas_of_a_country_have_its_sign_and_so_has_the_country() -> None:
    chart = heat_map(3)
    areas = tuple(replace(area, signs="✕" if area.country == "Malaysia" else "") for area in chart.areas)
    assert isinstance(areas[0], HeatArea)
    assert len(drawn(replace(chart, areas=areas).spec(960))) == 2
    assert len(drawn(replace(heat_map(20), areas=areas).spec(960))) == 2
