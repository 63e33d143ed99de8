"""The release report: how a release came about, in numbers that disclose nobody."""

from __future__ import annotations

import json

import numpy as np

from node.model.cube import ProtectedCube
from node.model.perturbation import CellKey, Perturbation
from node.model.profile import ConfidentialGroup, DominanceRule, ProtectionRule, ThresholdRule
from node.model.release import Json, TargetCustom
from node.model.report import REPORT_FORMAT
from node.model.structure import STATUS_MISSING, STATUS_SUPPRESSED
from node.release.coverage import coverage_report


def release_report(protected: ProtectedCube, custom: TargetCustom) -> bytes:
    """The report of a release as JSON text with sorted keys.

    It is public like the data, so nothing in it may be finer than they are: no count of records, no code that a
    source wrote, no source.
    """
    document: Json = {
        "format": REPORT_FORMAT,
        "dataflow": custom.dataflow,
        "period": custom.period,
        "revision": custom.revision,
        "synthetic": custom.synthetic,
        "rows": custom.rows,
        "profile": {"version": custom.profile_version, "digest": custom.profile_digest},
        "mappings": dict(custom.mapping_digests),
        "coverage": coverage_report(protected),
        "protection": _protection(protected, custom.rows),
        "audit": {
            "passed": protected.audit.passed,
            "method": protected.audit.method,
            "cells": protected.audit.cells,
            "suppressed": protected.audit.suppressed,
            "exposed": protected.audit.exposed,
            "certified": protected.audit.certified == protected.audit.primary,
            "narrow": protected.audit.narrow,
            "undecided": protected.audit.undecided,
            "required_width": protected.audit.required_width,
        },
    }
    return (json.dumps(document, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode()


def _protection(protected: ProtectedCube, rows: int) -> Json:
    protection = protected.profile.protection
    told: dict[str, Json] = {
        "contributor": protection.contributor,
        "rules": [*map(_group, protection.confidential), *map(_rule, protection.rules)],
        "cells": _cells(protected, rows),
    }
    if protection.perturbation is not None:
        told["perturbation"] = _perturbation(protection.perturbation)
    return told


def _cells(protected: ProtectedCube, rows: int) -> Json:
    """How many rows carry a value, are hidden, or are missing."""
    if rows == 0:
        return {"published": 0, "suppressed": 0, "missing": 0}
    suppressed = int(np.count_nonzero(protected.status == STATUS_SUPPRESSED))
    missing = int(np.count_nonzero(protected.status == STATUS_MISSING))
    return {"published": rows - suppressed - missing, "suppressed": suppressed, "missing": missing}


def _rule(rule: ProtectionRule) -> Json:
    indicators: list[Json] = list(rule.indicators)
    if isinstance(rule, ThresholdRule):
        parameters: dict[str, Json] = {"rule": "threshold", "minimum": rule.minimum, "counted": rule.counted}
    elif isinstance(rule, DominanceRule):
        parameters = {"rule": "dominance", "n": rule.n, "k": rule.k}
    else:
        parameters = {"rule": "p-percent", "p": rule.p}
    return {**parameters, "indicators": indicators, "why": rule.why}


def _group(group: ConfidentialGroup) -> Json:
    return {
        "rule": "confidential",
        "dimension": group.dimension,
        "codes": list(group.codes),
        "status": group.confidentiality,
        "percent": group.percent,
        "why": group.why,
    }


def _perturbation(method: Perturbation) -> Json:
    """The method with all parameters: nothing rests on their being secret, only on the record keys'."""
    told: dict[str, Json] = {"method": method.method.value, "noise": method.noise, "why": method.why}
    if isinstance(method, CellKey):
        told |= {"D": method.noise, "V": method.variance, "js": method.js, "pstay": method.pstay}
        return told | {"minimum": method.minimum}
    return told | {"base": method.base}
