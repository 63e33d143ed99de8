from datetime import UTC, datetime

import pytest

from node.errors import NodeError
from node.model.split_view import Fork, SeenSnapshot
from node.verify.forks import find_doubts, find_forks

AT = datetime(2026, 11, 1, tzinfo=UTC)


def seen(witness: str, signed: str, *, version: int = 7, sender: str = "TH", verified: bool = True) -> SeenSnapshot:
    return SeenSnapshot(
        sender, witness, version, 1, f"file-{signed}", signed if verified else "", "", "{}", verified, AT
    )


def keys(*views: SeenSnapshot, own: str = "ID") -> list[tuple[str, int, str, str]]:
    return [fork.key for fork in find_forks(views, own)]


def test_two_signed_contents_under_one_version_are_a_fork() -> None:
    assert keys(seen("ID", "a"), seen("MY", "b")) == [("TH", 7, "a", "b")]


def test_it_is_one_fork_whoever_tells_of_it() -> None:
    views = [seen("ID", "a"), seen("MY", "b"), seen("SG", "b"), seen("SG", "a")]
    assert keys(*views) == keys(*reversed(views)) == [("TH", 7, "a", "b")]
    (fork,) = find_forks(views, "ID")
    assert (fork.one.witness, fork.other.witness) == ("ID", "MY")
    assert "TH's snapshot" in fork.told


def test_partners_forks_are_found_where_this_node_saw_nothing() -> None:
    assert keys(seen("MY", "a"), seen("SG", "b")) == [("TH", 7, "a", "b")]


def test_a_third_content_is_another_fork() -> None:
    assert keys(seen("ID", "a"), seen("MY", "b"), seen("SG", "c")) == [("TH", 7, "a", "b"), ("TH", 7, "a", "c")]


@pytest.mark.parametrize(
    "views",
    [
        (seen("ID", "a"), seen("MY", "a")),
        (seen("ID", "a"), seen("MY", "b", version=8)),
        (seen("ID", "a"), seen("MY", "b", sender="SG")),
        (seen("ID", "a"), seen("MY", "b", verified=False)),
        (seen("ID", "a", verified=False), seen("MY", "b", verified=False)),
        (seen("ID", "a"),),
        (),
    ],
)
def test_what_proves_nothing_raises_no_alarm(views: tuple[SeenSnapshot, ...]) -> None:
    assert keys(*views) == []


def test_a_claim_without_signature_is_a_doubt_only_where_this_node_saw_otherwise() -> None:
    claim = seen("MY", "b", verified=False)
    assert find_doubts([seen("ID", "a"), claim], "ID") == (claim,)
    assert find_doubts([claim], "ID") == ()
    assert find_doubts([seen("ID", "b"), claim], "ID") == ()
    assert find_doubts([seen("ID", "a"), seen("ID", "b"), claim], "ID") == ()


@pytest.mark.parametrize(
    "pair",
    [
        (seen("ID", "b"), seen("MY", "a")),
        (seen("ID", "a"), seen("MY", "a")),
        (seen("ID", "a"), seen("MY", "b", verified=False)),
        (seen("ID", "a"), seen("MY", "b", version=8)),
    ],
)
def test_a_fork_that_proves_nothing_cannot_be_made(pair: tuple[SeenSnapshot, SeenSnapshot]) -> None:
    with pytest.raises(NodeError, match="two verified, different snapshots"):
        Fork(*pair)
