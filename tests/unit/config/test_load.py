from __future__ import annotations

from pathlib import Path

import pytest

from node.config import PASSPHRASE_VARIABLE, CodedColumn, SignalConfig, load_config
from node.errors import ConfigurationError

MINIMAL = """
[node]
country = "ID"
authority = "IMTGT_ID"
name = "Indonesia"
"""
SOURCE = """
[[source]]
id = "sisnaker"
dataflow = "VACANCIES"
kind = "csv"
location = "data/vacancies.csv"
occupation = {scheme = "KBJI", edition = "2014", column = "kbji"}
place = {scheme = "KEMENDAGRI", edition = "2022", column = "kode"}
fields.posts = {column = "jumlah"}
fields.opened = {constant = "2026-10-01"}
where = [{column = "status", operator = "=", value = "aktif"}]
"""


SIGNAL = """
[signal]
version = "trial"
shortage = 2.0
surplus = 0.5
"""


def write(home: Path, text: str) -> Path:
    (home / "node.toml").write_text(text, encoding="utf-8")
    return home


def test_defaults_of_a_minimal_node(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, MINIMAL), {})
    assert config.database_url == f"sqlite:///{tmp_path / 'node.db'}"
    assert config.passphrase is None
    assert not config.synthetic
    assert config.lifetimes.timestamp_days == 7
    assert config.sources == ()


def test_thresholds_of_signals(tmp_path: Path) -> None:
    assert load_config(write(tmp_path, MINIMAL), {}).signal == SignalConfig("1", 1.5, 2 / 3)
    assert load_config(write(tmp_path, MINIMAL + SIGNAL), {}).signal == SignalConfig("trial", 2.0, 0.5)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://lmis.example.go.id", "https://lmis.example.go.id"),
        ("HTTPS://LMIS.example.go.id/", "https://lmis.example.go.id"),
        ("https://example.go.id:8443/Exchange/id/", "https://example.go.id:8443/Exchange/id"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[2001:DB8::1]", "http://[2001:db8::1]"),
    ],
)
def test_the_node_s_own_address(tmp_path: Path, written: str, read: str) -> None:
    assert load_config(write(tmp_path, f'{MINIMAL}[web]\naddress = "{written}"\n'), {}).web.address == read
    assert load_config(write(tmp_path, MINIMAL), {}).web.address is None


@pytest.mark.parametrize(
    "written",
    [
        "",
        "lmis.example.go.id",
        "ftp://lmis.example.go.id",
        "https://",
        "https:///exchange",
        "https://operator:hidden-1@lmis.example.go.id",
        "https://lmis.example.go.id?node=hidden-1",
        "https://lmis.example.go.id/#hidden-1",
        "https://lmis.example.go.id:port",
        "https://lmis.example.go.id:0",
        "https://lmis.example.go.id:65536",
        "https://lmis.example.go.id//exchange",
        "https://lmis.example.go.id/exchange/../other",
        "https://lmis.example.go.id/ex%2Fchange",
        "https://lmis example.go.id",
        "https://lmis.example.go.id\\n",
        "https://ประเทศ.example",
        "https://[::1",
        "https://[1.2.3]",
    ],
)
def test_an_address_that_cannot_stand_before_a_page_is_refused_and_not_said_again(tmp_path: Path, written: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_config(write(tmp_path, f'{MINIMAL}[web]\naddress = "{written}"\n'), {})
    assert "web.address: write it as https://lmis.example.go.id" in str(refused.value)
    assert "hidden-1" not in str(refused.value)


def test_a_relative_home_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "id").mkdir()
    write(tmp_path / "id", MINIMAL)
    monkeypatch.chdir(tmp_path)
    assert load_config(Path("id"), {}).feeds == tmp_path.resolve() / "id" / "feeds"


def test_a_source_is_read_whole(tmp_path: Path) -> None:
    (source,) = load_config(write(tmp_path, MINIMAL + SOURCE), {}).sources
    assert (source.occupation.scheme, source.occupation.edition, source.occupation.column) == ("KBJI", "2014", "kbji")
    assert dict(source.fields)["opened"].constant == "2026-10-01"
    assert source.where[0].operator == "="


