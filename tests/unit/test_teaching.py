"""`lmis-node titles` on a small real node, as an operator types it: from tables and indexes, and from coded records."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from node.adapters.titles.indexes import own_titles
from node.cli.main import main
from tests.support.nodes import PERIOD, make_node

WORDS = {"2221": "zzperawatx", "2512": "zzkoderx", "7212": "zzlasx", "9111": "zzrumahx"}
"""Words of no table, that only this node's records have."""


def run(home: Path, *arguments: str) -> Result:
    result = CliRunner(env={"LMIS_NODE_HOME": None}).invoke(main, ["--home", str(home), *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module", autouse=True)
def in_a_moment() -> Iterator[None]:
    """Few steps, few titles: what is asked here is what a model is made of and where it goes, not how well it codes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("node.coding.titles.softmax.STEPS", 4)
        patch.setattr("node.coding.titles.network.EPOCHS", 3)
        patch.setattr("node.teaching.shipped_titles", lambda _: own_titles())
        yield


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node whose vacancies have codes and titles, and whose node.toml names an index."""
    home = tmp_path_factory.mktemp("nodes") / "id"
    make_node(home, "ID")
    vacancies = home / "vacancies.csv"
    header, *rows = vacancies.read_text(encoding="utf-8").splitlines()
    titled = [f"{row},{WORDS[row.split(',')[2]]} {row.split(',')[1]}" for row in rows]
    vacancies.write_text("\n".join([f"{header},title", *titled]) + "\n", encoding="utf-8")
    (home / "index.csv").write_text("title_en,isco08\nAbbess,2636\nGhost,9999\n", encoding="utf-8")
    settings = (home / "node.toml").read_text(encoding="utf-8")
    settings = settings.replace(
        'location = "vacancies.csv"\n', 'location = "vacancies.csv"\ntitle = { column = "title" }\n'
    )
    settings += (
        '\n[titles]\nthreshold = 0.3\nindexes = [{ file = "index.csv", form = "isco-index", language = "en" }]\n'
    )
    (home / "node.toml").write_text(settings, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def trained(home: Path) -> dict[str, object]:
    result = run(home, "titles", "train", "--source", "vacancies", "--period", PERIOD, "--json")
    assert result.exit_code == 0, result.stderr
    said: dict[str, object] = json.loads(result.stdout)
    return said


def test_a_dry_run_keeps_nothing_and_try_then_says_what_to_do(home: Path) -> None:
    if (home / "titles").exists():
        pytest.skip("another test has trained this node already")
    result = run(home, "titles", "try", "sopir")
    assert result.exit_code == 78
    assert "no title model yet" in result.stderr
    assert "lmis-node titles train" in result.stderr
    assert run(home, "titles", "train", "--dry-run").exit_code == 0
    assert not (home / "titles").exists()


def test_a_model_learns_from_records_and_says_so(home: Path, trained: dict[str, object]) -> None:
    learnt = trained["learnt_from"]
    assert isinstance(learnt, dict)
    assert trained["from_records"] is True
    assert trained["kept"] is True
    assert learnt["records of vacancies"] == 40  # ten employers' titles in each of four occupations
    assert learnt["isco-index index.csv"] == 1
    assert trained["unknown_rows"] == {"isco-index index.csv": 1}
    path = home / "titles" / "model.zip"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.usefixtures("trained")
def test_what_was_learnt_of_records_codes_titles_and_shows_none(home: Path) -> None:
    [said] = json.loads(run(home, "titles", "try", "zzkoderx", "--json").stdout)
    assert said["candidates"][0]["code"] == "OC2512"
    assert "zz" not in json.dumps(said["candidates"])
    content = (home / "titles" / "model.zip").read_bytes()
    assert not any(word.encode() in content for word in WORDS.values())


@pytest.mark.usefixtures("trained")
def test_no_word_of_a_record_is_published(home: Path) -> None:
    assert run(home, "release", "VACANCIES", PERIOD).exit_code == 0
    for file in (home / "feeds").rglob("*"):
        assert "model" not in file.name
        assert not file.is_file() or b"imtgt-title-model" not in file.read_bytes()


@pytest.mark.usefixtures("trained")
def test_status_shows_the_model_and_what_a_new_one_would_learn(home: Path) -> None:
    said = json.loads(run(home, "titles", "status", "--json").stdout)
    assert said["threshold"] == 0.3
    assert said["model"]["from_records"] is True
    assert said["would_learn"]["isco-index index.csv"] == 1
    assert said["would_learn"]["titles of the exchange"] > 500
    shown = run(home, "titles", "status").stdout
    assert "it is never published" in shown
    assert said["model"]["digest"] in shown


@pytest.mark.usefixtures("trained")
def test_try_shows_reasons_and_survives_anything(home: Path) -> None:
    result = run(home, "titles", "try", "Abbess", "", "🔥", "x" * 10_000)
    assert result.exit_code == 0
    assert "like “Abbess”" in result.stdout
    assert result.stdout.count("not coded") >= 2


def test_a_source_without_titles_cannot_be_learnt_from(home: Path) -> None:
    result = run(home, "titles", "train", "--source", "jobseekers", "--period", PERIOD)
    assert result.exit_code == 78
    assert "jobseekers cannot be learnt from" in result.stderr
    assert run(home, "titles", "train", "--source", "vacancies").exit_code == 78


@pytest.mark.usefixtures("trained")
def test_a_damaged_model_stops_what_needs_it(home: Path) -> None:
    path = home / "titles" / "model.zip"
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[: len(whole) // 2])
        result = run(home, "titles", "try", "sopir")
        assert result.exit_code == 78
        assert "damaged" in result.stderr
    finally:
        path.write_bytes(whole)
