"""What areas and occupations are called on pages: in the reader's language, and in English, marked, where it has no
title."""

from __future__ import annotations

from dataclasses import dataclass

from node.model.codelist import Codelist
from node.model.names import Name, Names
from node.model.structure import RESIDUAL
from node.web.language.catalogues import gettext
from node.web.language.current import language

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
