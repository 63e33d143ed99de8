"""The release report: how a release came about, in numbers that disclose nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import numpy as np

from node.model.cube import ProtectedCube
from node.model.profile import DominanceRule, ProtectionRule, ThresholdRule
from node.model.records import CodeCount, Coverage
from node.model.release import Json, TargetCustom
from node.model.structure import CONF_FREE, CONF_SECONDARY, STATUS_MISSING, STATUS_SUPPRESSED

FORMAT = "imtgt-release-report/1"
SMALLEST_BASE = 10
_CODE = re.compile(r"(?=.*\d)[0-9A-Za-z._/-]{1,16}")
"""What may be named of a source's unmapped entries: codes. Where a source writes titles in their place, a
title could name a person or an employer."""


def release_report(protected: ProtectedCube, custom: TargetCustom) -> bytes:
    """The report of a release as JSON text with sorted keys.

    Counts of records are rounded to `rounding_base`, since an exact count beside the published margins can
    give a suppressed cell away.
    """
    base = rounding_base(protected.profile.protection.rules)
    document: Json = {
        "format": FORMAT,
        "dataflow": custom.dataflow,
        "period": custom.period,
        "revision": custom.revision,
        "synthetic": custom.synthetic,
        "rows": custom.rows,
        "profile": {"version": custom.profile_version, "digest": custom.profile_digest},
        "mappings": dict(custom.mapping_digests),
        "coverage": [_coverage(source, base) for source in sorted(protected.coverage, key=lambda item: item.source)],
        "rounding_base": base,
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
        },
    }
    return (json.dumps(document, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode()


def rounding_base(rules: Iterable[ProtectionRule]) -> int:
    """What record counts are rounded to: the largest threshold of the profile, and never under SMALLEST_BASE."""
    thresholds = [rule.minimum for rule in rules if isinstance(rule, ThresholdRule)]
    return max(SMALLEST_BASE, *thresholds) if thresholds else SMALLEST_BASE


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


def _coverage(source: Coverage, base: int) -> Json:
    return {
        "source": source.source,
        "records": _rounded(source.records, base),
        "out_of_scope": _rounded(source.out_of_scope, base),
        "place_unmapped": _rounded(source.place_unmapped, base),
        "by_level": [_rounded(count, base) for count in source.by_level],
        "unmapped": _unmapped(source.unmapped, base),
        "unmapped_places": _unmapped(source.unmapped_places, base),
        "mappings": [name for name, _ in source.mapping_digests],
    }


def _unmapped(counts: Iterable[CodeCount], base: int) -> Json:
    """Codes that `base` records or more were written with, by name; all others only as one sum."""
    named: dict[str, int] = {}
    other = 0
    for entry in counts:
        if entry.records >= base and _CODE.fullmatch(entry.written):
            named[entry.written] = _rounded(entry.records, base)
        else:
            other += entry.records
    codes: list[Json] = [
        {"code": code, "records": named[code]} for code in sorted(named, key=lambda code: (-named[code], code))
    ]
    return {"codes": codes, "other_records": _rounded(other, base)}


def _rounded(count: int, base: int) -> int:
    return (count + base // 2) // base * base
