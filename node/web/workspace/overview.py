"""The overview: where the sub-region is short of an occupation group, what is short most widely, what changed."""

from __future__ import annotations

from node.compare.bounded import Spread
from node.compare.overview import area_spread
from node.compare.reading import level_of, tree_order_of_occupations
from node.comparing.views import OVERVIEW_LEVEL, Compared, overview
from node.model.period import TimePeriod
from node.model.structure import RESIDUAL
from node.model.tiles import TilePlace
from node.web.charts.tile_map import Country, Tile, TileMap
from node.web.language import writing
from node.web.language.catalogues import gettext, ngettext
from node.web.workspace.charting import key_of, letter_of, short_figure, state_of
from node.web.workspace.desk import Desk
from node.web.workspace.notes import chart_text, feed_signs
from node.web.workspace.shown import Shown


def overview_shown(desk: Desk, period: TimePeriod) -> Shown:
    """Raises: NotPublished for an unknown occupation group."""
    found = overview(desk.reading, period, desk.query.occupation)
    standings = desk.standings
    return Shown(
        template="overview.html",
        path="/overview",
        heading=gettext("Where occupations are short"),
        message=_message(desk, found),
        view=found.view,
        moment=found.moment,
        links=desk.links(period),
        area=found.area,
        occupation=found.occupation,
        query={"occupation": desk.query.occupation},
        charts={"map": lambda: tile_map(desk, found)},
        context={
            "choices": choices(desk),
            "standings": standings,
            "newest": desk.store.newest(),
        },
    )


def choices(desk: Desk) -> tuple[tuple[str, int], ...]:
    """The occupation groups on offer, each with its level: all, the major groups, and what they consist of."""
    codes = desk.naming.occupations
    ordered = tree_order_of_occupations(codes, codes.roots[0])
    levels = ((code, level_of(codes, code)) for code in ordered)
    return tuple((code, level) for code, level in levels if level <= OVERVIEW_LEVEL and not code.endswith(RESIDUAL))


def spread_sentence(desk: Desk, over: Spread, occupation: str) -> str:
    """In how many areas a group is short, and in how many that cannot be told."""
    name = desk.naming.occupation_text(occupation)
    if not over.reporting:
        return gettext("No area reports %(occupation)s for this month.", occupation=name)
    short = ngettext(
        "%(occupation)s: short for certain in %(num)s of %(areas)s areas",
        "%(occupation)s: short for certain in %(num)s of %(areas)s areas",
        over.certain,
        occupation=name,
        areas=writing.number(over.reporting),
    )
    if not over.possible:
        return short
    left = ngettext("in %(num)s more area it cannot be told", "in %(num)s more areas it cannot be told", over.possible)
    return f"{short}; {left}"


def tile_map(desk: Desk, found: Compared) -> TileMap:
    """The areas as tiles, by the signal of the view's occupation group."""
    areas, grid = desk.naming.areas, desk.services.tiles
    placed = grid.placed(areas.leaves)
    tiles = tuple(_tile(desk, found, area, at) for area, at in zip(areas.leaves, placed, strict=True))
    countries = tuple(
        Country(
            country,
            desk.naming.short_area(country),
            grid.index[country].column,
            grid.index[country].row,
            feed_signs(desk, country),
        )
        for country in areas.children(desk.root)
        if country in grid.index
    )
    sentence = spread_sentence(desk, area_spread(found.now, areas, found.occupation), found.occupation)
    measure = gettext(
        "Vacancies per job seeker as a multiple of the own country’s over all occupations, %(month)s",
        month=writing.month(found.period),
    )
    states = key_of((tile.state for tile in tiles), desk.reading.thresholds)
    now = found.now
    figures = [now.relative.at(*now.place(area, found.occupation)) for area in areas.leaves]
    text = chart_text(desk, found.view, sentence, measure, sentence, areas=(desk.root,), figures=figures)
    return TileMap(text, tiles, countries, states)


def _tile(desk: Desk, found: Compared, area: str, at: TilePlace) -> Tile:
    now = found.now
    place = now.place(area, found.occupation)
    relative = now.relative.at(*place)
    figure = short_figure(relative, 1)
    return Tile(
        column=at.column,
        row=at.row,
        name=desk.naming.short_area(area),
        brief=at.brief,
        figure=figure,
        state=state_of(relative, now.signal_at(*place)),
        group=desk.reading.country(area),
        href=desk.area_href(desk.links(found.period), area, found.occupation),
        title=f"{desk.naming.area_text(area)}: {figure}",
        signs=feed_signs(desk, area),
        letter=letter_of(relative),
    )


def _message(desk: Desk, found: Compared) -> str:
    """How widely the group that is shown is short: the one that is so most widely, where the address names none."""
    if not desk.query.occupation and not found.view.table("shortages").rows:
        return gettext("No occupation group is known to be short in any area.")
    return spread_sentence(desk, area_spread(found.now, desk.naming.areas, found.occupation), found.occupation)
