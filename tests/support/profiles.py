"""Small exchange profiles made by hand, for tests that need one without reading files."""

from __future__ import annotations

from node.model.codelist import Code, Codelist
from node.model.profile import (
    RECORD,
    ExchangeProfile,
    FieldKind,
    Indicator,
    Plausibility,
    PPercentRule,
    Protection,
    ProtectionRule,
    RecordField,
    ThresholdRule,
    Timing,
)
from node.model.structure import Attribute, DataStructure, Dimension

AREAS = Codelist(
    "CL_AREA",
    (
        Code("IMTGT", "IMT-GT"),
        Code("IMTGT_ID", "Indonesia (IMT-GT)", "IMTGT"),
        Code("ID-SU", "North Sumatra", "IMTGT_ID"),
        Code("ID-JA", "Jambi", "IMTGT_ID"),
        Code("IMTGT_MY", "Malaysia (IMT-GT)", "IMTGT"),
        Code("MY-07", "Penang", "IMTGT_MY"),
        Code("MY-08", "Perak", "IMTGT_MY"),
    ),
)
OCCUPATIONS = Codelist(
    "CL_OCCUPATION",
    (
        Code("_T", "Total"),
        Code("OC2", "Professionals", "_T"),
        Code("OC22", "Health professionals", "OC2"),
        Code("OC25", "ICT professionals", "OC2"),
        Code("OC2_X", "Professionals, not further specified", "OC2"),
        Code("OC7", "Craft workers", "_T"),
        Code("OC71", "Building workers", "OC7"),
        Code("OC72", "Metal workers", "OC7"),
        Code("OC7_X", "Craft workers, not further specified", "OC7"),
        Code("_X", "Occupation not known", "_T"),
    ),
)
SEXES = Codelist(
    "CL_SEX", (Code("_T", "Total"), Code("F", "Female", "_T"), Code("M", "Male", "_T"), Code("_U", "Not known", "_T"))
)
STATUSES = Codelist("CL_OBS_STATUS", tuple(Code(code, code) for code in "APQM"))
CONFIDENTIALITIES = Codelist("CL_CONF_STATUS", tuple(Code(code, code) for code in "FAOTGDCX"))


def vacancies(*rules: ProtectionRule) -> ExchangeProfile:
    """Posts by area and occupation; by default three employers and p% with p = 10."""
    indicators = (
        Indicator("JV_OPEN", "Open", Timing.STOCK, "opened", "closed", "posts"),
        Indicator("JV_NEW", "New", Timing.FLOW, "opened", None, "posts"),
    )
    fields = (
        RecordField("record", FieldKind.KEY, required=False),
        RecordField("employer", FieldKind.KEY, required=True),
        RecordField("opened", FieldKind.DATE, required=True),
        RecordField("closed", FieldKind.DATE, required=False),
        RecordField("posts", FieldKind.COUNT, required=True),
    )
    return _profile(
        "VACANCIES",
        "M",
        (_axis("REF_AREA", AREAS), _axis("OCCUPATION", OCCUPATIONS)),
        fields,
        indicators,
        Protection("employer", rules or (ThresholdRule(3, "contributors", (), "test"), PPercentRule(10.0, (), "test"))),
    )


def jobseekers(*rules: ProtectionRule) -> ExchangeProfile:
    """Persons by area, occupation and sex; by default five persons."""
    indicators = (
        Indicator("JS_REGISTERED", "Registered", Timing.STOCK, "registered", "left", None),
        Indicator("JS_NEW", "New", Timing.FLOW, "registered", None, None),
    )
    fields = (
        RecordField("record", FieldKind.KEY, required=False),
        RecordField("registered", FieldKind.DATE, required=True),
        RecordField("left", FieldKind.DATE, required=False),
        RecordField("SEX", FieldKind.CODE, required=True, codelist=SEXES, unknown="_U"),
    )
    axes = (_axis("REF_AREA", AREAS), _axis("OCCUPATION", OCCUPATIONS), _axis("SEX", SEXES))
    protection = Protection(RECORD, rules or (ThresholdRule(5, "contributors", (), "test"),))
    return _profile("JOBSEEKERS", "M", axes, fields, indicators, protection)


def employment() -> ExchangeProfile:
    """Weighted persons of a survey by area, occupation and sex, quarterly."""
    fields = (
        RecordField("reference", FieldKind.DATE, required=True),
        RecordField("weight", FieldKind.WEIGHT, required=True),
        RecordField("SEX", FieldKind.CODE, required=True, codelist=SEXES, unknown="_U"),
    )
    axes = (_axis("REF_AREA", AREAS), _axis("OCCUPATION", OCCUPATIONS.to_depth(1)), _axis("SEX", SEXES))
    indicators = (Indicator("EMP", "Employed", Timing.FLOW, "reference", None, "weight"),)
    protection = Protection(RECORD, (ThresholdRule(5, "contributors", (), "test"),))
    return _profile("EMPLOYMENT", "Q", axes, fields, indicators, protection)


def _axis(name: str, codelist: Codelist) -> Dimension:
    return Dimension(name, codelist)


def _profile(
    dataflow: str,
    frequency: str,
    axes: tuple[Dimension, ...],
    fields: tuple[RecordField, ...],
    indicators: tuple[Indicator, ...],
    protection: Protection,
) -> ExchangeProfile:
    codes = tuple(Code(indicator.id, indicator.name) for indicator in indicators)
    indicator_axis = Dimension("INDICATOR", Codelist(f"CL_INDICATOR_{dataflow}", codes), additive=False)
    attributes = (Attribute("OBS_STATUS", STATUSES), Attribute("CONF_STATUS", CONFIDENTIALITIES))
    return ExchangeProfile(
        dataflow=dataflow,
        name=dataflow.title(),
        version="1.0.0",
        unit="units",
        frequency=frequency,
        structure=DataStructure(dataflow, "IMTGT", "1.0.0", (*axes, indicator_axis), attributes),
        fields=fields,
        indicators=indicators,
        protection=protection,
        plausibility=Plausibility(1_000_000, "test"),
        coverage_minimum=0.0,
        release_day=15,
        audience="public",
        digest="0" * 64,
    )
