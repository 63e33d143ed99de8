"""The addresses that tests in a browser open, and what a language adds to them."""

from __future__ import annotations

from node.web.language.languages import Language

VIEWS = {
    "overview": "/?occupation=OC2",
    "occupation": "/occupations/OC2",
    "unit group": "/occupations/OC2512",
    "area": "/areas/ID-SU",
    "group in an area": "/areas/MY-08?occupation=OC2",
    "sub-region": "/areas/IMTGT",
    "matrix": "/matrix",
    "matrix of posts": "/matrix?occupation=OC2&measure=vacancies",
    "trends": "/trends?area=IMTGT_MY&occupation=OC2",
    "complementarity": "/complementarity?occupation=OC2",
    "training": "/training",
    "training for a group": "/training?occupation=OC25",
    "provenance": "/provenance/ID-SU/OC2",
    "proof": "/proofs/VACANCIES/M.ID-SU.OC2.JV_OPEN?period=2026-10",
    "methods": "/methods",
    "feeds": "/feeds/",
    "no such page": "/nowhere",
}
"""One address of each view and of each of its forms; all but the last answer with 200."""

CHARTED = (
    "overview", "occupation", "unit group", "area", "group in an area", "matrix", "trends", "complementarity",
    "training", "training for a group",
)  # fmt: skip
"""Those that draw a chart."""

LANGUAGES = tuple(Language)


def address(view: str, language: Language = Language.ENGLISH) -> str:
    """The path and query of a view in a language that the address names."""
    path = VIEWS[view]
    return f"{path}{'&' if '?' in path else '?'}lang={language.value}"
