"""A partner that signs figures which break the exchange profile: refused whole, and what was merged stays in force."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from node.adapters.trust.custom import DATA_SUFFIX
from node.errors import OperatorError
from node.exchange.quarantine import look, release_held
from node.model.period import TimePeriod
from node.model.release import MergePlan, PeerState, ReleaseDraft, TargetKey
from node.operations import release_and_merge
from tests.support.nodes import PERIOD
from tests.support.three_nodes import Three, three_nodes

KEY = TargetKey("VACANCIES", TimePeriod(PERIOD))


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of two nodes: Indonesia has merged Malaysia's vacancies."""
    folder = tmp_path_factory.mktemp("merged")
    with three_nodes(folder, ("ID", "MY")) as made:
        release_and_merge(made.nodes["MY"], KEY.dataflow, KEY.period)
        made.turn("ID")
    return folder


@pytest.fixture
def two(merged: Path, tmp_path: Path) -> Iterator[Three]:
    with three_nodes(tmp_path / "two", ("ID", "MY"), copied=merged) as made:
        yield made


def signed(two: Three, change: Callable[[bytes], bytes], pack: Callable[[bytes], bytes] | None = None) -> None:
    """Malaysia signs, as revision 2, its release with other rows; its own node's checks are left out."""
    publication = two.nodes["MY"].publication
    found = publication.published(KEY.dataflow, KEY.period)
    report = publication.published_file(KEY.report_path)
    structure = publication.published_file(f"structure/{KEY.dataflow}.json")
    assert found is not None
    assert report is not None
    assert structure is not None
    text = change(gzip.decompress(found[1]).replace(b",I,M,", b",R,M,"))
    data = pack(text) if pack else gzip.compress(text, mtime=0)
    custom = replace(found[0].custom, revision=2, rows=text.count(b"\n") - 1)
    document = json.dumps({**json.loads(report), "revision": 2, "rows": custom.rows}).encode()
    publication.publish(ReleaseDraft(KEY, custom, {KEY.path: data, KEY.report_path: document}), structure)


def refused_whole(two: Three) -> str:
    """Reason and findings of the one refusal, once it is sure that nothing else has come of the pull."""
    services = two.nodes["ID"]
    before = services.store.vintages("MY")
    cube = services.store.cube(KEY.dataflow, KEY.period)
    plan = two.turn("ID")["MY"]
    assert isinstance(plan, MergePlan)
    assert plan.new == ()
    assert services.store.vintages("MY") == before
    assert services.store.cube(KEY.dataflow, KEY.period).observations == cube.observations
    assert services.directory.status("MY").state is PeerState.QUARANTINED
    (record,) = services.store.quarantined("MY")
    with pytest.raises(OperatorError, match="cannot be released by hand"):
        release_held(services, record.id, "Siti", "Kuala Lumpur says that it is right")
    kept = look(services, record.id).files
    assert any(path.name.endswith(DATA_SUFFIX) for path in kept), "whole, for the operator to look at"
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    return f"{record.reason}: {'; '.join(record.findings)}"


def test_the_release_as_it_was_is_taken(two: Three) -> None:
    signed(two, lambda text: text)
    plan = two.turn("ID")["MY"]
    assert isinstance(plan, MergePlan)
    assert [target.vintage.custom.revision for target in plan.new] == [2], "what refuses the others is their change"


def test_extra_columns(two: Three) -> None:
    signed(two, lambda text: text.replace(b"\n", b",PT Rahasia\n").replace(b"PT Rahasia", b"EMPLOYER", 1))
    told = refused_whole(two)
    assert "columns that the profile does not declare: EMPLOYER" in told
    assert "Rahasia" not in told


def test_duplicate_keys(two: Three) -> None:
    def again(text: bytes) -> bytes:
        lines = text.splitlines(keepends=True)
        return b"".join((*lines[:3], lines[2], *lines[4:]))

    signed(two, again)
    assert "keys that an earlier row has: row 4" in refused_whole(two)


def test_rows_outside_authority(two: Three) -> None:
    signed(two, lambda text: re.sub(rb",MY-\d+,", b",ID-SU,", text, count=1))
    assert "REF_AREA is outside the sender's authority: ID-SU" in refused_whole(two)


def test_another_period_than_the_targets(two: Three) -> None:
    other = str(KEY.period.shifted(-1)).encode()
    signed(two, lambda text: text.replace(PERIOD.encode(), other, 1))
    assert f"TIME_PERIOD is not {PERIOD}" in refused_whole(two)


def test_margins_that_are_not_their_parts(two: Three) -> None:
    def one_more(text: bytes) -> bytes:
        lines = text.splitlines()
        for number, line in enumerate(lines):
            fields = line.split(b",")
            if number and fields[-2] == b"A" and int(fields[-3]) > 0:
                lines[number] = b",".join((*fields[:-3], b"%d" % (int(fields[-3]) + 1), *fields[-2:]))
                break
        return b"\n".join(lines) + b"\n"

    signed(two, one_more)
    assert "the margin is not the sum of its parts" in refused_whole(two)


def test_a_decompression_bomb(two: Three) -> None:
    signed(two, lambda text: text, lambda text: gzip.compress(text + b"0" * 100_000_000, mtime=0))
    assert "unpacks to more than" in refused_whole(two)


def test_a_name_hidden_in_the_gzip_header(two: Three) -> None:
    def pack(text: bytes) -> bytes:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        body = packer.compress(text) + packer.flush()
        ends = zlib.crc32(text).to_bytes(4, "little") + len(text).to_bytes(4, "little")
        return b"\x1f\x8b\x08\x10\0\0\0\0\2\xff" + b"Siti Aminah\0" + body + ends

    signed(two, lambda text: text, pack)
    told = refused_whole(two)
    assert "gzip header has more in it than it needs" in told
    assert "Siti" not in told
