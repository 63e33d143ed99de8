"""Answers are kept while nothing that they show has changed, for those to whom they were given."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.exceptions import Unauthorized

from node.model.merged import MergedCube
from node.ports import ObservationStore
from node.web.language.wiring import add_languages
from node.web.restricted import require_reader
from node.web.workspace import cache
from node.web.workspace.cache import AnswerCache
from tests.support.profiles import jobseekers, vacancies
from tests.support.web_world import FixedProfiles, FixedStore, WebWorld, cube
from tests.unit.web.conftest import reader
from tests.unit.web.takeaway import pdf_text
from tests.unit.web.workspace.made import SEEKING, VACANT, small_world

YEAR = timedelta(days=365)
ADDRESSES = ("/", "/overview", "/overview.csv", "/matrix.json", "/occupations/OC25.xlsx", "/areas/ID-SU/briefing.pdf")


class CountingStore(FixedStore):
    """Counts how often it is read, and takes cubes later on."""

    def __init__(self, *cubes: MergedCube) -> None:
        super().__init__(*cubes)
        self.reads = 0

    def cubes(self, dataflow: str, periods: object, **asked: object) -> tuple[MergedCube, ...]:
        self.reads += 1
        return super().cubes(dataflow, periods, **asked)  # type: ignore[arg-type]  # handed on as it came

    def add(self, made: MergedCube) -> None:
        self._cubes[made.dataflow, made.period].append(made)


@pytest.fixture
def store() -> CountingStore:
    return CountingStore(cube("VACANCIES", "2026-10", VACANT), cube("JOBSEEKERS", "2026-10", SEEKING))


@pytest.fixture
def counted(tmp_path: Path, store: CountingStore) -> WebWorld:
    return small_world(tmp_path, store=store)


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_same_address_gives_the_same_bytes_without_reading_again(
    counted: WebWorld, store: CountingStore, address: str
) -> None:
    client = reader(counted)
    first = client.get(address)
    reads = store.reads
    again = client.get(address)
    assert reads > 0
    assert store.reads == reads
    assert again.data == first.data
    assert again.headers == first.headers


def test_a_kept_answer_that_the_reader_has_is_not_sent_again(counted: WebWorld) -> None:
    client = reader(counted)
    client.get("/")
    tag = client.get("/").headers["ETag"]
    again = client.get("/", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_what_is_merged_is_seen_at_once(counted: WebWorld, store: CountingStore) -> None:
    client = reader(counted)
    before = client.get("/occupations/OC2.csv").text
    later = {**VACANT, ("IMTGT_ID", "OC2", "_Z", "JV_OPEN"): 701}
    store.add(cube("VACANCIES", "2026-10", later))
    after = client.get("/occupations/OC2.csv").text
    assert ",700," in before
    assert ",701," in after


def test_an_answer_is_made_anew_after_a_minute(counted: WebWorld, store: CountingStore) -> None:
    client = reader(counted)
    client.get("/")
    reads = store.reads
    counted.now += timedelta(seconds=cache.FRESH_SECONDS)
    client.get("/")
    assert store.reads > reads


def test_languages_are_kept_apart(counted: WebWorld) -> None:
    client = reader(counted)
    by_header = {one: client.get("/occupations/OC2", headers={"Accept-Language": one}) for one in ("id", "th", "en")}
    for one, answer in by_header.items():
        again = client.get("/occupations/OC2", headers={"Accept-Language": one})
        assert again.data == answer.data
        assert f'<html lang="{one}">' in again.text
        assert again.headers["Content-Language"] == one
        assert "Accept-Language" in again.headers["Vary"]
    assert len({answer.data for answer in by_header.values()}) == 3
    assert 'lang="id"' in client.get("/occupations/OC2?lang=id").text


def test_what_one_reader_asks_under_another_name_of_the_site_is_not_told_to_others(counted: WebWorld) -> None:
    """An address printed in a file is that by which its reader asked, whoever asked before under which name."""
    client = reader(counted)
    for path in ("/occupations/OC25.xlsx", "/occupations/OC25/briefing.pdf"):
        client.get(path, base_url="http://elsewhere.example")
        own = client.get(path, base_url="https://lmis.example").data
        if path.endswith("pdf"):
            text = pdf_text.whole(own)
        else:
            sheet = openpyxl.load_workbook(io.BytesIO(own)).worksheets[-1]
            text = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
        assert "https://lmis.example/occupations/OC25" in text
        assert "elsewhere" not in text


def test_a_path_before_the_site_is_kept_apart(counted: WebWorld) -> None:
    client = reader(counted)
    assert 'href="/matrix?' in client.get("/occupations/OC25").text
    below = client.get("/occupations/OC25", environ_overrides={"SCRIPT_NAME": "/lmis"}).text
    assert 'href="/lmis/matrix?' in below
    assert 'href="/matrix' not in below


def test_a_time_in_the_address_is_an_answer_of_its_own(counted: WebWorld) -> None:
    client = reader(counted)
    now = client.get("/overview.json").json
    then = client.get("/overview.json?asof=2026-11-22T03:00:00Z").json
    assert then["as_of"] == "2026-11-22T03:00:00+00:00"
    assert now["tables"] != then["tables"]


class Divided(FixedStore):
    """A store of which only what is read at once may be read, but for the question whether anything is new."""

    def at_once(self) -> AbstractContextManager[FixedStore]:
        return nullcontext(FixedStore(*(one for cubes in self._cubes.values() for one in cubes)))

    def cubes(self, *_: object, **__: object) -> tuple[MergedCube, ...]:
        raise AssertionError("an answer was made of more than one state of the store")

    periods = newest = cube = vintages = cubes  # type: ignore[assignment]  # none of them is to be called


@pytest.mark.parametrize("address", [*ADDRESSES, "/overview/map.svg", "/trends", "/training", "/provenance/ID-SU/OC2"])
def test_all_that_an_answer_shows_is_of_one_state(tmp_path: Path, address: str) -> None:
    divided = Divided(cube("VACANCIES", "2026-10", VACANT), cube("JOBSEEKERS", "2026-10", SEEKING))
    assert reader(small_world(tmp_path, store=divided)).get(address).status_code == 200


@dataclass
class Answers:
    """An application of one address behind a cache. `made`: how often it was asked; `body`, `status`: its answer."""

    world: WebWorld
    made: int = 0
    body: bytes = b"said"
    status: int = 200
    check: Callable[[], None] = lambda: None
    cache: AnswerCache = field(default_factory=AnswerCache)

    @property
    def client(self) -> FlaskClient:
        app = Flask("answers")
        add_languages(app)
        app.add_url_rule("/", "all", self.answer, defaults={"path": ""})
        app.add_url_rule("/<path:path>", "each", self.answer)
        return app.test_client()

    def answer(self, path: str) -> Response:
        return self.cache.answer(self.world, self._make)

    def _make(self, store: ObservationStore) -> Response:
        self.check()
        self.made += 1
        return Response(self.body, self.status, {"X-Made": str(self.made)})


@pytest.fixture
def answers(world: WebWorld) -> Answers:
    return Answers(world)


def test_headers_are_kept_with_the_body(answers: Answers) -> None:
    client = answers.client
    assert [client.get("/x").headers["X-Made"] for _ in range(3)] == ["1", "1", "1"]


def test_errors_are_not_kept(answers: Answers) -> None:
    answers.status = 404
    client = answers.client
    for _ in range(2):
        client.get("/x")
    assert answers.made == 2


def test_a_very_large_answer_is_not_kept(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "LARGEST", 3)
    client = answers.client
    for _ in range(2):
        assert client.get("/x").data == b"said"
    assert answers.made == 2


def test_the_answer_unasked_for_longest_goes_first(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_BYTES", 2 * len(answers.body))
    client = answers.client
    for path in ("/1", "/2", "/1", "/3"):
        client.get(path)
    made = answers.made
    client.get("/1")
    client.get("/3")
    assert answers.made == made == 3
    client.get("/2")
    assert answers.made == 4


def guarded(world: WebWorld, dataflow: str) -> WebWorld:
    """The same node, with one dataflow for partners only."""
    profiles = {one: world.profiles.profile(one) for one in world.profiles.dataflows()}
    profiles[dataflow] = replace(profiles[dataflow], audience="partners")
    return replace(world, profiles=FixedProfiles(*profiles.values()))


@pytest.mark.parametrize(
    ("dataflow", "address"), [("JOBSEEKERS", "/"), ("VACANCIES", "/matrix.csv"), ("TRAINING", "/training.json")]
)
def test_what_takes_a_token_is_never_kept(answers: Answers, dataflow: str, address: str) -> None:
    answers.world = guarded(answers.world, dataflow)
    answers.check = lambda: require_reader(answers.world, dataflow)
    client = answers.client
    client.application.register_error_handler(Unauthorized, lambda _: ("", 401))
    issued = [answers.world.access.issue(holder, (f"feed:{dataflow}",), YEAR) for holder in ("Malaysia", "Thailand")]
    for one in issued:
        assert client.get(address, headers={"Authorization": f"Bearer {one.token}"}).status_code == 200
    assert answers.made == 2, "the second reader was not given what the first was"
    assert client.get(address).status_code == 401
    answers.world.access.revoke(issued[0].access.id)
    assert client.get(address, headers={"Authorization": f"Bearer {issued[0].token}"}).status_code == 401
    assert answers.cache._kept == {}


def test_a_node_whose_training_is_for_partners_still_keeps_its_other_views(answers: Answers) -> None:
    answers.world = guarded(answers.world, "TRAINING")
    client = answers.client
    for _ in range(2):
        client.get("/matrix")
    assert answers.made == 1


def test_profiles_of_the_small_world_are_public(world: WebWorld) -> None:
    """Else the tests above would hold for nothing."""
    assert {world.profiles.profile(one).audience for one in world.profiles.dataflows()} == {"public"}
    assert {vacancies().audience, jobseekers().audience} == {"public"}
