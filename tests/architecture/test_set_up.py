"""run.py: set-up is done once, repaired when interrupted, keeps to its own folder, and says plainly what it lacks."""

from __future__ import annotations

import ast
import errno
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.run_py import run_py
from tests.support.tree import ROOT

posix = pytest.mark.skipif(os.name == "nt", reason="uses a shell script in place of an interpreter")


class Recorder:
    """What set-up did, in order, with the slow parts replaced by notes."""

    def __init__(self, run: ModuleType) -> None:
        self.run = run
        self.steps: list[str] = []
        self.version: str | None = None
        self.break_at: str | None = None

    def create(self) -> None:
        self.steps.append("create")
        self.version = "3.11.7"
        self.run.VENV.mkdir(exist_ok=True)
        for file in self.run.VENV.iterdir():
            file.unlink()

    def pip(self, options: list[str], _parts: int) -> None:
        step = "lock:" + Path(options[-1]).name if "-r" in options else "project"
        self.steps.append(step)
        if step == self.break_at:
            raise KeyboardInterrupt

    def prepare(self, kind: str) -> list[str]:
        self.steps.clear()
        self.run.prepare(kind)
        return self.steps


@pytest.fixture
def run(tmp_path: Path) -> ModuleType:
    module = run_py()
    place_in(module, tmp_path)
    for name in ("setup.cfg", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return module


def place_in(run: ModuleType, folder: Path) -> None:
    run.PLACE, run.VENV, run.BUSY = folder, folder / ".venv", folder / ".venv.busy"
    run.PYTHON = run.VENV / "bin" / "python"
    run.STAMP, run.UNFINISHED = run.VENV / "installed.json", folder / ".venv.unfinished"
    run.LOCKS = {"runtime": folder / "requirements.lock", "dev": folder / "requirements-dev.lock"}


@pytest.fixture
def set_up(run: ModuleType) -> Recorder:
    recorder = Recorder(run)
    run._create_venv, run._pip, run._venv_version = recorder.create, recorder.pip, lambda: recorder.version
    return recorder


def test_set_up_is_done_once(set_up: Recorder) -> None:
    assert set_up.prepare("runtime") == ["create", "lock:requirements.lock", "project"]
    assert set_up.prepare("runtime") == []


def test_the_development_environment_serves_the_demo_too(set_up: Recorder) -> None:
    assert set_up.prepare("dev") == ["create", "lock:requirements-dev.lock", "project"]
    assert set_up.prepare("runtime") == []
    assert set_up.prepare("dev") == []


def test_development_tools_are_added_to_the_environment_of_the_demo(set_up: Recorder) -> None:
    set_up.prepare("runtime")
    assert set_up.prepare("dev") == ["lock:requirements-dev.lock", "project"]
    assert set_up.prepare("runtime") == []


@pytest.mark.parametrize("changed", ["requirements.lock", "setup.cfg", "pyproject.toml"])
def test_what_changed_is_installed_again(set_up: Recorder, changed: str) -> None:
    set_up.prepare("runtime")
    with (set_up.run.PLACE / changed).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    assert set_up.prepare("runtime") == ["lock:requirements.lock", "project"]


def test_an_interrupted_installation_is_begun_again(set_up: Recorder) -> None:
    set_up.break_at = "lock:requirements.lock"
    with pytest.raises(KeyboardInterrupt):
        set_up.prepare("runtime")
    set_up.break_at = None
    assert set_up.prepare("runtime") == ["create", "lock:requirements.lock", "project"]
    assert set_up.prepare("runtime") == []


def test_an_interrupted_upgrade_does_not_leave_the_old_stamp_in_force(set_up: Recorder) -> None:
    set_up.prepare("runtime")
    set_up.break_at = "lock:requirements-dev.lock"
    with pytest.raises(KeyboardInterrupt):
        set_up.prepare("dev")
    set_up.break_at = None
    assert set_up.prepare("runtime") == ["create", "lock:requirements.lock", "project"]


def test_an_environment_whose_python_is_gone_is_made_anew(set_up: Recorder) -> None:
    set_up.prepare("runtime")
    set_up.version = None
    assert set_up.prepare("runtime")[0] == "create"


def test_another_version_of_python_is_not_taken_for_the_installed_one(set_up: Recorder) -> None:
    set_up.prepare("runtime")
    set_up.version = "3.12.1"
    assert set_up.prepare("runtime") != []


def test_a_moved_folder_is_set_up_anew(set_up: Recorder, tmp_path_factory: pytest.TempPathFactory) -> None:
    set_up.prepare("runtime")
    moved = tmp_path_factory.mktemp("moved") / "clone"
    set_up.run.PLACE.rename(moved)
    place_in(set_up.run, moved)
    assert set_up.prepare("runtime")[0] == "create"


def test_a_damaged_stamp_counts_as_none(set_up: Recorder) -> None:
    set_up.prepare("runtime")
    set_up.run.STAMP.write_text("[]", encoding="utf-8")
    assert set_up.prepare("runtime") != []
    assert json.loads(set_up.run.STAMP.read_text(encoding="utf-8"))["place"] == str(set_up.run.PLACE)


def test_two_starts_at_once_install_once(set_up: Recorder) -> None:
    entered, may_go = threading.Event(), threading.Event()
    steps: list[str] = []

    def slow_pip(options: list[str], _parts: int) -> None:
        steps.append(options[0])
        entered.set()
        assert may_go.wait(10)

    set_up.run._pip = slow_pip
    threads = [threading.Thread(target=set_up.run.prepare, args=("runtime",)) for _ in range(2)]
    threads[0].start()
    assert entered.wait(10)
    threads[1].start()
    may_go.set()
    for thread in threads:
        thread.join(10)
    assert steps == ["--require-hashes", "--no-build-isolation"]


def test_old_interpreters_can_read_the_file() -> None:
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("version", [(3, 9, 2), (3, 15, 0)])
def test_an_interpreter_that_does_not_fit_is_told_which_do(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setenv("PATH", str(run.PLACE))
    with pytest.raises(run.SetupProblem, match=rf"needs Python 3\.11 to 3\.14.* is {version[0]}\.{version[1]}"):
        run._interpreter()


@posix
def test_a_fitting_interpreter_on_the_path_is_used(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("PATH", str(run.PLACE))
    script(run.PLACE / "python3.14", "exit 1")
    fitting = script(run.PLACE / "python3.12", "exit 0")
    assert run._interpreter() == str(fitting)


@posix
def test_a_python_without_ensurepip_names_the_package(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_base_executable", str(script(run.PLACE / "python3", "exit 1")))
    monkeypatch.setenv("PATH", str(run.PLACE))
    with pytest.raises(run.SetupProblem, match="apt install python3-venv"):
        run._interpreter()


@posix
@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError'", "Check the network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "Do not go on"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: Could not find a version that satisfies the requirement duckdb==9", "no ready-made package"),
        ("ERROR: Could not install packages: [Errno 13] Permission denied", "Remove it, or clone"),
        ("Segmentation fault", "The installation failed"),
    ],
)
def test_a_failed_installation_says_what_to_do(run: ModuleType, said: str, advice: str) -> None:
    run.PYTHON.parent.mkdir(parents=True)
    script(run.PYTHON, f'echo "{said}"\nexit 1')
    with pytest.raises(run.SetupProblem, match=advice) as refusal:
        run._pip(["-r", "requirements.lock"], 3)
    assert said in str(refusal.value)


def test_a_folder_that_cannot_be_written_is_named(run: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    run.BUSY.mkdir()
    assert run.main(["test"]) == 69
    said = capsys.readouterr().err
    assert str(run.PLACE) in said
    assert "clone into a folder of your own" in said


def test_a_full_disk_is_named(set_up: Recorder, capsys: pytest.CaptureFixture[str]) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    set_up.run._create_venv = full
    assert set_up.run.main(["demo"]) == 69
    assert "disk is full" in capsys.readouterr().err


@posix
def test_a_linked_environment_is_left_alone(run: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "mine").touch()
    run.VENV.symlink_to(elsewhere)
    with pytest.raises(run.SetupProblem, match="remove the link"):
        run._create_venv()
    assert (elsewhere / "mine").exists()


def test_settings_that_would_install_elsewhere_are_dropped(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIP_USER", "PIP_TARGET", "PIP_REQUIRE_VIRTUALENV", "PIP_NO_DEPS", "PYTHONPATH", "PYTHONHOME"):
        monkeypatch.setenv(name, "1")
    for name in ("PIP_INDEX_URL", "PIP_CERT", "PIP_PROXY", "HTTPS_PROXY", "HOME"):
        monkeypatch.setenv(name, "kept")
    environ = run._environ()
    assert {name for name in environ if name.startswith(("PIP_", "PYTHON"))} >= {"PIP_INDEX_URL", "PIP_CERT"}
    assert not {"PIP_USER", "PIP_TARGET", "PIP_REQUIRE_VIRTUALENV", "PIP_NO_DEPS"} & set(environ)
    assert not {"PYTHONPATH", "PYTHONHOME"} & set(environ)
    assert [environ[name] for name in ("PIP_INDEX_URL", "PIP_PROXY", "HTTPS_PROXY", "HOME")] == ["kept"] * 4
    assert environ["PATH"].split(os.pathsep)[0] == str(run.PYTHON.parent)


@pytest.mark.parametrize(("arguments", "code"), [([], 64), (["dmeo"], 64), (["--help"], 0), (["-h"], 0)])
def test_help_names_the_commands(
    run: ModuleType, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    assert run.main(arguments) == code
    said = capsys.readouterr().out
    assert [command for command in ("demo", "test", "lock") if f"\n    {command} " not in said] == []


@pytest.mark.parametrize("command", ["demo", "test"])
def test_arguments_reach_the_program(run: ModuleType, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    started: list[tuple[list[str], Path]] = []

    def become(line: list[str], folder: Path) -> int:
        started.append((line, folder))
        return 7

    monkeypatch.setattr(run, "prepare", lambda kind: None)
    monkeypatch.setattr(run, "_become", become)
    assert run.main([command, "--one", "two words"]) == 7
    [(line, folder)] = started
    assert line[-2:] == ["--one", "two words"]
    assert folder == (run.PLACE if command == "test" else Path.cwd())


def test_a_refused_set_up_shows_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "run.py"), "nonsense"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 64
    assert "Traceback" not in done.stdout + done.stderr


def script(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path
