"""Every command on a small real node, as an operator types it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from math import inf
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from node.bootstrap import shipped
from node.cli.compare import _print as print_comparison
from node.cli.main import main
from node.cli.output import print_table, warn
from node.model.comparison import Measured
from node.model.interval import Interval
from node.model.period import TimePeriod
from node.model.table import Coded, Column, Kind, Table
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
    assert {line["OCCUPATION"] for line in lines} == {"_T"}
    written = [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]
    assert lines == written
    table = run(home, "compare").stdout
    assert "North Sumatra" in table
    assert "Thailand" in table
    assert "nothing from Thailand" in table
    north_sumatra = next(line for line in table.splitlines() if "North Sumatra" in line)
    assert [cell.strip() for cell in north_sumatra.split("│")[1:-1]] == [
        "ID-SU",
        "North Sumatra",
        "120",
        "80",
        "150.0",
        "1.00",
        "balanced",
        "1–4",
        "0",
        "1",
    ]


def test_the_comparison_by_occupation_has_the_groups_of_an_area_with_their_signals(home: Path) -> None:
    """Of 24 posts and 16 job seekers in all, a quarter of each in each of four unit groups."""
    arguments = ("compare", "--by", "occupation", "--area", "MY-07", "--occupation", "OC2")
    rows = {row["OCCUPATION"]: row for row in json.loads(run(home, *arguments, "--format", "json").stdout)}
    assert {row["REF_AREA"] for row in rows.values()} == {"MY-07"}
    assert list(rows) == ["OC2", "OC21", "OC22", "OC23", "OC24", "OC25", "OC26", "OC2_X"]
    assert (rows["OC22"]["VACANCIES"], rows["OC22"]["JOBSEEKERS"], rows["OC22"]["SIGNAL"]) == (60, 20, "balanced")
    assert (rows["OC21"]["VACANCIES"], rows["OC21"]["VACANCIES_PER_100_JOBSEEKERS_SIGN"]) == (0, "_Z")
    shown = run(home, *arguments).stdout
    assert "thresholds version 1: shortage from 1.5, surplus down from 0.6667" in shown
    assert "hidden, not zero" in shown


def test_a_table_shows_what_a_hidden_figure_can_be_and_each_sign(capsys: pytest.CaptureFixture[str]) -> None:
    columns = (Column("REF_AREA", Kind.AREA), Column("V", Kind.FIGURE), Column("VACANCY_RATE_PERCENT", Kind.FIGURE, 1))
    bounded, endless = Interval(2, 9), Interval(1.5, inf)
    rows = (
        (Coded("A", "Aa", 1), Measured(None, "Q", (), bounded), Measured(None, "Q", (), endless)),
        (Coded("B", "Bb"), Measured(1234.0, "P", ("IMTGT_MY",)), Measured(inf)),
        (Coded("C", "Cc"), Measured(None, "M"), None),
        (Coded("D", "Dd"), Measured(None, "-"), Measured(None, "Q")),
    )
    print_comparison(Table("areas", columns, rows), TimePeriod(PERIOD))
    lines = [line.split("│")[1:-1] for line in capsys.readouterr().out.splitlines() if "│" in line]
    assert [[cell.strip() for cell in line] for line in lines] == [
        ["A", "Aa", "2–9 Q", "≥ 1.5 Q"],
        ["B", "Bb", "1,234+P", "∞"],
        ["C", "Cc", "M", "_Z"],
        ["D", "Dd", "-", "Q"],
    ]
    assert lines[0][0].startswith("   "), "an area is indented below its country"


def test_figures_of_one_dataflow(home: Path) -> None:
    rows = json.loads(run(home, "compare", "--dataflow", "JOBSEEKERS", "--area", "ID-SU", "--by", "occupation",
                          "--format", "json").stdout)  # fmt: skip
    figures = {row["OCCUPATION"]: (row["JS_REGISTERED"], row["JS_NEW"]) for row in rows}
    assert figures["_T"][0] == 80
    assert figures["OC2"] == (40, 0)
    shown = run(home, "compare", "--dataflow", "JOBSEEKERS").stdout
    assert "js registered" in shown
    assert "JS_REGISTERED: " in shown
    assert "unit: persons" in shown


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


@pytest.mark.parametrize(
    ("address", "well", "says"),
    [
        ("", True, "`web.address` is not set"),
        ("https://lmis.example.go.id/exchange/", True, "https://lmis.example.go.id/exchange"),
        ("http://localhost:8080", True, "http://localhost:8080"),
        ("http://lmis.example.go.id", False, "http://lmis.example.go.id is not encrypted"),
    ],
)
def test_doctor_looks_at_the_address_that_readers_get(tmp_path: Path, address: str, well: bool, says: str) -> None:
    settings = '[node]\ncountry = "ID"\nauthority = "IMTGT_ID"\nname = "Node of ID"\n'
    settings += f'[web]\naddress = "{address}"\n' if address else ""
    (tmp_path / "node.toml").write_text(settings, encoding="utf-8")
    found = {finding["what"]: finding for finding in json.loads(run(tmp_path, "doctor", "--json").stdout)}
    assert found["address"]["well"] is well
    assert found["address"]["says"].startswith(says)


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
    assert run(home, "release", "VACANCIES", PERIOD).exit_code == 0
    assert run(home, "peer", "pull", "ID").exit_code == 0
    rows = json.loads(run(home, "compare", "--format", "json").stdout)
    states = {row["REF_AREA"]: row["FEED_STATE"] for row in rows}
    assert (states["ID-SU"], states["MY-07"], states["IMTGT_MY"]) == ("", "quarantined", "quarantined")


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
