"""Pages for people: the comparison, one area, one occupation, and how the feeds stand."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from node.compare.highlights import countries, groups, shared, tightest, untold
from node.compare.noise import noise_notes
from node.compare.periods import Periods
from node.compare.reading import NOT_KNOWN
from node.compare.tables import TOTAL
from node.model.comparison import ComparisonMatrix, ComparisonTable
from node.model.profile import AREA, OCCUPATION
from node.pipeline import VACANCIES
from node.web.freshness import own_releases, peer_lines
from node.web.reading import is_synthetic, read_matrix, read_measure, read_periods, read_table
from node.web.services import WebServices
from node.web.wording import MEASURES

TIGHTEST_SHOWN = 3


def pages_blueprint(services: WebServices) -> Blueprint:
    """`/`, `/areas/<code>`, `/occupations/<code>`, `/feeds/`. The address holds all state."""
    pages = Blueprint("pages", __name__, static_folder="static", static_url_path="/static")

    @pages.get("/")
    def comparison() -> str:
        measure = read_measure(request.args.get("measure"))
        periods = read_periods(services, request.args.get("period"))
        if periods is None:
            return _nothing_yet(services)
        matrix = read_matrix(services, periods.chosen)
        return render_template(
            "comparison.html",
            measure=measure,
            measures=MEASURES,
            matrix=matrix,
            shown=[code for code, _ in matrix.occupations if code != NOT_KNOWN],
            highlights=[
                (row, tightest(row, TIGHTEST_SHOWN), untold(row), len(groups(row))) for row in countries(matrix)
            ],
            shared=shared(matrix),
            **_common(services, matrix, periods),
        )

    @pages.get("/areas/<code>")
    def area(code: str) -> str:
        return _table_page(services, by="occupation", occupation=request.args.get("occupation") or TOTAL, area=code)

    @pages.get("/occupations/<code>")
    def occupation(code: str) -> str:
        return _table_page(services, by="area", occupation=code, area="")

    @pages.get("/feeds/")
    def feeds() -> str:
        return render_template(
            "feeds.html",
            synthetic=is_synthetic(services),
            feed=services.own_feed(),
            releases=own_releases(services),
            peers=peer_lines(services),
            now=services.clock(),
        )

    return pages


def _table_page(services: WebServices, *, by: str, occupation: str, area: str) -> str:
    periods = read_periods(services, request.args.get("period"))
    if periods is None:
        return _nothing_yet(services)
    table = read_table(services, periods.chosen, by=by, occupation=occupation, area=area)
    codes = services.profiles.profile(VACANCIES).structure.axis(OCCUPATION).codelist
    parts = codes.children(occupation)
    return render_template(
        "table.html",
        table=table,
        ancestors=[codes.code(code) for code in reversed(codes.lineage(occupation)[1:])],
        parts=[codes.code(code) for code in parts],
        divided={code for code in parts if codes.children(code)},
        **_common(services, table, periods),
    )


def _nothing_yet(services: WebServices) -> str:
    return render_template("empty.html", synthetic=is_synthetic(services))


def _common(services: WebServices, shown: ComparisonMatrix | ComparisonTable, periods: Periods) -> dict[str, object]:
    """What every page of figures is given: the choice of periods, its sources, what is not there, and names."""
    areas = services.profiles.profile(VACANCIES).structure.axis(AREA).codelist
    return {
        "periods": periods,
        "synthetic": is_synthetic(services, shown.vintages),
        "vintages": shown.vintages,
        "absent": shown.absent,
        "noise": noise_notes(shown.vintages),
        "empty": [vintage for vintage in shown.vintages if vintage.custom.rows == 0],
        "root": areas.roots[0],
        "names": {code.id: code.name for code in areas.codes},
    }
