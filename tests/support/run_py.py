"""`run.py` as a module: it lies in the checkout's top folder and belongs to no package."""

from __future__ import annotations

import importlib.util
from types import ModuleType

from tests.support.tree import ROOT


def run_py() -> ModuleType:
    """A fresh copy, whose places a test may redirect without touching the real ones."""
    specification = importlib.util.spec_from_file_location("run_py", ROOT / "run.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
