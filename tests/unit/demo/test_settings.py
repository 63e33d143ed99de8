from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from sqlalchemy import make_url

from node.config import load_config
from node.demo.settings import REGISTERS, node_toml
from node.demo.sources import SOURCES


@pytest.mark.parametrize("country", SOURCES)
def test_the_written_settings_are_read_back_whole(country: str, tmp_path: Path) -> None:
    home = tmp_path / "a home #1"
    home.mkdir()
    (home / "pass").write_text("secret\n")
    (home / "node.toml").write_text(node_toml(home, country, 'Synthetic "node"', "pass", SOURCES[country]))
    config = load_config(home, {})
    assert (config.country, config.authority, config.synthetic) == (country, f"IMTGT_{country}", True)
    assert config.name == 'Synthetic "node"'
    assert config.passphrase == "secret"
    assert [source.id for source in config.sources] == [source.id for source in SOURCES[country]]
    for read, meant in zip(config.sources, SOURCES[country], strict=True):
        columns = {"occupation": read.occupation.column, "place": read.place.column}
        columns |= {name: field.column for name, field in read.fields}
        assert columns == dict(meant.columns)
        assert (read.occupation.scheme, read.occupation.edition) == (meant.occupation.name, meant.occupation.edition)
        assert (read.place.scheme, read.place.edition) == (meant.place.name, meant.place.edition)
        assert (read.kind, read.table, read.areas) == (meant.kind, meant.table, meant.areas)
        if meant.sexes:
            (codes,) = (dict(field.codes) for name, field in read.fields if name == "SEX")
            assert codes == {written: code for code, written in meant.sexes}
        if meant.kind == "sql":
            assert make_url(read.location).database == str(home.resolve() / REGISTERS / meant.file)
        else:
            assert read.location == f"{REGISTERS}/{meant.file}"


@pytest.mark.parametrize("name", ["tab\there", "back\\slash", "new\nline", "ภาษาไทย", "del\x7f"])
def test_any_name_survives_toml(name: str, tmp_path: Path) -> None:
    assert tomllib.loads(node_toml(tmp_path, "ID", name, "pass", ()))["node"]["name"] == name
