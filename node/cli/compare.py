"""`lmis-node compare`: the comparison as table, CSV or JSON."""

from __future__ import annotations

from collections.abc import Sequence

import click

from node.bootstrap import Services
from node.cli.output import print_json, print_table, say, with_services
from node.compare.listing import fields, records, to_csv, to_json
from node.compare.noise import noise_notes
from node.model.comparison import Measured, Signal
from node.model.period import TimePeriod
from node.model.release import Vintage
from node.model.table import Cell, Coded, Column, Kind, Table, View
from node.operations import compare_period, feed_states, figures_of
from node.web.language.languages import Language
from node.web.language.numbers import interval, number

SIGNS = (
    "Q suppressed (hidden, not zero; what it can be stands beside it), M missing, - not reported, _Z does not apply; "
    "P provisional; + the sum lacks a country"
)
RATIOS = "per 100: vacancies per 100 job seekers; relative: as a multiple of the country's own, all occupations"
SHORT_HEADS = {
    "VACANCIES_PER_100_JOBSEEKERS": "per 100",
    "RELATIVE_TO_COUNTRY": "relative",
    "PERIODS_SHORT": "periods short",
    "PERIODS_RELEASED": "of",
    "VACANCY_RATE_PERCENT": "vacancy rate %",
}


@click.command()
@click.option("--period", default=None, help="A month, as 2026-10 (a quarter, as 2026-Q3); the latest by default.")
@click.option("--occupation", default="_T", show_default=True, help="An ISCO-08 group, as OC2 or OC2221.")
@click.option("--by", type=click.Choice(["area", "occupation"]), default="area", show_default=True,
              help="Rows: the areas, or the groups just below the occupation.")  # fmt: skip
@click.option("--area", default=None, help="An area, as ID-SU or IMTGT_TH; the whole sub-region by default.")
@click.option("--dataflow", default=None, help="Instead of the comparison: one dataflow's own figures, as EMPLOYMENT.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@with_services
def compare(
    services: Services,
    period: str | None,
    occupation: str,
    by: str,
    area: str | None,
    dataflow: str | None,
    form: str,
) -> None:
    """Vacancies beside job seekers across the sub-region: a tightness signal, not a proof of shortage."""
    if dataflow is None:
        compared = compare_period(services, period, occupation=occupation, by=by, area=area)
        notes = [f"nothing from {absence.name} in {absence.dataflow} for this period" for absence in compared.absent]
        thresholds = services.comparison.thresholds
        said = (
            f"signals, thresholds version {thresholds.version}: shortage from {thresholds.shortage:g}, surplus down "
            f"from {thresholds.surplus:.4g}; periods short: for certain to at most, of those released in the last 12"
        )
        lead = [RATIOS, said]
        _show(services, form, compared.view, [*lead, SIGNS], notes)
    else:
        view = figures_of(services, dataflow, period, occupation=occupation, by=by, area=area)
        profile = services.profiles.profile(dataflow)
        names = [f"{indicator.id}: {indicator.name}" for indicator in profile.indicators]
        _show(services, form, view, [*names, f"unit: {profile.unit}", SIGNS], [])


def _show(services: Services, form: str, view: View, lead: Sequence[str], notes: Sequence[str]) -> None:
    table, synthetic = view.tables[0], _synthetic(services, view.vintages)
    if form == "table":
        _print(table, view.period)
        for line in (*lead, *noise_notes(view.vintages), *notes):
            say(line)
        if synthetic:
            say("SYNTHETIC: generated data, not statistics of any country")
        return
    rows = records(table, view.period, synthetic=synthetic, states=feed_states(services))
    if form == "csv":
        click.echo(to_csv(rows, fields(table)), nl=False)
    else:
        print_json(to_json(rows))


def _synthetic(services: Services, vintages: Sequence[Vintage]) -> bool:
    return services.synthetic or any(vintage.custom.synthetic for vintage in vintages)


def _print(table: Table, period: TimePeriod) -> None:
    heads = [SHORT_HEADS.get(column.id, column.id.replace("_", " ").lower()) for column in table.columns[1:]]
    rows = [[*_label(row[0]), *map(_text, table.columns[1:], row[1:])] for row in table.rows]
    print_table(f"{period}: {table.id}", ["code", "name", *heads], rows, numeric=len(heads))


def _label(cell: Cell) -> tuple[str, str]:
    return ("  " * cell.level + cell.code, cell.name) if isinstance(cell, Coded) else (_plain(cell), "")


def _text(column: Column, cell: Cell) -> str:
    if isinstance(cell, Measured):
        return f"{_number(cell, column.decimals)}{'+' if cell.lacking else ''}{cell.sign}"
    if isinstance(cell, tuple):
        return str(cell[0]) if cell[0] == cell[1] else f"{cell[0]}–{cell[1]}"
    return cell.value if isinstance(cell, Signal) else "_Z" if column.kind is Kind.FIGURE else _plain(cell)


def _plain(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _number(cell: Measured, decimals: int) -> str:
    """As pages write it: the bounds of what is hidden are rounded outwards."""
    if cell.value is not None:
        return number(cell.value, decimals, Language.ENGLISH)
    return "" if cell.interval is None else f"{interval(cell.interval, decimals, Language.ENGLISH)} "
