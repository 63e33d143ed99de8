"""Reads numbers as each form writes them, and holds them against the data of the same table: none of this knows how the
program writes them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.unit.web.workspace.parsed import Element

LANGUAGES = {"id": (".", ","), "th": (",", "."), "en": (",", ".")}
"""What stands between thousands and before decimals."""
DECIMALS = {
    "VACANCIES_PER_100_JOBSEEKERS": 1,
    "RELATIVE_TO_COUNTRY": 2,
    "RELATIVE_BEFORE": 2,
    "VACANCY_RATE_PERCENT": 2,
    "JOBSEEKER_RATE_PERCENT": 2,
}
"""Of columns that people read; others have whole numbers."""
IN_DATA = 4
"""Decimals in data."""
GAPS = {"Q": "gap-hidden", "M": "gap-missing", "-": "gap-none", "_Z": "gap-na"}
OWN_PERIOD = ("series", "beveridge", "provenance")
"""Tables of which each row has a period of its own."""
PARTS = ("_NAME", "_LOW", "_HIGH", "_SIGN", "_LACKING")
ASIDE = ("unseen", "flag", "mark")
"""Classes of what stands in a cell beside its figure."""

Row = dict[str, str]


def kinds(table: str, row: Row) -> dict[str, str]:
    """The columns of a table, by the fields of its records. A code without a name is what all rows are of."""
    found: dict[str, str] = {}
    for name in row:
        base = next((name.removesuffix(part) for part in PARTS if name.endswith(part) and name != part), name)
        of_all = name in ("REF_AREA", "OCCUPATION") and f"{name}_NAME" not in row
        if of_all or name in ("FEED_STATE", "SYNTHETIC") or (name == "TIME_PERIOD" and table not in OWN_PERIOD):
            continue
        found[base] = next(
            (kind for part, kind in (("_SIGN", "figure"), ("_NAME", "coded"), ("_LOW", "range")) if base + part in row),
            "signal" if base.startswith("SIGNAL") else "period" if base == "TIME_PERIOD" else "plain",
        )
    return found


def number(text: str) -> float | None:
    """A number of the data; infinite for INF, None for an empty field."""
    return None if text == "" else math.inf if text == "INF" else float(text)


@dataclass(frozen=True)
class Figure:
    """A figure of the data."""

    value: float | None
    low: float | None
    high: float | None
    sign: str
    lacking: str

    @classmethod
    def of(cls, row: Row, name: str) -> Figure:
        numbers = (number(row[name + part]) for part in ("", "_LOW", "_HIGH"))
        return cls(*numbers, row[f"{name}_SIGN"], row[f"{name}_LACKING"])

    @property
    def told(self) -> bool:
        """Whether its bounds say more than that it is not below 0."""
        return self.low is not None and not (self.low == 0 and self.high == math.inf)


def read_written(text: str, language: str, decimals: int) -> float:
    """A number as people read it, which must have so many decimals."""
    group, point = LANGUAGES[language]
    if text == "∞":
        return math.inf
    whole, _, rest = text.partition(point)
    assert len(rest) == decimals, f"{text} has not {decimals} decimals"
    assert all(len(part) == 3 for part in whole.split(group)[1:]), text
    return float(whole.replace(group, "") + "." + (rest or "0"))


def check_written(text: str, figure: Figure, language: str, decimals: int) -> None:
    """A number, or what a hidden one lies between, as people read it: rounded, and bounds outwards."""
    unit, noise = 10.0**-decimals, 0.51 * 10.0**-IN_DATA
    if figure.value is not None:
        written = read_written(text, language, decimals)
        assert written == figure.value or abs(written - figure.value) <= unit / 2 + noise, (text, figure)
        return
    assert figure.low is not None
    assert figure.high is not None
    if figure.high == math.inf:
        ends = [text.removeprefix("≥ ")]
        assert text.startswith("≥ ")
    else:
        ends = text.split("–") if "–" in text else [text, text]
    low, *high = (read_written(end, language, decimals) for end in ends)
    assert figure.low - unit - noise < low <= figure.low + noise, (text, figure)
    for end in high:
        assert figure.high - noise <= end < figure.high + unit + noise, (text, figure)


def check_cell(cell: Element, figure: Figure, language: str, decimals: int) -> None:
    """A cell of a page: a number, a range, or the sign of a gap, with all that has to be said beside it."""
    classes = {name for element in [cell, *cell.everything()] for name in element.classes}
    if figure.value is None:
        assert GAPS[figure.sign] in classes, (cell.text(), figure)
    else:
        assert not classes & set(GAPS.values()), (cell.text(), figure)
    flags = " ".join(flag.text() for flag in cell.with_class("flag"))
    assert bool(flags) == bool(figure.lacking), (cell.text(), figure)
    if figure.value is not None or figure.told:
        check_written(cell.text(*ASIDE), figure, language, decimals)
    else:
        assert not re.search(r"\d", cell.text()), (cell.text(), figure)


def check_row(cells: list[Element], row: Row, columns: Mapping[str, str], language: str) -> None:
    for cell, (name, kind) in zip(cells, columns.items(), strict=True):
        text = cell.text(*ASIDE)
        if kind == "figure":
            check_cell(cell, Figure.of(row, name), language, DECIMALS.get(name, 0))
        elif kind == "coded":
            own = rf"[/=]{row[name]}(?:[?&]|$)"
            assert not cell.href or row[name] == "_T" or re.search(own, cell.href), (cell.href, row[name])
        elif kind == "signal":
            assert (f"signal-{row[name]}" in cell.classes) == bool(row[name]), (text, row[name])
        elif kind == "range":
            ends = [row[f"{name}_LOW"], row[f"{name}_HIGH"]]
            said = [] if not re.search(r"\d", text) else text.split("–") if "–" in text else [text, text]
            assert [str(int(read_written(end, language, 0))) for end in said] == [end for end in ends if end]
        elif kind == "period":
            assert str(int(row[name][:4]) + (543 if language == "th" else 0)) in text
        elif row[name].isdigit():
            assert read_written(text, language, 0) == int(row[name])


def check_sheet_row(cells: list[object], row: Row, columns: Mapping[str, str]) -> None:
    """A row of a worksheet; `cells` are taken from its front."""

    def take() -> object:
        return cells.pop(0)

    def is_number(cell: object, text: str) -> None:
        expected = number(text)
        assert cell == ("∞" if expected == math.inf else expected), (cell, text)

    for name, kind in columns.items():
        if kind == "figure":
            figure = Figure.of(row, name)
            for part in ("", "_LOW", "_HIGH"):
                is_number(take(), row[name + part])
            assert bool(take()) == bool(figure.sign or figure.lacking)
        elif kind == "coded":
            assert take() == row[name]
            assert take()
        elif kind == "range":
            is_number(take(), row[f"{name}_LOW"])
            is_number(take(), row[f"{name}_HIGH"])
        elif kind == "signal":
            assert bool(take()) == bool(row[name])
        else:
            cell = take()
            assert not row[name].isdigit() or str(cell) == row[name]
    assert not cells


def check_command_cell(cell: str, figure: Figure, decimals: int) -> None:
    """A cell of the command's table: its number or range, and its sign."""
    rest = cell.removesuffix(figure.sign) if figure.sign else cell
    assert len(rest) == len(cell) - len(figure.sign), (cell, figure)
    text = rest.rstrip("+").strip() if figure.lacking else rest.strip()
    if figure.low is not None:
        check_written(text, figure, "en", decimals)
    else:
        assert text == ""
