"""A node that shows different partners different feeds is found out within one cycle, and nobody else is accused."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from node.adapters.trust import observed
from node.adapters.trust.observed import compose
from node.bootstrap import open_services
from node.config import load_config
from node.errors import FeedForked
from node.exchange.forks import decide_fork, warnings
from node.health import examine
from node.model.period import TimePeriod
from node.model.release import MergePlan, PeerState
from node.operations import release, release_and_merge, tell_what_was_seen
from tests.support.nodes import PERIOD, write_vacancies
from tests.support.three_nodes import Three, three_nodes

RESTING_CYCLES = 12


def test_nothing_is_published_any_more_once_the_figures_rest(three: Three) -> None:
    resting = three.versions()
    for _ in range(RESTING_CYCLES):
        three.cycle()
    assert three.versions() == resting
    assert all(services.publication.published_file("observed.json") for services in three.nodes.values())


def test_one_release_is_answered_once_by_each_of_the_others(three: Three) -> None:
    before = three.versions()
    write_vacancies(three.homes["TH"], "TH", posts=4)
    release_and_merge(three.nodes["TH"], "VACANCIES", TimePeriod(PERIOD))
    for _ in range(RESTING_CYCLES):
        three.cycle()
    assert three.versions() == {country: version + 1 for country, version in before.items()}


def test_a_split_view_is_found_within_one_cycle_and_names_the_nodes(three: Three, tmp_path: Path) -> None:
    three.fork("TH", tmp_path / "thief", "MY")
    three.turn("ID")
    three.turn("MY")
    (told,) = three.forks("MY")
    assert "of TH's snapshot" in told
    assert "by ID" in told
    assert "by MY" in told
    assert three.state("MY", "TH") is PeerState.FORKED
    outcomes = three.turn("ID")
    assert three.forks("ID") == [told]
    assert three.state("ID", "TH") is PeerState.FORKED
    assert three.state("ID", "MY") is PeerState.FRESH
    plan = outcomes["MY"]
    assert isinstance(plan, MergePlan)
    assert [record.fork.sender for record in plan.forks] == ["TH"]


@pytest.mark.parametrize("order", [("ID", "MY"), ("MY", "ID")])
def test_whoever_pulls_last_in_a_cycle_finds_it(three: Three, tmp_path: Path, order: tuple[str, str]) -> None:
    three.fork("TH", tmp_path / "thief", "MY")
    for country in order:
        three.turn(country)
    assert len(three.forks(order[-1])) == 1


def test_it_is_found_when_the_forked_node_has_gone_on_meanwhile(three: Three, tmp_path: Path) -> None:
    three.fork("TH", tmp_path / "thief", "MY")
    three.turn("ID")
    for posts in (6, 7):  # further versions for Indonesia alone
        write_vacancies(three.homes["TH"], "TH", posts=posts)
        release(three.nodes["TH"], "VACANCIES", TimePeriod(PERIOD))
        three.turn("ID")
    three.turn("MY")
    assert len(three.forks("MY")) == 1


def test_the_forked_node_finds_the_use_of_its_own_key(three: Three, tmp_path: Path) -> None:
    three.fork("TH", tmp_path / "thief", "MY")
    three.turn("MY")
    three.turn("TH")
    assert len(three.forks("TH")) == 1
    assert three.state("TH", "TH") is PeerState.FORKED


def test_both_sides_are_kept_as_evidence_that_proves_itself(three: Three, tmp_path: Path) -> None:
    three.fork("TH", tmp_path / "thief", "MY")
    three.turn("ID")
    three.turn("MY")
    (folder,) = (three.homes["MY"] / "peers" / "forks").iterdir()
    roots = observed.trusted_roots(three.homes["MY"] / "peers" / "TH")
    sides = list(folder.glob("*.snapshot.seen-by-*.json"))
    assert {name.name.split("-by-")[1][:2] for name in sides} == {"ID", "MY"}
    contents = set()
    for side in sides:
        snapshot = observed.Metadata.from_bytes(side.read_bytes())
        roots[0].verify_delegate("snapshot", snapshot.signed_bytes, snapshot.signatures)
        contents.add((snapshot.signed.version, snapshot.signed_bytes))
    assert len(contents) == 2
    assert len({version for version, _ in contents}) == 1
    names = {path.name for path in folder.iterdir()}
    assert {"README.txt", "TH.1.root.json", "ID.targets.json"} <= names
    assert any(name.startswith("ID.") and name.endswith("observed.json") for name in names)


def test_nothing_of_a_forked_feed_is_merged_until_an_operator_decides(three: Three, tmp_path: Path) -> None:
    three.fork("TH", tmp_path / "thief", "MY")
    three.turn("ID")
    three.turn("MY")
    three.turn("ID")
    services = three.nodes["ID"]
    write_vacancies(three.homes["TH"], "TH", posts=9)
    release(three.nodes["TH"], "VACANCIES", TimePeriod(PERIOD))
    before = services.store.vintages("TH")
    assert isinstance(three.turn("ID")["TH"], FeedForked)
    assert services.store.vintages("TH") == before
    (record,) = services.views.forks("TH")
    decide_fork(services, record.id, "Siti", "Telephoned Bangkok: an old backup had been put back")
    assert isinstance(three.turn("ID")["TH"], MergePlan)
    assert len(services.store.vintages("TH")) == len(before) + 1
    assert three.state("ID", "TH") is PeerState.FRESH
    (kept,) = services.views.forks("TH")
    assert [(verdict.author, verdict.verdict) for verdict in kept.verdicts] == [("Siti", "go on")]
    three.cycle()
    assert [record.held for record in services.views.forks("TH")] == [False], "the same fork is no news"


def test_doctor_says_so_until_an_operator_decides(three: Three, tmp_path: Path) -> None:
    def told() -> tuple[bool, str]:
        (finding,) = (one for one in examine(three.homes["MY"], {}) if one.what == "forks")
        return finding.well, finding.says

    assert told() == (True, "none of the partners' feeds is held as forked")
    three.fork("TH", tmp_path / "thief", "MY")
    three.turn("ID")
    three.turn("MY")
    well, says = told()
    assert not well
    assert "lmis-node peer fork show 1" in says
    decide_fork(three.nodes["MY"], 1, "Siti", "Telephoned Bangkok: an old backup had been put back")
    assert told()[0]


def test_an_alarm_comes_to_rest_too(three: Three, tmp_path: Path) -> None:
    three.fork("TH", tmp_path / "thief", "MY")
    for _ in range(4):
        three.cycle()
    resting = three.versions()
    for _ in range(RESTING_CYCLES):
        three.cycle()
    assert three.versions() == resting


def lie(three: Three, change: object) -> None:
    """Malaysia publishes of Thailand what it never saw. `change`: takes the true views and returns others."""
    services = three.nodes["MY"]
    seen = services.views.recent("TH", "MY", 16)
    view = observed.PeerView("TH", "f" * 64, change(seen))  # type: ignore[operator]  # a function
    services.publication.publish_file("observed.json", compose([view]))


def test_a_liar_cannot_raise_an_alarm_against_another(three: Three) -> None:
    services = three.nodes["ID"]
    for lying in (
        lambda seen: tuple(replace(view, sha256="0" * 64) for view in seen),
        lambda seen: tuple(replace(view, sha256="0" * 64, metadata="") for view in seen),
        lambda seen: tuple(
            replace(view, metadata=text, sha256=observed.hashlib.sha256(text.encode()).hexdigest())
            for view in seen
            for text in [view.metadata.replace("2", "3", 3)]
        ),
    ):
        lie(three, lying)
        three.turn("ID")
        assert services.views.forks() == ()
        assert three.state("ID", "TH") is PeerState.FRESH
        assert {view.witness for view in warnings(services).doubts} == {"MY"}, "it is shown, and nobody is accused"


def test_an_unreadable_statement_keeps_no_figure_back(three: Three) -> None:
    malaysia = three.nodes["MY"]
    malaysia.publication.publish_file("observed.json", b'{"format": "imtgt-observed/1", "peers": {"TH": {"x": 1}}}')
    write_vacancies(three.homes["MY"], "MY", posts=4)
    release(malaysia, "VACANCIES", TimePeriod(PERIOD))
    plan = three.turn("ID")["MY"]
    assert isinstance(plan, MergePlan)
    assert len(plan.new) == 1


def test_a_peer_without_observations_is_no_trouble(tmp_path: Path) -> None:
    with three_nodes(tmp_path, ("ID", "MY")) as two:
        two.turn("ID")
        assert two.nodes["MY"].publication.published_file("observed.json") is None
        two.turn("MY")
        two.turn("ID")
        assert two.forks("ID") == two.forks("MY") == []


def test_a_node_that_is_behind_is_not_accused(three: Three, tmp_path: Path) -> None:
    """Malaysia sees Thailand's feed of weeks ago, as from a mirror that stands still."""
    old = tmp_path / "mirror"
    shutil.copytree(three.homes["TH"] / "feeds", old)
    three.show("MY", "TH", old)
    for posts in (4, 5):
        write_vacancies(three.homes["TH"], "TH", posts=posts)
        release(three.nodes["TH"], "VACANCIES", TimePeriod(PERIOD))
        three.cycle()
    assert three.forks("ID") == three.forks("MY") == three.forks("TH") == []


