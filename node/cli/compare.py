"""`lmis-node compare`: the comparison as table, CSV or JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from node.bootstrap import Services
from node.cli.output import print_json, print_table, say, with_services
from node.compare.listing import (
    COLUMNS,
    FIGURE_COLUMNS,
    Record,
    figure_records,
    table_records,
    to_csv,
    to_json,
)
from node.compare.noise import noise_notes
from node.model.comparison import ComparisonTable, FigureTable, Measured
from node.model.release import Vintage
from node.operations import compare_period, figures_of

SIGNS = "Q suppressed (hidden, not zero), M missing, - not reported; + the sum lacks a country"


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
        table = compare_period(services, period, occupation=occupation, by=by, area=area)
        synthetic = _synthetic(services, table.vintages)
        _show(form, lambda: _print(table), COLUMNS, table_records(table, synthetic=synthetic))
    else:
        figures = figures_of(services, dataflow, period, occupation=occupation, by=by, area=area)
        synthetic = _synthetic(services, figures.vintages)
        _show(form, lambda: _print_figures(figures), FIGURE_COLUMNS, figure_records(figures, synthetic=synthetic))
    if synthetic and form == "table":
        say("SYNTHETIC: generated data, not statistics of any country")


def _show(form: str, show_table: Callable[[], None], columns: Sequence[str], records: list[Record]) -> None:
    if form == "table":
        show_table()
    elif form == "csv":
        click.echo(to_csv(records, columns), nl=False)
    else:
        print_json(to_json(records))


def _synthetic(services: Services, vintages: Sequence[Vintage]) -> bool:
    return services.synthetic or any(vintage.custom.synthetic for vintage in vintages)


def _print(table: ComparisonTable) -> None:
    rows = [
        ["  " * row.level + row.code, row.name, _count(row.vacancies), _count(row.jobseekers),
         _ratio(row.tightness), _ratio(row.relative), row.signal.value]
        for row in table.rows
    ]  # fmt: skip
    columns = ["code", "name", "vacancies", "job seekers", "per 100", "relative", "signal"]
    title = (
        f"{table.period}: vacancies and registered job seekers by {table.by}, {table.occupation[1]}, {table.area[1]}"
    )
    print_table(title, columns, rows, numeric=5)
    say("per 100: vacancies per 100 job seekers; relative: as a multiple of the country's own, all occupations")
    say(SIGNS)
    for note in noise_notes(table.vintages):
        say(note)
    for absence in table.absent:
        say(f"nothing from {absence.name} in {absence.dataflow} for this period")


def _print_figures(table: FigureTable) -> None:
    rows = [["  " * row.level + row.code, row.name, *map(_count, row.figures)] for row in table.rows]
    columns = ["code", "name", *(code for code, _ in table.indicators)]
    title = f"{table.dataflow} {table.period} by {table.by}, {table.occupation[1]}, {table.area[1]} ({table.unit})"
    print_table(title, columns, rows, numeric=len(columns) - 2)
    for code, name in table.indicators:
        say(f"{code}: {name}")
    say(SIGNS)
    for note in noise_notes(table.vintages):
        say(note)


def _count(measured: Measured) -> str:
    return _signed(measured, "" if measured.value is None else f"{measured.value:,.0f}")


def _ratio(measured: Measured) -> str:
    return _signed(measured, "" if measured.value is None else f"{measured.value:,.2f}")


def _signed(measured: Measured, number: str) -> str:
    return f"{number}{'+' if measured.lacking else ''}{measured.sign}"
