"""A reviewer's use cases on a small real node, from a badly coded source to a release with decisions."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from node.adapters.decision_files import SHEET_FORMAT
from node.bootstrap import open_services
from node.cli.main import main
from node.coding.decisions import Matter
from node.coding.review import LONGEST_HEADING
from node.config import load_config
from node.errors import OperatorError
from node.model.period import TimePeriod
from node.operations import release
from node.reviewing import desk_of, import_sheet, note_release, propose_decision, take_review
from tests.support.nodes import PERIOD, make_node
from tests.support.reviewing import entry

HEAD = "format,matter,scheme,edition,source,written,target,author,reason"


def run(home: Path, *arguments: str) -> Result:
    result = CliRunner(env={"LMIS_NODE_HOME": None}).invoke(main, ["--home", str(home), *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Indonesia's node, in whose vacancies a quarter of the codes are of a later edition."""
    home = tmp_path_factory.mktemp("node") / "id"
    make_node(home, "ID")
    file = home / "vacancies.csv"
    file.write_text(file.read_text("utf-8").replace(",2512,", ",2515,").replace(",15.71,", ",15.99,"), "utf-8")
    return home


def decide(home: Path, *arguments: str, author: str = "Sari") -> Result:
    return run(home, "decide", "vacancies", *arguments, "--author", author, "--reason", "for a reason")


def test_a_source_is_reviewed_decided_on_and_released(home: Path) -> None:
    before = json.loads(run(home, "code", "vacancies", PERIOD, "--json").stdout)
    assert before["by_level"] == [10, 0, 0, 0, 30]
    assert before["weight_by_level"] == [30.0, 0.0, 0.0, 0.0, 90.0]
    (code, place) = sorted(before["open"], key=lambda one: one["written"], reverse=True)
    assert (code["written"], code["records"], code["weight"]) == ("2515", 10, 30.0)
    assert code["suggestions"][0]["reasons"][0].startswith("KBJI 2026 has this code")
    assert (place["written"], place["suggestions"][0]["target"]) == ("1599", "ID-JA")

    assert "OC2512" in decide(home, "2515", "--group", "OC2512").stdout
    assert "ID-JA" in decide(home, "15.99", "--area", "ID-JA").stdout
    after = json.loads(run(home, "code", "vacancies", PERIOD, "--json").stdout)
    assert after["by_level"] == [0, 0, 0, 0, 80]
    assert after["open"] == []

    released = run(home, "release", "VACANCIES", PERIOD)
    assert released.exit_code == 0, released.output
    reports = sorted((home / "feeds/targets/VACANCIES").glob("*.report.json"), key=lambda file: file.stat().st_mtime)
    mappings = json.loads(reports[-1].read_text("utf-8"))["mappings"]
    assert {"KBJI 2014", "KBJI 2014 decisions", "KEMENDAGRI 2022 decisions"} <= set(mappings)
    assert len(mappings["KBJI 2014 decisions"]) == 64


def test_decisions_are_listed_contested_and_retired(home: Path) -> None:
    result = decide(home, "2516", "--group", "OC2512")
    assert result.exit_code == 0
    contested = decide(home, "2516", "--group", "OC2513", author="Budi")
    assert "CONFLICT: KBJI 2014 2516: Sari says OC2512" in contested.stderr
    listed = json.loads(run(home, "decisions", "list", "--conflicts", "--json").stdout)
    assert {one["author"] for one in listed} == {"Sari", "Budi"}
    doctor = run(home, "doctor")
    assert doctor.exit_code == 1
    assert "1 contested" in doctor.stdout
    own = next(one["id"] for one in listed if one["author"] == "Budi")
    assert "would retire" in run(home, "decisions", "retire", own, "--author", "D", "--reason", "r", "--dry-run").stdout
    assert run(home, "decisions", "retire", own, "--author", "Dewi", "--reason", "Sari is right").exit_code == 0
    assert json.loads(run(home, "decisions", "list", "--conflicts", "--json").stdout) == []
    everything = json.loads(run(home, "decisions", "list", "--all", "--json").stdout)
    assert next(one["retired"]["by"] for one in everything if one["id"] == own) == "Dewi"
    assert run(home, "decisions", "retire", own, "--author", "D", "--reason", "r").exit_code == 65


