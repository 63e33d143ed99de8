"""The release report: how a release came about, in numbers that disclose nobody."""

from __future__ import annotations

import json

import numpy as np

from node.model.cube import ProtectedCube
from node.model.profile import DominanceRule, ProtectionRule, ThresholdRule
from node.model.release import Json, TargetCustom
from node.model.report import REPORT_FORMAT
from node.model.structure import CONF_FREE, CONF_SECONDARY, STATUS_MISSING, STATUS_SUPPRESSED
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
        "protection": {
            "contributor": protected.profile.protection.contributor,
            "rules": [_rule(rule) for rule in protected.profile.protection.rules],
            "cells": _cells(protected, custom.rows),
        },
        "audit": {
            "passed": protected.audit.passed,
            "method": protected.audit.method,
            "cells": protected.audit.cells,
            "suppressed": protected.audit.suppressed,
            "primary": protected.audit.primary,
            "exposed": protected.audit.exposed,
            "certified": protected.audit.certified,
            "narrow": protected.audit.narrow,
            "undecided": protected.audit.undecided,
            "required_width": protected.audit.required_width,
        },
    }
    return (json.dumps(document, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode()


def _cells(protected: ProtectedCube, rows: int) -> Json:
    """How many rows carry a value, are hidden for their own sake or to protect others, or are missing."""
    if rows == 0:
        return {"published": 0, "primary": 0, "secondary": 0, "missing": 0}
    suppressed = protected.status == STATUS_SUPPRESSED
    secondary = int(np.count_nonzero(suppressed & (protected.confidentiality == CONF_SECONDARY)))
    primary = int(np.count_nonzero(suppressed & (protected.confidentiality != CONF_FREE))) - secondary
    missing = int(np.count_nonzero(protected.status == STATUS_MISSING))
    return {
        "published": rows - primary - secondary - missing,
        "primary": primary,
        "secondary": secondary,
        "missing": missing,
    }


def _rule(rule: ProtectionRule) -> Json:
    indicators: list[Json] = list(rule.indicators)
    if isinstance(rule, ThresholdRule):
        parameters: dict[str, Json] = {"rule": "threshold", "minimum": rule.minimum, "counted": rule.counted}
    elif isinstance(rule, DominanceRule):
        parameters = {"rule": "dominance", "n": rule.n, "k": rule.k}
    else:
        parameters = {"rule": "p-percent", "p": rule.p}
    return {**parameters, "indicators": indicators, "why": rule.why}
