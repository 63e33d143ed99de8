"""The reference says what the code does: errors, commands, settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import marshmallow as ma
import pytest

from node import config
from node.config import schema
from tests.docs.rendered import MARK, PAGES, ROOT

CONFIGURATION = (ROOT / "docs/reference/configuration.md").read_text(encoding="utf-8")
SETTING = re.compile(r"^\| `([a-z_.A-Z]+\.[a-z_.A-Z]+)` \| ([^|]+) \| [^|]{10,} \|$", re.MULTILINE)
SPOKEN_DEFAULTS = {
    "folders.profiles",
    "folders.mappings",
    "store.database_url",
    "source.sheet",
    "source.areas",
}
"""Settings whose default is not a value but a rule, which the page says in words."""


@pytest.mark.parametrize("page", PAGES)
def test_a_rendered_page_is_up_to_date(page: str) -> None:
    prose, _, table = Path(ROOT / page).read_text(encoding="utf-8").partition(MARK)
    assert len(prose) > 200, f"{page} has no words of its own"
    assert table.strip() == PAGES[page]().strip(), "run `python -m tests.docs.rendered`"


def settings(schema: ma.Schema, path: str = "") -> Iterator[tuple[str, ma.fields.Field]]:
    for name, field in schema.fields.items():
        inner, leaf = _inside(f"{path}{field.data_key or name}", field)
        if isinstance(leaf, ma.fields.Nested):
            yield from settings(leaf.schema, f"{inner}.")
        else:
            yield inner, leaf


def _inside(name: str, field: ma.fields.Field) -> tuple[str, ma.fields.Field]:
    """A list's or a table's entries stand for it where they have settings of their own."""
    if isinstance(field, ma.fields.Dict) and isinstance(field.value_field, ma.fields.Nested):
        return f"{name}.NAME", field.value_field
    if isinstance(field, ma.fields.List) and isinstance(field.inner, ma.fields.Nested):
        return name, field.inner
    return name, field


def default_of(name: str, field: ma.fields.Field) -> str:
    if field.required:
        return "required"
    if field.load_default in (None, list, dict):
        return "none"
    return f"`{str(field.load_default).lower() if isinstance(field.load_default, bool) else field.load_default}`"


def test_every_setting_is_documented_with_its_default() -> None:
    documented = {name: default.strip() for name, default in SETTING.findall(CONFIGURATION)}
    there = dict(settings(schema.FileSchema()))
    assert len(there) > 20
    assert sorted(documented) == sorted(there)
    wrong = {
        name: (documented[name], default_of(name, field))
        for name, field in there.items()
        if name not in SPOKEN_DEFAULTS and documented[name] != default_of(name, field)
    }
    assert not wrong


@pytest.mark.parametrize("variable", [config.HOME_VARIABLE, config.PASSPHRASE_VARIABLE])
def test_every_environment_variable_is_documented(variable: str) -> None:
    assert f"| `{variable}` |" in CONFIGURATION


@pytest.mark.parametrize("choice", [*config.SOURCE_KINDS, *config.OPERATORS])
def test_every_choice_is_documented(choice: str) -> None:
    assert f"`{choice}`" in CONFIGURATION


def test_the_example_is_a_configuration_that_loads(tmp_path: Path) -> None:
    """Every TOML block on the page that is a whole file is read by the node itself."""
    blocks = re.findall(r"```toml\n(.*?)```", CONFIGURATION, re.DOTALL)
    assert blocks
    for block in blocks:
        (tmp_path / "passphrase").write_text("words\n", encoding="utf-8")
        text = re.sub(r'passphrase_file = "[^"]*"', 'passphrase_file = "passphrase"', block)
        (tmp_path / "node.toml").write_text(text, encoding="utf-8")
        loaded = config.load_config(tmp_path, {})
        assert loaded.sources
