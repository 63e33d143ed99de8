"""Each published number behind a figure, and its release."""

from __future__ import annotations

from node.compare.grid import read_grid
from node.compare.provenance import Input, inputs_of, provenance_table, series_key
from node.model.comparison import NOT_REPORTED, SUPPRESSED, Measured
from node.model.interval import Interval
from node.model.merged import SeriesKey
from node.model.period import TimePeriod
from tests.support.profiles import AREAS, employment, jobseekers, vacancies
from tests.support.web_world import Figure, cube, posts, vintage

PERIOD = TimePeriod("2026-10")
RELEASE = vintage("ID", "VACANCIES", "2026-10", revision=3)


def test_a_series_key_has_the_codes_of_the_structure_in_its_order_over_all_sexes() -> None:
    assert series_key(vacancies(), "ID-SU", "OC25", "JV_OPEN") == "M.ID-SU.OC25.JV_OPEN"
    assert series_key(jobseekers(), "ID-SU", "OC25", "JS_NEW") == "M.ID-SU.OC25._T.JS_NEW"
    assert series_key(employment(), "MY-07", "_T", "EMP") == "Q.MY-07._T._T.EMP"


def inputs() -> tuple[Input, ...]:
    figures: dict[SeriesKey, Figure] = {posts("ID-SU", "OC2"): (2, 9), posts("IMTGT_ID", "_T"): 100}
    grid = read_grid(cube("VACANCIES", "2026-10", figures), vacancies(), "JV_OPEN", AREAS.ids, ("OC2", "_T"))
    cells = [("ID-SU", "OC2"), ("IMTGT_ID", "_T"), ("MY-07", "OC2"), ("ID-SU", "OC2")]
    return inputs_of(vacancies(), grid, cells, "JV_OPEN", PERIOD, {"ID-SU": RELEASE, "IMTGT_ID": RELEASE})


def test_each_cell_is_named_once_with_the_release_that_speaks_for_it() -> None:
    assert inputs() == (
        Input(
            "VACANCIES",
            "M.ID-SU.OC2.JV_OPEN",
            PERIOD,
            Measured(None, SUPPRESSED, (), Interval(2, 9)),
            RELEASE,
        ),
        Input("VACANCIES", "M.IMTGT_ID._T.JV_OPEN", PERIOD, Measured(100.0), RELEASE),
        Input("VACANCIES", "M.MY-07.OC2.JV_OPEN", PERIOD, Measured(None, NOT_REPORTED), None),
    )


def test_a_row_tells_where_the_number_stands_and_nothing_where_nobody_released_it() -> None:
    table = provenance_table(inputs())
    assert table.id == "provenance"
    told = dict(zip([column.id for column in table.columns], table.rows[1], strict=True))
    assert told == {
        "DATAFLOW": "VACANCIES",
        "SERIES_KEY": "M.IMTGT_ID._T.JV_OPEN",
        "TIME_PERIOD": PERIOD,
        "OBS_VALUE": Measured(100.0),
        "SENDER": "ID",
        "REVISION": 3,
        "PUBLISHED": "2026-11-15T05:00:00+00:00",
        "TARGET": "VACANCIES/2026-10.csv.gz",
        "SHA256": "ab" * 32,
    }
    assert table.rows[2][-5:] == (None,) * 5
