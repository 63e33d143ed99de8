from __future__ import annotations

import pytest

from node.errors import MAX_PLACES, Fault, NodeError, NotPublished, RecordsInvalid, all_errors


def test_a_message_names_the_first_places_and_counts_the_rest() -> None:
    problem = RecordsInvalid("source x: no date", places=tuple(f"row {row}" for row in range(1, 15)))
    assert f"row {MAX_PLACES}; and 4 more" in str(problem)
    assert "row 11" not in str(problem)


@pytest.mark.parametrize("error", list(all_errors()), ids=lambda error: error.__name__)
def test_each_class_says_whose_fault_how_to_exit_and_what_to_do(error: type[NodeError]) -> None:
    assert error.__doc__
    assert isinstance(error.fault, Fault)
    assert 64 <= error.exit_code <= 78
    assert 400 <= error.http_status <= 599
    assert error.remedy.endswith((".", ")"))


def test_an_error_for_readers_keeps_its_message_and_its_values_apart() -> None:
    problem = NotPublished.to_reader("“%(code)s” is no area, to 100 %%", code="XX")
    assert type(problem) is NotPublished
    assert str(problem) == "“XX” is no area, to 100 %"
    assert (problem.template, problem.values) == ("“%(code)s” is no area, to 100 %%", {"code": "XX"})
    assert NotPublished("“XX” is no area").template == ""
