"""The views of one occupation group, one area, and the matrix of both."""

from __future__ import annotations

from collections.abc import Sequence

from node.compare.overview import area_spread
from node.compare.tables import area_ranks
from node.comparing.views import Compared, Mismatch, by_area, by_occupation, country_mismatch, matrix, matrix_groups
from node.model.comparison import Signal
from node.model.interval import Interval
from node.model.period import TimePeriod
from node.model.structure import RESIDUAL
from node.model.table import Coded
from node.web.charts.heat_map import HeatArea, HeatCell, HeatMap
from node.web.charts.interval_bars import IntervalBar, IntervalBars
from node.web.language import writing
from node.web.language.catalogues import gettext
from node.web.workspace.charting import extent_of, key_of, letter_of, numerals, reference, short_figure, state_of
from node.web.workspace.desk import Desk
from node.web.workspace.measures import MEASURES, read_measure
from node.web.workspace.notes import chart_text, feed_signs, no_signal
from node.web.workspace.overview import choices, spread_sentence
from node.web.workspace.shown import Shown


def occupation_shown(desk: Desk, period: TimePeriod, code: str) -> Shown:
    """All areas for one group. Raises: NotPublished for an unknown one."""
    found = by_area(desk.reading, period, code)
    codes = desk.naming.occupations
    name = desk.naming.occupation(code)
    return Shown(
        template="occupation.html",
        path=f"/occupations/{code}",
        heading=name.text,
        english=not name.official,
        message=spread_sentence(desk, area_spread(found.now, desk.naming.areas, code), code),
        view=found.view,
        moment=found.moment,
        links=desk.links(period),
        area=found.area,
        occupation=code,
        charts={"ranking": lambda: area_ranking(desk, found)},
        context={
            "above": tuple(reversed(codes.lineage(code)[1:])),
            "parts": [part for part in codes.children(code) if not part.endswith(RESIDUAL)],
        },
        briefing=True,
    )


def area_shown(desk: Desk, period: TimePeriod, code: str) -> Shown:
    """An area's occupation groups. Raises: NotPublished for an unknown area or group."""
    codes, areas = desk.naming.occupations, desk.naming.areas
    group = desk.query.occupation or codes.roots[0]
    found = by_occupation(desk.reading, period, desk.reading.area(code), group)
    return Shown(
        template="area.html",
        path=f"/areas/{code}",
        heading=desk.naming.area_text(code),
        message=_short_here(desk, found),
        view=found.view,
        moment=found.moment,
        links=desk.links(period),
        area=code,
        occupation=group,
        query={"occupation": desk.query.occupation},
        charts={"ranking": lambda: group_ranking(desk, found)} if areas.code(code).parent else {},
        context={
            "above": tuple(reversed(codes.lineage(group)[1:])),
            "inside": areas.children(code),
            "mismatch": mismatch_words(country_mismatch(desk.reading, found)),
        },
        briefing=areas.code(code).parent is not None,
    )


def matrix_shown(desk: Desk, period: TimePeriod) -> Shown:
    """All areas by a group's parts. Raises: NotPublished for an unknown group; BadRequest for an unknown measure."""
    codes = desk.naming.occupations
    group, measure = desk.query.occupation or codes.roots[0], read_measure(desk.query.measure)
    found = matrix(desk.reading, period, group)
    return Shown(
        template="matrix.html",
        path="/matrix",
        heading=gettext("Areas by occupation"),
        message=gettext(
            "%(occupation)s and its groups, in every area, beside the own country’s level.",
            occupation=desk.naming.occupation_text(group),
        ),
        view=found.view,
        moment=found.moment,
        links=desk.links(period),
        area=found.area,
        occupation=group,
        query={"occupation": desk.query.occupation, "measure": desk.query.measure},
        charts={"heat": lambda: heat_map(desk, found)},
        context={
            "above": tuple(reversed(codes.lineage(group)[1:])),
            "groups": matrix_groups(desk.reading, group),
            "now": found.now,
            "measure": measure,
            "measures": MEASURES,
            "choices": choices(desk),
        },
    )


def area_ranking(desk: Desk, found: Compared) -> IntervalBars:
    """The areas without parts by relative tightness, those that can rank highest first; below them the others."""
    ranks = area_ranks(found.now, desk.naming.areas, found.occupation)
    leaves = sorted(desk.naming.areas.leaves, key=lambda area: (sum(ranks.get(area, (99, 99))), area))
    links = desk.links(found.period)
    rows = [
        (desk.naming.area_text(area), area, found.occupation, desk.area_href(links, area, found.occupation))
        for area in leaves
    ]
    sentence = spread_sentence(desk, area_spread(found.now, desk.naming.areas, found.occupation), found.occupation)
    return _ranking(desk, found, rows, sentence)


