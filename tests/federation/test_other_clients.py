"""A client that is not this project's verifies a feed, and refuses it after one byte has changed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.feed_server import FeedServer
from tests.support.signed_feeds import STRUCTURE, Sender, draft

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/reference/exchange-protocol.md"
MODULES = ROOT / "tests/clients/node_modules"
TARGET = draft("2031-01").key.path

pytestmark = pytest.mark.npm

Pull = Callable[[str], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def pull(tmp_path: Path, sender: Sender, serve: Callable[[Path], FeedServer]) -> Pull:
    """The client of the documentation, run against the sender's feed as a web server shows it."""
    if not (MODULES / "tuf-js").is_dir() or shutil.which("node") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("the other clients are not installed: run `npm ci` in tests/clients")
        pytest.skip("needs Node.js and `npm ci` in tests/clients")
    script = tmp_path / "pull.cjs"
    blocks = re.findall(r"^```javascript\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1
    script.write_text(blocks[0], encoding="utf-8")
    server = serve(sender.feeds)

    def run(fingerprint: str) -> subprocess.CompletedProcess[str]:
        into = tmp_path / "into"
        shutil.rmtree(into, ignore_errors=True)
        words = ["node", str(script), server.url, fingerprint, TARGET, str(into)]
        environment = {"PATH": os.environ["PATH"], "NODE_PATH": str(MODULES)}
        return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)

    return run


def stored(sender: Sender, name: str) -> Path:
    """The file of the feed whose name, without version or hash, is `name`."""
    found = sorted(sender.feeds.rglob(f"*{name}"))
    assert found, name
    return found[-1]


def change_a_byte(path: Path) -> None:
    """Another digit or letter in the middle of a file, so that JSON stays JSON and the length stays the same."""
    data = bytearray(path.read_bytes())
    at = next(place for place in range(len(data) // 2, len(data)) if chr(data[place]).isdigit())
    data[at] = ord("1") if data[at] != ord("1") else ord("2")
    path.write_bytes(data)


def test_it_fetches_the_bytes_that_were_signed(pull: Pull, sender: Sender) -> None:
    done = pull(sender.fingerprint.replace(" ", ""))
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).read_bytes() == draft("2031-01").files[TARGET]


def test_it_refuses_a_root_with_another_fingerprint(pull: Pull) -> None:
    done = pull("0" * 64)
    assert done.returncode == 1
    assert "not the root whose fingerprint" in done.stderr


@pytest.mark.parametrize("name", ["timestamp.json", "snapshot.json", "targets.json", "2031-01.csv.gz"])
def test_it_refuses_one_changed_byte(name: str, pull: Pull, sender: Sender) -> None:
    changed = stored(sender, name)
    if name.endswith(".gz"):
        data = bytearray(changed.read_bytes())
        data[len(data) // 2] ^= 1
        changed.write_bytes(data)
    else:
        change_a_byte(changed)
    done = pull(sender.fingerprint.replace(" ", ""))
    assert done.returncode == 1, done.stdout
    assert done.stdout == ""
    assert done.stderr.strip()


def test_it_follows_the_senders_next_release(pull: Pull, sender: Sender) -> None:
    sender.release("2031-01", revision=2, text="b")
    done = pull(sender.fingerprint.replace(" ", ""))
    assert Path(done.stdout.strip()).read_bytes() == draft("2031-01", revision=2, text="b").files[TARGET]


def test_it_follows_the_sender_to_other_keys(pull: Pull, sender: Sender) -> None:
    sender.ceremony.change_online_keys(["targets", "timestamp"])
    sender.reopened().publish(draft("2031-01", revision=2, text="b"), STRUCTURE)
    done = pull(sender.fingerprint.replace(" ", ""))
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).read_bytes() == draft("2031-01", revision=2, text="b").files[TARGET]
