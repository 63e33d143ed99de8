"""Who could help whom, and who trains for what is short."""

from __future__ import annotations

import math

from node.compare.reading import groups_at, level_of
from node.comparing.helping import Helping, complementarity, training
from node.comparing.reading import TRAINING
from node.comparing.views import Compared
from node.model.comparison import Measured, Signal
from node.model.period import TimePeriod
from node.model.profile import OCCUPATION
from node.model.table import Coded
from node.web.charts.flows import FlowBar, Flows
from node.web.charts.paired_bars import PairedBars, PairedFigure, PairedRow
from node.web.language import writing
from node.web.language.catalogues import gettext, ngettext
from node.web.workspace.cells import named
from node.web.workspace.charting import extent_of, gap_state, partial_sign, short_figure
from node.web.workspace.desk import Desk
from node.web.workspace.names import distances_name
from node.web.workspace.notes import chart_text, feed_signs
from node.web.workspace.overview import choices
from node.web.workspace.shown import ChartMaker, Shown
from node.web.workspace.words import HEADS

MOST_FLOWS = 15
MOST_GROUPS = 12


def complementarity_shown(desk: Desk, period: TimePeriod) -> Shown:
    """Raises: NotPublished for an unknown group; MappingError without a distance table."""
    codes = desk.naming.occupations
    group = desk.query.occupation or groups_at(codes, 1)[0]
    found = complementarity(desk.reading, period, group)
    charts: dict[str, ChartMaker] = {"flows": lambda: flow_chart(desk, found)} if found.assigned.found.flows else {}
    return Shown(
        template="complementarity.html",
        path="/complementarity",
        heading=gettext("Who could help whom: %(occupation)s", occupation=desk.naming.occupation_text(group)),
        message=filled_sentence(found),
        view=found.view,
        moment=found.moment,
        links=desk.links(period),
        area=desk.root,
        occupation=group,
        query={"occupation": desk.query.occupation},
        charts=charts,
        context={
            "above": tuple(reversed(codes.lineage(group)[1:])),
            "found": found.assigned.found,
            "most": None if math.isinf(found.assigned.most) else found.assigned.most,
            "choices": choices(desk),
            "distances": (about := desk.reading.distances().about),
            "distances_name": named(distances_name(about.title)),
        },
    )


def filled_sentence(found: Helping) -> str:
    """How many posts could be filled from within, for certain."""
    result = found.assigned.found
    if not result.short:
        return gettext("No area is known to be short of posts of this occupation.")
    if not result.filled:
        return ngettext(
            "%(num)s post is short for certain; nobody within the sub-region is known to be beyond need for it.",
            "%(num)s posts are short for certain; nobody within the sub-region is known to be beyond need for them.",
            result.short,
            num=writing.number(result.short),
        )
    return ngettext(
        "%(filled)s of the %(num)s post that is short for certain could be filled from within the sub-region, "
        "%(across)s of them across a border.",
        "%(filled)s of the %(num)s posts that are short for certain could be filled from within the sub-region, "
        "%(across)s of them across a border.",
        result.short,
        filled=writing.number(result.filled),
        across=writing.number(result.across),
        num=writing.number(result.short),
    )


def flow_chart(desk: Desk, found: Helping) -> Flows:
    """The largest flows, from the area with job seekers beyond need to the one that is short."""
    bars = []
    links = desk.links(found.view.period)
    for flow in found.assigned.found.largest(MOST_FLOWS):
        label = gettext(
            "%(one)s to %(other)s, %(occupation)s",
            one=desk.naming.area_text(flow.from_area),
            other=desk.naming.area_text(flow.to_area),
            occupation=desk.naming.occupation_text(flow.to_occupation),
        )
        posts = writing.number(flow.posts)
        signs = feed_signs(desk, flow.from_area, flow.to_area)
        bars.append(FlowBar(label, flow.posts, posts, links.area(flow.to_area), f"{label}: {posts}", signs))
    sentence = filled_sentence(found)
    measure = gettext("Posts that job seekers beyond need elsewhere could fill, the largest flows")
    text = chart_text(desk, found.view, sentence, measure, sentence, areas=(desk.root,), figures=())
    return Flows(text, tuple(bars))


