"""A title model in one file of the node's folder: arrays and JSON in a zip, no code, whole or not at all."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TypeVar

import marshmallow as ma
import numpy as np
from numpy.typing import NDArray

from node.adapters.trust.files import PRIVATE_FILE, PRIVATE_FOLDER, make_folder, write_whole
from node.coding.titles.calibration import Curve
from node.coding.titles.model import KnownGroup, TitleModel
from node.coding.titles.training import MODEL_VERSION, digest_of
from node.coding.titles.tree import Tree
from node.coding.titles.vectors import Vocabulary
from node.coding.titles.weights import WEIGHTS, Weights
from node.errors import NodeError, TitleModelInvalid

FORMAT = "imtgt-title-model/1"
FOLDER, FILE = "titles", "model.zip"
LARGEST = 2_000_000_000
"""Bytes of an array that is read; the largest model has a tenth of it."""
_FACTS = "model.json"
_Number = TypeVar("_Number", bound=np.generic)


class _FactsSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    format = ma.fields.String(required=True, validate=ma.validate.Equal(FORMAT))
    name = ma.fields.String(required=True)
    version = ma.fields.String(required=True)
    digest = ma.fields.String(required=True)
    from_records = ma.fields.Boolean(required=True)
    learnt_from = ma.fields.List(ma.fields.Tuple((ma.fields.String(), ma.fields.Integer())), required=True)
    tested = ma.fields.Integer(required=True)
    units = ma.fields.List(ma.fields.String(), required=True)
    known = ma.fields.List(ma.fields.Tuple((ma.fields.String(), ma.fields.String())), required=True)
    curves = ma.fields.Integer(required=True, validate=ma.validate.Range(1, 9))


class TitleModelFile:
    """The one model of a node, `titles/model.zip` in its folder, never under `feeds/`, readable by its owner alone:
    it may have been made on someone's records, of which it holds weights of hashed pieces of words and no text.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / FOLDER / FILE
        self._read: tuple[tuple[int, int], TitleModel] | None = None

    @property
    def exists(self) -> bool:
        return self.path.exists()

    def load(self) -> TitleModel | None:
        """The model, None where none was made yet.

        Raises: TitleModelInvalid where the file cannot be read, was made by another version, or is not what was
        written: its digest is computed again.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise TitleModelInvalid(f"{self.path} cannot be read: {problem.strerror}") from None
        return parse_model(content, str(self.path))

    def current(self) -> TitleModel | None:
        """As `load`, without reading again what has not changed."""
        try:
            found = self.path.stat()
        except OSError:
            return self.load()
        stamp = (found.st_mtime_ns, found.st_ino)
        if self._read is None or self._read[0] != stamp:
            model = self.load()
            self._read = (stamp, model) if model is not None else None
            return model
        return self._read[1]

    def save(self, model: TitleModel) -> None:
        """Put `model` in the place of what was there, whole or not at all. Raises: StorageFull."""
        make_folder(self.path.parent, mode=PRIVATE_FOLDER)
        write_whole(self.path, model_bytes(model), mode=PRIVATE_FILE)


def model_bytes(model: TitleModel) -> bytes:
    """The same bytes for the same model."""
    facts = {
        "format": FORMAT,
        "name": model.name,
        "version": model.version,
        "digest": model.digest,
        "from_records": model.from_records,
        "learnt_from": [list(pair) for pair in model.learnt_from],
        "tested": model.tested,
        "units": list(model.tree.units),
        "known": [[known.text, known.unit] for known in model.known],
        "curves": len(model.curves),
    }
    arrays: dict[str, NDArray[np.generic]] = {
        "hashes": model.vocabulary.hashes,
        "rarity": model.vocabulary.rarity,
    }
    arrays |= {name: values.astype(np.float16) for name, values in model.weights.arrays.items()}
    for at, curve in enumerate(model.curves):
        arrays |= {f"chance{at}": curve.chance, f"right{at}": curve.right}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        _add(file, _FACTS, json.dumps(facts, ensure_ascii=False, sort_keys=True).encode())
        for name, values in arrays.items():
            raw = io.BytesIO()
            np.lib.format.write_array(raw, np.ascontiguousarray(values), allow_pickle=False)
            _add(file, f"{name}.npy", raw.getvalue())
    return packed.getvalue()


def parse_model(content: bytes, where: str) -> TitleModel:
    """The model in `content`. Raises: TitleModelInvalid naming `where`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            if any(entry.file_size > LARGEST for entry in file.infolist()):
                raise TitleModelInvalid("a part of it is larger than any model's")
            facts = _FactsSchema().load(json.loads(file.read(_FACTS)))
            if facts["version"] != MODEL_VERSION:
                raise TitleModelInvalid(f"it is of version {facts['version']}; this program reads {MODEL_VERSION}")
            model = TitleModel(
                name=facts["name"],
                version=facts["version"],
                digest=facts["digest"],
                from_records=facts["from_records"],
                learnt_from=tuple(facts["learnt_from"]),
                tested=facts["tested"],
                tree=Tree(tuple(facts["units"])),
                vocabulary=Vocabulary(_array(file, "hashes", np.uint64), _array(file, "rarity", np.float32)),
                weights=Weights.of({name: _array(file, name, np.float16).astype(np.float32) for name in WEIGHTS}),
                curves=tuple(
                    Curve(_array(file, f"chance{at}", np.float64), _array(file, f"right{at}", np.float64))
                    for at in range(facts["curves"])
                ),
                known=tuple(KnownGroup(text, unit) for text, unit in facts["known"]),
            )
    except NodeError as problem:
        raise TitleModelInvalid(f"{where} is no title model: {problem}") from None
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError, NotImplementedError, ma.ValidationError):
        raise TitleModelInvalid(f"{where} is no title model, or a damaged one") from None
    if digest_of(model) != model.digest:
        raise TitleModelInvalid(f"{where} is not as it was written: its digest differs")
    return model


def _add(file: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name)  # dated 1980, so that the time of writing changes no byte
    entry.external_attr = PRIVATE_FILE << 16
    file.writestr(entry, data, compress_type=zipfile.ZIP_DEFLATED, compresslevel=1)


def _array(file: zipfile.ZipFile, name: str, kind: type[_Number]) -> NDArray[_Number]:
    values: NDArray[_Number] = np.lib.format.read_array(io.BytesIO(file.read(f"{name}.npy")), allow_pickle=False)
    if values.dtype != np.dtype(kind):
        raise TitleModelInvalid(f"its {name} are of another kind")
    return values
