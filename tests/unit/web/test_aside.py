"""Work beside the server's process: the same results and errors as here, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.errors import MachineError, NodeError
from node.web.aside import Aside, here
from node.web.charts import render
from node.web.charts.cache import RenderCache
from tests.unit.web.charts.conftest import flows


@pytest.fixture
def aside() -> Iterator[Aside]:
    made = Aside()
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
    hasty = Aside(longest=0.5)
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
        "import os, pathlib, signal; from node.web.aside import Aside; aside = Aside(); aside(str.encode, 'x'); "
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
