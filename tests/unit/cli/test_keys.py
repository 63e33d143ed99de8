"""`lmis-node keys`, as operators and holders type it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from node.cli.main import main
from tests.support.nodes import PHRASE, make_node


def run(*arguments: str, home: Path | None = None, phrase: str | None = None, answers: str | None = None) -> Result:
    named = () if home is None else ("--home", str(home))
    environment = {"LMIS_NODE_HOME": None, "LMIS_NODE_KEYS_PASSPHRASE": phrase}
    result = CliRunner(env=environment).invoke(main, [*named, *arguments], input=answers)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def status(home: Path) -> dict[str, object]:
    document: dict[str, object] = json.loads(run("keys", "status", "--json", home=home, phrase="node").stdout)
    return document


@pytest.fixture
def holders(tmp_path: Path) -> list[Path]:
    """Public files of three holders, each made in a folder of their own."""
    for name in "ABC":
        made = run("keys", "new", f"OFFICE-{name}", "--out", str(tmp_path / name), phrase=f"own {name}")
        assert made.exit_code == 0, made.output
        assert "fingerprint, to be read out by telephone" in made.output
    return [tmp_path / name / f"OFFICE-{name}.public.json" for name in "ABC"]


def sign(tmp_path: Path, request: Path, name: str) -> Path:
    out = tmp_path / name / f"{request.stem}.{name}.json"
    key = tmp_path / name / f"OFFICE-{name}.pem"
    result = run("keys", "sign", str(request), "--key", str(key), "--out", str(out), "--yes", phrase=f"own {name}")
    assert result.exit_code == 0, result.output
    return out


def begun(tmp_path: Path, holders: list[Path]) -> Path:
    home = tmp_path / "node"
    made = run("init", "--country", "ID", "--name", "Ministry", "--root-elsewhere", home=home, phrase="node")
    assert made.exit_code == 0, made.output
    assert "lmis-node keys init" in made.output
    proposed = run("keys", "init", *map(str, holders), "--yes", home=home, phrase="node")
    assert proposed.exit_code == 0, proposed.output
    return home


def test_a_ceremony_on_four_machines(tmp_path: Path, holders: list[Path]) -> None:
    home = begun(tmp_path, holders)
    request = home / "ceremony" / "root-1.request.json"
    middle = status(home)
    assert middle["roles"] == []
    assert "needs 2 more signatures (OFFICE-A, OFFICE-B, OFFICE-C)" in str(middle["next"])
    first = run("keys", "merge", str(sign(tmp_path, request, "C")), home=home, phrase="node")
    assert first.exit_code == 77
    assert "1 more signatures are needed; waiting for OFFICE-A, OFFICE-B" in first.stderr
    done = run("keys", "merge", str(sign(tmp_path, request, "A")), home=home, phrase="node")
    assert done.exit_code == 0, done.output
    assert "root 1 is in force" in done.stdout
    after = status(home)
    assert "OFFICE-A, OFFICE-C" in str(after["roles"])
    assert after["next"] == ["nothing: every role is signed, and valid for long enough"]
    assert run("doctor", home=home, phrase="node").exit_code == 0


def test_a_merge_that_was_killed_before_it_tidied_up_is_ended_by_the_next(tmp_path: Path, holders: list[Path]) -> None:
    home = begun(tmp_path, holders)
    request = home / "ceremony" / "root-1.request.json"
    kept, copies = request.read_bytes(), [str(sign(tmp_path, request, name)) for name in "AB"]
    assert run("keys", "merge", *copies, home=home, phrase="node").exit_code == 0
    shutil.rmtree(home / "peers")
    request.write_bytes(kept)
    (home / "keys" / "targets-2.pem").write_bytes(b"of a run that was killed")
    again = run("keys", "merge", *copies, home=home, phrase="node")
    assert again.exit_code == 77
    assert "no root waits for signatures" in again.stderr
    assert run("doctor", home=home, phrase="node").exit_code == 0
    assert not (home / "keys" / "targets-2.pem").exists()


def test_a_holder_sees_the_change_and_may_refuse(tmp_path: Path, holders: list[Path]) -> None:
    home = begun(tmp_path, holders)
    request = home / "ceremony" / "root-1.request.json"
    key = str(tmp_path / "A" / "OFFICE-A.pem")
    refused = run("keys", "sign", str(request), "--key", key, phrase="own A", answers="n\n")
    assert refused.exit_code == 1
    assert "root: 2 of 3 holders sign" in refused.stdout
    assert not list(request.parent.glob("*.request.*.json"))
    accepted = run("keys", "sign", str(request), "--key", key, answers="y\nown A\n")
    assert accepted.exit_code == 0, accepted.output
    assert "own A" not in accepted.output
    assert len(list(request.parent.glob("*.request.*.json"))) == 1
    wrong = run("keys", "sign", str(request), "--key", key, "--yes", phrase="not it")
    assert wrong.exit_code == 77
    assert "passphrase is wrong" in wrong.stderr


def test_the_quick_path_rotates_at_once_and_says_where_the_root_lies(tmp_path: Path) -> None:
    home = tmp_path / "id"
    make_node(home, "ID")
    shown = run("keys", "status", home=home)
    assert "3 root keys lie on this machine" in shown.stdout
    assert "3 root keys lie on this machine" in run("doctor", home=home).stdout.replace("\n", " ")
    planned = run("keys", "rotate", "timestamp", "--dry-run", home=home)
    assert "timestamp: NEW key" in planned.stdout
    assert not (home / "feeds" / "metadata" / "2.root.json").exists()
    assert "root 2 is in force" in run("keys", "rotate", "timestamp", home=home).stdout
    revoked = run("keys", "revoke", home=home)
    assert "root 3 is in force" in revoked.stdout
    assert "a thief may have signed some" in revoked.stdout
    assert "root 4 is in force" in run("keys", "renew", "--root", home=home).stdout
    records = [record["about"] for record in json.loads(run("runs", "--json", home=home).stdout)]
    assert {"rotate timestamp", "rotate targets snapshot timestamp", "renew root"} <= set(records)
    assert run("doctor", home=home).exit_code == 0


def test_the_root_is_handed_over_to_holders(tmp_path: Path, holders: list[Path]) -> None:
    home = tmp_path / "id"
    make_node(home, "ID")
    pairs = [f"--replace=root-{number}={path}" for number, path in enumerate(holders, 1)]
    proposed = run("keys", "rotate", "root", *pairs, home=home, answers="y\n")
    assert proposed.exit_code == 0, proposed.output
    request = home / "ceremony" / "root-2.request.json"
    copies = [str(sign(tmp_path, request, name)) for name in "BA"]
    merged = run("keys", "merge", *copies, home=home)
    assert merged.exit_code == 0, merged.output
    assert "deleted from this machine, since no root names them: root-1, root-2, root-3" in merged.stdout
    assert not list((home / "keys").glob("root-*"))
    assert "lie on this machine" not in run("keys", "status", home=home).stdout
    given_up = run("keys", "rotate", "targets", home=home)
    assert "2 more signatures needed" in given_up.stdout
    assert run("keys", "cancel", home=home).exit_code == 0
    assert json.loads(run("keys", "status", "--json", home=home).stdout)["under_way"] is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("targets", "--remove", "root-1"), "are for `keys rotate root`"),
        (("root",), "say who joins or leaves"),
        (("root", "targets", "--remove", "root-1"), "rotate the root by itself"),
        (("targets", "snapshot", "--hsm", "hsm:2"), "one key on a module signs for one role"),
        (("root", "--replace", "root-1"), "write HOLDER=FILE"),
        (("root", "--remove", "nobody"), "nobody holds no root key"),
        (("root", "--threshold", "4"), "cannot reach a threshold of 4"),
    ],
)
def test_a_rotation_that_makes_no_sense(arguments: tuple[str, ...], said: str, shared: Path) -> None:
    result = run("keys", "rotate", *arguments, home=shared)
    assert result.exit_code in (77, 78)
    assert said in result.stderr
    assert not (shared / "feeds" / "metadata" / "2.root.json").exists()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node that no test changes."""
    home = tmp_path_factory.mktemp("shared") / "id"
    make_node(home, "ID")
    return home


