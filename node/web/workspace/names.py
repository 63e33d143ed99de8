"""What areas, occupations, dataflows and tables are called on pages: in the reader's language, and in English, marked,
where it has no title."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from node.model.codelist import Codelist
from node.model.names import Name, Names
from node.model.structure import RESIDUAL
from node.ports import ProfileLibrary
from node.web.language.catalogues import gettext
from node.web.language.current import language
from node.web.language.languages import Language
from node.web.workspace.words import DATAFLOWS, DISTANCES

TOTAL, NOT_KNOWN = "_T", "_X"


@dataclass(frozen=True, slots=True)
class Naming:
    """Names of the codes of two codelists, in the language that is being written."""

    names: Names
    areas: Codelist
    occupations: Codelist

    def area(self, code: str) -> Name:
        return self.names.name(self.areas.id, code, language(), self.areas.code(code).name)

    def short_area(self, code: str) -> str:
        return self.names.short(self.areas.id, code, language(), self.areas.code(code).name).text

    def occupation(self, code: str) -> Name:
        if code == TOTAL:
            return Name(gettext("All occupations"))
        if code == NOT_KNOWN:
            return Name(gettext("Occupation not known"))
        if code.endswith(RESIDUAL):
            group = self.occupation(code.removesuffix(RESIDUAL))
            return Name(gettext("%(group)s, not known further", group=group.text), group.official)
        return self.names.name(self.occupations.id, code, language(), self.occupations.code(code).name)

    def area_text(self, code: str) -> str:
        return self.area(code).text

    def occupation_text(self, code: str) -> str:
        return self.occupation(code).text

    def stand_ins(self) -> frozenset[str]:
        """The English titles that stand in for titles which the language lacks."""
        return _stand_ins(self.names, self.occupations, language())


@lru_cache(maxsize=16)
def _stand_ins(names: Names, occupations: Codelist, spoken: Language) -> frozenset[str]:
    codes = (code for code in occupations.codes if code.id not in (TOTAL, NOT_KNOWN) and not code.id.endswith(RESIDUAL))
    called = (names.name(occupations.id, code.id, spoken, code.name) for code in codes)
    return frozenset(name.text for name in called if not name.official)


def dataflow_name(profiles: ProfileLibrary, dataflow: str) -> Name:
    """Of one that pages have no words for, what its profile says; of one without a profile here, its id."""
    if dataflow in DATAFLOWS:
        return Name(str(DATAFLOWS[dataflow]))
    if dataflow not in profiles.dataflows():
        return Name(dataflow)
    return Name(profiles.profile(dataflow).name, official=language() is Language.ENGLISH)


def distances_name(title: str) -> Name:
    """Of the distance table with that title: what pages call the one that comes with the program."""
    if title == DISTANCES.message:
        return Name(str(DISTANCES))
    return Name(title, official=language() is Language.ENGLISH)
