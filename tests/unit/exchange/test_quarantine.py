"""Releases that were not merged: kept whole, shown, released or discarded by an operator, and by nobody else."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from node.bootstrap import Services
from node.errors import ConfigurationError, OperatorError
from node.exchange.quarantine import discard, look, release_held
from node.model.period import TimePeriod
from node.model.release import PeerState
from node.operations import pull_and_note, release
from tests.support.nodes import PERIOD, write_vacancies
from tests.support.three_nodes import Three
from tests.unit.exchange.conftest import pull

REASON = "Kuala Lumpur confirmed the figures by telephone"


@pytest.fixture
def held(two: Three) -> Services:
    """Indonesia's node after Malaysia has released forty times the posts."""
    publish(two, 160)
    services = two.nodes["ID"]
    pull(services, "MY")
    return services


def publish(two: Three, posts: int) -> None:
    write_vacancies(two.homes["MY"], "MY", posts=posts)
    release(two.nodes["MY"], "VACANCIES", TimePeriod(PERIOD))


def revisions(services: Services) -> list[int]:
    return [vintage.custom.revision for vintage in services.store.vintages("MY")]


def test_an_implausible_release_is_held_and_the_one_before_stays_in_force(held: Services) -> None:
    assert revisions(held) == [1, 2]
    (record,) = held.store.quarantined("MY")
    assert record.held
    assert "more than 20 times up or down from 2026-10, revision 2" in record.findings[0]
    assert "IMTGT_MY._T.JV_OPEN" in record.findings[0]
    status = held.directory.status("MY")
    assert status.state is PeerState.QUARANTINED
    assert "quarantine release" in status.remedy


def test_its_bytes_are_kept_whole_for_the_operator_alone(held: Services) -> None:
    found = look(held, 1)
    assert {path.name for path in found.files} == {f"{PERIOD}.csv.gz", f"{PERIOD}.report.json", "findings.json"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in found.files} == {0o600}
    assert {stat.S_IMODE(path.parent.stat().st_mode) for path in found.files} == {0o700}
    told = json.loads(next(path for path in found.files if path.name == "findings.json").read_bytes())
    assert told["findings"] == list(found.record.findings)


def test_a_released_one_is_merged_flagged_at_the_next_pull_and_only_then(held: Services) -> None:
    pull(held, "MY")
    assert revisions(held) == [1, 2], "nothing changes until somebody decides"
    release_held(held, 1, "Siti", REASON)
    pull(held, "MY")
    assert revisions(held) == [1, 2, 3]
    assert "more than 20 times" in held.store.vintages("MY")[-1].flags[0]
    assert held.directory.status("MY").state is PeerState.FRESH
    (verdict,) = look(held, 1).verdicts
    assert (verdict.verdict, verdict.author, verdict.reason) == ("released", "Siti", REASON)
    assert [run.message for run in held.store.runs() if run.what == "decision"]


def test_a_discarded_one_is_looked_at_no_more_and_its_successor_is(held: Services, two: Three) -> None:
    discard(held, 1, "Siti", REASON)
    pull(held, "MY")
    assert revisions(held) == [1, 2]
    assert held.directory.status("MY").state is PeerState.FRESH
    publish(two, 5)
    pull(held, "MY")
    assert revisions(held) == [1, 2, 4]


def test_a_decision_can_be_taken_back_and_both_are_kept(held: Services) -> None:
    discard(held, 1, "Siti", REASON)
    release_held(held, 1, "Budi", "they sent us the register itself")
    pull(held, "MY")
    assert revisions(held) == [1, 2, 3]
    assert [verdict.author for verdict in look(held, 1).verdicts] == ["Siti", "Budi"]


@pytest.mark.parametrize(("author", "reason"), [("", REASON), ("Siti", ""), ("Siti", "ok"), (" ", " " * 20)])
def test_a_decision_without_author_or_reason_is_none(held: Services, author: str, reason: str) -> None:
    for decide in (release_held, discard):
        with pytest.raises(OperatorError, match="author and a reason"):
            decide(held, 1, author, reason)
    assert look(held, 1).verdicts == ()


def test_what_breaks_the_profile_cannot_be_released_by_hand(services: Services, two: Three) -> None:
    publish(two, 5)
    profile = services.node.profiles.profile("VACANCIES")

    class Strict:
        def profile(self, dataflow: str) -> object:
            return replace(profile, plausibility=replace(profile.plausibility, highest_value=10))

        def dataflows(self) -> tuple[str, ...]:
            return ("VACANCIES",)

    strict = replace(services, node=replace(services.node, profiles=Strict()))  # type: ignore[arg-type]  # a library
    list(pull_and_note(strict, strict.directory.get("MY")))
    (record,) = services.store.quarantined("MY")
    assert not record.held
    with pytest.raises(OperatorError, match="cannot be released by hand"):
        release_held(services, record.id, "Siti", REASON)
    pull(strict, "MY")
    assert revisions(services) == [1, 2]
    discard(services, record.id, "Siti", REASON)
    pull(strict, "MY")
    assert services.directory.status("MY").state is PeerState.FRESH


def test_an_own_release_is_flagged_and_never_held(two: Three) -> None:
    publish(two, 160)
    own = two.nodes["MY"]
    pull(own, "MY")
    assert own.store.quarantined("MY") == ()
    assert own.store.vintages("MY")[-1].custom.revision == 3


def test_what_is_not_there_cannot_be_looked_at(services: Services) -> None:
    with pytest.raises(ConfigurationError, match="nothing is quarantined under 7"):
        look(services, 7)


def test_a_name_that_is_no_name_stays_in_the_folder(services: Services, tmp_path: Path) -> None:
    from node.exchange.quarantine import _folder

    base = services.config.peers / "MY" / "quarantine"
    for path in ("../../../etc/passwd", "/etc/passwd", "VACANCIES/../../x.csv.gz", "A" * 5000):
        assert _folder(services, "MY", path, 0, "").parent == base
