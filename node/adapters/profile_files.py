"""Exchange profiles from YAML files, validated hard: an unknown or a repeated key is an error."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import marshmallow as ma

from node.adapters.codelist_files import load_codelist
from node.adapters.strict_yaml import load_strict_yaml
from node.config import flatten_messages
from node.errors import MappingError, ProfileError
from node.model.codelist import Code, Codelist
from node.model.linked import LinkedDataflow, LinkedPeriod, check_links
from node.model.perturbation import CellKey, Method, Perturbation, Rounding
from node.model.profile import (
    INDICATOR,
    ConfidentialGroup,
    DominanceRule,
    ExchangeProfile,
    FieldKind,
    Indicator,
    Plausibility,
    PlausibleChange,
    PPercentRule,
    Protection,
    ProtectionRule,
    RecordField,
    SplitPolicy,
    ThresholdRule,
    Timing,
)
from node.model.structure import CONF_STATUS, OBS_STATUS, Attribute, DataStructure, Dimension
from node.protect.perturbation.ptable import perturbation_table

CODELISTS = "codelists"


class ProfileFolder:
    """The profiles of a folder: one `<DATAFLOW>.yaml` each, codelists beside them. Each is read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._profiles: dict[str, ExchangeProfile] = {}

    def dataflows(self) -> tuple[str, ...]:
        return tuple(sorted(path.stem for path in self._folder.glob("*.yaml")))

    def profile(self, dataflow: str) -> ExchangeProfile:
        if dataflow not in self._profiles:
            there = self.dataflows()
            if dataflow not in there:
                raise ProfileError(f"there is no exchange profile for “{dataflow}”; there is {', '.join(there)}")
            self._profiles[dataflow] = load_profile(self._folder / f"{dataflow}.yaml")
            self._check_links(self._profiles[dataflow])
        return self._profiles[dataflow]

    def _check_links(self, profile: ExchangeProfile) -> None:
        if not profile.linked:
            return
        try:
            check_links(profile, {name: self.profile(name) for name in self.dataflows()})
        except ProfileError:
            del self._profiles[profile.dataflow]
            raise


class _Schema(ma.Schema):
    class Meta:
        unknown = ma.RAISE


class _AxisSchema(_Schema):
    id = ma.fields.String(required=True)
    codelist = ma.fields.String(load_default=None)
    depth = ma.fields.Integer(load_default=None, strict=True, validate=ma.validate.Range(min=1))
    indicators = ma.fields.Boolean(load_default=False)


class _FieldSchema(_Schema):
    name = ma.fields.String(required=True)
    kind = ma.fields.Enum(FieldKind, by_value=True, required=True)
    required = ma.fields.Boolean(required=True)
    codelist = ma.fields.String(load_default=None)
    unknown_code = ma.fields.String(data_key="unknown", load_default=None)


class _IndicatorSchema(_Schema):
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    timing = ma.fields.Enum(Timing, by_value=True, required=True)
    on = ma.fields.String(data_key="dated", required=True)
    until = ma.fields.String(load_default=None)
    measure = ma.fields.String(load_default=None)


class _RuleSchema(_Schema):
    rule = ma.fields.String(required=True, validate=ma.validate.OneOf(("threshold", "dominance", "p_percent")))
    indicators = ma.fields.List(ma.fields.String(), load_default=list)
    why = ma.fields.String(required=True, validate=ma.validate.Length(min=10))
    minimum = ma.fields.Integer(strict=True)
    counted = ma.fields.String()
    n = ma.fields.Integer(strict=True)
    k = ma.fields.Float()
    p = ma.fields.Float()


class _ConfidentialSchema(_Schema):
    dimension = ma.fields.String(required=True)
    codes = ma.fields.List(ma.fields.String(), required=True)
    confidentiality = ma.fields.String(data_key="status", required=True)
    percent = ma.fields.Float(required=True, allow_nan=False)
    why = ma.fields.String(required=True, validate=ma.validate.Length(min=10))


class _CellKeySchema(_Schema):
    """Parameters by the names that R's ptable gave them, which the field writes them by."""

    noise = ma.fields.Integer(data_key="D", required=True, strict=True)
    variance = ma.fields.Float(data_key="V", required=True, allow_nan=False)
    js = ma.fields.Integer(required=True, strict=True)
    pstay = ma.fields.Float(load_default=None, allow_nan=False)
    minimum = ma.fields.Integer(required=True, strict=True)
    why = ma.fields.String(required=True, validate=ma.validate.Length(min=10))


