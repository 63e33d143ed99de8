"""What has to be known of figures, wherever they are taken: how to read them, and whether they are real."""

from __future__ import annotations

from collections.abc import Iterable

from node.model.perturbation import Method
from node.model.release import Vintage
from node.model.table import View
from node.web.charts.sheet import ChartText
from node.web.language import writing
from node.web.language.catalogues import gettext
from node.web.workspace.desk import Desk
from node.web.workspace.shown import Shown
from node.web.workspace.words import STATE_MEANINGS, STATE_WORDS


def is_synthetic(desk: Desk, shown: Shown | None = None) -> bool:
    """Whether the node, or anything of what is shown, is generated."""
    vintages = shown.view.vintages if shown else ()
    return desk.services.synthetic or any(vintage.custom.synthetic for vintage in vintages)


def synthetic_words() -> str:
    return gettext(
        "Synthetic data, generated for demonstration. These figures describe no real person, employer or place."
    )


def chart_text(desk: Desk, view: View, headline: str, measure: str, alternative: str) -> ChartText:
    """The words of a chart, which go with it wherever it is taken: generated data are said to be so."""
    synthetic = desk.services.synthetic or any(vintage.custom.synthetic for vintage in view.vintages)
    subtitle = f"{measure}. {gettext('Synthetic data.')}" if synthetic else measure
    return ChartText(headline, subtitle, alternative)


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
        *noise_words(shown.view.vintages),
        *([synthetic_words()] if is_synthetic(desk, shown) else []),
    )


def feed_words(desk: Desk) -> tuple[str, ...]:
    """Of each country whose feed is not fresh: how it stands."""
    return tuple(
        gettext(
            "%(country)s: its feed is %(state)s: %(meaning)s.",
            country=desk.naming.area_text(country),
            state=str(STATE_WORDS[standing.state]),
            meaning=str(STATE_MEANINGS[standing.state]),
        )
        for country, standing in desk.troubled.items()
    )


def noise_words(vintages: Iterable[Vintage]) -> tuple[str, ...]:
    """Of each release whose figures are not the true counts: how they were altered."""
    found: dict[str, None] = {}
    for vintage in vintages:
        noise = vintage.custom.perturbation
        if noise is None:
            continue
        values = {"dataflow": vintage.key.dataflow, "sender": vintage.sender, "noise": writing.number(noise.noise)}
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
