"""A perturbed release at the receiving end: what must hold of it, and what no sender of the profile would send."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from node.errors import ReleaseRefused
from node.model.perturbation import CellKey, Method, Perturbed
from node.model.profile import ConfidentialGroup
from node.model.release import ReleaseDraft
from node.protect.perturbation.perturb import perturb
from node.release.draft import draft_release
from node.verify.conformance import verify_draft
from tests.support.made_releases import draft, protected_cube
from tests.support.perturbed import CELL_KEY, ROUNDING, perturbing, some_persons
from tests.support.profiles import jobseekers, vacancies

METHODS = pytest.mark.parametrize("method", [CELL_KEY, ROUNDING], ids=lambda method: method.method.value)
NOW = datetime(2026, 11, 2, tzinfo=UTC)


def made(method=CELL_KEY) -> ReleaseDraft:
    return draft_release(perturb(some_persons(method)), None, synthetic=True, now=NOW)


def with_rows(release: ReleaseDraft, change: Callable[[str], str]) -> ReleaseDraft:
    rows = gzip.decompress(release.files[release.key.path]).decode().splitlines()
    data = gzip.compress(("\n".join([rows[0], *map(change, rows[1:])]) + "\n").encode(), mtime=0)
    return replace(release, files={**release.files, release.key.path: data})


def figure(row: str, change: Callable[[int], int]) -> str:
    cells = row.split(",")
    cells[-3] = str(change(int(cells[-3])))
    return ",".join(cells)


@METHODS
def test_a_perturbed_release_is_accepted_and_says_how_it_was_made(method) -> None:
    release = made(method)
    verify_draft(release, perturbing(method), "IMTGT_ID")
    assert release.custom.perturbation == Perturbed(method.method, method.noise)
    told = json.loads(release.files[release.key.report_path])["protection"]["perturbation"]
    assert (told["method"], told["noise"], told["why"]) == (method.method.value, method.noise, method.why)


@METHODS
def test_one_that_the_profile_does_not_announce_is_refused(method) -> None:
    with pytest.raises(ReleaseRefused, match="the profile that this node holds says suppression"):
        verify_draft(made(method), jobseekers(), "IMTGT_ID")
    other = CellKey(4, 3.0, 2, 0.5, 5, "another noise")
    with pytest.raises(ReleaseRefused, match="says cell_key with a noise of at most 4"):
        verify_draft(made(method), perturbing(other), "IMTGT_ID")


def test_a_true_release_under_a_perturbing_profile_is_refused() -> None:
    release = made()
    silent = replace(release, custom=replace(release.custom, perturbation=None))
    with pytest.raises(ReleaseRefused, match="protected by suppression"):
        verify_draft(silent, perturbing(), "IMTGT_ID")


def test_a_report_that_tells_of_another_noise_is_refused() -> None:
    release = made()
    report = json.loads(release.files[release.key.report_path])
    report["protection"]["perturbation"]["noise"] = 1
    lying = replace(release, files={**release.files, release.key.report_path: json.dumps(report).encode()})
    with pytest.raises(ReleaseRefused, match="perturbation is not that of the signed metadata"):
        verify_draft(lying, perturbing(), "IMTGT_ID")


def test_margins_of_cell_keys_may_differ_by_the_noise_of_their_terms_and_no_more() -> None:
    """The total of both areas: one total and two parts, so 15 at the most."""
    release = with_rows(
        made(), lambda row: figure(row, lambda value: value + 40) if ",IMTGT_ID,_T,_T,JS_NEW," in row else row
    )
    with pytest.raises(ReleaseRefused, match="margin is not the sum of its parts"):
        verify_draft(release, perturbing(), "IMTGT_ID")


def test_rounded_margins_are_exact() -> None:
    release = with_rows(
        made(ROUNDING), lambda row: figure(row, lambda value: value + 1) if ",IMTGT_ID,_T,_T,JS_NEW," in row else row
    )
    with pytest.raises(ReleaseRefused, match="margin is not the sum of its parts"):
        verify_draft(release, perturbing(ROUNDING), "IMTGT_ID")


def test_counts_that_the_method_never_publishes_are_refused() -> None:
    keyed = with_rows(made(), lambda row: figure(row, lambda value: 2 if value == 3 else value))
    with pytest.raises(ReleaseRefused, match="from 1 to 2, which the method never publishes"):
        verify_draft(keyed, perturbing(), "IMTGT_ID")
    rounded = with_rows(made(ROUNDING), lambda row: figure(row, lambda value: 4 if value == 5 else value))
    with pytest.raises(ReleaseRefused, match="leaf cell is from 1 to 4, which the method never publishes"):
        verify_draft(rounded, perturbing(ROUNDING), "IMTGT_ID")


def test_a_suppressed_cell_has_no_place_in_a_perturbed_release() -> None:
    rows = made().files[made().key.path]
    assert b"NaN" not in gzip.decompress(rows)
    whole = (",IMTGT_ID,_T,_T,JS_NEW,", ",IMTGT_ID,_T,F,JS_NEW,")
    hiding = with_rows(
        made(),
        lambda row: ",".join([*row.split(",")[:-3], "NaN", "Q", "C"]) if any(key in row for key in whole) else row,
    )
    counts = json.loads(hiding.files[hiding.key.report_path])
    counts["protection"]["cells"] |= {"suppressed": 2, "published": counts["protection"]["cells"]["published"] - 2}
    sent = replace(hiding, files={**hiding.files, hiding.key.report_path: json.dumps(counts).encode()})
    with pytest.raises(ReleaseRefused, match="the profile perturbs instead of suppressing"):
        verify_draft(sent, perturbing(), "IMTGT_ID")


def test_a_figure_of_a_confidential_group_is_refused() -> None:
    plain = vacancies()
    group = ConfidentialGroup("OCCUPATION", ("OC71",), "X", 10.0, "a reason for a test")
    sworn = replace(plain, protection=replace(plain.protection, confidential=(group,)))
    release = draft(protected_cube(plain, seed=0, hide=0.0))
    verify_draft(release, plain, "IMTGT_ID")
    with pytest.raises(ReleaseRefused, match="OBS_VALUE is given for OCCUPATION OC71, always hidden"):
        verify_draft(release, sworn, "IMTGT_ID")


def test_methods_are_named_in_metadata_as_in_profiles() -> None:
    assert {method.value for method in Method} == {"suppression", "cell_key", "rounding"}
