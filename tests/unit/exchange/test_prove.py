"""From a number back to the root, and every link of the chain broken once."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata

from node.bootstrap import Services
from node.errors import ConfigurationError, NodeError, NotPublished, OperatorError, ProofBroken, SignatureRefused
from node.exchange.proof import Proof, as_json, as_text
from node.exchange.prove import prove
from node.model.period import TimePeriod
from tests.support.nodes import PERIOD

KEY = "M.MY-07.OC2221.JV_OPEN"


def proved(services: Services, key: str = KEY, **options: object) -> Proof:
    asked = {"sender": None, "as_of": None, **options}
    return prove(services, "VACANCIES", key, TimePeriod(PERIOD), **asked)  # type: ignore[arg-type]  # as `prove`


def folder(services: Services, peer: str = "MY") -> Path:
    return services.config.peers / peer


def database(services: Services, statement: str) -> None:
    with sqlite3.connect(services.config.home / "node.db") as connection:
        assert connection.execute(statement).rowcount > 0
    connection.close()


def rewrite(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


@pytest.fixture
def target(services: Services) -> Path:
    """The file that the number's row is in."""
    vintage = proved(services).vintage
    directory, _, name = vintage.target.path.rpartition("/")
    return folder(services) / "targets" / directory / f"{vintage.target.sha256}.{name}"


def test_a_partners_number_is_led_back_to_the_root(services: Services) -> None:
    proof = proved(services)
    assert (proof.says, proof.lacking) == ("40", ())
    assert [file.role for file in proof.way.files] == ["root", "snapshot", "targets"]
    assert [(len(file.signers), file.threshold) for file in proof.way.files] == [(3, 2), (1, 1), (1, 1)]
    text = "\n".join(as_text(proof))
    for expected in (proof.vintage.target.sha256, proof.vintage.custom.profile_digest, "audit passed", "row "):
        assert expected in text
    for file in proof.way.files:
        assert all(signer in text for signer in file.signers)


def test_this_nodes_own_number_is_proved_alike(services: Services) -> None:
    proof = proved(services, "M.ID-SU.OC2221.JV_OPEN")
    assert (proof.peer.id, proof.lacking) == ("ID", ())


def test_the_json_is_all_that_others_need(services: Services) -> None:
    """Checked again with nothing but what is in it, by the reference client's own parts."""
    document = json.loads(json.dumps(as_json(proved(services))))
    root_text, snapshot_text, targets_text = (entry["text"].encode() for entry in document["metadata"])
    assert hashlib.sha256(root_text).hexdigest() == document["root_fingerprint"]
    root, snapshot, targets = (Metadata.from_bytes(text) for text in (root_text, snapshot_text, targets_text))
    for role, signed in (("root", root), ("snapshot", snapshot), ("targets", targets)):
        root.signed.verify_delegate(role, signed.signed_bytes, signed.signatures)
    snapshot.signed.meta["targets.json"].verify_length_and_hashes(targets_text)
    data = base64.b64decode(document["target"]["data_base64"])
    targets.signed.targets[document["target"]["path"]].verify_length_and_hashes(data)
    lines = gzip.decompress(data).decode().splitlines()
    assert lines[document["row"]["number"] - 1] == document["row"]["text"]
    assert document["row"]["text"].split(",")[lines[0].split(",").index("OBS_VALUE")] == "40"


def test_a_zero_that_is_not_listed_follows_from_a_listed_one(services: Services) -> None:
    proof = proved(services, "M.MY-09.OC1111.JV_OPEN")
    assert proof.says.startswith("0, which is not listed")
    assert proof.found is not None
    assert proof.found.row is None
    assert proof.found.above is not None
    margin, row = proof.found.above
    assert row.value == 0
    assert f"the margin {margin}" in "\n".join(as_text(proof))


def test_a_suppressed_number_says_why_there_is_none(services: Services, target: Path) -> None:
    lines = gzip.decompress(target.read_bytes()).decode().splitlines()
    columns = lines[0].split(",")
    cell = next(dict(zip(columns, line.split(","), strict=True)) for line in lines[1:] if ",NaN,Q," in line)
    key = ".".join(cell[name] for name in ("FREQ", "REF_AREA", "OCCUPATION", "INDICATOR"))
    proof = proved(services, key)
    assert "suppressed" in proof.says
    assert as_json(proof)["value"] is None


def test_an_older_vintage_is_proved_by_what_was_kept_of_it(services: Services) -> None:
    database(services, "UPDATE vintage SET accepted_at = datetime(accepted_at, '-1 hour') WHERE revision = 1")
    first, second = services.store.vintages("MY")
    between = second.accepted_at - timedelta(minutes=1)
    proof = proved(services, as_of=between)
    assert (proof.vintage.custom.revision, proof.says, proof.lacking) == (1, "30", ())
    (folder(services) / "proofs" / f"{first.snapshot_version}.targets.json").unlink()
    (lack,) = proved(services, as_of=between).lacking
    assert "signatures cannot be shown" in lack


