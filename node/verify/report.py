"""Whether a release's report belongs to its data, and whether the audit in it passed."""

from __future__ import annotations

import json

from node.model.release import Json, TargetCustom

MAX_REPORT_BYTES = 5_000_000


def check_report(report: bytes, custom: TargetCustom, cells: dict[str, int]) -> tuple[str, ...]:
    """Findings about a report. `cells`: how many rows of the data are `primary`, `secondary`, `missing`."""
    if len(report) > MAX_REPORT_BYTES:
        return (f"the report has {len(report):,} bytes; at most {MAX_REPORT_BYTES:,} are read",)
    try:
        document: Json = json.loads(report)
    except (ValueError, RecursionError):
        return ("the report is not JSON",)
    if not isinstance(document, dict):
        return ("the report is not a JSON object",)
    expected: dict[str, Json] = {
        "dataflow": custom.dataflow,
        "period": custom.period,
        "revision": custom.revision,
        "rows": custom.rows,
        "synthetic": custom.synthetic,
    }
    findings = tuple(
        f"the report's {name} is not that of the signed metadata ({value})"
        for name, value in expected.items()
        if not _same(document.get(name), value)
    )
    return findings + _check_protection(document, cells)


def _same(found: Json, expected: Json) -> bool:
    """Equal and of one type, for Python takes `true` for 1."""
    return type(found) is type(expected) and found == expected


def _check_protection(document: dict[str, Json], cells: dict[str, int]) -> tuple[str, ...]:
    audit = document.get("audit")
    if not isinstance(audit, dict) or audit.get("passed") is not True or not _same(audit.get("exposed"), 0):
        return ("the report does not say that the audit passed",)
    protection = document.get("protection")
    counts = protection.get("cells") if isinstance(protection, dict) else None
    if not isinstance(counts, dict):
        return ("the report does not count the protected cells",)
    return tuple(
        f"the report counts {counts.get(name)} {name} cells, the data have {found}"
        for name, found in cells.items()
        if not _same(counts.get(name), found)
    )
