"""A small title model that learns in a moment: five unit groups, thirty titles each in three languages."""

from __future__ import annotations

from functools import cache

from node.coding.titles.model import TitleModel
from node.coding.titles.training import KnownTitle, train_titles

GROUPS = ("OC2", "OC25", "OC2512", "OC2514", "OC2221", "OC2411", "OC8332", "OC9112")
_STEMS = {
    "OC2512": ("software developer", "pengembang perangkat lunak", "นักพัฒนาซอฟต์แวร์"),
    "OC2514": ("applications programmer", "pemrogram aplikasi", "โปรแกรมเมอร์"),
    "OC2221": ("registered nurse", "perawat terdaftar", "พยาบาลวิชาชีพ"),
    "OC2411": ("chartered accountant", "akuntan publik", "นักบัญชี"),
    "OC8332": ("truck driver", "sopir truk", "คนขับรถบรรทุก"),
    "OC9112": ("office cleaner", "petugas kebersihan", "พนักงานทำความสะอาด"),
}
_FIELDS = ("bank", "mining", "hospital", "school", "hotel", "port", "palm", "rubber", "retail", "ministry")
SECRET = "zebraquux rahasia"
"""Words of a title in somebody's record."""


def known_titles(*, record: bool = False) -> list[KnownTitle]:
    """Each group's stems in ten fields. `record`: with titles of records, too."""
    titles = [
        KnownTitle(f"{stem} {field}", (group,), "index made for tests")
        for group, stems in _STEMS.items()
        for stem in stems
        for field in _FIELDS
    ]
    return titles + [KnownTitle(SECRET, ("OC2411",), "records of vacancies", 7, record=True)] * record


@cache
def small_model(*, record: bool = False) -> TitleModel:
    """Frozen, so that it is learnt once for all tests."""
    return train_titles(known_titles(record=record), GROUPS, name="small")