def test_a_source_may_have_titles_in_place_of_codes_and_text_in_place_of_places(tmp_path: Path) -> None:
    titled = SOURCE.replace('occupation = {scheme = "KBJI", edition = "2014", column = "kbji"}', "")
    titled = titled.replace('place = {scheme = "KEMENDAGRI", edition = "2022", column = "kode"}', "")
    settings = 'title = {column = "judul"}\nplace = {text = "lokasi"}\nduplicates = ["perusahaan", "judul"]\n'
    head, rest = titled.split("fields.posts", 1)
    (source,) = load_config(write(tmp_path, MINIMAL + head + settings + "fields.posts" + rest), {}).sources
    assert source.title == "judul"
    assert (source.occupation.absent, source.occupation.scheme) == (True, "ISCO")
    assert source.place == CodedColumn("NAMES", "ID", "lokasi", None)
    assert source.duplicates == ("perusahaan", "judul")
    abroad = settings.replace('text = "lokasi"', 'text = "lokasi", country = "MY"')
    (source,) = load_config(write(tmp_path, MINIMAL + head + abroad + "fields.posts" + rest), {}).sources
    assert source.place.edition == "MY"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[node]\ncountry = 'ID'", "authority"),
        (MINIMAL + "\n[nodes]\n", "nodes"),
        (MINIMAL.replace("ID", "Indonesia", 1), "country"),
        (MINIMAL + SOURCE.replace('kind = "csv"', 'kind = "dbf"'), "source.0.kind"),
        (MINIMAL + SOURCE.replace('operator = "="', 'operator = "LIKE"'), "operator"),
        (MINIMAL + SOURCE.replace('column = "kbji"', 'columns = "kbji"'), "source.0.occupation"),
        (MINIMAL + SOURCE.replace('occupation = {scheme = "KBJI", edition = "2014", column = "kbji"}', ""), "title"),
        (MINIMAL + SOURCE.replace('column = "kode"', 'text = "kode"'), "source.0.place.*either `text`"),
        (MINIMAL + SOURCE.replace('column = "kode"', 'column = "kode", country = "ID"'), "goes with `text`"),
        (MINIMAL + SOURCE.replace('scheme = "KEMENDAGRI", ', ""), "name `scheme` and `edition`, or `text`"),
        (MINIMAL + SOURCE.replace('column = "kode"', 'column = "kode", constant = "12"'), "either `column`"),
        (MINIMAL + SOURCE + SOURCE, "same id"),
        (MINIMAL + SOURCE.replace('location = "data/vacancies.csv"', ""), "location"),
        (MINIMAL + SOURCE.replace('kind = "csv"', 'kind = "sql"'), "table"),
        (MINIMAL + "[limits]\ntarget_bytes = 0\n", "limits.target_bytes"),
        ("[node\n", "TOML"),
        (MINIMAL.replace("Indonesia", "two\\nlines"), "node.name"),
        (MINIMAL.replace('"Indonesia"', '""'), "node.name"),
        (MINIMAL + SIGNAL.replace("2.0", "1.0"), "signal.shortage"),
        (MINIMAL + SIGNAL.replace("0.5", "1.0"), "signal.surplus"),
        (MINIMAL + SIGNAL.replace("0.5", "0.0"), "signal.surplus"),
        (MINIMAL + SIGNAL.replace('"trial"', '""'), "signal.version"),
        (MINIMAL + SIGNAL.replace('"trial"', '"two\\nlines"'), "signal.version"),
        (MINIMAL + SIGNAL.replace("surplus", "slack"), "signal.slack"),
        (MINIMAL + SIGNAL.replace('"trial"', '"1"'), "give others a `version` of their own"),
        (MINIMAL + '[signal]\nversion = "2"\n', "give others a `version` of their own"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        load_config(write(tmp_path, text), {})


def test_a_folder_without_a_node_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="lmis-node init"):
        load_config(tmp_path, {})


def test_secrets_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from file\n", encoding="utf-8")
    home = write(tmp_path, MINIMAL + '[keys]\npassphrase_file = "secret"\n')
    assert load_config(home, {}).passphrase == "from file"
    assert load_config(home, {PASSPHRASE_VARIABLE: "from environment"}).passphrase == "from environment"


def test_an_unset_variable_is_named(tmp_path: Path) -> None:
    home = write(tmp_path, MINIMAL + '[store]\ndatabase_url_variable = "NODE_DB"\n')
    with pytest.raises(ConfigurationError, match="NODE_DB"):
        load_config(home, {})
    assert load_config(home, {"NODE_DB": "postgresql://db/node"}).database_url == "postgresql://db/node"
    source = SOURCE.replace('location = "data/vacancies.csv"', 'location_variable = "LMIS_DB"')
    with pytest.raises(ConfigurationError, match="LMIS_DB"):
        load_config(write(tmp_path, MINIMAL + source), {})


def test_no_secret_shows_in_a_representation(tmp_path: Path) -> None:
    store = '[store]\ndatabase_url = "postgresql://me:hidden-1@db/node"\n'
    source = SOURCE.replace("data/vacancies.csv", "postgresql://me:hidden-2@db/lmis")
    home = write(tmp_path, MINIMAL + store + source)
    assert "hidden" not in repr(load_config(home, {PASSPHRASE_VARIABLE: "hidden-3"}))