class _RoundingSchema(_Schema):
    base = ma.fields.Integer(required=True, strict=True)
    why = ma.fields.String(required=True, validate=ma.validate.Length(min=10))


class _ProtectionSchema(_Schema):
    contributor = ma.fields.String(required=True)
    method = ma.fields.Enum(Method, by_value=True, load_default=Method.SUPPRESSION)
    rules = ma.fields.List(ma.fields.Nested(_RuleSchema), load_default=list)
    confidential = ma.fields.List(ma.fields.Nested(_ConfidentialSchema), load_default=list)
    cell_key = ma.fields.Nested(_CellKeySchema, load_default=None)
    rounding = ma.fields.Nested(_RoundingSchema, load_default=None)


class _ChangeSchema(_Schema):
    floor = ma.fields.Float(required=True)
    flag_above = ma.fields.Float(load_default=None)
    hold_above = ma.fields.Float(load_default=None)
    why = ma.fields.String(required=True, validate=ma.validate.Length(min=10))


class _PlausibilitySchema(_Schema):
    highest_value = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(min=1))
    why = ma.fields.String(required=True, validate=ma.validate.Length(min=10))
    between_periods = ma.fields.Nested(_ChangeSchema, load_default=None)
    between_revisions = ma.fields.Nested(_ChangeSchema, load_default=None)


class _CoverageSchema(_Schema):
    minimum = ma.fields.Float(required=True, validate=ma.validate.Range(min=0, max=1))
    why = ma.fields.String(required=True, validate=ma.validate.Length(min=10))


class _SplitsSchema(_Schema):
    policy = ma.fields.Enum(SplitPolicy, by_value=True, required=True)
    why = ma.fields.String(required=True, validate=ma.validate.Length(min=10))


class _LinkedSchema(_Schema):
    dataflow = ma.fields.String(required=True)
    indicators = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), required=True)
    period = ma.fields.Enum(LinkedPeriod, by_value=True, required=True)
    why = ma.fields.String(required=True, validate=ma.validate.Length(min=10))


class _CalendarSchema(_Schema):
    release_day = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(min=1, max=28))
    why = ma.fields.String(required=True, validate=ma.validate.Length(min=10))


class _ProfileSchema(_Schema):
    dataflow = ma.fields.String(required=True, validate=ma.validate.Regexp(r"[A-Z][A-Z0-9_]{1,40}\Z"))
    name = ma.fields.String(required=True)
    agency = ma.fields.String(required=True)
    version = ma.fields.String(required=True, validate=ma.validate.Regexp(r"\d+\.\d+\.\d+\Z"))
    unit = ma.fields.String(required=True)
    frequency = ma.fields.String(required=True, validate=ma.validate.OneOf(("M", "Q")))
    audience = ma.fields.String(required=True, validate=ma.validate.OneOf(("public", "partners")))
    axes = ma.fields.List(ma.fields.Nested(_AxisSchema), required=True)
    fields_ = ma.fields.List(ma.fields.Nested(_FieldSchema), data_key="fields", required=True)
    indicators = ma.fields.List(ma.fields.Nested(_IndicatorSchema), required=True)
    protection = ma.fields.Nested(_ProtectionSchema, required=True)
    plausibility = ma.fields.Nested(_PlausibilitySchema, required=True)
    coverage = ma.fields.Nested(_CoverageSchema, required=True)
    splits = ma.fields.Nested(_SplitsSchema, required=True)
    calendar = ma.fields.Nested(_CalendarSchema, required=True)
    linked = ma.fields.List(ma.fields.Nested(_LinkedSchema), load_default=list)


def load_profile(path: Path) -> ExchangeProfile:
    """The exchange profile in `path`, with its codelists from the folder beside it.

    Raises: ProfileError naming file and key.
    """
    try:
        text = path.read_text(encoding="utf-8")
        document = load_strict_yaml(text, str(path))
        settings = _ProfileSchema().load(document if isinstance(document, dict) else {})
    except (OSError, UnicodeDecodeError) as problem:
        raise ProfileError(f"{path} cannot be read: {problem}") from problem
    except MappingError as problem:
        raise ProfileError(str(problem)) from problem
    except ma.ValidationError as problem:
        raise ProfileError(f"{path}: wrong keys or values", places=tuple(flatten_messages(problem.messages))) from None
    if path.stem != settings["dataflow"]:
        raise ProfileError(f"{path}: holds the dataflow {settings['dataflow']}; the file must be named after it")
    return _build(path.parent / CODELISTS, settings, hashlib.sha256(text.encode()))


