"""From an address to the comparison it names: the period, the cubes, the table."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.exceptions import BadRequest

from node.compare.periods import Periods, choose_period
from node.errors import OperatorError
from node.model.comparison import ComparisonMatrix, ComparisonTable
from node.model.period import TimePeriod
from node.model.release import Vintage
from node.pipeline import JOBSEEKERS, VACANCIES, compare, compare_all
from node.web.restricted import require_reader
from node.web.services import WebServices
from node.web.wording import MEASURES, Measure


def read_periods(services: WebServices, text: str | None) -> Periods | None:
    """The period that `text` names, the newest that both dataflows have without it; None where nothing is merged.

    Raises: BadRequest where the text is no period; NotPublished where nobody's data of it are here.
    """
    wanted = _parse(text) if text else None
    return choose_period(*map(services.store.periods, (VACANCIES, JOBSEEKERS)), wanted=wanted)


def read_measure(text: str | None) -> Measure:
    """The measure of that name, the first without one. Raises: BadRequest where there is none such."""
    for measure in MEASURES:
        if text in (None, "", measure.id):
            return measure
    raise BadRequest(f"“{text}” is no measure; there are {', '.join(measure.id for measure in MEASURES)}")


def read_matrix(services: WebServices, period: TimePeriod) -> ComparisonMatrix:
    """All areas by the major groups. Raises: Unauthorized where one of the dataflows is for partners only."""
    _require_reader(services)
    return compare_all(services.store, services.profiles, period)


def read_table(services: WebServices, period: TimePeriod, *, by: str, occupation: str, area: str) -> ComparisonTable:
    """One table.

    Raises: NotPublished where there is no such area or occupation; Unauthorized as `read_matrix`.
    """
    _require_reader(services)
    return compare(services.store, services.profiles, period, occupation=occupation, by=by, area=area or None)


def is_synthetic(services: WebServices, vintages: Iterable[Vintage] = ()) -> bool:
    """Whether the node, or anything of what is shown, is generated."""
    return services.synthetic or any(vintage.custom.synthetic for vintage in vintages)


def _require_reader(services: WebServices) -> None:
    """Raises: Unauthorized as `require_reader`; ProfileError where a dataflow has no profile to say whom it is for."""
    for dataflow in (VACANCIES, JOBSEEKERS):
        services.profiles.profile(dataflow)
        require_reader(services, dataflow)


def _parse(text: str) -> TimePeriod:
    try:
        return TimePeriod(text)
    except OperatorError as problem:
        raise BadRequest(str(problem)) from None