def test_a_clock_that_is_wrong_raises_no_alarm(three: Three) -> None:
    services = three.nodes["MY"]
    node = replace(services.node, clock=lambda: services.clock() + timedelta(days=2))
    three.nodes["MY"] = replace(services, node=node)
    write_vacancies(three.homes["TH"], "TH", posts=4)
    release(three.nodes["TH"], "VACANCIES", TimePeriod(PERIOD))
    for _ in range(3):
        three.cycle()
    assert three.forks("ID") == three.forks("MY") == []


def test_a_receiver_restored_from_a_backup_raises_no_alarm(three: Three, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    shutil.copytree(three.homes["ID"], backup)
    write_vacancies(three.homes["TH"], "TH", posts=4)
    release_and_merge(three.nodes["TH"], "VACANCIES", TimePeriod(PERIOD))
    three.cycle()
    shutil.rmtree(three.homes["ID"] / "peers")
    shutil.copytree(backup / "peers", three.homes["ID"] / "peers")
    shutil.copy(backup / "node.db", tmp_path / "old.db")
    three.cycle()
    assert three.forks("ID") == three.forks("MY") == []


def test_a_node_put_back_to_an_old_feed_is_told_that_partners_hold_newer(three: Three, tmp_path: Path) -> None:
    backup = tmp_path / "feeds"
    shutil.copytree(three.homes["TH"] / "feeds", backup)
    write_vacancies(three.homes["TH"], "TH", posts=4)
    release(three.nodes["TH"], "VACANCIES", TimePeriod(PERIOD))
    three.turn("ID")
    shutil.rmtree(three.homes["TH"] / "feeds")
    shutil.copytree(backup, three.homes["TH"] / "feeds")
    three.turn("TH")
    (ahead,) = {view.version for view in warnings(three.nodes["TH"]).ahead}
    assert ahead == three.versions()["TH"] + 1
    (finding,) = (one for one in examine(three.homes["TH"], {}) if one.what == "forks")
    assert not finding.well
    assert "ID holds version" in finding.says


def test_only_what_was_seen_is_told(three: Three) -> None:
    """No address, name or time but that of the sight itself leaves a node this way."""
    data = three.nodes["ID"].publication.published_file("observed.json")
    assert data is not None
    document = json.loads(data)
    assert set(document) == {"format", "peers"}
    for entry in document["peers"].values():
        assert set(entry) == {"content_sha256", "snapshots"}
        assert all(set(one) == {"version", "root_version", "sha256", "seen", "metadata"} for one in entry["snapshots"])


def test_a_failure_to_publish_is_told_and_stops_nothing(three: Three) -> None:
    keys = three.homes["ID"] / "keys" / "targets.pem"
    keys.rename(keys.with_suffix(".away"))
    write_vacancies(three.homes["TH"], "TH", posts=4)
    release(three.nodes["TH"], "VACANCIES", TimePeriod(PERIOD))
    with open_services(load_config(three.homes["ID"], {})) as services:
        three.nodes["ID"] = services
        assert isinstance(three.turn("ID")["TH"], MergePlan)
        told = tell_what_was_seen(services)
        assert told is not None
        assert "could not be published" in told
