"""No word of a page, a workbook or a briefing comes past the catalogues, nor does what is said of an error."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from node.adapters.distance_files import load_distances
from node.adapters.profile_files import ProfileFolder
from node.errors import MachineError, NodeError, ProofBroken, SignatureRefused
from node.exchange.proof import Lack, Outcome, Proof
from node.model.names import NameEntry, Names, NameTable
from node.model.perturbation import Method
from node.model.profile import AREA
from node.model.release import PeerState, Perturbed
from node.web.app import create_app
from node.web.language import catalogues
from node.web.problems import Problem
from node.web.takeaway.briefing import briefing
from node.web.workspace.words import DATAFLOWS, DISTANCES
from tests.support.profiles import AREAS, OCCUPATIONS
from tests.support.said import WORD, Marked, past_the_catalogues, words_past
from tests.support.tree import ROOT
from tests.support.web_world import FixedStore, WebWorld, cube, posts, standing, vintage
from tests.unit.web.conftest import COMPILED, once, reader
from tests.unit.web.test_restricted import closed
from tests.unit.web.workspace.made import ABOUT, ADDRESSES, BRIEFINGS, TILES, beside, small_world
from tests.unit.web.workspace.proofs import KEY, proof

LACKING = "OC25"
"""The group that has no Thai title where one is lacking."""
CODES = frozenset(
    WORD.findall("ID MY TH SU JA PNG IMTGT_ID IMTGT_MY IMTGT_TH SHA CSV XLSX JSON PDF SVG UTC kB csv gz p")
)
"""The same in every language: codes of countries and of tiles, kinds of files, signs of formulas."""
PAGES = ("/", *ADDRESSES.values(), "/feeds/", "/methods", "/areas/IMTGT_ID", "/matrix?occupation=OC2&measure=tightness",
         "/?asof=2026-11-22T05:00:00Z")  # fmt: skip
WRONG = {
    "/nowhere": 404,
    "/?period=October": 400,
    "/?period=3000-01": 400,
    "/?period=2019-01": 404,
    "/?asof=yesterday": 400,
    "/?lang=zz": 400,
    "/?occupation=OC99": 404,
    "/areas/XX": 404,
    "/areas/ID-SU?occupation=OC99": 404,
    "/occupations/OC99": 404,
    "/matrix?measure=wages": 400,
    "/trends?area=XX": 404,
    "/trends?occupation=XX": 404,
    "/complementarity?occupation=XX": 404,
    "/training?area=XX": 404,
    "/training?occupation=OC99": 404,
    "/provenance/XX/OC2": 404,
    "/provenance/ID-SU/XX": 404,
    "/proofs/WAGES/M.ID-SU.OC2.W": 404,
    "/proofs/VACANCIES/M.ID-SU": 400,
    "/proofs/VACANCIES/Q.ID-SU.OC2.JV_OPEN": 400,
    "/proofs/VACANCIES/M.XX.OC2.JV_OPEN": 400,
    "/proofs/VACANCIES/M.IMTGT.OC2.JV_OPEN": 404,
    "/fonts/Comic.ttf": 404,
}
"""What a reader may type or follow, and the answer's status."""
TYPED = frozenset(
    WORD.findall(
        "October XX OC99 wages yesterday zz WAGES Comic.ttf M Q W JV_OPEN OC2 VACANCIES TRAINING JOBSEEKERS IMTGT "
        "FREQ REF_AREA OCCUPATION INDICATOR CL_AREA CL_OCCUPATION relative tightness vacancies jobseekers "
        "id ms th en Bahasa Indonesia Bahasa Melayu English"
    )
)


def named(codes: dict[str, str], codelist: str) -> NameTable:
    return NameTable(codelist, "th", tuple(NameEntry(code, name) for code, name in codes.items()), ABOUT)


def thai(*lacking: str) -> Names:
    """A Thai name for every code that takes one, but for `lacking`."""
    found = []
    for codelist in (AREAS, OCCUPATIONS):
        codes = [code for code in codelist.ids if not code.startswith("_") and not code.endswith("_X")]
        found.append(named({code: f"ชื่อ {at}" for at, code in enumerate(codes) if code not in lacking}, codelist.id))
    return Names(("id", "ms", "th", "en"), tuple(found))


def thai_world(feeds: Path, *lacking: str) -> WebWorld:
    """The small world with nothing in it but Thai names, and all that may have to be said of releases and feeds."""
    late = standing("MY", "มาเลเซีย", PeerState.UNREACHABLE)
    never = replace(standing("TH", "ไทย", PeerState.NEVER), pulled_at=None, tried_at=None)
    about = replace(small_world(feeds).reading().distances().about, title=DISTANCES.message)
    distances = replace(small_world(feeds).reading().distances(), about=about)
    return small_world(
        feeds,
        name="โหนด",
        synthetic=True,
        names=thai(*lacking),
        tiles=TILES,
        distances=distances,
        standings=(standing("ID", "อินโดนีเซีย"), late, never),
    )


