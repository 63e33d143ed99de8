"""Whether a release's report belongs to its data, and whether the audit in it passed."""

from __future__ import annotations

import json

from node.model.perturbation import Perturbed
from node.model.release import MAX_REPORT_BYTES, Json, TargetCustom
from node.model.report import (
    FROM_NINETY_NINE,
    HIDDEN_PART,
    LEVELS,
    NOT_LOOKED_FOR,
    REPORT_FIELDS,
    SET_ASIDE,
    TOO_FEW,
    UNDER_ONE,
)
from node.verify.findings import naming


def check_report(report: bytes, custom: TargetCustom, cells: dict[str, int]) -> tuple[str, ...]:
    """Findings about a report. `cells`: how many rows of the data are `suppressed`, `missing`."""
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
    findings += _check_fields(document) + _check_method(document, custom.perturbation)
    return findings + _check_protection(document, cells)


def _check_fields(document: dict[str, Json]) -> tuple[str, ...]:
    """Nothing but the declared fields, and shares in whole percent: counts of records stay at home.

    Names of other fields are not repeated, for they may be anything.
    """
    findings: tuple[str, ...] = ()
    for part, allowed in REPORT_FIELDS.items():
        held = document.get(part) if part else document
        if not isinstance(held, dict):
            findings += (f"the report has no {part}",)
        elif strange := set(held) - allowed:
            findings += (f"the report has {len(strange)} undeclared fields{f' in {part}' if part else ''}",)
    coverage = document.get("coverage")
    if isinstance(coverage, dict) and coverage.get("duplicates") not in (None, SET_ASIDE, NOT_LOOKED_FOR):
        findings += ("the report says of duplicates what is neither of the two things it may say",)
    shares = coverage.get("percent_coded") if isinstance(coverage, dict) else None
    if shares is None:
        known = not isinstance(coverage, dict) or coverage.get("withheld") in (None, TOO_FEW, HIDDEN_PART)
        return findings if known else (*findings, "the report withholds percent_coded for no known reason")
    if not isinstance(shares, dict) or tuple(sorted(shares)) != LEVELS:
        return (*findings, f"the report's percent_coded is not given for the levels {', '.join(LEVELS)}")
    wrong = [level for level in LEVELS if not _is_share(shares[level])]
    return findings + naming("the report's percent_coded is not a whole percentage at level", wrong)


def _check_method(document: dict[str, Json], signed: Perturbed | None) -> tuple[str, ...]:
    """Whether the report tells of the same perturbation as the signed metadata, or of none as they do."""
    protection = document.get("protection")
    told = protection.get("perturbation") if isinstance(protection, dict) else None
    found = (told.get("method"), told.get("noise")) if isinstance(told, dict) else told
    expected = None if signed is None else (signed.method.value, signed.noise)
    return () if found == expected else ("the report's perturbation is not that of the signed metadata",)


def _is_share(share: Json) -> bool:
    return share in (UNDER_ONE, FROM_NINETY_NINE) or (type(share) is int and 1 <= share < 99)


def _same(found: Json, expected: Json) -> bool:
    """Equal and of one type, for Python takes `true` for 1."""
    return type(found) is type(expected) and found == expected


def _check_protection(document: dict[str, Json], cells: dict[str, int]) -> tuple[str, ...]:
    audit = document.get("audit")
    if not isinstance(audit, dict) or audit.get("passed") is not True or not _same(audit.get("exposed"), 0):
        return ("the report does not say that the audit passed",)
    if not all(_same(audit.get(name, 0), 0) for name in ("narrow", "undecided")):
        return ("the report does not say that the audit passed",)
    if audit.get("certified") is not True:
        return ("the report does not certify the intervals of all sensitive cells",)
    protection = document.get("protection")
    counts = protection.get("cells") if isinstance(protection, dict) else None
    if not isinstance(counts, dict):
        return ("the report does not count the protected cells",)
    return tuple(
        f"the report counts {counts.get(name)} {name} cells, the data have {found}"
        for name, found in cells.items()
        if not _same(counts.get(name), found)
    )
