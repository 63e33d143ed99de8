"""The files of this checkout, as a commit would hold them."""

from __future__ import annotations

import fnmatch
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT / ".." / "shared"


def tree_files() -> tuple[Path, ...]:
    """Files that are tracked or would be, relative to the checkout; without git, all that .gitignore lets through."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        return _walked()
    return tuple(path for name in sorted(filter(None, listed)) if (ROOT / (path := Path(name))).is_file())


def text_of(file: Path) -> str:
    """A file's text, its undecodable bytes replaced, so that every file can be searched."""
    return (ROOT / file).read_text(encoding="utf-8", errors="replace")


def _walked() -> tuple[Path, ...]:
    ignored = [line.strip("/\n") for line in text_of(Path(".gitignore")).splitlines() if line.strip()] + [".git"]
    found = []
    for folder, inner, names in os.walk(ROOT):
        inner[:] = sorted(name for name in inner if not _matches(name, ignored))
        found += [Path(folder, name).relative_to(ROOT) for name in sorted(names) if not _matches(name, ignored)]
    return tuple(found)


def _matches(name: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)
