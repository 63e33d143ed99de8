"""A proof in the reader's language says what the command line says, and its codes stay as they are."""

from __future__ import annotations

import pytest

from node.exchange.proof import Lack, Outcome, as_text
from node.model.release import Json
from node.web.language.current import speaking
from node.web.language.languages import Language
from node.web.workspace.steps import LACKS, OUTCOMES, lacks_text, outcome_text, steps
from tests.unit.web.workspace.proofs import proof


def test_every_outcome_and_every_lack_has_its_words() -> None:
    assert set(OUTCOMES) == set(Outcome) - {Outcome.NUMBER}
    assert set(LACKS) == set(Lack)


@pytest.mark.parametrize(
    ("outcome", "english", "malay"),
    [
        (Outcome.NUMBER, "1,234", "1,234"),
        (Outcome.SUPPRESSED, "There is no number: it is hidden", "Tiada angka: angka dirahsiakan"),
        (Outcome.MISSING, "There is no number: no source", "Tiada angka: tiada sumber"),
        (Outcome.NO_NUMBER, "There is no number.", "Tiada angka."),
        (Outcome.UNLISTED_ZERO, "0. It is not listed", "0. Angka ini tidak disenaraikan"),
        (Outcome.EMPTY, "The release has no rows", "Terbitan ini tiada baris"),
        (Outcome.GONE, "The signed file is gone", "Fail bertandatangannya sudah tiada"),
    ],
)
def test_what_a_proof_comes_to_is_said_in_the_readers_language(outcome: Outcome, english: str, malay: str) -> None:
    made = proof(outcome)
    assert made.outcome is outcome
    for language, words in ((Language.ENGLISH, english), (Language.MALAY, malay)):
        with speaking(language):
            assert outcome_text(made).startswith(words)


def test_a_number_is_written_as_the_reader_writes_numbers() -> None:
    with speaking(Language.INDONESIAN):
        assert outcome_text(proof()) == "1.234"
    assert proof().says == "1234"


@pytest.mark.parametrize("language", list(Language))
def test_the_steps_have_every_code_of_the_command_lines_text(language: Language) -> None:
    made = proof(Outcome.UNLISTED_ZERO, flags=("more than 3 times up or down",))
    with speaking(language):
        codes = [code for step in steps(made) for code in step.codes]
        assert [step.english for step in steps(made) if step.english] == ["more than 3 times up or down"]
    told = "\n".join(as_text(made))
    for code in codes:
        assert code in told or code == made.peer.fingerprint
    row, release, peer = made.shown, made.vintage, made.peer
    assert row is not None
    assert codes[:3] == ["ID-SU._T.JV_OPEN", row.text, release.target.path]
    for code in (release.target.sha256, release.custom.profile_digest, "aa" * 32, "bb" * 32, peer.fingerprint):
        assert code in codes


@pytest.mark.parametrize(
    ("audit", "said"),
    [
        ({"passed": True, "cells": 5280, "suppressed": 174}, "passed its audit: of its 5,280 cells 174 are hidden"),
        ({"passed": True}, "passed its audit."),
        ({"passed": False, "cells": 5280, "suppressed": 174}, "did not pass its audit."),
        ("passed", "did not pass its audit."),
    ],
)
def test_what_came_of_the_audit_is_said_in_words(audit: Json, said: str) -> None:
    (step,) = [step for step in steps(proof(report={"audit": audit})) if "audit" in step.said]
    assert said in step.said
    assert step.codes == ()


def test_without_a_report_no_audit_is_spoken_of() -> None:
    made = proof(Outcome.NUMBER, Lack.REPORT)
    assert not [step for step in steps(made) if "passed" in step.said]
    with speaking(Language.THAI):
        assert lacks_text(made) == (str(LACKS[Lack.REPORT]),)
        assert lacks_text(made) != made.lacking
    assert lacks_text(proof()) == ()
