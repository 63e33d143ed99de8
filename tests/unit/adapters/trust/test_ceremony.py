"""A root goes from holder to holder, each with a key and a folder of their own, and becomes a feed."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Metadata, Root

from node.adapters.trust.ceremony import Ceremony, HolderChange
from node.adapters.trust.holders import (
    HolderKey,
    new_holder_key,
    open_holder_key,
    read_public_file,
    recollect,
    remember,
)
from node.adapters.trust.identity import NodeIdentity
from node.adapters.trust.key_files import unkept_key
from node.adapters.trust.key_store import ONLINE_KEYS, KeyStore, create_keys
from node.adapters.trust.publication import TufPublication
from node.adapters.trust.root_request import RootRequest, parse_request, read_request
from node.errors import ConfigurationError, KeyStoreError
from tests.support.signed_feeds import LIFETIMES, PASSPHRASE, STRUCTURE, FrozenClock, Sender, draft, new_receiver

NAMES = ("MOM-1", "MOM-2", "BPS")
IDENTITY = NodeIdentity("ID", "IMTGT_ID", "Node of ID", synthetic=False)


class World:
    """A node without a root, and three holders in folders of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FrozenClock()
        self.home = folder / "node"
        create_keys(self.home / "keys", PASSPHRASE, ONLINE_KEYS)
        self.holders = [self.new_holder(name) for name in NAMES]

    def new_holder(self, name: str) -> HolderKey:
        new_holder_key(name, self.folder / name, f"phrase of {name}", None, None)
        return read_public_file(self.folder / name / f"{name}.public.json")

    @property
    def publication(self) -> TufPublication:
        return TufPublication(self.home, IDENTITY, KeyStore(self.home / "keys", PASSPHRASE), LIFETIMES, self.clock)

    @property
    def ceremony(self) -> Ceremony:
        keys = KeyStore(self.home / "keys", PASSPHRASE)
        return Ceremony(self.home, IDENTITY, keys, self.publication, LIFETIMES, self.clock, {})

    def key(self, name: str) -> str:
        return str(self.folder / name / f"{name}.pem")

    def copy(self, name: str, request: Path, change: Any = None) -> Path:
        """The signed copy of a holder, who has nothing but the request and their own folder."""
        wanted = read_request(request)
        wanted.check(self.clock())
        signed = wanted.signed_with(open_holder_key(self.key(name), f"phrase of {name}", None))
        path = self.folder / name / f"signed-{wanted.version}.json"
        path.write_bytes(signed.to_bytes())
        if change is not None:
            document = json.loads(path.read_bytes())
            change(document)
            path.write_text(json.dumps(document))
        return path

    def begun(self) -> Path:
        """The first root, in force by two signatures; returns the feed's metadata folder."""
        request = self.ceremony.begin(self.holders, 2).path
        assert self.ceremony.merge([self.copy(name, request) for name in NAMES[:2]]).installed
        return self.home / "feeds" / "metadata"


def _exchange_key(root: dict[str, Any], role: str) -> None:
    """Another key under the id, and so the fingerprint, of one that the holder has compared."""
    root["keys"][root["roles"][role]["keyids"][0]] = unkept_key().to_dict()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_whole_ceremony_ends_in_a_feed_that_a_partner_can_pull(world: World) -> None:
    request = world.ceremony.begin(world.holders, 2).path
    assert not (world.home / "feeds").exists()
    done = world.ceremony.merge([world.copy(name, request) for name in NAMES])
    assert done.installed
    assert done.signed.by == tuple(sorted(NAMES))
    keys = KeyStore(world.home / "keys", PASSPHRASE)
    sender = Sender(world.home, world.clock, keys, IDENTITY, world.publication, done.fingerprint)
    sender.publication.publish(draft(), STRUCTURE)
    assert len(new_receiver(world.folder / "my", sender).pull().targets) == 1
    assert world.ceremony.under_way() is None


def test_the_order_of_the_copies_does_not_matter(world: World, tmp_path: Path) -> None:
    request = world.ceremony.begin(world.holders, 2).request
    copies = [parse_request(world.copy(name, world.ceremony.under_way().path).read_bytes(), name) for name in NAMES]  # type: ignore[union-attr]  # it is under way
    roots = set()
    for order in permutations(copies):
        merged = request
        for copy in order:
            merged = merged.merged_with(copy, "copy")
        roots.add(merged.root_bytes())
    assert len(roots) == 1


