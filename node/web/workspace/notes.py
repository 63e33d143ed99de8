"""What has to be known of figures, wherever they are taken: how to read them, and whether they are real."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from node.model.comparison import PROVISIONAL, Measured
from node.model.perturbation import Method
from node.model.release import Vintage
from node.model.standing import PeerStanding
from node.model.table import View
from node.web.charts.notes import Note
from node.web.charts.sheet import ChartText
from node.web.language import writing
from node.web.language.catalogues import gettext
from node.web.workspace.charting import PARTIAL_SIGN, PROVISIONAL_LETTER
from node.web.workspace.desk import Desk
from node.web.workspace.shown import Shown
from node.web.workspace.words import STATE_MARKS, STATE_MEANINGS, STATE_WORDS


def is_synthetic(desk: Desk, shown: Shown | None = None) -> bool:
    """Whether the node, or anything of what is shown, is generated."""
    vintages = shown.view.vintages if shown else ()
    return desk.services.synthetic or any(vintage.custom.synthetic for vintage in vintages)


def synthetic_words() -> str:
    return gettext(
        "Synthetic data, generated for demonstration. These figures describe no real person, employer or place."
    )


def no_signal() -> str:
    """Of the sub-region, where other areas have a signal."""
    return gettext("The sub-region as a whole has no signal: registers of several countries do not mix.")


def chart_text(
    desk: Desk,
    view: View,
    headline: str,
    measure: str,
    alternative: str,
    *,
    areas: Collection[str],
    figures: Iterable[Measured],
) -> ChartText:
    """The words of a chart, which go with it wherever it is taken: generated data are said to be so, and so is what
    its notes say.

    `areas`, `figures`: that it is drawn from; the sub-region's code stands for all areas.
    """
    synthetic = desk.services.synthetic or any(vintage.custom.synthetic for vintage in view.vintages)
    subtitle = f"{measure}. {gettext('Synthetic data.')}" if synthetic else measure
    return ChartText(headline, subtitle, alternative, (*_feed_notes(desk, areas), *_figure_notes(desk, figures)))


def _feed_notes(desk: Desk, areas: Collection[str]) -> tuple[Note, ...]:
    """Of each country that areas are in and whose feed is not fresh: how it stands, and when it last came well."""
    countries = {desk.reading.country(area) for area in areas}
    return tuple(
        Note(
            " ".join(filter(None, (_feed_sentence(desk, country), _last_pull(standing)))),
            STATE_MARKS[standing.state],
            f"{desk.naming.area_text(country)}: {STATE_WORDS[standing.state]}",
        )
        for country, standing in desk.troubled.items()
        if country in countries or desk.root in areas
    )


def _figure_notes(desk: Desk, figures: Iterable[Measured]) -> tuple[Note, ...]:
    """What the marks at figures say: which countries partial ones lack, and what provisional is."""
    drawn = tuple(figures)
    lacking = dict.fromkeys(code for figure in drawn for code in figure.lacking)
    found = list[Note]()
    if lacking:
        without = gettext("without %(countries)s", countries=writing.join(list(map(desk.naming.area_text, lacking))))
        found.append(Note(f"{gettext('partial')}, {without}.", PARTIAL_SIGN))
    if any(figure.sign == PROVISIONAL for figure in drawn):
        found.append(Note(gettext("provisional: the country expects to revise it."), PROVISIONAL_LETTER))
    return tuple(found)


def feed_signs(desk: Desk, *areas: str) -> str:
    """The signs that stand beside areas whose feeds are not fresh, as on pages; each once, empty for none."""
    standings = (desk.troubled.get(desk.reading.country(area)) for area in areas)
    return "".join(dict.fromkeys(STATE_MARKS[standing.state] for standing in standings if standing is not None))


def methods(desk: Desk, shown: Shown) -> tuple[str, ...]:
    """How to read the figures of a view, a sentence or two each."""
    thresholds = desk.reading.thresholds
    return (
        gettext(
            "A tightness signal, not the proof of a shortage: vacancies and job seekers alone tell nothing of pay, "
            "skills, distance or working conditions."
        ),
        gettext(
            "Compare positions, not levels: each country’s register reaches another share of its vacancies and job "
            "seekers. What compares is how tight an area or occupation is beside its own country as a whole."
        ),
        gettext(
            "Short: for certain at least %(shortage)s times as tight as the own country over all occupations. Surplus: "
            "for certain at most %(surplus)s times. Thresholds, version %(version)s.",
            shortage=writing.number(thresholds.shortage, 2),
            surplus=writing.number(thresholds.surplus, 2),
            version=thresholds.version,
        ),
        gettext(
            "A hidden figure is kept confidential by the country that publishes it. It is not zero: the range in its "
            "place is what the published figures leave open, and holds the true one for certain."
        ),
        *noise_words(desk, shown.view.vintages),
        *([synthetic_words()] if is_synthetic(desk, shown) else []),
    )


def feed_words(desk: Desk) -> tuple[str, ...]:
    """Of each country whose feed is not fresh: how it stands."""
    return tuple(_feed_sentence(desk, country) for country in desk.troubled)


def _feed_sentence(desk: Desk, country: str) -> str:
    state = desk.troubled[country].state
    return gettext(
        "%(country)s: its feed is %(state)s: %(meaning)s.",
        country=desk.naming.area_text(country),
        state=str(STATE_WORDS[state]),
        meaning=str(STATE_MEANINGS[state]),
    )


def _last_pull(standing: PeerStanding) -> str:
    if standing.pulled_at is None:
        return ""
    return gettext("Last good pull: %(time)s.", time=writing.moment(standing.pulled_at))


def noise_words(desk: Desk, vintages: Iterable[Vintage]) -> tuple[str, ...]:
    """Of each release whose figures are not the true counts: how they were altered."""
    found: dict[str, None] = {}
    for vintage in vintages:
        noise = vintage.custom.perturbation
        if noise is None:
            continue
        name = desk.dataflow_text(vintage.key.dataflow)
        values = {"dataflow": name, "sender": vintage.sender, "noise": writing.number(noise.noise)}
        if noise.method is Method.ROUNDING:
            said = gettext(
                "%(dataflow)s of %(sender)s: single counts up to %(noise)s were rounded at random, and totals are sums "
                "of the rounded counts, so small figures are not exact.",
                **values,
            )
        else:
            said = gettext(
                "%(dataflow)s of %(sender)s: every figure carries random noise of at most %(noise)s either way to "
                "protect persons, so small figures and small differences mean little, and parts do not add up exactly.",
                **values,
            )
        found[said] = None
    return tuple(found)
