"""The signed `custom` field of a data target, as values and as JSON."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

import marshmallow as ma

from node.config import flatten_messages
from node.errors import FeedQuarantined, OperatorError
from node.model.period import TimePeriod
from node.model.release import Json, PublishedTarget, TargetCustom, TargetDigest, TargetKey

TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
DATA_SUFFIX = ".csv.gz"
DATA_PATH = re.compile(r"([A-Z][A-Z0-9_]{0,63})/([0-9Q-]{7})\.csv\.gz")
_DIGEST = ma.validate.Regexp(r"[0-9a-f]{64}\Z")
_TEXT = ma.validate.Regexp(r"[^\x00-\x1f\x7f]{1,200}\Z")


class _ProfileSchema(ma.Schema):
    version = ma.fields.String(required=True, validate=_TEXT)
    digest = ma.fields.String(required=True, validate=_DIGEST)


class _CustomSchema(ma.Schema):
    dataflow = ma.fields.String(required=True)
    period = ma.fields.String(required=True)
    revision = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(min=1))
    published = ma.fields.NaiveDateTime(required=True, format=TIME_FORMAT)
    profile = ma.fields.Nested(_ProfileSchema, required=True)
    mappings = ma.fields.Dict(
        keys=ma.fields.String(validate=_TEXT), values=ma.fields.String(validate=_DIGEST), required=True
    )
    rows = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(min=0))
    synthetic = ma.fields.Boolean(required=True, truthy={True}, falsy={False})


@cache
def _schema() -> ma.Schema:
    return _CustomSchema()


def to_json(custom: TargetCustom) -> dict[str, Json]:
    """The field as it is signed. Whole seconds, UTC."""
    return {
        "dataflow": custom.dataflow,
        "period": custom.period,
        "revision": custom.revision,
        "published": custom.published.astimezone(UTC).strftime(TIME_FORMAT),
        "profile": {"version": custom.profile_version, "digest": custom.profile_digest},
        "mappings": dict(custom.mapping_digests),
        "rows": custom.rows,
        "synthetic": custom.synthetic,
    }


def published_target(path: str, length: int, hashes: dict[str, str], custom: object) -> PublishedTarget:
    """A data target of signed metadata, read strictly: an unknown field may carry what should never have left.

    Raises: FeedQuarantined when the path, the field or the two together are not as the exchange has agreed.
    """
    match = DATA_PATH.fullmatch(path)
    if match is None:
        raise FeedQuarantined(f"the target {path} is not named <DATAFLOW>/<TIME_PERIOD>.csv.gz")
    if "sha256" not in hashes:
        raise FeedQuarantined(f"the target {path} is signed without a SHA-256")
    try:
        values: dict[str, Any] = _schema().load(custom)  # type: ignore[arg-type]  # refused inside if no object
        key = TargetKey(match[1], TimePeriod(match[2]))
    except ma.ValidationError as problem:
        places = tuple(flatten_messages(problem.messages))
        raise FeedQuarantined(f"the target {path}: wrong custom field", places=places) from None
    except OperatorError as problem:
        raise FeedQuarantined(f"the target {path}: {problem}") from None
    if (values["dataflow"], values["period"]) != (match[1], match[2]):
        raise FeedQuarantined(
            f"the target {path} says in its custom field that it is {values['dataflow']} {values['period']}"
        )
    return PublishedTarget(key, _custom(values), TargetDigest(path, length, hashes["sha256"]))


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
    )