def test_signatures_may_come_one_by_one_and_one_after_the_other(world: World) -> None:
    request = world.ceremony.begin(world.holders, 3).path
    assert world.ceremony.merge([world.copy("BPS", request)]).signed.lacking == 2
    # The second holder signs what the first brought back, the third a fresh copy: both ways lead there.
    here = world.ceremony.under_way()
    assert here is not None
    assert here.signed.by == ("BPS",)
    assert world.ceremony.merge([world.copy("MOM-2", here.path)]).signed.waiting == ("MOM-1",)
    assert world.ceremony.merge([world.copy("MOM-1", request)]).installed


def test_below_the_threshold_nothing_is_published(world: World) -> None:
    request = world.ceremony.begin(world.holders, 2).path
    proposal = world.ceremony.merge([world.copy("BPS", request), world.copy("BPS", request)])
    assert (proposal.installed, proposal.signed.lacking) == (False, 1)
    assert not (world.home / "feeds").exists()
    with pytest.raises(KeyStoreError, match="1 more signatures are needed; signed by BPS, waiting for MOM-1, MOM-2"):
        proposal.request.root_bytes()


def test_a_foreign_signature_is_refused_and_nothing_of_its_copy_kept(world: World) -> None:
    request = world.ceremony.begin(world.holders, 2).path
    stranger = world.new_holder("STRANGER")

    def swap(document: dict[str, Any]) -> None:
        document["proposed"]["signatures"].append({"keyid": stranger.public.keyid, "sig": "00" * 64})

    with pytest.raises(KeyStoreError, match="signed by a foreign key"):
        world.ceremony.merge([world.copy("BPS", request, swap)])
    with pytest.raises(KeyStoreError, match="not among the root keys"):
        world.copy("STRANGER", request)
    here = world.ceremony.under_way()
    assert here is not None
    assert here.signed.by == ()


def test_a_signature_that_does_not_fit_is_refused(world: World) -> None:
    request = world.ceremony.begin(world.holders, 2).path

    def spoil(document: dict[str, Any]) -> None:
        document["proposed"]["signatures"][0]["sig"] = "00" * 64

    with pytest.raises(KeyStoreError, match="the signature of BPS does not fit"):
        world.ceremony.merge([world.copy("BPS", request, spoil)])


def test_a_copy_that_was_changed_on_the_way_is_refused(world: World) -> None:
    request = world.ceremony.begin(world.holders, 2).path

    def lower(document: dict[str, Any]) -> None:
        document["proposed"]["signed"]["roles"]["root"]["threshold"] = 1

    with pytest.raises(KeyStoreError, match="copy of another request"):
        world.ceremony.merge([world.copy("BPS", request, lower)])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda root: root.update(version=3), "version 3, and 2 comes next"),
        (lambda root: root["x-lmis-node"].update(authority="IMTGT_MY"), "speaks for IMTGT_MY of ID"),
        (lambda root: root.update(expires="2031-03-01T09:00:00Z"), "expires on 2031-03-01"),
        (lambda root: root["roles"]["root"].update(threshold=9), "9 of 3 keys cannot sign for root"),
        (lambda root: root["roles"]["targets"].update(keyids=root["roles"]["snapshot"]["keyids"]), "serves two roles"),
        (lambda root: root.update(consistent_snapshot=False), "without consistent snapshots"),
        (lambda root: _exchange_key(root, "targets"), "an id that is not its own"),
        (lambda root: _exchange_key(root, "root"), "an id that is not its own"),
    ],
)
def test_what_is_no_valid_successor_is_not_signed(change: Any, said: str, world: World) -> None:
    world.begun()
    request = world.ceremony.change_online_keys(["targets"]).path
    document = json.loads(request.read_bytes())
    change(document["proposed"]["signed"])
    request.write_text(json.dumps(document))
    with pytest.raises(KeyStoreError, match=said):
        read_request(request).check(world.clock())


def test_a_chain_in_which_a_root_was_exchanged_is_not_signed_on(world: World) -> None:
    world.begun()
    request = world.ceremony.change_online_keys(["targets"]).path
    document = json.loads(request.read_bytes())
    first = json.loads(document["chain"][0])
    first["signed"]["roles"]["root"]["threshold"] = 1
    document["chain"][0] = json.dumps(first)
    request.write_text(json.dumps(document))
    with pytest.raises(KeyStoreError, match="not a validly signed root"):
        read_request(request).check(world.clock())


def test_a_holder_is_shown_what_comes_and_goes(world: World) -> None:
    world.begun()
    change = HolderChange((world.new_holder("DG"),), ("BPS",), threshold=3)
    lines = world.ceremony.change_holders(change).request.differences()
    text = "\n".join(lines)
    for expected in ("version: 2, after 1", "3 of 3 holders sign (before: 2 of 3)", "NEW: DG", "GOES: BPS",
                     "stays: MOM-1", "targets: the key stays"):  # fmt: skip
        assert expected in text


