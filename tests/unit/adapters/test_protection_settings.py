"""The protection of an exchange profile as its file declares it: what is taken, and what contradicts itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from node.adapters.profile_files import load_profile
from node.errors import ProfileError
from node.model.perturbation import CellKey, Method, Rounding
from node.model.profile import ExchangeProfile

SHIPPED = Path(__file__).resolve().parents[3] / "exchange_profiles"
CELL_KEY = """  method: cell_key
  cell_key:
    D: 5
    V: 3
    js: 2
    pstay: 0.5
    minimum: 5
    why: Noise of at most five hides who is in small groups.
"""
ROUNDING = """  method: rounding
  rounding:
    base: 5
    why: Nobody is told from groups of fewer than five.
"""
ARMED = """  confidential:
    - dimension: OCCUPATION
      codes: [OC0]
      status: X
      percent: 10
      why: The law keeps the strength of the armed forces secret.
"""


def profile_with(
    folder: Path, protection: str, *, dataflow: str = "JOBSEEKERS", rules: bool = False
) -> ExchangeProfile:
    """The shipped profile with another way of protection, record keys required; with its rules, too, if asked."""
    copied = Path(shutil.copytree(SHIPPED, folder / "profiles"))
    path = copied / f"{dataflow}.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "{name: record, kind: key, required: false}", "{name: record, kind: key, required: true}"
    )
    start, end = text.index("  rules:\n"), text.index("plausibility:")
    kept = text[start:end] if rules else ""
    path.write_text(f"{text[:start]}{protection}{kept}\n{text[end:]}", encoding="utf-8")
    return load_profile(path)


def test_cell_keys_with_all_parameters(tmp_path: Path) -> None:
    protection = profile_with(tmp_path, CELL_KEY).protection
    assert protection.method is Method.CELL_KEY
    assert protection.rules == ()
    assert protection.perturbation == CellKey(5, 3.0, 2, 0.5, 5, "Noise of at most five hides who is in small groups.")


def test_cell_keys_without_pstay(tmp_path: Path) -> None:
    perturbation = profile_with(tmp_path, CELL_KEY.replace("    pstay: 0.5\n", "")).protection.perturbation
    assert isinstance(perturbation, CellKey)
    assert perturbation.pstay is None


def test_rounding(tmp_path: Path) -> None:
    perturbation = profile_with(tmp_path, ROUNDING).protection.perturbation
    assert perturbation == Rounding(5, "Nobody is told from groups of fewer than five.")
    assert (perturbation.noise, perturbation.minimum) == (4, 5)


def test_a_confidential_group_beside_rules(tmp_path: Path) -> None:
    (group,) = profile_with(tmp_path, ARMED, rules=True).protection.confidential
    assert (group.dimension, group.codes, group.confidentiality, group.percent) == ("OCCUPATION", ("OC0",), "X", 10.0)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("D: 5", "D: 2", "js = 2 and D = 2"),
        ("D: 5", "D: 0", "largest noise"),
        ("D: 5", "D: 5.5", "D"),
        ("js: 2", "js: -1", "js = -1"),
        ("V: 3", "V: 1.5", "variance of more than 2"),
        ("V: 3", "V: 0", "V is the variance"),
        ("V: 3", "V: 26", "at most 25"),
        ("V: 3", "V: .nan", "V"),
        ("pstay: 0.5", "pstay: 1", "pstay is a probability"),
        ("pstay: 0.5", "pstay: 0", "pstay is a probability"),
        ("pstay: 0.5", "pstay: 0.01", "pstay = 0.01: for a count of 3"),
        ("minimum: 5", "minimum: 1", "minimum of 1 protects nobody"),
        ("minimum: 5", "minimum: 7", "asks to protect counts up to 6"),
        ("    js: 2\n", "", "js"),
        ("    js: 2\n", "    js: 2\n    seed: 4\n", "seed"),
        ("method: cell_key", "method: noise", "method"),
        ("method: cell_key", "method: rounding", "has no parameters of cell_key|has parameters of that name"),
        ("  method: cell_key\n", "", "has no parameters of cell_key"),
    ],
)
def test_cell_key_parameters_that_cannot_be(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in CELL_KEY
    with pytest.raises(ProfileError, match=says):
        profile_with(tmp_path, CELL_KEY.replace(old, new))


def test_a_base_of_one_rounds_nothing(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="base of 1"):
        profile_with(tmp_path, ROUNDING.replace("base: 5", "base: 1"))


@pytest.mark.parametrize("protection", [CELL_KEY, ROUNDING], ids=["cell_key", "rounding"])
def test_rules_and_confidential_groups_contradict_a_perturbation(tmp_path: Path, protection: str) -> None:
    with pytest.raises(ProfileError, match="has no rules"):
        profile_with(tmp_path / "rules", protection, rules=True)
    with pytest.raises(ProfileError, match="has no confidential groups"):
        profile_with(tmp_path / "groups", protection + ARMED)


@pytest.mark.parametrize(
    ("dataflow", "says"),
    [
        ("VACANCIES", "the contributor is “employer”, whose figures may be large"),
        ("TRAINING", "the contributor is “centre”"),
        ("EMPLOYMENT", "EMP sums a measure"),
    ],
)
def test_noise_of_a_few_units_is_refused_where_one_contributor_may_hold_much(
    tmp_path: Path, dataflow: str, says: str
) -> None:
    with pytest.raises(ProfileError, match=says):
        profile_with(tmp_path, CELL_KEY, dataflow=dataflow)


def test_record_keys_must_be_required(tmp_path: Path) -> None:
    copied = Path(shutil.copytree(SHIPPED, tmp_path / "profiles"))
    path = copied / "JOBSEEKERS.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("  rules:\n"), text.index("plausibility:")
    path.write_text(f"{text[:start]}{CELL_KEY}\n{text[end:]}", encoding="utf-8")
    with pytest.raises(ProfileError, match="the same person must get the same record key"):
        load_profile(path)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("dimension: OCCUPATION", "dimension: TRADE", "is of TRADE; it can be of REF_AREA, OCCUPATION, SEX"),
        ("dimension: OCCUPATION", "dimension: INDICATOR", "is of INDICATOR"),
        ("[OC0]", "[OC0, OC99]", "names OC99"),
        ("[OC0]", "[_T]", "nothing would be left"),
        ("[OC0]", "[]", "names no code"),
        ("[OC0]", "[OC0, OC0]", "twice"),
        ("[OC0]", "[OC01, OC0]", "names OC01, which OC0"),
        ("status: X", "status: A", "military secrecy"),
        ("percent: 10", "percent: 0", "percentage up to 100"),
        ("percent: 10", "percent: 101", "percentage up to 100"),
        ("why: The law keeps the strength of the armed forces secret.", "why: no", "why"),
    ],
)
def test_confidential_groups_that_cannot_be(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in ARMED
    with pytest.raises(ProfileError, match=says):
        profile_with(tmp_path, ARMED.replace(old, new), rules=True)