def _build(folder: Path, settings: Mapping[str, Any], digest: Any) -> ExchangeProfile:
    def codelist(name: str) -> Codelist:
        path = folder / f"{name}.csv"
        loaded = load_codelist(path)
        digest.update(path.read_bytes())
        return loaded

    dataflow = settings["dataflow"]
    indicators = tuple(Indicator(**entry) for entry in settings["indicators"])
    axes = tuple(_axis(entry, dataflow, indicators, codelist) for entry in settings["axes"])
    attributes = tuple(Attribute(name, codelist(f"CL_{name}")) for name in (OBS_STATUS, CONF_STATUS))
    fields = tuple(
        RecordField(
            name=entry["name"],
            kind=entry["kind"],
            required=entry["required"],
            codelist=codelist(entry["codelist"]) if entry["codelist"] else None,
            unknown=entry["unknown_code"],
        )
        for entry in settings["fields_"]
    )
    return ExchangeProfile(
        dataflow=dataflow,
        name=settings["name"],
        version=settings["version"],
        unit=settings["unit"],
        frequency=settings["frequency"],
        structure=DataStructure(dataflow, settings["agency"], settings["version"], axes, attributes),
        fields=fields,
        indicators=indicators,
        protection=_protection(settings["protection"], dataflow),
        plausibility=_plausibility(settings["plausibility"]),
        coverage_minimum=settings["coverage"]["minimum"],
        release_day=settings["calendar"]["release_day"],
        audience=settings["audience"],
        digest=digest.hexdigest(),
        splits=settings["splits"]["policy"],
        linked=tuple(
            LinkedDataflow(**{**link, "indicators": tuple(link["indicators"].items())}) for link in settings["linked"]
        ),
    )


def _axis(entry: Mapping[str, Any], dataflow: str, indicators: tuple[Indicator, ...], codelist: Any) -> Dimension:
    if entry["indicators"]:
        if entry["id"] != INDICATOR or entry["codelist"] or entry["depth"]:
            raise ProfileError(f"{dataflow}: `indicators: true` stands alone, and only for {INDICATOR}")
        codes = tuple(Code(indicator.id, indicator.name) for indicator in indicators)
        return Dimension(INDICATOR, Codelist(f"CL_INDICATOR_{dataflow}", codes), additive=False)
    if not entry["codelist"]:
        raise ProfileError(f"{dataflow}: the dimension {entry['id']} names no codelist")
    codes_of_axis: Codelist = codelist(entry["codelist"])
    return Dimension(entry["id"], codes_of_axis.to_depth(entry["depth"]) if entry["depth"] else codes_of_axis)


def _plausibility(entry: Mapping[str, Any]) -> Plausibility:
    changes = {
        name: PlausibleChange(**entry[name]) if entry[name] else None
        for name in ("between_periods", "between_revisions")
    }
    return Plausibility(entry["highest_value"], entry["why"], **changes)


def _protection(entry: Mapping[str, Any], dataflow: str) -> Protection:
    kinds: dict[str, tuple[type[ProtectionRule], frozenset[str]]] = {
        "threshold": (ThresholdRule, frozenset({"minimum", "counted"})),
        "dominance": (DominanceRule, frozenset({"n", "k"})),
        "p_percent": (PPercentRule, frozenset({"p"})),
    }
    rules: list[ProtectionRule] = []
    for rule in entry["rules"]:
        kind, parameters = kinds[rule["rule"]]
        given = set(rule) - {"rule", "indicators", "why"}
        if given != parameters:
            raise ProfileError(f"{dataflow}: a {rule['rule']} rule has {sorted(parameters)}, not {sorted(given)}")
        values = {name: rule[name] for name in parameters}
        rules.append(kind(indicators=tuple(rule["indicators"]), why=rule["why"], **values))
    groups = (ConfidentialGroup(**{**group, "codes": tuple(group["codes"])}) for group in entry["confidential"])
    return Protection(entry["contributor"], tuple(rules), tuple(groups), _perturbation(entry, dataflow))


def _perturbation(entry: Mapping[str, Any], dataflow: str) -> Perturbation | None:
    """The parameters of the method, which must be there, while those of the others must not."""
    method: Method = entry["method"]
    for other in (Method.CELL_KEY, Method.ROUNDING):
        if (other is method) != (entry[other.value] is not None):
            wanted = "has parameters of that name" if other is method else f"has no parameters of {other.value}"
            raise ProfileError(f"{dataflow}: protection by `method: {method.value}` {wanted}")
    if method is Method.CELL_KEY:
        cell_key = CellKey(**entry["cell_key"])
        perturbation_table(cell_key)
        return cell_key
    return Rounding(**entry["rounding"]) if method is Method.ROUNDING else None
