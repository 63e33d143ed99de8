"""The feed as any TUF client finds it in the folder."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from node.errors import ConfigurationError, KeyStoreError, SignatureRefused
from node.model.period import TimePeriod
from tests.support.signed_feeds import LIFETIMES, START, STRUCTURE, Sender, draft, new_sender


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    return new_sender(tmp_path / "id")


def signed(sender: Sender, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((sender.metadata / name).read_bytes())["signed"]
    return content


def files(sender: Sender) -> dict[str, bytes]:
    return {str(path.relative_to(sender.feeds)): path.read_bytes() for path in sender.feeds.rglob("*.*")}


def test_the_root_pins_country_and_threshold(sender: Sender) -> None:
    root = signed(sender, "1.root.json")
    assert root["x-lmis-node"] == {
        "country": "ID", "authority": "IMTGT_ID", "name": "Node of ID", "synthetic": True,
    }  # fmt: skip
    assert root["consistent_snapshot"] is True
    assert (root["roles"]["root"]["threshold"], len(root["roles"]["root"]["keyids"])) == (2, 3)
    assert sender.fingerprint.replace(" ", "") == hashlib.sha256(files(sender)["metadata/1.root.json"]).hexdigest()


def test_names_and_expiry_dates(sender: Sender) -> None:
    release = draft()
    sender.publication.publish(release, STRUCTURE)
    data, report = (hashlib.sha256(release.files[path]).hexdigest() for path in sorted(release.files))
    structure = hashlib.sha256(STRUCTURE).hexdigest()
    assert set(files(sender)) == {
        "metadata/1.root.json", "metadata/1.targets.json", "metadata/1.snapshot.json", "metadata/2.targets.json",
        "metadata/2.snapshot.json", "metadata/timestamp.json", f"targets/VACANCIES/{data}.2031-01.csv.gz",
        f"targets/VACANCIES/{report}.2031-01.report.json", f"targets/structure/{structure}.VACANCIES.json",
    }  # fmt: skip
    for name, days in [
        ("1.root", LIFETIMES.root_days),
        ("2.targets", LIFETIMES.targets_days),
        ("2.snapshot", LIFETIMES.snapshot_days),
        ("timestamp", LIFETIMES.timestamp_days),
    ]:
        assert signed(sender, f"{name}.json")["expires"] == f"{START + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def test_a_release_leaves_all_other_files_as_they_are(sender: Sender) -> None:
    sender.release("2031-01")
    before = files(sender)
    sender.release("2031-02")
    after = files(sender)
    assert {name for name in before if after[name] != before[name]} == {"metadata/timestamp.json"}
    assert sum(name.startswith("targets/") for name in set(after) - set(before)) == 2


def test_publishing_needs_no_root_key(sender: Sender) -> None:
    for path in (sender.home / "keys").glob("root-*.pem"):
        path.unlink()
    assert sender.reopened().publish(draft(), STRUCTURE).changed


def test_a_key_that_the_root_does_not_name_signs_nothing(sender: Sender, tmp_path: Path) -> None:
    other = new_sender(tmp_path / "th", "TH")
    before = files(sender)
    (sender.home / "keys").rename(tmp_path / "kept")
    (other.home / "keys").rename(sender.home / "keys")
    with pytest.raises(KeyStoreError, match="does not name this node's targets key"):
        sender.reopened().publish(draft(), STRUCTURE)
    assert files(sender) == before


def test_a_second_feed_is_not_begun_over_the_first(sender: Sender) -> None:
    with pytest.raises(ConfigurationError, match="holds a feed already"):
        sender.reopened().initialise()


def test_own_feed_lists_what_is_published(sender: Sender) -> None:
    sender.release("2031-02")
    sender.release("2031-01")
    own = sender.reopened().own_feed()
    assert own is not None
    assert [str(target.key.period) for target in own.targets] == ["2031-01", "2031-02"]
    assert (own.snapshot_version, own.timestamp_expires) == (3, START + timedelta(days=7))


def test_a_published_file_that_was_changed_is_not_read(sender: Sender) -> None:
    sender.release("2031-01")
    (path,) = (sender.feeds / "targets").rglob("*.csv.gz")
    path.write_bytes(b"changed")
    with pytest.raises(SignatureRefused, match=r"csv\.gz: its bytes are not those that were signed"):
        sender.publication.published("VACANCIES", TimePeriod("2031-01"))


def test_renewing_changes_the_timestamp_alone_until_the_snapshot_is_due(sender: Sender) -> None:
    before = files(sender)
    sender.clock.move(days=3)
    assert sender.publication.renew_timestamp() == START + timedelta(days=10)
    after = files(sender)
    assert {name for name in after if after[name] != before.get(name)} == {"metadata/timestamp.json"}
    sender.clock.move(days=14)
    sender.publication.renew_timestamp()
    assert signed(sender, "2.snapshot.json")["expires"] == f"{START + timedelta(days=47):%Y-%m-%dT%H:%M:%SZ}"