def noted(world: WebWorld) -> WebWorld:
    """The same with releases of which something has to be said."""
    noise = Perturbed(Method.ROUNDING, 4)
    altered = vintage("ID", "VACANCIES", "2026-10", flags=("more than 3 times up or down",))
    altered = replace(altered, custom=replace(altered.custom, perturbation=noise, synthetic=True))
    empty = vintage("MY", "VACANCIES", "2026-10", rows=0)
    return replace(world, store=FixedStore(cube("VACANCIES", "2026-10", {posts("ID-SU", "OC2"): 5}, [altered, empty])))


@pytest.fixture(autouse=True)
def _marked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "unmarked" not in request.fixturenames:
        monkeypatch.setattr(catalogues, "catalogue", lambda spoken: Marked())


@pytest.fixture
def unmarked() -> None:
    """With the catalogues as they are."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> WebWorld:
    return thai_world(tmp_path_factory.mktemp("feeds"))


@pytest.fixture(scope="module")
def client(world: WebWorld) -> FlaskClient:
    return reader(world)


def proving(world: WebWorld, prove: Callable[..., Proof]) -> FlaskClient:
    app = create_app(world, prove, run=once)
    app.jinja_env.bytecode_cache = COMPILED
    return app.test_client()


def in_thai(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(beside(address, "", "" if "lang=" in address else "lang=th"), headers={"Accept-Language": "th"})
    assert answer.status_code == status, answer.text
    assert '<html lang="th">' in answer.text
    return answer.text


@pytest.mark.parametrize("address", PAGES)
def test_whatever_a_page_says_goes_through_the_catalogues(client: FlaskClient, address: str) -> None:
    assert past_the_catalogues(in_thai(client, address), CODES) == set()


@pytest.mark.parametrize("address", ["/", "/feeds/", "/areas/ID-SU"])
def test_so_does_what_has_to_be_said_of_releases(world: WebWorld, address: str) -> None:
    page = in_thai(reader(noted(world)), address)
    assert past_the_catalogues(page, CODES) == set()
    assert "more than 3 times up or down" in page


def test_so_does_a_node_s_first_page_before_anything_was_merged(world: WebWorld) -> None:
    empty = replace(world, store=FixedStore(), standings=(), feed=None)
    for address in ("/", "/feeds/"):
        assert past_the_catalogues(in_thai(reader(empty), address), CODES) == set()


@pytest.mark.parametrize("outcome", list(Outcome))
def test_so_does_a_proof(world: WebWorld, outcome: Outcome) -> None:
    client = proving(world, lambda *asked: proof(outcome, *Lack, flags=("more than 3 times up or down",)))
    page = in_thai(client, f"/proofs/VACANCIES/{KEY}")
    assert past_the_catalogues(page, CODES | {"Indonesia"}) == set()
    whole = in_thai(proving(world, lambda *asked: proof(outcome)), f"/proofs/VACANCIES/{KEY}")
    assert past_the_catalogues(whole, CODES | {"Indonesia"}) == set()


@pytest.mark.parametrize(("address", "status"), WRONG.items())
def test_so_does_what_is_said_of_an_address(client: FlaskClient, address: str, status: int) -> None:
    page = in_thai(client, address, status)
    assert past_the_catalogues(page, CODES | TYPED) == set()
    assert '<p class="lead" lang="th">' in page
    assert 'lang="en"' not in page.replace('lang="en" hreflang', "")


def test_so_does_what_is_for_partners_only(world: WebWorld) -> None:
    for dataflow, address in (("JOBSEEKERS", "/"), ("TRAINING", "/training")):
        page = in_thai(reader(closed(world, dataflow)), address, 401)
        assert past_the_catalogues(page, CODES | TYPED) == set()
        assert 'lang="en"' not in page.replace('lang="en" hreflang', "")


def test_so_does_a_period_of_a_node_that_has_merged_nothing(world: WebWorld) -> None:
    client = reader(replace(world, store=FixedStore()))
    for address in ("/?period=2026-10", f"/proofs/VACANCIES/{KEY}"):
        page = in_thai(client, address, 404)
        assert past_the_catalogues(page, CODES | TYPED) == set()


@pytest.mark.parametrize(
    ("error", "status"),
    [(ProofBroken("/srv/x"), 500), (SignatureRefused("/srv/x"), 502), (MachineError("/srv/x"), 503),
     (NodeError("/srv/x"), 500)],
)  # fmt: skip
def test_so_does_a_fault_of_the_node_itself(world: WebWorld, error: NodeError, status: int) -> None:
    def failing(*asked: object) -> Proof:
        raise error

    page = in_thai(proving(world, failing), f"/proofs/VACANCIES/{KEY}", status)
    assert past_the_catalogues(page, CODES) == set()
    assert 'lang="en"' not in page.replace('lang="en" hreflang', "")
    assert "/srv" not in page


@pytest.mark.usefixtures("unmarked")
def test_a_broken_proof_tells_its_reader_not_to_use_the_number(world: WebWorld) -> None:
    def failing(*asked: object) -> Proof:
        raise ProofBroken("/srv/peers/MY is not what its sender signed")

    client = proving(world, failing)
    assert "Do not use the number" in client.get(f"/proofs/VACANCIES/{KEY}?lang=en").text
    assert "Jangan gunakan angka ini" in client.get(f"/proofs/VACANCIES/{KEY}?lang=ms").text


@pytest.mark.parametrize("view", ADDRESSES)
def test_a_workbook_s_words_go_through_the_catalogues(client: FlaskClient, view: str) -> None:
    body = client.get(beside(ADDRESSES[view], ".xlsx", "lang=th")).data
    book = openpyxl.load_workbook(io.BytesIO(body))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    names = [f"{name}⟧" for name in book.sheetnames]  # which end after 31 letters
    texts = [
        text for text in (*names, *cells) if not re.fullmatch(r"[\w./:?=&%+-]*[\d./][\w./:?=&%+-]*|[a-f]{64}", text)
    ]
    codes = {*CODES, *AREAS.ids, *OCCUPATIONS.ids}
    known = {word for code in codes for word in re.findall("[A-Za-z_]+[0-9]*", code)} | codes
    assert {word for text in texts for word in words_past(text)} - known == set()
    assert texts


@pytest.mark.parametrize("address", BRIEFINGS)
def test_a_briefing_s_words_go_through_the_catalogues(world: WebWorld, address: str) -> None:
    given: list[Any] = []

    def keep(work: Callable[..., bytes], *values: object, **named: object) -> bytes:
        if work is not briefing:
            return once(work, *values, **named)
        given.extend(values)
        return b"%PDF-"

    app = create_app(world, lambda *asked: proof(), run=keep)
    assert app.test_client().get(f"{address}?lang=th").status_code == 200
    texts = [text for document in given for text in said_in(dataclasses.asdict(document))]
    kept = [text for text in texts if not re.search(r"\.csv\.gz$|^[0-9a-f ]{64,}$", text)]
    words = {word for text in kept for word in words_past(re.sub(r"http://[^\s⟦]+", "", text))}
    assert words - CODES <= {"th", "page", "pages"}
    assert any("⟦" in text for text in kept)


def said_in(value: Any) -> Iterator[str]:
    """The texts of a document, in whatever depth; not the names of its parts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from said_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from said_in(part)


