"""The whole demo: three synthetic nodes on this machine, one full cycle of release, pull and merge."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import monotonic

from rich.console import Console

from node.demo.calendar import DEFAULT_PERIODS, LAST_MONTH, demo_calendar
from node.demo.claim import Claim, claim_folder, write_claim
from node.demo.cycle import count_steps, run_cycle
from node.demo.progress import progress_bar, progress_lines, summary
from node.demo.registers import SEED, DemoSize
from node.demo.sources import SOURCES
from node.demo.steps import Step
from node.model.period import TimePeriod

__all__ = ["DEFAULT_PERIODS", "DEFAULT_RECORDS", "DemoResult", "run_demo"]

DEFAULT_RECORDS = 60_000
"""A country. More would hide less of the small areas, and take longer than a minute on two cores."""


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What was done, step by step; `seconds` from start to end. Where the demo was there already,
    its feeds were only renewed and pulled."""

    home: Path
    steps: tuple[Step, ...]
    seconds: float


def run_demo(
    home: Path,
    *,
    records: int = DEFAULT_RECORDS,
    periods: int = DEFAULT_PERIODS,
    last: TimePeriod = LAST_MONTH,
    seed: int = SEED,
    report: Callable[[str], None] | None = None,
) -> DemoResult:
    """Makes `home`/id, `home`/my and `home`/th, or takes up the same demo where it was left.

    `records`: generated a country; `periods`: months, of which `last` is the last; `report`: is given lines of
    text, where not the terminal a progress bar and a table.
    Raises: ConfigurationError where `home` holds something else; what a release or a pull raises.
    """
    started = monotonic()
    calendar = demo_calendar(periods, last)
    claim = Claim(records, str(calendar.months[0]), str(last), seed)
    console = Console(stderr=True, highlight=False)
    homes = {country: home / country.lower() for country in SOURCES}
    there = claim_folder(home, claim, tuple(path.name for path in homes.values()))
    total = count_steps(len(homes), calendar, there=there)
    with _shown(total, console, report) as show:
        steps = tuple(run_cycle(homes, DemoSize(records, calendar, seed), show, there=there))
    write_claim(home, replace(claim, complete=True))
    result = DemoResult(home, steps, monotonic() - started)
    if report is None:
        console.print(summary(result.steps, result.seconds))
    return result


def _shown(
    total: int, console: Console, report: Callable[[str], None] | None
) -> AbstractContextManager[Callable[[Step], None]]:
    if report is not None:
        return progress_lines(total, report)
    if console.is_terminal:
        return progress_bar(total, console)
    return progress_lines(total, partial(console.print, markup=False))