def test_what_is_gone_is_said_to_be(services: Services, target: Path) -> None:
    target.unlink()
    (lack,) = proved(services).lacking
    assert "database's word alone" in lack
    for report in target.parent.glob("*.report.json"):
        report.unlink()
    assert len(proved(services).lacking) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE observation SET obs_value = obs_value + 1 WHERE obs_value = 40",
        "UPDATE observation SET obs_status = 'P' WHERE obs_value = 40",
        "DELETE FROM observation WHERE obs_value = 40",
        "UPDATE vintage SET rows = rows + 1",
        "UPDATE vintage SET profile_digest = 'f'",
        "UPDATE vintage SET mapping_digests = '[]' WHERE sender = 'MY'",
        "UPDATE vintage SET length = length + 1",
        "UPDATE vintage SET published = datetime(published, '-1 year')",
        "UPDATE vintage SET report_sha256 = replace(report_sha256, substr(report_sha256, 1, 1), 'x')",
        "UPDATE vintage SET synthetic = 1 - synthetic",
    ],
)
def test_a_database_that_was_changed_is_found(services: Services, statement: str) -> None:
    database(services, statement)
    with pytest.raises(ProofBroken, match="database"):
        proved(services)


def test_a_number_put_in_where_the_target_has_none_is_found(services: Services) -> None:
    database(
        services,
        "INSERT INTO observation "
        "(vintage_id, occupation, ref_area, indicator, sex, obs_value, obs_status, conf_status) "
        "SELECT id, 'OC1111', 'MY-09', 'JV_OPEN', '_Z', 5, 'A', 'F' FROM vintage WHERE sender = 'MY'",
    )
    with pytest.raises(ProofBroken, match="has no such row"):
        proved(services, "M.MY-09.OC1111.JV_OPEN")


def test_a_target_that_was_changed_is_found(services: Services, target: Path) -> None:
    text = gzip.decompress(target.read_bytes()).replace(b",40,", b",41,")
    target.write_bytes(gzip.compress(text, mtime=0))
    with pytest.raises(ProofBroken, match="SHA-256 differs"):
        proved(services)


def test_a_report_that_was_changed_is_found(services: Services, target: Path) -> None:
    vintage = proved(services).vintage
    report = target.parent / f"{vintage.report_sha256}.{PERIOD}.report.json"
    rewrite(report, b'"passed": true', b'"passed": True')
    with pytest.raises(ProofBroken, match=r"report\.json"):
        proved(services)


@pytest.mark.parametrize("role", ["snapshot", "targets"])
@pytest.mark.parametrize("what", ["content", "signature"])
def test_metadata_that_were_changed_are_found(services: Services, role: str, what: str) -> None:
    version = proved(services).vintage.snapshot_version
    path = folder(services) / "proofs" / f"{version}.{role}.json"
    if what == "content":
        rewrite(path, b'"version":', b'"version": 1')
    else:
        document = json.loads(path.read_bytes())
        document["signatures"][0]["sig"] = "0" * 128
        path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ProofBroken, match=role):
        proved(services)


def test_metadata_of_two_states_are_not_put_together(services: Services) -> None:
    first, second = services.store.vintages("MY")
    kept = folder(services) / "proofs"
    older = (kept / f"{first.snapshot_version}.targets.json").read_bytes()
    (kept / f"{second.snapshot_version}.targets.json").write_bytes(older)
    with pytest.raises(ProofBroken, match="is not the one that"):
        proved(services)


def test_another_root_than_the_pinned_one_is_found(services: Services) -> None:
    other = (folder(services, "ID") / "root.json").read_bytes()
    (folder(services) / "root.json").write_bytes(other)
    with pytest.raises(SignatureRefused, match="fingerprint"):
        proved(services)


@pytest.mark.parametrize(
    ("key", "error", "says"),
    [
        ("M.MY-07.OC2221", OperatorError, "has the form FREQ.REF_AREA.OCCUPATION.INDICATOR"),
        ("Q.MY-07.OC2221.JV_OPEN", OperatorError, "has the frequency M"),
        ("M.MY-99.OC2221.JV_OPEN", OperatorError, "not a code of REF_AREA"),
        ("M.IMTGT._T.JV_OPEN", ConfigurationError, "made by their reader"),
        ("M.TH-90.OC2221.JV_OPEN", ConfigurationError, "no pinned peer speaks for TH-90"),
    ],
)
def test_a_key_that_is_none_says_what_one_is(services: Services, key: str, error: type[NodeError], says: str) -> None:
    with pytest.raises(error, match=says):
        proved(services, key)


def test_a_sender_that_does_not_speak_for_the_area_is_not_said_to(services: Services) -> None:
    with pytest.raises(ConfigurationError, match=r"^ID does not speak for MY-07"):
        proved(services, sender="ID")


def test_what_was_not_merged_by_then_is_not_there(services: Services) -> None:
    first = services.store.vintages("MY")[0]
    with pytest.raises(NotPublished, match="was merged by"):
        proved(services, as_of=first.accepted_at - timedelta(days=1))
