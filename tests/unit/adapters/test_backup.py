"""A node in one file, and made from it again."""

import gzip
import hashlib
import io
import json
import shutil
import sqlite3
import stat
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest

from node.adapters import backup
from node.adapters.backup import make_backup, restore_backup
from node.adapters.trust.files import write_whole
from node.bootstrap import open_services
from node.config import load_config
from node.errors import Busy, ConfigurationError, NodeError, SignatureRefused
from node.model.period import TimePeriod
from node.operations import release_and_merge
from node.upkeep import back_up
from tests.support.nodes import PERIOD, make_node, write_vacancies


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made") / "id"
    make_node(home, "ID")
    with open_services(load_config(home, {})) as services:
        release_and_merge(services, "VACANCIES", TimePeriod(PERIOD))
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "id"))


def names(path: Path) -> set[str]:
    with tarfile.open(path) as archive:
        return set(archive.getnames())


def test_a_restored_node_releases(home: Path, tmp_path: Path) -> None:
    with open_services(load_config(home, {})) as services:
        summary = back_up(services, tmp_path / "node.backup", with_keys=True)
    assert (summary.country, summary.database, summary.with_keys) == ("ID", True, True)
    restored = tmp_path / "again"
    assert restore_backup(tmp_path / "node.backup", restored) == summary
    for name in ("phrase", "vacancies.csv", "jobseekers.csv"):
        assert not (restored / name).exists(), "microdata and passphrase are never in a backup"
        shutil.copy(home / name, restored / name)
    shutil.rmtree(home)
    with open_services(load_config(restored, {})) as services:
        assert len(services.store.runs(10)) > 0
        write_vacancies(restored, "ID", posts=7)
        outcome = release_and_merge(services, "VACANCIES", TimePeriod(PERIOD))
        assert outcome.signed is not None
        assert outcome.signed.custom.revision == 2


