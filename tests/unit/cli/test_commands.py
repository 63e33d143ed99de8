"""Every command on a small real node, as an operator types it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from node.bootstrap import shipped
from node.cli.main import main
from node.cli.output import print_table, warn
from tests.support.nodes import PERIOD, make_node, write_vacancies


def run(home: Path | None, *arguments: str) -> Result:
    named = () if home is None else ("--home", str(home))
    result = CliRunner(env={"LMIS_NODE_HOME": None}).invoke(main, [*named, *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Indonesia's node after one month's releases, with Malaysia's feed pulled."""
    folder = tmp_path_factory.mktemp("nodes")
    home, other = folder / "id", folder / "my"
    make_node(home, "ID")
    fingerprint = make_node(other, "MY", posts=6)
    for node in (home, other):
        for dataflow in ("VACANCIES", "JOBSEEKERS"):
            assert run(node, "release", dataflow, PERIOD).exit_code == 0
    assert run(home, "peer", "add", str(other / "feeds"), "--fingerprint", fingerprint).exit_code == 0
    assert run(home, "peer", "pull").exit_code == 0
    return home


def test_a_command_without_a_node_says_how_to_name_one() -> None:
    result = run(None, "compare")
    assert result.exit_code == 78
    assert "--home" in result.stderr
    assert result.stdout == ""


def test_a_folder_without_a_node_says_how_to_make_one(tmp_path: Path) -> None:
    result = run(tmp_path, "peer", "list")
    assert result.exit_code == 78
    assert "lmis-node init" in result.stderr


def test_init_with_dry_run_makes_nothing(tmp_path: Path) -> None:
    result = run(tmp_path / "new", "init", "--country", "ID", "--name", "x", "--dry-run")
    assert result.exit_code == 0
    assert 'authority = "IMTGT_ID"' in result.stdout
    assert not (tmp_path / "new").exists()


def test_init_asks_for_a_passphrase_and_refuses_an_unknown_country(tmp_path: Path) -> None:
    arguments = ["--home", str(tmp_path / "sg"), "init", "--country", "SG", "--name", "x"]
    result = CliRunner().invoke(main, arguments, input="secret\nsecret\n")
    assert result.exit_code == 78
    assert "IMTGT_SG" in result.stderr
    arguments = ["--home", str(tmp_path / "th"), "init", "--country", "TH", "--name", "Thailand"]
    result = CliRunner().invoke(main, arguments, input="secret\nsecret\n")
    assert result.exit_code == 0, result.output
    assert "secret" not in result.output.replace("Passphrase", "")
    assert not any("secret" in path.read_text("utf-8", "ignore") for path in (tmp_path / "th").rglob("*.toml"))


def test_sources_are_listed_checked_and_coded(home: Path) -> None:
    listed = json.loads(run(home, "source", "list", "--json").stdout)
    assert [source["source"] for source in listed] == ["vacancies", "jobseekers"]
    assert "80 records" in run(home, "source", "check", "vacancies", PERIOD).stdout
    coverage = json.loads(run(home, "code", "vacancies", PERIOD, "--json").stdout)
    assert (coverage["records"], coverage["by_level"], coverage["coded_share"]) == (80, [0, 0, 0, 0, 80], 1.0)
    assert "unit group (4)" in run(home, "code", "vacancies", PERIOD).stdout
    unknown = run(home, "code", "estates", PERIOD)
    assert unknown.exit_code == 78
    assert "jobseekers" in unknown.stderr


def test_a_release_that_changes_nothing_says_so(home: Path) -> None:
    assert "unchanged" in run(home, "release", "VACANCIES", PERIOD).stdout


def test_a_dry_run_publishes_nothing(home: Path) -> None:
    write_vacancies(home, "ID", posts=4)
    before = run(home, "keys", "status", "--json").stdout
    dry = run(home, "release", "VACANCIES", PERIOD, "--dry-run")
    assert "revision 2" in dry.stdout
    assert "nothing was signed" in dry.stdout
    assert run(home, "keys", "status", "--json").stdout == before
    write_vacancies(home, "ID")


def test_wrong_names_end_with_a_plain_message(home: Path) -> None:
    for arguments, says in (
        (("release", "WAGES", PERIOD), "VACANCIES"),
        (("release", "TRAINING", PERIOD), "no source for TRAINING"),
        (("release", "VACANCIES", "October"), "2026-10"),
        (("compare", "--period", "2020-01"), "2026-10"),
        (("compare", "--occupation", "OC99"), "OC99"),
        (("compare", "--dataflow", "TRAINING"), "TRAINING"),
        (("peer", "pull", "XX"), "XX"),
    ):
        result = run(home, *arguments)
        assert result.exit_code >= 64, arguments
        assert says in result.stderr
        assert "what to do" in result.stderr
        assert "Traceback" not in result.output


def test_the_comparison_as_table_csv_and_json_holds_the_same_numbers(home: Path) -> None:
    rows = json.loads(run(home, "compare", "--format", "json").stdout)
    numbers = {row["REF_AREA"]: (row["VACANCIES"], row["JOBSEEKERS"]) for row in rows}
    assert numbers["ID-SU"] == (120, 80)
    assert numbers["MY-07"] == (240, 80)
    assert numbers["IMTGT"] == (720, 320)
    assert numbers["TH-90"] == (None, None)
    lines = list(csv.DictReader(io.StringIO(run(home, "compare", "--format", "csv").stdout)))
    assert {line["REF_AREA"]: line["VACANCIES"] for line in lines}["MY-07"] == "240"
    table = run(home, "compare").stdout
    assert "North Sumatra" in table
    assert "Thailand" in table
    assert "nothing from Thailand" in table


