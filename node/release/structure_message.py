"""A profile's structure as an SDMX-JSON 2.0 structure message, so that any SDMX client can read a target."""

from __future__ import annotations

import json

from node.model.codelist import Code, Codelist
from node.model.profile import AREA, INDICATOR, OCCUPATION, SEX, ExchangeProfile
from node.model.release import Json
from node.model.structure import CONF_STATUS, MEASURE, OBS_STATUS

SCHEMA = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/v2.0.0/structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json"
URN = "urn:sdmx:org.sdmx.infomodel"
CONCEPT_SCHEME, CONCEPT_VERSION = "CS_LMIS", "1.0.0"
PREPARED = "1970-01-01T00:00:00Z"
"""The schema demands a time of preparation; the true one would change the bytes of an unchanged structure. The
signed metadata say when it was published."""

FREQUENCIES = Codelist("CL_FREQ", (Code("M", "Monthly"), Code("Q", "Quarterly")))
CONCEPTS = {
    "FREQ": "Frequency",
    AREA: "Reference area",
    OCCUPATION: "Occupation",
    SEX: "Sex",
    INDICATOR: "Indicator",
    "TIME_PERIOD": "Time period",
    MEASURE: "Observation value",
    OBS_STATUS: "Observation status",
    CONF_STATUS: "Confidentiality status",
}
"""Names of the concepts behind the components. Source: SDMX Cross-Domain Concepts, 2009 and later."""


def structure_message(profile: ExchangeProfile) -> bytes:
    """The structure message of a profile: dataflow, data structure, concepts and the codelists in use.

    The same profile gives the same bytes, see PREPARED. All countries' areas are in it, since the structure is
    the exchange's and not one sender's.
    Source: SDMX-JSON 2.0, structure message.
    """
    document: Json = {
        "meta": {
            "schema": SCHEMA,
            "id": f"{profile.dataflow}-{profile.version.replace('.', '-')}",
            "prepared": PREPARED,
            "test": False,
            "contentLanguages": ["en"],
            "sender": {"id": profile.structure.agency},
        },
        "data": {
            "dataflows": [_dataflow(profile)],
            "dataStructures": [_data_structure(profile)],
            "conceptSchemes": [_concept_scheme(profile)],
            "codelists": [_codelist(codelist, profile) for codelist in _codelists(profile)],
        },
    }
    return (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _codelists(profile: ExchangeProfile) -> list[Codelist]:
    used = [FREQUENCIES, *(axis.codelist for axis in profile.structure.axes)]
    used += [attribute.codelist for attribute in profile.structure.attributes]
    return list({codelist.id: codelist for codelist in used}.values())


def _names(name: str) -> dict[str, Json]:
    return {"name": name, "names": {"en": name}}


def _dataflow(profile: ExchangeProfile) -> Json:
    structure = profile.structure
    return {
        "id": profile.dataflow,
        "agencyID": structure.agency,
        "version": profile.version,
        "structure": f"{URN}.datastructure.DataStructure={structure.agency}:{structure.id}({structure.version})",
        **_names(profile.name),
    }


def _data_structure(profile: ExchangeProfile) -> Json:
    structure = profile.structure
    axes: list[Json] = [_component("FREQ", FREQUENCIES, profile)]
    axes += [_component(axis.id, axis.codelist, profile) for axis in structure.axes]
    attributes: list[Json] = [
        {
            **_component(attribute.id, attribute.codelist, profile),
            "usage": "mandatory",
            "attributeRelationship": {"observation": {}},
            "measureRelationship": [MEASURE],
        }
        for attribute in structure.attributes
    ]
    time = {**_component("TIME_PERIOD", None, profile), "localRepresentation": _format("ObservationalTimePeriod")}
    measure = {
        **_component(MEASURE, None, profile),
        "usage": "mandatory",
        "localRepresentation": _format("Double"),
    }
    components: Json = {
        "dimensionList": {"id": "DimensionDescriptor", "dimensions": axes, "timeDimension": time},
        "measureList": {"id": "MeasureDescriptor", "measures": [measure]},
        "attributeList": {"id": "AttributeDescriptor", "attributes": attributes},
    }
    return {
        "id": structure.id,
        "agencyID": structure.agency,
        "version": structure.version,
        "dataStructureComponents": components,
        **_names(profile.name),
    }


def _component(name: str, codelist: Codelist | None, profile: ExchangeProfile) -> dict[str, Json]:
    scheme = f"{profile.structure.agency}:{CONCEPT_SCHEME}({CONCEPT_VERSION})"
    component: dict[str, Json] = {"id": name, "conceptIdentity": f"{URN}.conceptscheme.Concept={scheme}.{name}"}
    if codelist is not None:
        reference = f"{profile.structure.agency}:{codelist.id}({codelist.version})"
        component["localRepresentation"] = {"enumeration": f"{URN}.codelist.Codelist={reference}"}
    return component


def _format(data_type: str) -> Json:
    return {"format": {"dataType": data_type}}


def _concept_scheme(profile: ExchangeProfile) -> Json:
    concepts: list[Json] = [{"id": name, **_names(CONCEPTS.get(name, name))} for name in _components(profile)]
    return {
        "id": CONCEPT_SCHEME,
        "agencyID": profile.structure.agency,
        "version": CONCEPT_VERSION,
        "concepts": concepts,
        **_names("Concepts of the labour market exchange"),
    }


def _components(profile: ExchangeProfile) -> list[str]:
    attributes = (attribute.id for attribute in profile.structure.attributes)
    return [*profile.structure.dimension_ids, MEASURE, *attributes]


def _codelist(codelist: Codelist, profile: ExchangeProfile) -> Json:
    codes: list[Json] = [
        {"id": code.id, **_names(code.name), **({"parent": code.parent} if code.parent is not None else {})}
        for code in codelist.codes
    ]
    return {
        "id": codelist.id,
        "agencyID": profile.structure.agency,
        "version": codelist.version,
        "codes": codes,
        **_names(codelist.id),
    }