def test_private_keys_are_in_it_only_when_asked_for(home: Path, tmp_path: Path) -> None:
    (home / "peers" / "ID" / "token").write_text("secret-token")
    with open_services(load_config(home, {})) as services:
        back_up(services, tmp_path / "without")
        back_up(services, tmp_path / "with", with_keys=True)
    assert "keys/keys.json" in names(tmp_path / "without")
    secret = names(tmp_path / "with") - names(tmp_path / "without")
    assert secret == {f"keys/{path.name}" for path in (home / "keys").glob("*.pem")} | {"peers/ID/token"}
    for path in (tmp_path / "without", tmp_path / "with"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        content = gzip.decompress(path.read_bytes())
        assert b"for tests only" not in content
        assert b"BEGIN PRIVATE KEY" not in content
        assert not any(name.endswith(("csv", ".lock", "phrase")) for name in names(path))
    restore_backup(tmp_path / "with", tmp_path / "again")
    assert stat.S_IMODE((tmp_path / "again" / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "again" / "keys" / "targets.pem").stat().st_mode) == 0o600


def test_the_database_is_copied_in_one_state_while_it_is_written_to(home: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(home / "node.db", timeout=30, isolation_level=None)) as connection:
            connection.execute("create table if not exists pairs (number integer)")
            number = 0
            while not stop.is_set():
                connection.execute("begin immediate")
                connection.execute("insert into pairs values (?)", (number,))
                connection.execute("insert into pairs values (?)", (number,))
                connection.execute("commit")
                number += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        with open_services(load_config(home, {})) as services:
            back_up(services, tmp_path / "node.backup")
    finally:
        stop.set()
        thread.join()
    restore_backup(tmp_path / "node.backup", tmp_path / "again")
    with closing(sqlite3.connect(tmp_path / "again" / "node.db")) as connection:
        odd = connection.execute("select number from pairs group by number having count(*) <> 2").fetchall()
        assert odd == []


def test_nothing_is_overwritten(home: Path, tmp_path: Path) -> None:
    with open_services(load_config(home, {})) as services:
        back_up(services, tmp_path / "node.backup")
        with pytest.raises(ConfigurationError, match="never overwritten"):
            back_up(services, tmp_path / "node.backup")
        with pytest.raises(ConfigurationError, match="in the node's own folder"):
            back_up(services, home / "node.backup")
        assert back_up(services, tmp_path / "other", dry_run=True).files > 5
    assert not (tmp_path / "other").exists()
    before = {path: path.read_bytes() for path in home.rglob("*.json")}
    with pytest.raises(ConfigurationError, match="not empty; a node is never overwritten"):
        restore_backup(tmp_path / "node.backup", home)
    assert before == {path: path.read_bytes() for path in home.rglob("*.json")}


def test_a_release_under_way_is_waited_for_and_then_told(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.adapters.backup.PATIENCE_SECONDS", 0.3)

    def busy() -> None:
        raise Busy("a release of this node is under way already")

    config = load_config(home, {})
    with open_services(config) as services, pytest.raises(Busy, match="release"):
        make_backup(config, tmp_path / "b", busy, with_keys=False, now=services.clock())  # type: ignore[arg-type]  # raises
    assert not (tmp_path / "b").exists()


def rewritten(source: Path, target: Path, change: dict[str, bytes | None]) -> Path:
    """A backup with other bytes for some files, or (None) without them."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old:
            data = old.extractfile(member).read()  # type: ignore[union-attr]  # all are files
            data = change.get(member.name, data) if member.name in change else data
            if data is not None:
                member.size = len(data)
                new.addfile(member, io.BytesIO(data))
        for name in set(change) - set(old.getnames()):
            member = tarfile.TarInfo(name)
            member.size = len(change[name] or b"")
            new.addfile(member, io.BytesIO(change[name] or b""))
    return target


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"node.toml": b"x"}, "does not describe so"),
        ({"node.toml": None}, "cut off"),
        ({"../outside": b"x"}, "does not describe so"),
        ({"feeds/extra": b"x"}, "does not describe so"),
        ({"manifest.json": b"{}"}, "another format"),
        ({"manifest.json": b"["}, "no whole backup"),
    ],
)
def test_a_backup_that_is_not_as_it_was_made(
    change: dict[str, bytes | None], said: str, home: Path, tmp_path: Path
) -> None:
    with open_services(load_config(home, {})) as services:
        back_up(services, tmp_path / "whole")
    with pytest.raises(ConfigurationError, match=said):
        restore_backup(rewritten(tmp_path / "whole", tmp_path / "changed", change), tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert not (tmp_path / "outside").exists()
    assert not list(tmp_path.glob(".again*"))


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "worker.lock", "sub/x", "feeds/../../outside"])  # noqa: S108  # a name in an archive
def test_a_file_that_no_node_has_is_not_written_though_the_list_names_it(name: str, home: Path, tmp_path: Path) -> None:
    with open_services(load_config(home, {})) as services:
        back_up(services, tmp_path / "whole")
    listed = {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
    crafted = relisted(tmp_path / "whole", tmp_path / "crafted", {name: listed}, {name: b"x"})
    with pytest.raises(ConfigurationError, match="does not describe so"):
        restore_backup(crafted, tmp_path / "again")
    assert not (tmp_path / "outside").exists()
    assert not list(tmp_path.glob("*again*"))


def test_a_backup_that_says_it_is_larger_than_the_disk(home: Path, tmp_path: Path) -> None:
    with open_services(load_config(home, {})) as services:
        back_up(services, tmp_path / "whole")
    huge: dict[str, object] = {"feeds/huge": {"size": 1 << 60, "sha256": "0" * 64}}
    with pytest.raises(ConfigurationError, match="unpacks to"):
        restore_backup(relisted(tmp_path / "whole", tmp_path / "bomb", huge, {}), tmp_path / "again")


def relisted(source: Path, target: Path, listed: dict[str, object], files: dict[str, bytes | None]) -> Path:
    """A backup with more in its list, and more files."""
    with tarfile.open(source) as old:
        document = json.loads(old.extractfile("manifest.json").read())  # type: ignore[union-attr]  # it is a file
    document["files"] |= listed
    return rewritten(source, target, {"manifest.json": json.dumps(document).encode(), **files})


def test_a_backup_damaged_anywhere_is_called_damaged(home: Path, tmp_path: Path) -> None:
    with open_services(load_config(home, {})) as services:
        back_up(services, tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    for place in (len(whole) // 3, len(whole) // 2, len(whole) * 2 // 3):
        (tmp_path / "bad").write_bytes(whole[:place] + bytes(255 - byte for byte in whole[place : place + 4])
                                       + whole[place + 4 :])  # fmt: skip
        with pytest.raises(ConfigurationError, match="backup"):
            restore_backup(tmp_path / "bad", tmp_path / "again")
        assert not (tmp_path / "again").exists()


def test_a_file_that_changes_while_it_is_copied_makes_no_backup(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a restore would find that its hash is another, which is too late."""
    digest = backup._digest

    def slow(path: Path) -> str:
        found = digest(path)
        if path.name == "1.root.json":
            write_whole(path, path.read_bytes() + b" ")
        return found

    monkeypatch.setattr(backup, "_digest", slow)
    with open_services(load_config(home, {})) as services, pytest.raises(Busy, match="run the backup again"):
        back_up(services, tmp_path / "node.backup")
    assert not list(tmp_path.glob("*node.backup*"))


def test_a_database_elsewhere_is_not_taken_in_silence(home: Path, tmp_path: Path) -> None:
    (home / "node.db").rename(tmp_path / "elsewhere.db")
    settings = home / "node.toml"
    settings.write_text(f'{settings.read_text()}\n[store]\ndatabase_url = "sqlite:///{tmp_path}/elsewhere.db"\n')
    with open_services(load_config(home, {})) as services:
        assert not back_up(services, tmp_path / "node.backup").database
    assert "node.db" not in names(tmp_path / "node.backup")


def test_a_backup_cut_off_anywhere(home: Path, tmp_path: Path) -> None:
    with open_services(load_config(home, {})) as services:
        back_up(services, tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    for share in (0.0, 0.1, 0.5, 0.9, 0.99):
        (tmp_path / "cut").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(NodeError):
            restore_backup(tmp_path / "cut", tmp_path / "again")
        assert not (tmp_path / "again").exists()


def test_a_feed_that_is_not_signed_as_it_should_be_is_not_restored(home: Path, tmp_path: Path) -> None:
    (file,) = (home / "feeds" / "targets" / "VACANCIES").glob("*.csv.gz")
    file.write_bytes(b"changed")
    with open_services(load_config(home, {})) as services:
        back_up(services, tmp_path / "altered")
    with pytest.raises(SignatureRefused, match="not whole"):
        restore_backup(tmp_path / "altered", tmp_path / "again")
