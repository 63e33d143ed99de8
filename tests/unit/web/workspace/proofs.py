"""Proofs made by hand, one of each outcome."""

from __future__ import annotations

from pathlib import Path

from node.adapters.trust.proof import SignedFile, SignedWay
from node.exchange.proof import Lack, Outcome, Proof
from node.model.release import Json, Peer
from node.verify.rows import Found, Row
from tests.support.web_world import vintage

KEY = "M.ID-SU.OC2.JV_OPEN"
PEER = Peer("ID", "IMTGT_ID", "Indonesia", "https://peer.example/feeds/", "0f" * 32)
REPORT: dict[str, Json] = {"audit": {"passed": True, "cells": 4, "suppressed": 1, "method": "in English"}}
ROWS = {
    Outcome.NUMBER: Found(Row(12, "I,ID-SU,OC2,JV_OPEN,1234,A,F", 1234.0, "A", "F")),
    Outcome.SUPPRESSED: Found(Row(12, "I,ID-SU,OC2,JV_OPEN,NaN,Q,A", None, "Q", "A")),
    Outcome.MISSING: Found(Row(12, "I,ID-SU,OC2,JV_OPEN,NaN,M,F", None, "M", "F")),
    Outcome.NO_NUMBER: Found(Row(12, "I,ID-SU,OC2,JV_OPEN,NaN,A,F", None, "A", "F")),
    Outcome.UNLISTED_ZERO: Found(None, ("ID-SU._T.JV_OPEN", Row(3, "I,ID-SU,_T,JV_OPEN,0,A,F", 0.0, "A", "F"))),
    Outcome.EMPTY: Found(None, empty=True),
    Outcome.GONE: None,
}


def proof(
    outcome: Outcome = Outcome.NUMBER,
    *lacks: Lack,
    flags: tuple[str, ...] = (),
    report: dict[str, Json] | None = None,
) -> Proof:
    """`lacks`: of what else is gone than the outcome says."""
    release = vintage("ID", "VACANCIES", "2026-10", flags=flags)
    files = tuple(
        SignedFile(role, 2, Path(role), "{}", "ee" * 32, ("aa" * 32, "bb" * 32)[:count], threshold, "", 1)
        for role, count, threshold in (("root", 2, 2), ("snapshot", 1, 1), ("targets", 1, 1))
    )
    shown = None if Lack.REPORT in lacks else report or REPORT
    way = SignedWay(files, None, None)
    return Proof("VACANCIES", KEY, "2026-10", PEER, release, way, ROWS[outcome], b"", shown, lacks)
