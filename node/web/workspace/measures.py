"""The figures that the matrix can show."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.exceptions import BadRequest

from node.compare.grid import Grid
from node.compare.tightness import Tightness
from node.web.language.catalogues import lazy_gettext as _l
from node.web.language.refusals import refused
from node.web.workspace.words import MEASURE_NAMES


@dataclass(frozen=True, slots=True)
class Measure:
    """`decimals`: as written; `signalled`: whether its cells carry signals."""

    id: str
    decimals: int
    signalled: bool

    @property
    def name(self) -> str:
        return str(MEASURE_NAMES[self.id])

    def grid(self, now: Tightness) -> Grid:
        grids = {"relative": now.relative, "tightness": now.tight, "vacancies": now.vacancies}
        return grids.get(self.id, now.jobseekers)


MEASURES = (
    Measure("relative", 2, signalled=True),
    Measure("tightness", 1, signalled=True),
    Measure("vacancies", 0, signalled=False),
    Measure("jobseekers", 0, signalled=False),
)


def read_measure(text: str) -> Measure:
    """The measure of that id, the first without one. Raises: BadRequest where there is none such."""
    for measure in MEASURES:
        if text in ("", measure.id):
            return measure
    known = ", ".join(measure.id for measure in MEASURES)
    raise refused(BadRequest, _l("“%(text)s” is no measure; there are %(known)s", text=text, known=known))
