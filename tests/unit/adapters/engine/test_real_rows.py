"""The known total of a real, weighted survey, through the engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from node.adapters.engine import DuckDBEngine
from node.config import CodedColumn, Condition, FieldSource, SourceConfig
from node.model.period import TimePeriod
from tests.support.profiles import employment

SURVEY = Path(__file__).resolve().parents[5] / "shared" / "real" / "sakernas2020aug_jambi.csv"


@pytest.mark.shared
@pytest.mark.skipif(not SURVEY.exists(), reason="the real survey rows are not beside this checkout")
def test_weighted_employment_reproduces_the_known_total(
    engine: DuckDBEngine, vacancy_source: Callable[..., SourceConfig]
) -> None:
    source = vacancy_source(
        str(SURVEY),
        dataflow="EMPLOYMENT",
        occupation=CodedColumn("KBJI", "2014", "kbji2014_1d_r13b", None),
        place=CodedColumn("BPS", "2018", "bps_prov", None),
        where=(Condition("status_r12a", ">", "0"),),
        fields={
            "record": None, "employer": None, "opened": None, "closed": None, "posts": None,
            "reference": FieldSource(None, "2020-08-15", ()),
            "weight": FieldSource("weight", None, ()),
            "SEX": FieldSource("sex_1m_2f", None, (("1", "M"), ("2", "F"))),
        },
    )  # fmt: skip
    table = engine.read(source, employment(), TimePeriod("2020-Q3")).table
    total = engine.run(table.aggregate(persons=table["EMP"].sum(), interviewed=table["EMP__n"].sum())).to_pylist()[0]
    assert round(total["persons"]) == 1_739_003
    assert total["interviewed"] < 16_368, "only employed persons count"
    assert set(engine.run(table.select("SEX").distinct())["SEX"].to_pylist()) == {"F", "M"}
