"""The locks pin what setup.cfg asks for, all of it, with hashes, and the development lock adds and changes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.support.run_py import run_py
from tests.support.tree import ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; (.+?))? \\$")
MACHINES = [{"python_version": f"3.{minor}", "python_full_version": f"3.{minor}.1"} for minor in range(11, 15)]


@dataclass(frozen=True, slots=True)
class Pin:
    name: str
    version: Version
    marker: str | None
    hashes: int


def pins(lock: str) -> dict[str, Pin]:
    found: dict[str, Pin] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if match := PIN.match(line):
            name = canonicalize_name(match[1])
            assert name not in found, f"{lock} pins {name} twice: two machines would differ"
            found[name] = current = Pin(name, Version(match[2]), match[3], 0)
        elif line.strip().startswith("--hash=sha256:"):
            found[current.name] = current = Pin(current.name, current.version, current.marker, current.hashes + 1)
        else:
            assert line.lstrip().startswith("#"), f"{lock}: neither a pin, a hash nor a comment: {line}"
    return found


RUNTIME, DEV = pins("requirements.lock"), pins("requirements-dev.lock")


@pytest.mark.parametrize(("kind", "lock"), [("runtime", RUNTIME), ("runtime", DEV), ("dev", DEV)])
def test_every_requirement_is_pinned_at_a_fitting_version(kind: str, lock: dict[str, Pin]) -> None:
    wanted = [Requirement(line) for line in run_py().requirements_in_setup_cfg()[kind]]
    assert wanted
    unfit = [
        f"{requirement}: {pin.version if pin else 'not pinned'}"
        for requirement in wanted
        if (pin := lock.get(canonicalize_name(requirement.name))) is None or pin.version not in requirement.specifier
    ]
    assert not unfit, f"run `python3 run.py lock`: {unfit}"


def test_requirements_hold_on_every_python_that_is_supported() -> None:
    asked = {canonicalize_name(Requirement(line).name) for line in run_py().requirements_in_setup_cfg()["runtime"]}
    absent = [
        f"{name} on {machine['python_version']}"
        for name in asked
        for machine in MACHINES
        if (marker := RUNTIME[name].marker) is not None and not Marker(marker).evaluate(dict(machine))
    ]
    assert not absent


def test_the_development_lock_pins_all_that_the_other_pins() -> None:
    different = [
        f"{name}: {pin.version}, development {DEV[name].version if name in DEV else 'none'}"
        for name, pin in RUNTIME.items()
        if name not in DEV or DEV[name].version != pin.version or DEV[name].marker != pin.marker
    ]
    assert not different
    assert len(DEV) > len(RUNTIME)


@pytest.mark.parametrize("lock", [RUNTIME, DEV])
def test_every_pin_has_hashes(lock: dict[str, Pin]) -> None:
    assert [pin.name for pin in lock.values() if not pin.hashes] == []


def test_the_build_backend_is_pinned() -> None:
    """The project itself is built without a download, so what builds it must be there."""
    assert RUNTIME["setuptools"].version >= Version("77")


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text
