from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from node.adapters.profile_files import ProfileFolder, load_profile
from node.errors import ProfileError
from node.model.profile import PPercentRule, ThresholdRule

SHIPPED = Path(__file__).resolve().parents[3] / "exchange_profiles"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "profiles"))


def test_the_four_shipped_profiles_load() -> None:
    profiles = ProfileFolder(SHIPPED)
    assert profiles.dataflows() == ("EMPLOYMENT", "JOBSEEKERS", "TRAINING", "VACANCIES")
    vacancies = profiles.profile("VACANCIES")
    assert vacancies.protection.contributor == "employer"
    assert [type(rule).__name__ for rule in vacancies.protection.rules] == [
        "ThresholdRule", "DominanceRule", "PPercentRule",
    ]  # fmt: skip
    assert vacancies.structure.axis("OCCUPATION").codelist.depths.max() == 4
    assert profiles.profile("EMPLOYMENT").structure.axis("OCCUPATION").codelist.depths.max() == 1


def test_every_rule_of_the_shipped_profiles_says_why() -> None:
    profiles = ProfileFolder(SHIPPED)
    for dataflow in profiles.dataflows():
        for rule in profiles.profile(dataflow).protection.rules:
            assert isinstance(rule, PPercentRule) or len(rule.why) > 20
            if isinstance(rule, ThresholdRule):
                assert rule.minimum >= 3


def test_an_unknown_dataflow_says_which_there_are() -> None:
    with pytest.raises(ProfileError, match="VACANCIES"):
        ProfileFolder(SHIPPED).profile("WAGES")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("unit: posts", "unit: posts\nunit: persons", "unit"),
        ("unit: posts", "units: posts", "units"),
        ("version: 1.0.0", "version: 1.0", "version"),
        ("rule: p_percent\n      p: 10", "rule: p_percent\n      p: 10\n      n: 2", "p_percent rule has"),
        ("counted: contributors", "counted: rows", "threshold counts"),
        ("k: 85", "k: 120", "percentage"),
        ("codelist: CL_AREA", "codelist: CL_NOWHERE", "CL_NOWHERE"),
        ("dataflow: VACANCIES", "dataflow: JOBS", "named after it"),
        ("measure: posts}", "measure: wages}", "wages"),
        ("minimum: 3", "minimum: three", "minimum"),
    ],
)
def test_a_wrong_key_or_value_is_named(folder: Path, old: str, new: str, says: str) -> None:
    path = folder / "VACANCIES.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Exception, match=says) as raised:
        load_profile(path)
    assert raised.type.__name__ in {"ProfileError", "MappingError"}


def test_the_digest_covers_the_codelists_too(folder: Path) -> None:
    path = folder / "VACANCIES.yaml"
    before = load_profile(path).digest
    areas = folder / "codelists" / "CL_AREA.csv"
    areas.write_text(areas.read_text(encoding="utf-8").replace("Jambi", "Jambi Province"), encoding="utf-8")
    assert load_profile(path).digest != before