def test_a_key_remembers_what_it_signed(world: World) -> None:
    first = world.ceremony.begin(world.holders, 2).request
    key = world.key("BPS")
    assert recollect(key, first) == ""
    remember(key, first)
    assert recollect(key, first) == ""
    world.ceremony.cancel()
    world.clock.move(days=1)
    other = world.ceremony.begin(world.holders, 3).request
    assert "already signed another root 1" in recollect(key, other)
    world.ceremony.merge([world.copy(name, world.ceremony.under_way().path) for name in NAMES])  # type: ignore[union-attr]  # it is under way
    later = world.ceremony.change_online_keys(["targets"]).request
    link = world.folder / "link.pem"
    link.symlink_to(key)
    with pytest.raises(KeyStoreError, match="another feed"):
        recollect(str(link), later)
    with pytest.raises(KeyStoreError, match="another feed, or somebody exchanged a root"):
        recollect(key, later)
    # The way on that the message names, once the holders have told one another that the other was given up.
    Path(key).with_suffix(".signed.json").unlink()
    assert recollect(key, later) == ""
    remember(key, later)
    assert recollect(key, later) == ""


def test_a_second_ceremony_does_not_push_the_first_aside(world: World) -> None:
    request = world.ceremony.begin(world.holders, 2).path
    world.ceremony.merge([world.copy("BPS", request)])
    with pytest.raises(KeyStoreError, match="root 1 waits for signatures already"):
        world.ceremony.begin(world.holders[:1], 1)
    assert world.ceremony.begin(world.holders[:1], 1, dry_run=True).signed.lacking == 1
    here = world.ceremony.under_way()
    assert here is not None
    assert here.signed.by == ("BPS",)


def test_a_holder_who_signs_for_the_first_time_sees_which_feed_it_is(world: World) -> None:
    """A key without a memory cannot tell a made-up chain of roots; the fingerprint that partners pin can."""
    world.begun()
    lines = world.ceremony.change_online_keys(["targets"]).request.differences()
    assert lines[-1] == f"of the feed whose root 1 has the fingerprint {world.publication.fingerprint()}"


def test_a_ceremony_given_up_leaves_no_key_behind(world: World) -> None:
    world.begun()
    world.ceremony.change_online_keys(ONLINE_KEYS)
    assert len(list((world.home / "keys").glob("*.pem"))) == 6
    aside = world.ceremony.cancel()
    assert aside.exists()
    assert len(list((world.home / "keys").glob("*.pem"))) == 3
    assert world.ceremony.change_online_keys(["targets"]).request.version == 2


def test_a_dry_run_makes_nothing(world: World) -> None:
    assert world.ceremony.begin(world.holders, 2, dry_run=True).signed.lacking == 2
    assert not (world.home / "ceremony").exists()
    world.begun()
    before = sorted(path.name for path in (world.home / "keys").iterdir())
    world.ceremony.change_online_keys(ONLINE_KEYS, dry_run=True)
    world.ceremony.change_holders(HolderChange((world.new_holder("DG"),)), dry_run=True)
    assert sorted(path.name for path in (world.home / "keys").iterdir()) == before
    assert world.ceremony.under_way() is None


def test_holders_that_cannot_be(world: World) -> None:
    one, two, three = world.holders
    for holders, threshold, said in [
        ([one, two], 3, "cannot reach a threshold of 3"),
        ([one, HolderKey("OTHER", one.public)], 2, "brought the same key"),
        ([one, HolderKey(one.holder, two.public)], 2, "the same name"),
    ]:
        with pytest.raises(KeyStoreError, match=said):
            world.ceremony.begin(holders, threshold)
    metadata = world.begun()
    with pytest.raises(ConfigurationError, match="has a feed already"):
        world.ceremony.begin(world.holders, 2)
    with pytest.raises(KeyStoreError, match="NOBODY holds no root key"):
        world.ceremony.change_holders(HolderChange((), ("NOBODY",)))
    with pytest.raises(KeyStoreError, match="holds a root key already"):
        world.ceremony.change_holders(HolderChange((three,)))
    root = Metadata[Root].from_bytes((metadata / "1.root.json").read_bytes()).signed
    assert set(root.unrecognized_fields["x-lmis-node-holders"].values()) == set(NAMES)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b'{"format": "lmis-node root request 1"}', b"[1]", b'{"format": "other"}']
)
def test_a_file_that_is_no_request(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "request.json"
    path.write_bytes(data)
    with pytest.raises(KeyStoreError, match=r"request\.json"):
        read_request(path)


def test_a_request_is_the_same_after_it_was_written_and_read(world: World) -> None:
    request: RootRequest = world.ceremony.begin(world.holders, 2).request
    assert parse_request(request.to_bytes(), "it").to_bytes() == request.to_bytes()
