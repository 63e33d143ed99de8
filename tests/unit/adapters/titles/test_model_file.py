"""The model's file: whole, checked, its owner's alone, and without anybody's words."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from pathlib import Path

import numpy as np
import pytest

from node.adapters.titles.model_file import TitleModelFile, model_bytes, parse_model
from node.coding.titles.model import TitleModel
from node.coding.titles.training import train_titles
from node.errors import TitleModelInvalid
from tests.support.title_models import GROUPS, SECRET, known_titles, small_model


@pytest.fixture(scope="module")
def model() -> TitleModel:
    return small_model(record=True)


@pytest.fixture
def file(tmp_path: Path, model: TitleModel) -> TitleModelFile:
    made = TitleModelFile(tmp_path)
    made.save(model)
    return made


def test_what_is_read_decides_as_what_was_written(file: TitleModelFile, model: TitleModel) -> None:
    loaded = file.load()
    assert loaded is not None
    titles = ["sopir truk", "zebraquux", "", "perawat", "โปรแกรมเมอร์ ธนาคาร"]
    assert loaded.decide(titles, 0.3) == model.decide(titles, 0.3)
    assert loaded.candidates("sopir") == model.candidates("sopir")
    assert (loaded.digest, loaded.from_records) == (model.digest, True)


def test_the_same_model_has_the_same_bytes(model: TitleModel) -> None:
    again = train_titles(known_titles(record=True), GROUPS, name=model.name)
    assert model_bytes(model) == model_bytes(again)


def test_none_where_none_was_made(tmp_path: Path) -> None:
    assert TitleModelFile(tmp_path).load() is None
    assert TitleModelFile(tmp_path).current() is None


def test_only_its_owner_reads_it_and_it_is_never_in_the_feed(file: TitleModelFile, tmp_path: Path) -> None:
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    assert not file.path.is_relative_to(tmp_path / "feeds")


def test_it_holds_no_text_of_a_record(file: TitleModelFile) -> None:
    with zipfile.ZipFile(file.path) as packed:
        everything = b"".join(packed.read(name) for name in packed.namelist())
    assert b"pengembang perangkat lunak bank" in everything, "titles of indexes are reasons"
    for word in SECRET.split():
        assert word.encode() not in everything


def test_a_newer_model_is_read_anew(file: TitleModelFile) -> None:
    first = file.current()
    assert file.current() is first
    file.save(small_model())
    second = file.current()
    assert second is not None
    assert not second.from_records


@pytest.mark.parametrize("damage", [b"", b"PK", b"\x80\x04pickle", b"{}"])
def test_what_is_no_model_is_refused(file: TitleModelFile, damage: bytes) -> None:
    file.path.write_bytes(damage)
    with pytest.raises(TitleModelInvalid, match=r"model\.zip is no title model"):
        file.load()


def test_a_cut_file_is_refused(file: TitleModelFile) -> None:
    content = file.path.read_bytes()
    for length in (len(content) // 3, len(content) - 1):
        file.path.write_bytes(content[:length])
        with pytest.raises(TitleModelInvalid):
            file.load()


def changed(model: TitleModel, name: str, data: bytes) -> bytes:
    """The model's file with one part put in the place of another."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(model_bytes(model))) as source, zipfile.ZipFile(packed, "w") as target:
        for entry in source.namelist():
            target.writestr(entry, data if entry == name else source.read(entry))
    return packed.getvalue()


def array(values: np.ndarray, *, allow_pickle: bool = False) -> bytes:
    raw = io.BytesIO()
    np.save(raw, values, allow_pickle=allow_pickle)
    return raw.getvalue()


def test_a_changed_weight_is_found_by_the_digest(model: TitleModel) -> None:
    weights = model.weights.linear.astype(np.float16)
    weights[0, 0] += 1
    with pytest.raises(TitleModelInvalid, match="its digest differs"):
        parse_model(changed(model, "linear.npy", array(weights)), "model.zip")


def test_nothing_is_unpickled(model: TitleModel) -> None:
    objects = array(np.array([object()], dtype=object), allow_pickle=True)
    with pytest.raises(TitleModelInvalid):
        parse_model(changed(model, "linear.npy", objects), "model.zip")


@pytest.mark.parametrize(
    ("change", "said"),
    [({"version": "0"}, "of version 0"), ({"format": "x"}, "no title model"), ({"more": 1}, "no title model"),
     ({"from_records": False}, "digest differs"), ({"units": ["OC2512"]}, "do not fit")],
)  # fmt: skip
def test_changed_facts_are_refused(model: TitleModel, change: dict[str, object], said: str) -> None:
    with zipfile.ZipFile(io.BytesIO(model_bytes(model))) as packed:
        facts = json.loads(packed.read("model.json"))
    with pytest.raises(TitleModelInvalid, match=said):
        parse_model(changed(model, "model.json", json.dumps(facts | change).encode()), "model.zip")
