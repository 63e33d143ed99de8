from datetime import UTC, datetime

from node.model.split_view import Fork, ForkRecord, SeenSnapshot, Verdict

AT = datetime(2026, 11, 1, tzinfo=UTC)
ONE, OTHER = (
    SeenSnapshot("TH", witness, 7, 1, signed * 64, signed, "", "{}", True, AT)
    for witness, signed in (("ID", "a"), ("MY", "b"))
)


def test_a_fork_names_the_nodes_and_what_each_saw() -> None:
    assert Fork(ONE, OTHER).told == (
        "version 7 of TH's snapshot was seen as aaaaaaaaaaaa… by ID and bbbbbbbbbbbb… by MY, both validly signed"
    )
    assert Fork(ONE, OTHER).key == ("TH", 7, "a", "b")


def test_merging_is_held_until_somebody_has_decided() -> None:
    assert ForkRecord(1, Fork(ONE, OTHER), AT, ()).held
    assert not ForkRecord(1, Fork(ONE, OTHER), AT, (Verdict("go on", "Siti", "a backup", AT),)).held