def group_ranking(desk: Desk, found: Compared) -> IntervalBars:
    """An area's groups by relative tightness, in the order of the classification."""
    links, shown = desk.links(found.period), found.view.table("occupations").column("OCCUPATION")
    codes = [cell.code for cell in shown if isinstance(cell, Coded)]
    rows = [
        (desk.naming.occupation_text(code), found.area, code, desk.group_href(links, found.area, code))
        for code in codes
    ]
    return _ranking(desk, found, rows, _short_here(desk, found), f"{desk.naming.area_text(found.area)}: ")


def _ranking(
    desk: Desk, found: Compared, rows: Sequence[tuple[str, str, str, str]], sentence: str, before: str = ""
) -> IntervalBars:
    """Rows of areas have the signs of their feeds; in a ranking of one area's groups the notes say it of all. `before`:
    what of the subtitle names that area."""
    now, drawn, figures = found.now, [], []
    areas = {area for _, area, _, _ in rows}
    for label, area, code, href in rows:
        place = now.place(area, code)
        relative = now.relative.at(*place)
        state = state_of(relative, now.signal_at(*place))
        figure = short_figure(relative, 2)
        signs = feed_signs(desk, area) if len(areas) > 1 else ""
        drawn.append(IntervalBar(label, extent_of(relative), figure, state, href, f"{label}: {figure}", signs))
        figures.append(relative)
    measure = gettext(
        "Vacancies per job seeker as a multiple of the own country’s over all occupations, %(month)s",
        month=writing.month(found.period),
    )
    return IntervalBars(
        chart_text(desk, found.view, sentence, f"{before}{measure}", sentence, areas=areas, figures=figures),
        tuple(drawn),
        key_of((row.state for row in drawn), desk.reading.thresholds),
        reference(desk.reading.thresholds),
        numerals(),
    )


def heat_map(desk: Desk, found: Compared) -> HeatMap:
    """Every country and area by the matrix's groups."""
    now, links = found.now, desk.links(found.period)
    groups = matrix_groups(desk.reading, found.occupation)
    places = list(desk.naming.areas.leaves)
    cells, figures = [], []
    for area in places:
        row = []
        for code in groups:
            place = now.place(area, code)
            relative = now.relative.at(*place)
            title = f"{desk.naming.area_text(area)}, {desk.naming.occupation_text(code)}"
            href = links.provenance(area, code)
            figures.append(relative)
            state, figure = state_of(relative, now.signal_at(*place)), short_figure(relative, 1)
            row.append(HeatCell(state, figure, href, title, letter_of(relative)))
        cells.append(tuple(row))
    named = desk.naming.area_text
    names = [HeatArea(named(desk.reading.country(area)), named(area), feed_signs(desk, area)) for area in places]
    heads = tuple(desk.naming.occupation_text(code) for code in groups)
    name = desk.naming.occupation_text(found.occupation)
    text = chart_text(
        desk,
        found.view,
        gettext("Where the groups of %(occupation)s are short", occupation=name),
        gettext(
            "Vacancies per job seeker as a multiple of the own country’s over all occupations, %(month)s",
            month=writing.month(found.period),
        ),
        gettext(
            "A table of colours and marks: %(areas)s areas by %(groups)s occupation groups. The table beside it has "
            "the same figures.",
            areas=writing.number(len(places)),
            groups=writing.number(len(groups)),
        ),
        areas=places,
        figures=figures,
    )
    states = (cell.state for row in cells for cell in row)
    return HeatMap(text, tuple(names), heads, tuple(cells), key_of(states, desk.reading.thresholds))


def mismatch_words(found: Mismatch | None) -> dict[str, str] | None:
    """Both measures in percent, as written; None where there is none."""
    if found is None:
        return None
    return {
        "lost": writing.interval(_percent(found.lost_hires), 1),
        "moving": writing.interval(_percent(found.moving), 1),
        "groups": writing.number(found.groups),
    }


def _percent(share: Interval) -> Interval:
    return Interval(100 * share.low, 100 * share.high)


def _short_here(desk: Desk, found: Compared) -> str:
    """Which of an area's groups are short for certain, in a sentence."""
    now, names = found.now, []
    for cell in found.view.table("occupations").column("OCCUPATION"):
        code = cell.code if isinstance(cell, Coded) else found.occupation
        if code != found.occupation and now.signal_at(*now.place(found.area, code)) is Signal.SHORTAGE:
            names.append(desk.naming.occupation_text(code))
    if found.area == desk.root:
        return no_signal()
    if not names:
        return gettext("No occupation group is known to be short here.")
    return gettext("Short here for certain: %(occupations)s.", occupations=writing.join(names))