def training_shown(desk: Desk, period: TimePeriod) -> Shown:
    """Raises: NotPublished for an unknown area or a group that TRAINING does not have; Unauthorized."""
    desk.require(TRAINING)
    area, group = desk.query.area or desk.home, desk.query.occupation or None
    found = training(desk.reading, period, area, group)
    trained = desk.reading.profiles.profile(TRAINING).structure.axis(OCCUPATION).codelist
    finest = max(level_of(trained, code) for code in trained.ids)
    name = desk.naming.occupation_text(group) if group else desk.naming.area_text(area)
    return Shown(
        template="training.html",
        path="/training",
        heading=gettext("Training beside shortage: %(name)s", name=name),
        message=_training_sentence(desk, found, by_area=group is not None),
        view=found.view,
        moment=found.moment,
        links=desk.links(period),
        area=area,
        occupation=found.occupation,
        query={"area": desk.query.area, "occupation": desk.query.occupation},
        charts={"training": lambda: training_chart(desk, found)},
        context={
            "choices": [(code, level_of(trained, code)) for code in groups_at(trained, finest)],
            "places": tuple(desk.naming.areas.ids),
            "group": group,
        },
    )


def _training_sentence(desk: Desk, found: Compared, *, by_area: bool) -> str:
    """How many rows are short, and of how many of them nobody trains for them as far as is known."""
    table = found.view.table("training")
    short = untrained = 0
    for signal, places in zip(table.column("SIGNAL"), table.column("TRAINING_PLACES"), strict=True):
        if signal is Signal.SHORTAGE:
            short += 1
            untrained += isinstance(places, Measured) and places.interval is not None and places.interval.high == 0
    if not short:
        return gettext("Nothing here is known to be short.")
    values = {"untrained": writing.number(untrained)}
    if by_area:
        return ngettext(
            "Short for certain in %(num)s area; in %(untrained)s of them there is no training place for it.",
            "Short for certain in %(num)s areas; in %(untrained)s of them there is no training place for it.",
            short,
            **values,
        )
    return ngettext(
        "%(num)s occupation group is short for certain; for %(untrained)s of them there is no training place.",
        "%(num)s occupation groups are short for certain; for %(untrained)s of them there is no training place.",
        short,
        **values,
    )


def training_chart(desk: Desk, found: Compared) -> PairedBars:
    """Vacancies, training places and graduates: of an area's first groups, or of all areas for one group."""
    table = found.view.table("training")
    by_area = table.columns[0].id == "REF_AREA"
    names = [column.id for column in table.columns]
    places = [names.index(name) for name in ("VACANCIES", "TRAINING_PLACES", "GRADUATED_IN_12_PERIODS")]
    links, rows, drawn = desk.links(found.period), [], list[Measured]()
    for row in table.rows[1:] if by_area else table.rows[:MOST_GROUPS]:
        cells = [cell for cell in (row[place] for place in places) if isinstance(cell, Measured)]
        drawn += cells
        figures = tuple(
            PairedFigure(extent_of(cell), short_figure(cell, 0), gap_state(cell), partial_sign(cell)) for cell in cells
        )
        label, code = desk.writer.text(table.columns[0], row[0]), row[0].code if isinstance(row[0], Coded) else ""
        href = desk.area_href(links, code, found.occupation) if by_area else links.occupation(code)
        rows.append(PairedRow(label, figures, href, label, feed_signs(desk, code) if by_area else ""))
    sentence = _training_sentence(desk, found, by_area=by_area)
    measure = gettext("Vacant posts, training places and persons who completed training in 12 months")
    heads = tuple(str(HEADS[names[place]]) for place in places)
    areas = (desk.root if by_area else found.area,)
    of = desk.naming.occupation_text(found.occupation) if by_area else desk.naming.area_text(found.area)
    text = chart_text(desk, found.view, sentence, f"{of}: {measure}", sentence, areas=areas, figures=drawn)
    return PairedBars(text, heads, tuple(rows))
