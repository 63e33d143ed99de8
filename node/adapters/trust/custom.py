"""The signed `custom` field of a data target, as values and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import Any

import marshmallow as ma
from tuf.api.metadata import TargetFile

from node.config import flatten_messages
from node.errors import OperatorError
from node.model.foreign import LONG, shown
from node.model.period import TimePeriod
from node.model.perturbation import Method, Perturbed
from node.model.release import (
    Json,
    PublishedTarget,
    Quarantined,
    TargetCustom,
    TargetDigest,
    TargetIdentity,
    TargetKey,
)

TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
DATA_SUFFIX = ".csv.gz"
DATA_PATH = re.compile(r"([A-Z][A-Z0-9_]{0,63})/([0-9Q-]{7})\.csv\.gz")
_DIGEST = ma.validate.Regexp(r"[0-9a-f]{64}\Z")
HASHES = re.compile(r"[0-9a-f]{64}")
MAX_NUMBER = 2**31 - 1
"""Of revisions, rows and versions: what every database column for them can hold."""
MAX_TEXT, MAX_MAPPINGS, MAX_FINDINGS = 200, 100, 20


def _plain(text: str) -> None:
    if not text or shown(text, MAX_TEXT) != text:
        raise ma.ValidationError(f"not 1 to {MAX_TEXT} visible characters")


class _ProfileSchema(ma.Schema):
    version = ma.fields.String(required=True, validate=_plain)
    digest = ma.fields.String(required=True, validate=_DIGEST)


class _PerturbationSchema(ma.Schema):
    method = ma.fields.String(required=True, validate=ma.validate.OneOf((Method.CELL_KEY.value, Method.ROUNDING.value)))
    noise = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(1, MAX_NUMBER))


class _CustomSchema(ma.Schema):
    dataflow = ma.fields.String(required=True)
    period = ma.fields.String(required=True)
    revision = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(1, MAX_NUMBER))
    published = ma.fields.NaiveDateTime(required=True, format=TIME_FORMAT)
    profile = ma.fields.Nested(_ProfileSchema, required=True)
    mappings = ma.fields.Dict(
        keys=ma.fields.String(validate=_plain),
        values=ma.fields.String(validate=_DIGEST),
        required=True,
        validate=ma.validate.Length(max=MAX_MAPPINGS),
    )
    rows = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(0, MAX_NUMBER))
    synthetic = ma.fields.Boolean(required=True, truthy={True}, falsy={False})
    perturbation = ma.fields.Nested(_PerturbationSchema, load_default=None)


@cache
def _schema() -> ma.Schema:
    return _CustomSchema()


def to_json(custom: TargetCustom) -> dict[str, Json]:
    """The field as it is signed. Whole seconds, UTC. `perturbation` is there only where figures were altered."""
    signed: dict[str, Json] = {
        "dataflow": custom.dataflow,
        "period": custom.period,
        "revision": custom.revision,
        "published": custom.published.astimezone(UTC).strftime(TIME_FORMAT),
        "profile": {"version": custom.profile_version, "digest": custom.profile_digest},
        "mappings": dict(custom.mapping_digests),
        "rows": custom.rows,
        "synthetic": custom.synthetic,
    }
    if custom.perturbation is not None:
        signed["perturbation"] = {"method": custom.perturbation.method.value, "noise": custom.perturbation.noise}
    return signed


def published_target(files: Mapping[str, TargetFile], path: str) -> PublishedTarget | Quarantined:
    """A data target of signed metadata, read strictly: an unknown field may carry what should never have left.

    Refused when the path, the custom field or the two together, the hashes, or the report beside it are not as
    the exchange has agreed. Nothing that the sender wrote is used as a path, or shown, before it is checked.
    """
    file = files[path]
    key = _key(path)
    if key is None:
        return refusal(file, None, "it is not named <DATAFLOW>/<TIME_PERIOD>.csv.gz")
    report = files.get(key.report_path)
    if report is None:
        return refusal(file, None, "it has no report beside it")
    if not (_sha256(file) and _sha256(report)):
        return refusal(file, report, "it or its report is not signed with one SHA-256 of 64 hexadecimal digits")
    try:
        values: dict[str, Any] = _schema().load(file.custom)
    except ma.ValidationError as problem:
        return refusal(file, report, "wrong custom field", flatten_messages(problem.messages))
    if (values["dataflow"], values["period"]) != (key.dataflow, str(key.period)):
        said = f"{shown(values['dataflow'])} {shown(values['period'])}"
        return refusal(file, report, f"its custom field says that it is {said}")
    return PublishedTarget(key, _custom(values), TargetDigest(path, file.length, _sha256(file)), _sha256(report))


def refusal(
    file: TargetFile, report: TargetFile | None, reason: str, findings: Iterable[str] = (), *, revision: int = 0
) -> Quarantined:
    """A target refused by its signed description alone. `revision`: 0 where that could not be read."""
    target = TargetIdentity(shown(file.path, MAX_TEXT), revision, _sha256(file), _sha256(report) if report else "")
    return Quarantined(target, reason, tuple(shown(finding, LONG) for finding in islice(findings, MAX_FINDINGS)))


def _key(path: str) -> TargetKey | None:
    match = DATA_PATH.fullmatch(path)
    try:
        return TargetKey(match[1], TimePeriod(match[2])) if match else None
    except OperatorError:
        return None  # of the form of a period, and not one


def _sha256(file: TargetFile) -> str:
    """The one hash that a target may be signed with; empty where it is another, or none."""
    found = file.hashes.get("sha256", "")
    return found if len(file.hashes) == 1 and HASHES.fullmatch(found) else ""


def _custom(values: dict[str, Any]) -> TargetCustom:
    published: datetime = values["published"]
    return TargetCustom(
        dataflow=values["dataflow"],
        period=values["period"],
        revision=values["revision"],
        published=published.replace(tzinfo=UTC),
        profile_version=values["profile"]["version"],
        profile_digest=values["profile"]["digest"],
        mapping_digests=tuple(sorted(values["mappings"].items())),
        rows=values["rows"],
        synthetic=values["synthetic"],
        perturbation=_perturbed(values["perturbation"]),
    )


def _perturbed(values: dict[str, Any] | None) -> Perturbed | None:
    return None if values is None else Perturbed(Method(values["method"]), values["noise"])
