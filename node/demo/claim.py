"""Which folder belongs to a demo: `demo.json` says what the demo made there, so that nothing else is touched."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from node.errors import ConfigurationError, StorageFull

CLAIM = "demo.json"
ADVICE = "choose another --home, or remove it yourself"


@dataclass(frozen=True, slots=True)
class Claim:
    """The parameters of a demo, and whether it came to its end."""

    records: int
    first: str
    last: str
    seed: int
    complete: bool = False


def claim_folder(home: Path, wanted: Claim, names: tuple[str, ...]) -> bool:
    """Makes `home` this demo's, or finds that it is. `names`: the folders that the demo will make in it.

    Returns whether the demo is there already, complete.
    Raises: ConfigurationError where it holds something else: another demo, or folders that no demo made.
    """
    before = _read(home / CLAIM)
    if before is None:
        for name in (name for name in names if (home / name).exists()):
            raise ConfigurationError(f"{home / name} is there and no demo made it; {ADVICE}")
        write_claim(home, wanted)
        return False
    if (before.records, before.first, before.last, before.seed) != (
        wanted.records,
        wanted.first,
        wanted.last,
        wanted.seed,
    ):
        raise ConfigurationError(
            f"{home} holds another demo ({before.records} records a country, {before.first} to {before.last}; "
            f"asked for: {wanted.records}, {wanted.first} to {wanted.last}); {ADVICE}"
        )
    return before.complete


def write_claim(home: Path, claim: Claim) -> None:
    """Raises: StorageFull."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        temporary = home / f".{CLAIM}.new"
        temporary.write_text(json.dumps(asdict(claim), indent=2) + "\n", encoding="utf-8")
        temporary.replace(home / CLAIM)
    except OSError as problem:
        raise StorageFull(f"{home} cannot be written: {problem.strerror}") from problem


def _read(path: Path) -> Claim | None:
    try:
        return Claim(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise ConfigurationError(f"{path.parent} is a file; {ADVICE}") from None
    except (OSError, ValueError, TypeError) as problem:
        raise ConfigurationError(f"{path} is not what a demo wrote ({problem}); {ADVICE}") from problem
