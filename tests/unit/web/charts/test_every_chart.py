"""What holds for all charts, at both widths."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import fields, is_dataclass

import pytest
from altair.vegalite.v6.schema.core import load_schema
from jsonschema import Draft7Validator

from node.errors import NodeError
from node.web.charts import render
from node.web.charts.metrics import width_of
from node.web.charts.sheet import MARGIN, Chart, ChartText
from tests.unit.web.charts.conftest import svg_of

SVG = "{http://www.w3.org/2000/svg}"
NOT_DRAWN = {"href", "title", "group", "state", "alternative", "brief", "name", "figure", "signs", "letter", "notes"}
"""Fields that are links, codes, read out only, or left out where there is no room for them."""


def labels(value: object) -> set[str]:
    """All texts in a chart's values that have to be read in the picture."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, tuple):
        return {text for part in value for text in labels(part)}
    if is_dataclass(value) and not isinstance(value, type):
        kept = [field.name for field in fields(value) if field.name not in NOT_DRAWN and field.name != "numerals"]
        return {text for name in kept for text in labels(getattr(value, name))}
    return set()


def packed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def vega_lite() -> Draft7Validator:
    return Draft7Validator(load_schema())


def test_the_specification_is_valid_vega_lite(vega_lite: Draft7Validator, chart: Chart, width: int) -> None:
    document = json.loads(chart.spec(width).document)
    assert vega_lite.is_valid(document)
    document["layer"][-1]["mark"]["type"] = "pie"
    assert not vega_lite.is_valid(document)


def test_every_label_is_whole_in_the_picture(chart: Chart, width: int) -> None:
    root = svg_of(chart, width)
    drawn = [packed("".join(text.itertext())) for text in root.iter(f"{SVG}text")]
    written = {packed(label) for label in labels(chart)}
    shown = "\n".join(drawn)
    months = set(getattr(chart, "months", ())) | {getattr(point, "month", "") for point in getattr(chart, "points", ())}
    headed = {packed(chart.text.headline), packed(chart.text.subtitle)}
    headed |= {packed(note.text) for note in chart.text.notes}
    for label in written - {packed(month) for month in months} - headed:
        assert label in shown, label
    for part in headed:
        assert part in packed("".join(drawn))


def test_no_text_leaves_the_drawing(chart: Chart, width: int) -> None:
    document = json.loads(chart.spec(width).document)
    for layer in document["layer"]:
        mark, rows = layer["mark"], document["datasets"][layer["data"]["name"]]
        if mark["type"] != "text" or layer["encoding"]["x"]["scale"] is not None:
            continue
        before = {"left": 0.0, "center": 0.5, "right": 1.0}[mark["align"]]
        for row in rows:
            wide = max(width_of(line, mark["fontSize"], mark["fontWeight"]) for line in row["text"].split("\n"))
            left = row["x"] - before * wide
            assert left >= -MARGIN / 2, row
            assert left + wide <= document["width"] + MARGIN / 2, row


def test_links_are_paths_of_this_site_with_names(chart: Chart, width: int) -> None:
    links = list(svg_of(chart, width).iter(f"{SVG}a"))
    assert links
    for link in links:
        assert re.match(r"/[^/]", link.attrib["href"])
        assert link.findtext(f"{SVG}title")
        assert link.attrib["tabindex"] == "-1"


def test_the_picture_is_one_image_with_name_and_alternative_and_links_lie_outside(chart: Chart) -> None:
    spec = chart.spec(960)
    root = svg_of(chart, 960)
    picture, links = root
    assert (picture.attrib["role"], picture.attrib["aria-labelledby"]) == ("img", "c-title")
    assert picture.attrib["aria-describedby"] == "c-desc"
    by_id = {element.get("id"): element.text for element in root.iter() if element.get("id")}
    assert by_id["c-title"] == spec.headline
    assert by_id["c-desc"] == spec.alternative
    assert not list(picture.iter(f"{SVG}a"))
    assert links.attrib["aria-hidden"] == "true"


def test_a_strict_content_policy_finds_nothing_to_forbid(chart: Chart, width: int) -> None:
    root = svg_of(chart, width)
    assert not [element for element in root.iter() if "style" in element.attrib]
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert not {element.tag.removeprefix(SVG) for element in root.iter()} & {
        "style",
        "script",
        "image",
        "foreignObject",
    }


def test_nothing_is_said_of_fields_and_marks(chart: Chart) -> None:
    named = {name for element in svg_of(chart, 960).iter() for name in element.attrib}
    assert not named & {"aria-label", "aria-roledescription", "data-name"}


def test_the_same_chart_gives_the_same_bytes(chart: Chart) -> None:
    one, other = chart.spec(960), chart.spec(960)
    assert one == other
    assert render.svg(one, "c") == render.svg(other, "c")


def test_it_scales_with_the_page(chart: Chart, width: int) -> None:
    root = svg_of(chart, width)
    assert root.attrib["width"] == "100%"
    assert abs(float(root.attrib["viewBox"].split()[2]) - width) <= MARGIN


def test_too_narrow_a_chart_is_refused(chart: Chart) -> None:
    with pytest.raises(NodeError, match="cannot be read"):
        chart.spec(379)


@pytest.mark.parametrize("lacking", [("", "s", "a"), ("h", " ", "a"), ("h", "s", "")])
def test_a_chart_without_words_is_refused(lacking: tuple[str, str, str]) -> None:
    with pytest.raises(NodeError, match="headline"):
        ChartText(*lacking)


def test_a_process_that_draws_no_chart_loads_neither_altair_nor_the_renderer() -> None:
    kinds = ("beveridge", "cache", "flows", "heat_map", "interval_bars", "paired_bars", "tile_map", "time_series")
    imports = "; ".join(f"import node.web.charts.{kind}" for kind in kinds)
    check = f"import sys; {imports}; sys.exit(bool({{'altair', 'vl_convert', 'pandas'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