def test_the_passphrase_of_a_node_is_changed(tmp_path: Path) -> None:
    home = tmp_path / "id"
    make_node(home, "ID")
    (tmp_path / "new").write_text("a new one\n")
    changed = run("keys", "passphrase", "--new-passphrase-file", str(tmp_path / "new"), home=home, phrase=PHRASE)
    assert changed.exit_code == 0, changed.output
    assert "keys.passphrase_file" in changed.stdout
    assert run("doctor", home=home, phrase="a new one").exit_code == 0
    assert run("doctor", home=home, phrase=PHRASE).exit_code == 1


def test_a_holder_changes_a_passphrase_without_a_node(tmp_path: Path, holders: list[Path]) -> None:
    key = tmp_path / "A" / "OFFICE-A.pem"
    changed = run("keys", "passphrase", "--key", str(key), phrase="own A", answers="fresh\nfresh\n")
    assert changed.exit_code == 0, changed.output
    assert "fresh" not in changed.output
    request = begun(tmp_path, holders) / "ceremony" / "root-1.request.json"
    result = run("keys", "sign", str(request), "--key", str(key), "--yes", phrase="fresh")
    assert result.exit_code == 0, result.output


def test_a_key_moves_to_a_variable(tmp_path: Path) -> None:
    home = tmp_path / "id"
    make_node(home, "ID")
    text = (home / "keys" / "timestamp.pem").read_text()
    environment = {"LMIS_NODE_HOME": None, "LMIS_NODE_KEY_TIMESTAMP": text}
    arguments = ["--home", str(home), "keys", "move", "timestamp", "envvar:LMIS_NODE_KEY_TIMESTAMP"]
    moved = CliRunner(env=environment).invoke(main, arguments)
    assert moved.exit_code == 0, moved.output
    assert CliRunner(env=environment).invoke(main, ["--home", str(home), "keys", "renew"]).exit_code == 0
    without = run("keys", "renew", home=home)
    assert without.exit_code == 77
    assert "LMIS_NODE_KEY_TIMESTAMP, which is not set" in without.stderr
