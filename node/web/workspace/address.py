"""What an address says, and the addresses of other views that keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote, urlencode

from werkzeug.exceptions import BadRequest

from node.errors import OperatorError
from node.model.period import TimePeriod
from node.web.language.catalogues import LazyText
from node.web.language.catalogues import lazy_gettext as _l
from node.web.language.current import PARAMETER
from node.web.language.refusals import refused

SECONDS = "%Y-%m-%dT%H:%M:%SZ"
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Query:
    """The part of an address behind the `?`. Empty texts where it says nothing.

    `as_of`: as the figures were believed then (UTC); `table`: of a view's tables, which one a CSV has.
    """

    period: TimePeriod | None = None
    occupation: str = ""
    area: str = ""
    measure: str = ""
    table: str = ""
    as_of: datetime | None = None

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Query:
        """Raises: BadRequest where the period or the time is none."""
        period, as_of = arguments.get("period", ""), arguments.get("asof", "")
        return cls(
            _period(period) if period else None,
            arguments.get("occupation", ""),
            arguments.get("area", ""),
            arguments.get("measure", ""),
            arguments.get("table", ""),
            _moment(as_of) if as_of else None,
        )


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of views that keep what the reader has chosen. They begin at this site, without its name.

    `period`: the one shown; `kept`: what goes on to every view: period, time and language.
    """

    root: str
    period: TimePeriod | None
    kept: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, root: str, period: TimePeriod | None, as_of: datetime | None, language: str | None) -> Links:
        """`root`: the path below which the application lies, empty for none; `language`: where the address names it."""
        found = [("period", str(period))] if period else []
        found += [("asof", as_of.strftime(SECONDS))] if as_of else []
        found += [(PARAMETER, language)] if language else []
        return cls(root, period, tuple(found))

    def to(self, path: str, **arguments: str | None) -> str:
        """`path` with the query that is kept, and more; an argument of None or an empty text is left out.

        An argument that is kept is changed by naming it: `period=...`.
        """
        own = tuple((name, value) for name, value in arguments.items() if value)
        kept = self.kept if not arguments else tuple(pair for pair in self.kept if pair[0] not in arguments)
        query = _encoded(own + kept)
        return f"{self.root}{_quoted(path)}?{query}" if query else f"{self.root}{_quoted(path)}"

    def at(self, moment: datetime) -> Links:
        """The same, as figures were known then: what such an address gives does not change any more."""
        kept = [(name, value) for name, value in self.kept if name != "asof"]
        return Links(self.root, self.period, (*kept, ("asof", moment.strftime(SECONDS))))

    def area(self, code: str, occupation: str = "") -> str:
        return self.to(f"/areas/{code}", occupation="" if occupation == "_T" else occupation)

    def occupation(self, code: str) -> str:
        return self.to(f"/occupations/{code}")

    def provenance(self, area: str, occupation: str, period: TimePeriod | None = None) -> str:
        """Where the figures of an area and occupation come from; those of another period than the one shown."""
        other = {"period": str(period)} if period is not None and period != self.period else {}
        return self.to(f"/provenance/{area}/{occupation}", **other)


@lru_cache(maxsize=8192)
def _quoted(path: str) -> str:
    """A page of a thousand cells has as many links, to paths that other pages lead to as well."""
    return quote(path)


@lru_cache(maxsize=1024)
def _encoded(pairs: tuple[tuple[str, str], ...]) -> str:
    return urlencode(pairs)


def _period(text: str) -> TimePeriod:
    try:
        return TimePeriod(text)
    except OperatorError as problem:
        raise refused(BadRequest, LazyText(problem.template, problem.values)) from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.strptime(text, SECONDS).replace(tzinfo=UTC)
    except ValueError:
        moment = EARLIEST
    if moment <= EARLIEST:
        raise refused(BadRequest, _l("“%(text)s” is no time: write it in UTC as 2026-11-22T05:00:00Z", text=text))
    return moment