LACKED = {code.id: code.name for code in OCCUPATIONS.codes}[LACKING]


@pytest.mark.parametrize(
    "address",
    ["/?occupation=OC25", "/occupations/OC25", "/provenance/ID-SU/OC25", "/trends?area=ID-SU&occupation=OC25",
     "/complementarity?occupation=OC25", "/training?occupation=OC25", "/matrix?occupation=OC25"],
)  # fmt: skip
def test_an_english_title_is_marked_wherever_it_stands_in(tmp_path: Path, address: str) -> None:
    """In tables, headings, sentences and lists of choices; a drawing and the title of a window have no parts."""
    page = in_thai(reader(thai_world(tmp_path, LACKING)), address)
    assert past_the_catalogues(page, CODES, past=("svg", "title")) == set()
    assert LACKED in page


@pytest.mark.usefixtures("unmarked")
@pytest.mark.parametrize("language", ["id", "ms", "th", "en"])
def test_programs_are_told_errors_in_english_whatever_the_address_says(client: FlaskClient, language: str) -> None:
    for address, named in (("/overview.csv?period=x", "“x” is not a period"), ("/areas/XX.json", "is no area of")):
        error = client.get(beside(address, "", f"lang={language}")).json["error"]
        assert named in error["message"]
        assert error["remedy"] in (
            "Correct the address and try again.",
            "Start from the overview, or see under Feeds and trust what this node publishes.",
        )
    accepted = client.get(f"/areas/XX?lang={language}", headers={"Accept": "application/json"})
    assert "is no area of" in accepted.json["error"]["message"]
    broken = Problem.of_node_error(ProofBroken("x"))
    assert broken.for_programs == "A file or the database of this node is not what a number's sender signed."


def test_names_and_titles_that_come_with_the_program_are_in_the_catalogues() -> None:
    profiles = ProfileFolder(ROOT / "exchange_profiles")
    assert {dataflow: text.message for dataflow, text in DATAFLOWS.items()} == {
        dataflow: profiles.profile(dataflow).name for dataflow in profiles.dataflows()
    }
    areas = profiles.profile("VACANCIES").structure.axis(AREA).codelist
    assert load_distances(ROOT / "mappings/distance", areas).about.title == DISTANCES.message