def test_a_dry_run_decides_nothing_and_wrong_wishes_are_named(home: Path) -> None:
    count = len(json.loads(run(home, "decisions", "list", "--all", "--json").stdout))
    assert "would decide" in decide(home, "2517", "--group", "OC2512", "--dry-run").stdout
    assert decide(home, "2517", "--group", "OC99").exit_code == 65
    assert decide(home, "2517").exit_code == 2
    assert decide(home, "2517", "--group", "OC25", "--not-codable").exit_code == 2
    assert decide(home, "x", "--title", "--area", "ID-SU").exit_code == 2
    assert run(home, "decide", "nosuch", "2517", "--group", "OC25", "--author", "S", "--reason", "r").exit_code == 78
    assert len(json.loads(run(home, "decisions", "list", "--all", "--json").stdout)) == count


def test_a_title_is_never_printed_by_the_decision_on_it(home: Path) -> None:
    result = decide(home, "Perawat gigi rahasia", "--title", "--group", "OC2261")
    assert result.exit_code == 0
    assert "rahasia" not in result.output


def test_decisions_go_to_a_spreadsheet_and_back(home: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "out.csv"
    assert run(home, "decisions", "export", str(sheet)).exit_code == 0
    assert sheet.stat().st_mode & 0o077 == 0
    again = run(home, "decisions", "import", str(sheet))
    assert "0 decisions entered" in again.stdout
    reviewed = tmp_path / "reviewed.csv"
    rows = ["occupation,KBJI,2014,,'2518,OC2519,Dewi,new unit", "occupation,KBJI,2014,,2519,,,"]
    reviewed.write_text("\n".join([HEAD, *(f"{SHEET_FORMAT},{row}" for row in rows)]) + "\n", "utf-8")
    assert (
        "1 decisions of reviewed.csv can be entered"
        in run(home, "decisions", "import", str(reviewed), "--dry-run").stdout
    )
    assert "1 decisions entered" in run(home, "decisions", "import", str(reviewed)).stdout
    against = tmp_path / "against.csv"
    against.write_text(f"{HEAD}\n{SHEET_FORMAT},occupation,KBJI,2014,,2518,OC2512,Adi,no\n", "utf-8")
    assert "CONFLICT" in run(home, "decisions", "import", str(against), "--dry-run").stderr
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(
        f"{HEAD}\n{SHEET_FORMAT},occupation,KBJI,2014,,2520,OC2512,Adi,ok\n"
        f"{SHEET_FORMAT},occupation,KBJI,2014,,2521,OC9999,Adi,no\n{SHEET_FORMAT},job,KBJI,2014,,2521,OC25,Adi,no\n",
        "utf-8",
    )
    refused = run(home, "decisions", "import", str(wrong))
    assert refused.exit_code == 65
    assert "row 3" in refused.stderr
    assert "row 4: column matter" in refused.stderr
    assert "2520" not in run(home, "decisions", "list", "--json").stdout
    assert run(home, "decisions", "import", str(tmp_path / "none.csv")).exit_code == 66


def test_a_sheet_retires_what_an_expert_crossed_out(home: Path) -> None:
    with open_services(load_config(home, {})) as services:
        desk = desk_of(services)
        held = next(one for one in desk.decisions.history() if one.in_force)
        row = f"{SHEET_FORMAT},{held.id},occupation,KBJI,2014,,x,{held.target},a,b,Dewi,"
        head = f"{HEAD.replace('format,', 'format,id,')},retired_by,retired_reason"
        with pytest.raises(OperatorError, match="needs a reason"):
            import_sheet(desk, f"{head}\n{row}\n", "x.csv", dry_run=False)
        outcome = import_sheet(desk, f"{head}\n{row}wrong group\n", "x.csv", dry_run=False)
        assert [one.id for one in outcome.retired] == [held.id]
        desk.decisions.enter(())
        assert held.subject not in desk.decisions.in_force().rulings


def test_a_sheet_neither_changes_a_decision_nor_brings_one_back(home: Path) -> None:
    head = f"{HEAD.replace('format,', 'format,id,')},retired_by,retired_reason"
    with open_services(load_config(home, {})) as services:
        desk = desk_of(services)
        desk.decisions.enter((propose_decision(desk, "vacancies", Matter.OCCUPATION, "2527", "OC252", author="Adi",
                                               reason="new", here_only=False),))  # fmt: skip
        held = next(one for one in desk.decisions.history() if one.in_force and one.author == "Adi")
        row = f"{SHEET_FORMAT},{held.id},occupation,KBJI,2014,,2527"
        with pytest.raises(OperatorError) as changed:
            import_sheet(desk, f"{head}\n{row},OC2522,Adi,x,,\n", "x.csv", dry_run=False)
        assert "is OC252, and a decision is never changed" in changed.value.places[0]
        twice = f"{row},OC252,Adi,x,Dewi,wrong\n"
        with pytest.raises(OperatorError, match="nothing was entered"):
            import_sheet(desk, f"{head}\n{twice}{twice}", "x.csv", dry_run=False)
        assert held.id in {one.id for one in desk.decisions.in_force().decisions}
        assert [one.id for one in import_sheet(desk, f"{head}\n{twice}", "x", dry_run=True).retired] == [held.id]
        # The history of another database, or an id that a spreadsheet spoilt: what was retired there stays so.
        stranger = f"{SHEET_FORMAT},1E+12,occupation,KBJI,2014,,2528,OC252,Adi,x,Dewi,wrong\n"
        outcome = import_sheet(desk, f"{head}\n{stranger}", "x.csv", dry_run=False)
        assert (outcome.entered, outcome.retired, outcome.skipped) == ((), (), 1)


def test_a_sheet_of_what_is_open_is_taken_as_it_was_written(home: Path, tmp_path: Path) -> None:
    file = home / "vacancies.csv"
    written = file.read_text("utf-8")
    file.write_text(written.replace(",2515,", ",25150,", 3), "utf-8")
    sheet = tmp_path / "open.csv"
    run(home, "code", "vacancies", PERIOD, "--sheet", str(sheet))
    rows = list(csv.DictReader(sheet.read_text("utf-8-sig").splitlines()))
    assert {row["written"]: row["source"] for row in rows}["'25150"] == "vacancies"
    filled = [row | {"target": "OC251", "author": "Dewi", "reason": "so"} for row in rows if row["written"] == "'25150"]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, filled[0], delimiter=";")
    writer.writeheader()
    writer.writerows(filled)
    sheet.write_text("\ufeff" + text.getvalue(), "utf-8")
    assert "1 decisions entered" in run(home, "decisions", "import", str(sheet)).stdout
    file.write_text(written, "utf-8")


def test_a_long_title_leaves_room_for_what_is_said_of_it() -> None:
    assert len(entry("x" * 2000, matter=Matter.TITLE).heading) == LONGEST_HEADING
    assert entry("kasir", matter=Matter.TITLE).heading == "kasir"


def test_a_sheet_of_what_is_open_is_written_for_the_operator_alone(home: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "open.csv"
    assert run(home, "code", "jobseekers", PERIOD, "--sheet", str(sheet)).exit_code == 0
    assert sheet.stat().st_mode & 0o077 == 0
    assert sheet.read_text("utf-8-sig").startswith("format,id,matter")


def test_reviews_are_kept_for_the_pages_and_renewed_by_a_release(home: Path) -> None:
    with open_services(load_config(home, {})) as services:
        _, made = take_review(services, "jobseekers", TimePeriod(PERIOD))
        assert made in services.reviews.reviews()
        outcome = release(services, "JOBSEEKERS", TimePeriod(PERIOD), dry_run=True)
        note_release(services, outcome)
        kept = next(one for one in services.reviews.reviews() if one.source == "jobseekers")
    assert kept.taken_by == "release"
    assert kept.levels == made.levels