def test_figures_of_one_dataflow(home: Path) -> None:
    rows = json.loads(run(home, "compare", "--dataflow", "JOBSEEKERS", "--area", "ID-SU", "--by", "occupation",
                          "--format", "json").stdout)  # fmt: skip
    figures = {(row["OCCUPATION"], row["INDICATOR"]): row["OBS_VALUE"] for row in rows}
    assert figures["_T", "JS_REGISTERED"] == 80
    assert figures["OC2", "JS_REGISTERED"] == 40
    assert figures["OC2", "JS_NEW"] == 0
    assert "JS_REGISTERED" in run(home, "compare", "--dataflow", "JOBSEEKERS").stdout


def test_keys_peers_and_health(home: Path) -> None:
    roles = {role["role"]: role for role in json.loads(run(home, "keys", "status", "--json").stdout)["roles"]}
    assert (roles["root"]["keys"], roles["root"]["threshold"]) == ("3", "2")
    assert "valid until" in run(home, "keys", "renew").stdout
    states = {peer["id"]: peer["state"] for peer in json.loads(run(home, "peer", "status", "--json").stdout)}
    assert states == {"ID": "fresh", "MY": "fresh"}
    assert run(home, "doctor").exit_code == 0
    assert run(home, "db", "upgrade").exit_code == 0


def test_doctor_names_what_is_amiss_and_fails(tmp_path: Path) -> None:
    make_node(tmp_path / "id", "ID")
    (tmp_path / "id" / "vacancies.csv").unlink()
    (tmp_path / "id" / "phrase").write_text("another", encoding="utf-8")
    result = run(tmp_path / "id", "doctor", "--json")
    assert result.exit_code == 1
    amiss = {finding["what"] for finding in json.loads(result.stdout) if not finding["well"]}
    assert amiss == {"keys", "source vacancies"}


def test_a_removed_peer_is_no_longer_pulled_and_its_files_are_kept(tmp_path: Path) -> None:
    make_node(tmp_path / "id", "ID")
    fingerprint = make_node(tmp_path / "my", "MY")
    home = tmp_path / "id"
    wrong = run(home, "peer", "add", str(tmp_path / "my" / "feeds"), "--fingerprint", "0" * 64)
    assert wrong.exit_code == 76
    assert "telephone" in wrong.stderr
    assert run(home, "peer", "add", str(tmp_path / "my" / "feeds"), "--fingerprint", fingerprint).exit_code == 0
    removed = run(home, "peer", "remove", "MY")
    assert removed.exit_code == 0
    assert [peer["id"] for peer in json.loads(run(home, "peer", "list", "--json").stdout)] == ["ID"]
    assert list((home / "peers.removed").glob("MY-*/root.json"))


def test_a_quarantined_release_is_told_with_its_findings_and_an_exit_code(tmp_path: Path) -> None:
    home, other = tmp_path / "id", tmp_path / "my"
    make_node(home, "ID")
    fingerprint = make_node(other, "MY")
    shutil.copytree(shipped("exchange_profiles"), other / "profiles")
    bounded = other / "profiles" / "VACANCIES.yaml"
    bounded.write_text(bounded.read_text("utf-8").replace("version: 1.0.0", "version: 2.0.0"), "utf-8")
    with (other / "node.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[folders]\nprofiles = "profiles"\n')
    assert run(other, "release", "VACANCIES", PERIOD).exit_code == 0
    assert run(home, "peer", "add", str(other / "feeds"), "--fingerprint", fingerprint).exit_code == 0
    pulled = run(home, "peer", "pull", "MY")
    assert pulled.exit_code == 76
    assert "VACANCIES/2026-10.csv.gz" in pulled.stderr
    (entry,) = json.loads(run(home, "peer", "quarantine", "list", "--json").stdout)
    assert entry["peer"] == "MY"
    assert any("2.0.0" in finding for finding in entry["findings"])
    assert "2.0.0" in run(home, "peer", "quarantine", "list", "MY").stdout
    assert run(home, "peer", "quarantine", "list", "TH").stdout == "nothing is quarantined\n"


def test_runs_are_listed_also_those_that_failed(home: Path) -> None:
    run(home, "release", "VACANCIES", PERIOD, "--dry-run")
    run(home, "release", "TRAINING", PERIOD)
    latest = json.loads(run(home, "runs", "--limit", "3", "--json").stdout)
    assert [(entry["what"], entry["about"], entry["outcome"]) for entry in latest] == [
        ("release", "TRAINING", "ConfigurationError"),
        ("pull", "ID", "ok"),
        ("dry run", "VACANCIES", "ok"),
    ]
    assert "dry run" in run(home, "runs").stdout


def test_what_partners_wrote_neither_steers_a_terminal_nor_breaks_a_table(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = "a\x1b[2J\x9b31m[/b]\\[bold]\u202e"
    print_table("Title", ["one", "two"], [[hostile, hostile]])
    warn(hostile)
    said = capsys.readouterr()
    for text in (said.out, said.err):
        assert "[/b]" in text
        assert not {"\x1b", "\x9b", "\u202e"} & set(text)


def test_a_period_that_has_not_begun_is_refused(home: Path) -> None:
    refused = run(home, "release", "VACANCIES", "2999-12")
    assert refused.exit_code == 65
    assert "has not begun" in refused.stderr
