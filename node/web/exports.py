"""The comparison for programs and spreadsheets: the numbers of the pages, as CSV and JSON."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, request
from werkzeug.exceptions import BadRequest

from node.compare.indicators import THRESHOLDS
from node.compare.listing import Record, matrix_records, table_records, to_csv, to_json
from node.compare.tables import TOTAL
from node.errors import NotPublished
from node.model.period import TimePeriod
from node.model.release import Json, Vintage
from node.web.reading import is_synthetic, read_matrix, read_periods, read_table
from node.web.services import WebServices
from node.web.wording import SYNTHETIC_NOTE

NOTES = (
    "Registers reach vacancies and job seekers unequally from country to country: compare positions, not levels.",
    "Vacancies and job seekers alone do not prove a shortage: this is a tightness signal.",
    "A suppressed figure (Q) is hidden to protect persons or employers. It is not zero.",
)


def exports_blueprint(services: WebServices) -> Blueprint:
    """`/compare.csv`, `/compare.json`; `by` is matrix (all areas and major groups), area or occupation."""
    exports = Blueprint("exports", __name__)

    @exports.get("/compare.csv")
    def compare_csv() -> Response:
        period, records, _, _ = _read(services)
        response = make_response(to_csv(records))
        response.mimetype = "text/csv"
        response.headers["Content-Disposition"] = f'attachment; filename="imtgt-comparison-{period}.csv"'
        return response

    @exports.get("/compare.json")
    def compare_json() -> Response:
        period, records, vintages, synthetic = _read(services)
        return jsonify(
            {
                "period": str(period),
                "synthetic": synthetic,
                "notes": [*NOTES, *([SYNTHETIC_NOTE] if synthetic else [])],
                "thresholds": {
                    "version": THRESHOLDS.version,
                    "shortage": THRESHOLDS.shortage,
                    "surplus": THRESHOLDS.surplus,
                },
                "records": to_json(records),
                "sources": [_source(vintage) for vintage in vintages],
            }
        )

    return exports


def _read(services: WebServices) -> tuple[TimePeriod, list[Record], tuple[Vintage, ...], bool]:
    periods = read_periods(services, request.args.get("period"))
    if periods is None:
        raise NotPublished("nothing has been merged yet")
    by = request.args.get("by") or "matrix"
    if by == "matrix":
        matrix = read_matrix(services, periods.chosen)
        synthetic = is_synthetic(services, matrix.vintages)
        return periods.chosen, matrix_records(matrix, synthetic=synthetic), matrix.vintages, synthetic
    if by not in ("area", "occupation"):
        raise BadRequest(f"“{by}” is no table; there are matrix, area and occupation")
    occupation, area = request.args.get("occupation") or TOTAL, request.args.get("area") or ""
    table = read_table(services, periods.chosen, by=by, occupation=occupation, area=area)
    synthetic = is_synthetic(services, table.vintages)
    return periods.chosen, table_records(table, synthetic=synthetic), table.vintages, synthetic


def _source(vintage: Vintage) -> Json:
    return {
        "sender": vintage.sender,
        "dataflow": vintage.key.dataflow,
        "revision": vintage.custom.revision,
        "published": vintage.custom.published.isoformat(),
        "accepted": vintage.accepted_at.isoformat(),
        "target": vintage.target.path,
        "sha256": vintage.target.sha256,
        "snapshot_version": vintage.snapshot_version,
        "rows": vintage.custom.rows,
        "synthetic": vintage.custom.synthetic,
    }
