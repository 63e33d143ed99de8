"""A partner that holds its keys and signs what breaks the agreement: refused, and no more harm than that."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tuf.api.metadata import TargetFile
from tuf.api.serialization import SerializationError

from node.errors import SignatureRefused
from node.model.foreign import shown
from node.model.release import MAX_REPORT_BYTES, Quarantined
from tests.support.signed_feeds import Receiver, Sender, new_receiver

DATA, REPORT = "VACANCIES/2031-01.csv.gz", "VACANCIES/2031-01.report.json"
Files = dict[str, TargetFile]


@pytest.fixture
def puller(sender: Sender, tmp_path: Path) -> Receiver:
    """A node that has pinned the sender and pulled nothing; the sender has a second, faultless release."""
    sender.release("2031-02")
    return new_receiver(tmp_path / "th", sender)


def only_refusal(puller: Receiver) -> Quarantined:
    """What a pull refused, while it brought the faultless release."""
    feed = puller.pull()
    assert [str(target.published.key.period) for target in feed.fetched] == ["2031-02"]
    (refused,) = feed.unreadable
    return refused


def custom(field: str, value: object) -> Callable[[Files], None]:
    return lambda files: files[DATA].unrecognized_fields["custom"].update({field: value})


@pytest.mark.parametrize(("field", "value"), [("revision", 10**30), ("rows", 2**31), ("employer", "PT X")])
def test_a_description_out_of_bounds_is_refused_and_the_other_release_taken(
    field: str, value: object, sender: Sender, puller: Receiver
) -> None:
    sender.sign(custom(field, value))
    refused = only_refusal(puller)
    assert (refused.target.path, refused.reason) == (DATA, "wrong custom field")
    assert field in refused.findings[0]


@pytest.mark.parametrize("path", [DATA, REPORT])
@pytest.mark.parametrize("digest", ["a\0b", "../../../../../escaped", "/absolute", "c" * 63 + "g"])
def test_a_hash_that_is_none_makes_no_path(
    path: str, digest: str, sender: Sender, puller: Receiver, tmp_path: Path
) -> None:
    sender.sign(lambda files: files[path].hashes.update({"sha256": digest}))
    before = {file for file in tmp_path.rglob("*") if not file.is_relative_to(puller.home)}
    assert "64 hexadecimal digits" in only_refusal(puller).reason
    kept = puller.home / "peers" / "ID" / "targets"
    (only,) = kept.rglob("*.csv.gz")
    assert only.name.endswith(".2031-02.csv.gz")
    assert {file for file in tmp_path.rglob("*") if not file.is_relative_to(puller.home)} == before


def test_targets_stay_in_their_folder_whatever_lies_there(sender: Sender, puller: Receiver, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (puller.home / "peers" / "ID" / "targets").mkdir()
    (puller.home / "peers" / "ID" / "targets" / "VACANCIES").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SignatureRefused, match="leads out of the folder"):
        puller.pull()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_snapshot_version_no_database_holds(sender: Sender, puller: Receiver) -> None:
    sender.sign(lambda files: None, step=2**31)
    with pytest.raises(SignatureRefused, match=r"ID: the version of its snapshot is larger than 2147483647"):
        puller.pull()


def test_a_report_too_large_to_read_is_not_asked_for(sender: Sender, puller: Receiver) -> None:
    def grow(files: Files) -> None:
        files[REPORT].length = MAX_REPORT_BYTES + 1

    sender.sign(grow)
    refused = only_refusal(puller)
    assert refused.reason == "its report has 5,000,001 bytes; this node accepts 5,000,000"
    assert refused.target.revision == 1


def test_a_release_without_its_report(sender: Sender, puller: Receiver) -> None:
    sender.sign(lambda files: files.pop(REPORT) and None)
    assert only_refusal(puller).reason == "it has no report beside it"


@pytest.mark.parametrize("name", ["\x1b[2J", "\u202egpj", "x" * 10_000, "\ud800", "..", "a\nb"])
def test_names_that_are_none_are_shown_bounded_and_plain(name: str, sender: Sender, puller: Receiver) -> None:
    path = f"{name}/2031-01.csv.gz"

    def rename(files: Files) -> None:
        files[path] = files.pop(DATA)
        files[path].path = path

    if name == "\ud800":
        with pytest.raises(SerializationError):  # a sender cannot sign what has no UTF-8
            sender.sign(rename)
        return
    sender.sign(rename)
    refused = only_refusal(puller)
    assert refused.target.path == shown(path, 200)
    assert len(refused.target.path) <= 200


def test_what_was_refused_is_looked_at_again_until_it_is_settled(sender: Sender, puller: Receiver) -> None:
    sender.sign(custom("rows", -1))
    first = only_refusal(puller)
    assert puller.pull().unreadable == (first,)
    puller.known |= {first.target}
    assert puller.fetcher.fetch(puller.peer, puller.known).unreadable == ()
    sender.sign(custom("rows", 1))
    feed = puller.pull()
    assert ([str(target.published.key.period) for target in feed.fetched], feed.unreadable) == (["2031-01"], ())
