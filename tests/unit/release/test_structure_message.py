import json

import pytest

from node.release.structure_message import structure_message
from tests.support.profiles import AREAS, employment, jobseekers, vacancies

sdmx = pytest.importorskip("pysdmx.io")


@pytest.mark.parametrize("profile", [vacancies(), jobseekers(), employment()], ids=lambda profile: profile.dataflow)
def test_another_implementation_reads_it(profile):
    """pysdmx checks the message against the schema of SDMX-JSON 2.0, then builds its own model of it."""
    message = sdmx.read_sdmx(structure_message(profile).decode(), validate=True)
    (dataflow,) = message.get_dataflows()
    assert (dataflow.id, dataflow.agency, dataflow.version) == (profile.dataflow, "IMTGT", "1.0.0")
    (definition,) = message.get_data_structure_definitions()
    read = [component.id for component in definition.components.dimensions]
    assert read == list(profile.structure.dimension_ids)
    assert [component.id for component in definition.components.attributes] == ["OBS_STATUS", "CONF_STATUS"]
    for axis in profile.structure.axes:
        component = definition.components[axis.id]
        assert [code.id for code in component.local_codes] == list(axis.codelist.ids)


def test_codes_keep_their_tree():
    document = json.loads(structure_message(vacancies()))
    (areas,) = [entry for entry in document["data"]["codelists"] if entry["id"] == "CL_AREA"]
    assert {code["id"]: code.get("parent") for code in areas["codes"]} == {code.id: code.parent for code in AREAS.codes}


def test_the_same_profile_gives_the_same_bytes():
    assert structure_message(vacancies()) == structure_message(vacancies())
    assert structure_message(vacancies()) != structure_message(jobseekers())
