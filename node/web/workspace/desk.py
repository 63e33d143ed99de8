"""What one request works with: what its address says, where figures are read, how things are named and linked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from flask import request

from node.compare.periods import Periods
from node.comparing.reading import JOBSEEKERS, VACANCIES, Reading
from node.comparing.standing import troubled
from node.model.period import TimePeriod
from node.model.profile import AREA, OCCUPATION
from node.model.standing import PeerStanding
from node.model.structure import RESIDUAL
from node.ports import ObservationStore
from node.web.language.current import language_in_address
from node.web.restricted import OpenProfiles, require_reader
from node.web.services import WebServices
from node.web.workspace.address import Links, Query
from node.web.workspace.cells import Writer
from node.web.workspace.names import Naming, dataflow_name


@dataclass(frozen=True)
class Desk:
    """One request's."""

    services: WebServices
    query: Query
    store: ObservationStore

    @classmethod
    def of_words(cls, services: WebServices) -> Desk:
        """For a page without figures. Raises: BadRequest where the address is not well formed."""
        return cls(services, Query.of(request.args), services.store)

    @classmethod
    def of_request(cls, services: WebServices, store: ObservationStore | None = None) -> Desk:
        """`store`: as it stands for this request; by default each read sees what there is by then.

        Raises: BadRequest where the address is not well formed; Unauthorized where what all views show is for
        partners only and the request brings no token; ProfileError where a dataflow has no profile.
        """
        for dataflow in (VACANCIES, JOBSEEKERS):
            services.profiles.profile(dataflow)
            require_reader(services, dataflow)
        return cls(services, Query.of(request.args), store or services.store)

    @cached_property
    def reading(self) -> Reading:
        """Of what a view shows beside its own figures, only what anyone may see."""
        reading = self.services.reading(self.query.as_of)
        return replace(reading, store=self.store, profiles=OpenProfiles(self.services))

    @cached_property
    def periods(self) -> Periods | None:
        """The periods on offer; None where nothing has been merged. Raises: NotPublished."""
        return self.reading.periods(self.query.period)

    @cached_property
    def naming(self) -> Naming:
        structure = self.reading.profile.structure
        return Naming(self.services.names, structure.axis(AREA).codelist, structure.axis(OCCUPATION).codelist)

    def dataflow_text(self, dataflow: str) -> str:
        """What a dataflow is called."""
        return dataflow_name(self.services.profiles, dataflow).text

    @cached_property
    def standings(self) -> tuple[PeerStanding, ...]:
        """How each peer's feed stands."""
        return self.services.peers()

    @cached_property
    def troubled(self) -> dict[str, PeerStanding]:
        """Country to how its feed stands, of all that are not fresh; without those whose areas no view shows."""
        found = troubled(self.standings)
        return {country: standing for country, standing in found.items() if country in self.naming.areas}

    @cached_property
    def writer(self) -> Writer:
        areas = self.naming.areas
        countries = {code: lineage[-2] for code in areas.ids if len(lineage := areas.lineage(code)) > 1}
        return Writer(self.naming, self.troubled, countries)

    def links(self, period: TimePeriod | None) -> Links:
        spoken = language_in_address()
        return Links.of(request.root_path.rstrip("/"), period, self.query.as_of, spoken.value if spoken else None)

    def area_href(self, links: Links, area: str, occupation: str) -> str:
        """An area's own view: of what an occupation group consists of, where it has parts."""
        return links.area(area, occupation if self.naming.occupations.children(occupation) else "")

    def group_href(self, links: Links, area: str, code: str) -> str:
        """From an area's groups down the classification; from those without parts to all areas; empty for a residual,
        which no view is of."""
        if self.naming.occupations.children(code):
            return links.area(area, code)
        return "" if code.endswith(RESIDUAL) else links.occupation(code)

    @property
    def root(self) -> str:
        """The sub-region."""
        return self.naming.areas.roots[0]

    @property
    def home(self) -> str:
        """The country that this node speaks for, where a view is of one country and the address names none."""
        areas = self.naming.areas
        return self.services.authority if self.services.authority in areas else areas.children(self.root)[0]

    def require(self, dataflow: str) -> None:
        """For views that show another dataflow besides. Raises: Unauthorized, ProfileError."""
        self.services.profiles.profile(dataflow)
        require_reader(self.services, dataflow)
