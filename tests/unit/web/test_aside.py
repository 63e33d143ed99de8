"""Work beside the server's process: the same results and errors as here, and nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from node.errors import MachineError, NodeError
from node.web.aside import NEEDED, Aside, here
from node.web.charts import render
from node.web.charts.cache import RenderCache
from tests.unit.web.charts.conftest import flows


@pytest.fixture
def aside() -> Iterator[Aside]:
    made = Aside(os.environ)
    yield made
    made.close()


def test_a_chart_drawn_beside_is_the_chart_drawn_here(aside: Aside) -> None:
    drawn = RenderCache(run=aside).svg(flows(), "c", 960)
    assert drawn == RenderCache(run=here).svg(flows(), "c", 960)
    assert aside.pid not in (None, os.getpid())


def test_what_the_work_raises_is_raised_here_and_the_process_goes_on(aside: Aside) -> None:
    with pytest.raises(NodeError, match="cannot be scaled by 9"):
        aside(render.png, flows().spec(960), 9.0)
    before = aside.pid
    assert aside(str.encode, "again") == b"again"
    assert aside.pid == before


def test_what_the_work_prints_does_not_stand_between_answers(aside: Aside, capfd: pytest.CaptureFixture[str]) -> None:
    assert aside(eval, "print('noise') or b'done'") == b"done"
    assert aside(str.encode, "again") == b"again"
    assert capfd.readouterr() == ("", "noise\n")


SECRETS = {
    "LMIS_NODE_KEYS_PASSPHRASE": "words of the keys",
    "LMIS_NODE_HSM_PIN": "1234",
    "LMIS_NODE_KEY_TARGETS": "a key",
    "LMIS_DATABASE": "postgresql://node:hidden@db/node",
    "AWS_SECRET_ACCESS_KEY": "of the machine",
    "PYTHON_KEYRING_PASSWORD": "begins like Python's own",
    "LC_TOKEN": "begins like a language",
    "SSH_AUTH_SOCK": "/run/agent",
}


def asked_of(aside: Aside, expression: str) -> object:
    """What an expression is over there."""
    return json.loads(aside(eval, f"__import__('json').dumps({expression}).encode()"))


def test_it_draws_and_has_no_secret_of_the_server_s() -> None:
    with closing(Aside({**os.environ, **SECRETS, "LANG": "C.UTF-8"})) as aside:
        assert aside(render.png, flows().spec(960), 1.0).startswith(b"\x89PNG")
        there = asked_of(aside, "dict(__import__('os').environ)")
    assert isinstance(there, dict)
    assert there["LANG"] == "C.UTF-8"
    assert not set(SECRETS) & set(there)
    assert not set(SECRETS.values()) & set(there.values())
    assert set(there) - NEEDED <= {"LC_CTYPE"}


def test_packages_are_found_where_the_server_s_environment_says(tmp_path: Path) -> None:
    (tmp_path / "found_by_path.py").write_text("WORD = 'found'", encoding="utf-8")
    with closing(Aside({**os.environ, "PYTHONPATH": str(tmp_path)})) as aside:
        assert asked_of(aside, "__import__('found_by_path').WORD") == "found"


def test_it_starts_in_an_environment_of_nothing() -> None:
    with closing(Aside({})) as aside:
        assert aside(str.encode, "here") == b"here"


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="needs /dev/fd")
def test_of_the_server_s_files_it_has_the_error_output_alone() -> None:
    """One that is open here and could be handed on is not: its own are two pipes."""
    read, write = os.pipe()
    os.set_inheritable(write, True)
    many = [os.dup(write) for _ in range(20)]
    for one in many:
        os.set_inheritable(one, True)
    try:
        with closing(Aside(os.environ)) as aside:
            kinds = asked_of(
                aside,
                "{int(n): __import__('stat').S_IFMT(__import__('os').fstat(int(n)).st_mode)"
                " for n in __import__('os').listdir('/dev/fd') if __import__('os').path.exists('/dev/fd/' + n)}",
            )
            inode = os.fstat(write).st_ino
            held = asked_of(aside, "[__import__('os').fstat(n).st_ino for n in range(4)]")
    finally:
        for one in (read, write, *many):
            os.close(one)
    assert isinstance(kinds, dict)
    assert set(kinds) == {"0", "1", "2", "3"}
    assert stat.S_ISFIFO(kinds["0"])
    assert stat.S_ISFIFO(kinds["3"])
    assert isinstance(held, list)
    assert held[1] == held[2] == os.fstat(sys.__stderr__.fileno()).st_ino
    assert inode not in held


def test_a_process_that_was_killed_starts_anew(aside: Aside) -> None:
    aside(str.encode, "first")
    killed = aside.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    while aside.pid is not None:
        time.sleep(0.01)
    assert aside(str.encode, "second") == b"second"
    assert aside.pid != killed


def test_work_without_end_is_ended(aside: Aside) -> None:
    aside.close()
    hasty = Aside(os.environ, longest=0.5)
    with pytest.raises(MachineError, match="was ended amid its work"):
        hasty(time.sleep, 60)  # type: ignore[arg-type]  # which gives no bytes, and gives them too late
    assert hasty.pid is None
    hasty.close()


def test_an_answer_that_is_no_bytes_is_refused(aside: Aside) -> None:
    with pytest.raises(MachineError, match="no bytes came, but int"):
        aside(len, "four")  # type: ignore[arg-type]  # on purpose


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    """Also where that is killed and cannot say so."""
    note = tmp_path / "pid"
    code = (
        "import os, pathlib, signal; from node.web.aside import Aside; "
        "aside = Aside(os.environ); aside(str.encode, 'x'); "
        f"pathlib.Path({str(note)!r}).write_text(str(aside.pid)); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    left = int(note.read_text())
    for _ in range(100):
        if not _runs(left):
            break
        time.sleep(0.1)
    assert not _runs(left)


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
