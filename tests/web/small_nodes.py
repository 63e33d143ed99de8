"""Three real nodes on this machine with three months of made-up registers, released, pulled and merged: a small demo.

Every area of each country has ten unit groups in six major groups, so that shortages, surpluses and balance stand side
by side in all three months; one group in one area of each country has too few employers to be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from node.adapters.profile_files import ProfileFolder
from node.adapters.trust.peers import PeerDirectory
from node.bootstrap import create_node, open_services
from node.config import load_config
from node.model.period import TimePeriod
from node.model.profile import AREA
from node.operations import pull_all, release
from tests.support.tree import ROOT

PHRASE = "for tests only"
MONTHS = ("2026-08", "2026-09", "2026-10")
RELEASES = (
    *((dataflow, month) for month in MONTHS for dataflow in ("VACANCIES", "JOBSEEKERS")),
    ("TRAINING", "2026-10"),
    ("EMPLOYMENT", "2026-Q3"),
)
COUNTRIES = ("ID", "MY", "TH")
GROUPS = ("1411", "2221", "2330", "2512", "3221", "3512", "5223", "7126", "7212", "9111")
FEW = "7212"
"""The group that has two employers in the first area of each country."""
SCHEMES = """
occupation = { scheme = "ISCO", edition = "08", column = "job" }
place = { scheme = "ISO3166-2", edition = "2024", column = "place" }
"""

Rows = Iterator[tuple[object, ...]]


def make_small_nodes(folder: Path) -> Path:
    """`folder`/id, /my and /th; Indonesia has pulled all. Returns Indonesia's home."""
    homes = {country: folder / country.lower() for country in COUNTRIES}
    prints = {country: _new_node(home, country) for country, home in homes.items()}
    for country, home in homes.items():
        with open_services(load_config(home, {})) as services:
            for dataflow, period in RELEASES:
                release(services, dataflow, TimePeriod(period))
        if country != "ID":
            PeerDirectory(homes["ID"]).add(str(home / "feeds"), prints[country])
    with open_services(load_config(homes["ID"], {})) as services:
        for peer, plan in pull_all(services):
            if isinstance(plan, Exception):
                raise plan
            assert not plan.quarantined, (peer, plan.quarantined)
    return homes["ID"]


def _new_node(home: Path, country: str) -> str:
    home.mkdir(parents=True)
    (home / "phrase").write_text(PHRASE, encoding="utf-8")
    areas = ProfileFolder(ROOT / "exchange_profiles").profile("VACANCIES").structure.axis(AREA).codelist
    places = areas.children(f"IMTGT_{country}")
    settings = f"""[node]
country = "{country}"
authority = "IMTGT_{country}"
name = "{country} (synthetic, for tests)"
synthetic = true

[keys]
passphrase_file = "phrase"
"""
    for dataflow, (columns, rows) in REGISTERS.items():
        settings += _source(dataflow, columns)
        lines = (",".join(map(str, row)) for row in rows(places))
        (home / f"{dataflow}.csv").write_text("\n".join([columns, *lines]) + "\n", encoding="utf-8")
    return create_node(home, settings, {})


def _source(dataflow: str, columns: str) -> str:
    fields = (f"{name} = {{ column = {name!r} }}" for name in columns.split(",") if name not in {"job", "place"})
    head = f'\n[[source]]\nid = "{dataflow.lower()}"\ndataflow = "{dataflow}"\nkind = "csv"\n'
    return f'{head}location = "{dataflow}.csv"{SCHEMES}[source.fields]\n' + "\n".join(fields) + "\n"


def _vacancies(places: tuple[str, ...]) -> Rows:
    """Twelve employers a cell: eight advertise from August, two more from each later month; every third group's first
    posts are filled in September."""
    for where, place in enumerate(places):
        for which, job in enumerate(GROUPS):
            employers = 2 if job == FEW and where == 0 else 12
            for number in range(employers):
                employer = f"{place}-{job}-{number}"
                month = 8 if number < 8 else 9 if number < 10 else 10
                closed = "2026-10-12" if which % 3 == 0 and number < 4 else ""
                yield employer, employer, job, place, f"2026-{month:02}-05", closed, 1 + (where * 5 + which * 3) % 7


def _jobseekers(places: tuple[str, ...]) -> Rows:
    for where, place in enumerate(places):
        for which, job in enumerate(GROUPS):
            for person in range(30 + 12 * ((where * 2 + which * 7) % 6)):
                yield f"{place}-{job}-{person}", job, place, "FM"[person % 2], "2026-07-15", "", ""


def _courses(places: tuple[str, ...]) -> Rows:
    for where, place in enumerate(places):
        for which, job in enumerate(GROUPS[:6]):
            for centre in range(3 + (where + which) % 3):
                course = f"{place}-{job}-{centre}"
                ends = "2026-10-20" if centre % 2 else "2026-12-20"
                yield course, course, job, place, "2026-08-01", ends, 20, 10 + centre, 8 + centre


def _survey(places: tuple[str, ...]) -> Rows:
    for where, place in enumerate(places):
        for which, job in enumerate(GROUPS):
            for person in range(24 + (where + which) % 9):
                yield f"{place}-{job}-{person}", job, place, "FM"[person % 2], "2026-08-15", 60


REGISTERS: dict[str, tuple[str, Callable[[tuple[str, ...]], Rows]]] = {
    "VACANCIES": ("record,employer,job,place,opened,closed,posts", _vacancies),
    "JOBSEEKERS": ("record,job,place,SEX,registered,left,placed", _jobseekers),
    "TRAINING": ("record,centre,job,place,starts,ends,places,enrolled,graduated", _courses),
    "EMPLOYMENT": ("record,job,place,SEX,reference,weight", _survey),
}
"""Dataflow to the columns of its register, named as the profile's fields are, and its rows."""
