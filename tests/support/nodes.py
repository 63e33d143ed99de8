"""A small real node in a folder: configuration, keys, database, feed, and generated vacancies and job seekers."""

from __future__ import annotations

from pathlib import Path

from node.bootstrap import create_node, first_settings

PHRASE = "for tests only"
OCCUPATIONS = ("2221", "2512", "7212", "9111")
PLACES = {"ID": ("12.71", "15.71"), "MY": ("7", "8"), "TH": ("90", "96")}
PERIOD = "2026-10"

SOURCES = {
    "ID": 'occupation = {{ scheme = "KBJI", edition = "2014", column = "job" }}\n'
    'place = {{ scheme = "KEMENDAGRI", edition = "2022", column = "place" }}',
    "MY": 'occupation = {{ scheme = "ISCO", edition = "08", column = "job" }}\n'
    'place = {{ scheme = "DOSM", edition = "2020", column = "place" }}',
    "TH": 'occupation = {{ scheme = "ISCO", edition = "08", column = "job" }}\n'
    'place = {{ scheme = "DOPA", edition = "2022", column = "place" }}',
}


def make_node(home: Path, country: str, *, posts: int = 3) -> str:
    """A node with 2 areas x 4 occupations, each cell with ten employers of `posts` posts and ten job seekers of
    each sex, all in PERIOD. Returns the root's fingerprint."""
    home.mkdir(parents=True)
    (home / "phrase").write_text(PHRASE, encoding="utf-8")
    settings = first_settings(country, f"IMTGT_{country}", f"Node of {country}", home / "phrase")
    fingerprint = create_node(home, settings + _sources(country), {})
    write_vacancies(home, country, posts=posts)
    _write_jobseekers(home, country)
    return fingerprint


def write_vacancies(home: Path, country: str, *, posts: int = 3) -> None:
    """The vacancies file, anew: a number of posts other than before makes the next release a revision."""
    rows = [
        f"{place}-{job}-{employer},E{employer},{job},{place},2026-10-05,,{posts}"
        for place in PLACES[country]
        for job in OCCUPATIONS
        for employer in range(10)
    ]
    _write(home / "vacancies.csv", "id,employer,job,place,opened,closed,posts", rows)


def _write_jobseekers(home: Path, country: str) -> None:
    rows = [
        f"{place}-{job}-{person},{job},{place},{'FM'[person % 2]},2026-09-15,,"
        for place in PLACES[country]
        for job in OCCUPATIONS
        for person in range(20)
    ]
    _write(home / "jobseekers.csv", "id,job,place,sex,registered,left,placed", rows)


def _write(path: Path, header: str, rows: list[str]) -> None:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def _sources(country: str) -> str:
    coded = SOURCES[country].format()
    return f"""
[[source]]
id = "vacancies"
dataflow = "VACANCIES"
kind = "csv"
location = "vacancies.csv"
{coded}
[source.fields]
record = {{ column = "id" }}
employer = {{ column = "employer" }}
opened = {{ column = "opened" }}
closed = {{ column = "closed" }}
posts = {{ column = "posts" }}

[[source]]
id = "jobseekers"
dataflow = "JOBSEEKERS"
kind = "csv"
location = "jobseekers.csv"
{coded}
[source.fields]
record = {{ column = "id" }}
registered = {{ column = "registered" }}
left = {{ column = "left" }}
placed = {{ column = "placed" }}
SEX = {{ column = "sex" }}
"""
