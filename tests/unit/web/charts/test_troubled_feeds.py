"""A chart that is taken away says which of its figures come from a feed that does not stand as it should.

The charts are those of the views themselves, so that a new one is held to it as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from node.model.release import PeerState
from node.model.standing import PeerStanding
from node.web.charts.cache import RenderCache
from node.web.charts.sheet import Chart
from node.web.charts.signs import SHAPES
from node.web.language.current import speaking
from node.web.language.languages import Language
from node.web.workspace.charting import PARTIAL_SIGN
from node.web.workspace.desk import Desk
from node.web.workspace.notes import feed_words
from node.web.workspace.routes import VIEWS
from node.web.workspace.words import STATE_MEANINGS, STATE_WORDS
from tests.docs.test_workspace_page import charts as charts_in_code
from tests.support.web_world import FixedStore, WebWorld, cube, standing
from tests.unit.web.conftest import reader
from tests.unit.web.workspace.made import SEEKING, VACANT, beside

SVG = "{http://www.w3.org/2000/svg}"
CODES = {"area": "MY-07", "occupation": "OC25"}
OF_VIEW = {"/areas/<code>": "MY-07", "/occupations/<code>": "OC25"}
"""What stands for the code in the path of a view where its name does not say of what."""
PATHS = {
    name: re.sub("<(\\w+)>", lambda found, path=path: OF_VIEW.get(path) or CODES[found[1]], path)  # type: ignore[misc]  # bound
    for name, path, _ in VIEWS
}
MALAYSIA = "Malaysia (IMT-GT): its feed is quarantined: "


def standings(**states: PeerState) -> tuple[PeerStanding, ...]:
    names = {"ID": "Indonesia", "MY": "Malaysia"}
    return tuple(standing(peer, name, states.get(peer, PeerState.FRESH)) for peer, name in names.items())


ALL = standings(ID=PeerState.STALE, MY=PeerState.QUARANTINED)
MALAYSIAN = standings(MY=PeerState.QUARANTINED)


def charts_of(world: WebWorld, view: str) -> tuple[str, ...]:
    """The names of a view's charts, as the view itself has them."""
    make = next(make for name, _, make in VIEWS if name == view)
    path = next(path for name, path, _ in VIEWS if name == view)
    codes = dict(zip(re.findall(r"<(\w+)>", path), _filled(path), strict=True))
    app = reader(world).application
    with app.test_request_context(PATHS[view]):
        desk = Desk.of_request(world)
        assert desk.periods is not None
        return tuple(make(desk, desk.periods.chosen, **codes).charts)


def _filled(path: str) -> Iterator[str]:
    return (OF_VIEW.get(path) or CODES[name] for name in re.findall(r"<(\w+)>", path))


def packed(text: str) -> str:
    return re.sub(r"\s", "", text)


def drawn(svg: str) -> tuple[str, str]:
    """What a chart shows, its texts without spaces, and its text alternative."""
    root = ElementTree.fromstring(svg)  # noqa: S314  # what the node itself has made
    (desc,) = (one.text or "" for one in root.iter(f"{SVG}desc"))
    return packed("".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))), desc


def look(path: str) -> str:
    """The kinds of a path's parts: the renderer writes an arc of half a circle as two curves, and closes none twice."""
    return re.sub(r"[^MLACZ]", "", path).replace("A", "CC").replace("Z", "")


LOOKS = {look(shape): sign for sign, shape in SHAPES.items()}


def signs(svg: str) -> list[str]:
    """The signs in a chart."""
    paths = ElementTree.fromstring(svg).iter(f"{SVG}path")  # noqa: S314  # as above
    looks = [look(path.attrib.get("d", "")) for path in paths]
    return [LOOKS[one] for one in looks if one in LOOKS]


def of_page(html: str) -> list[str]:
    """The charts in a page."""
    return re.findall(r"<svg .*?</svg>", html, re.DOTALL)


def test_the_charts_that_are_looked_at_are_all_there_are(world: WebWorld) -> None:
    rules = {str(rule.endpoint) for rule in reader(world).application.url_map.iter_rules() if "chart" in rule.arguments}
    assert rules == {f"workspace.{name}_chart" for name, _, _ in VIEWS}
    assert {chart for view in PATHS for chart in charts_of(world, view)} == charts_in_code()


@pytest.mark.parametrize("view", PATHS)
def test_every_chart_of_a_troubled_feed_says_so_as_a_file(world: WebWorld, view: str) -> None:
    client, others = reader(replace(world, standings=ALL)), reader(world)
    for chart in charts_of(world, view):
        address = beside(PATHS[view], f"/{chart}.svg")
        shown, said = drawn(client.get(address).text)
        words = [one for one in _sentences(world, Language.ENGLISH) if packed(one) in shown]
        assert words, address
        assert all(f"{one} Last good pull: 22 November 2026, 04:00 UTC." in said for one in words), address
        shown, said = drawn(others.get(address).text)
        assert "feed" not in shown + said, address
        assert not signs(others.get(address).text), address


@pytest.mark.parametrize("view", PATHS)
def test_every_chart_in_a_page_says_so_in_brief_and_in_full_to_those_who_do_not_see_it(
    world: WebWorld, view: str
) -> None:
    troubled, fresh = (reader(replace(world, standings=one)).get(PATHS[view]) for one in (ALL, world.standings))
    assert troubled.status_code == fresh.status_code == 200
    found = of_page(troubled.text)
    assert len(found) == 2 * len(charts_of(world, view))
    for svg in found:
        shown, said = drawn(svg)
        told = {
            "Malaysia(IMT-GT):quarantined": "Malaysia (IMT-GT): its feed is quarantined",
            "Indonesia(IMT-GT):stale": "Indonesia (IMT-GT): its feed is stale",
        }
        assert any(brief in shown for brief in told)
        for brief, full in told.items():
            assert (brief in shown) == (full in said)
        assert all(packed(str(meaning)) not in shown for meaning in STATE_MEANINGS.values()), "the page says it above"
    for svg in of_page(fresh.text):
        assert "quarantined" not in svg
        assert not signs(svg)


def _sentences(world: WebWorld, spoken: Language) -> tuple[str, ...]:
    """What pages say of the feeds that are troubled here."""
    troubled = replace(world, standings=ALL)
    with reader(troubled).application.test_request_context("/overview"), speaking(spoken):
        return feed_words(Desk.of_request(troubled))


@pytest.mark.parametrize("spoken", Language)
def test_it_is_said_in_the_language_of_the_reader(world: WebWorld, spoken: Language) -> None:
    client = reader(replace(world, standings=ALL))
    shown, said = drawn(client.get(f"/overview/map.svg?lang={spoken.value}").text)
    sentences = _sentences(world, spoken)
    assert len(sentences) == 2
    for sentence in sentences:
        assert packed(sentence) in shown
        assert sentence in said


@pytest.mark.parametrize("state", [state for state in PeerState if state is not PeerState.FRESH])
def test_each_state_has_its_words_and_its_sign(world: WebWorld, state: PeerState) -> None:
    svg = reader(replace(world, standings=standings(MY=state))).get("/occupations/OC25/ranking.svg").text
    assert f"Malaysia (IMT-GT): its feed is {STATE_WORDS[state]}: {STATE_MEANINGS[state]}." in drawn(svg)[1]
    assert len(signs(svg)) == 3, "Penang, Perak and the note"


def test_a_feed_that_was_never_pulled_has_no_last_pull(world: WebWorld) -> None:
    never = tuple(replace(one, pulled_at=None) for one in standings(MY=PeerState.NEVER))
    said = drawn(reader(replace(world, standings=never)).get("/overview/map.svg").text)[1]
    assert "never pulled" in said
    assert "Last good pull" not in said


@pytest.mark.parametrize(
    ("address", "marked"),
    [
        ("/overview/map.svg", 3),
        ("/occupations/OC25/ranking.svg", 3),
        ("/matrix/heat.svg", 4),
        ("/training/training.svg?occupation=OC25", 4),
        ("/complementarity/flows.svg", 2),
        ("/areas/MY-07/ranking.svg", 1),
        ("/areas/IMTGT_MY/ranking.svg", 1),
        ("/trends/relative.svg?area=MY-08&occupation=OC2", 1),
        ("/trends/stocks.svg?area=IMTGT", 1),
        ("/trends/beveridge.svg?area=IMTGT_MY", 1),
        ("/training/training.svg?area=MY-07", 1),
        ("/areas/ID-SU/ranking.svg", 0),
        ("/trends/relative.svg?area=ID-SU&occupation=OC2", 0),
        ("/trends/stocks.svg?area=IMTGT_ID", 0),
        ("/training/training.svg?area=ID-SU", 0),
    ],
)
def test_areas_of_the_feed_have_its_sign_and_charts_of_others_have_none(
    world: WebWorld, address: str, marked: int
) -> None:
    """As many as there are areas and countries of it in the chart, and one in the note."""
    answer = reader(replace(world, standings=MALAYSIAN)).get(address)
    assert answer.status_code == 200
    shown, said = drawn(answer.text)
    assert signs(answer.text) == ["✕"] * marked
    assert (MALAYSIA in said) == (packed(MALAYSIA) in shown) == (marked > 0)


@pytest.mark.parametrize("address", ["/overview/map.svg", "/areas/MY-07/ranking.svg"])
def test_a_chart_follows_a_feed_that_falls_into_trouble_and_recovers_within_the_minute(
    world: WebWorld, address: str
) -> None:
    """Although nothing has been merged in between: how a feed stands is noted beside the store."""
    client, seen = reader(world), []
    for now in (world.standings, MALAYSIAN, standings(MY=PeerState.STALE), world.standings, MALAYSIAN):
        world.standings = now
        shown, said = drawn(client.get(address).text)
        page = of_page(client.get(address.rpartition("/")[0]).text)
        seen.append({word for word in ("quarantined", "stale") if word in shown})
        for word in ("quarantined", "stale"):
            assert (word in shown) == (word in said) == any(word in svg for svg in page)
    assert seen == [set(), {"quarantined"}, {"stale"}, set(), {"quarantined"}]


def test_a_chart_of_a_moment_says_how_feeds_stand_now(world: WebWorld) -> None:
    """As its page does; only data of a moment stay the same for ever."""
    client = reader(replace(world, standings=MALAYSIAN))
    assert MALAYSIA in drawn(client.get("/overview/map.svg?asof=2026-11-22T05:00:00Z").text)[1]


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("/areas/MY-07/ranking.svg", "Penang:Vacanciesper"),
        ("/training/training.svg?area=MY-07", "Penang:Vacantposts"),
        ("/training/training.svg?occupation=OC25", "ICTprofessionals:Vacantposts"),
    ],
)
def test_a_chart_of_one_area_or_occupation_names_it(client: FlaskClient, address: str, named: str) -> None:
    """Else the note would speak of a country that nothing else in the chart does."""
    assert named in drawn(client.get(address).text)[0]


def test_a_picture_follows_too(world: WebWorld) -> None:
    client, made = reader(world), []
    for now in (world.standings, MALAYSIAN, world.standings):
        world.standings = now
        made.append(client.get("/overview/map.png?width=380").data)
    assert made[0] == made[2] != made[1]


def test_a_briefing_has_the_signs_in_its_chart_and_the_words_above_it(
    world: WebWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Chart] = []
    drawing = RenderCache.png

    def png(cache: RenderCache, chart: Chart, width: int, scale: float = 2.0) -> bytes:
        taken.append(chart)
        return drawing(cache, chart, width, scale)

    monkeypatch.setattr(RenderCache, "png", png)
    assert reader(replace(world, standings=MALAYSIAN)).get("/occupations/OC25/briefing.pdf").status_code == 200
    assert [(note.sign, chart.text.said_beside) for chart in taken for note in chart.text.notes][:1] == [("✕", True)]
    assert MALAYSIA in taken[0].spec(960).alternative


def test_provisional_figures_have_their_letter_and_the_note_says_what_it_means(client: FlaskClient) -> None:
    said = "p: provisional: the country expects to revise it."
    shown, desc = drawn(client.get("/occupations/_T/ranking.svg").text)
    assert "0.82p" in shown
    assert desc.endswith(said)
    for address in (
        "/overview/map.svg?occupation=_T",
        "/matrix/heat.svg",
        "/matrix/heat.svg?width=380",
        "/trends/stocks.svg?area=MY-07",
    ):
        shown, desc = drawn(client.get(address).text)
        assert desc.endswith(said), address
        assert shown.replace("pprovisional:thecountryexpectstoreviseit.", "").count("p") > 0, address
    assert "provisional" not in client.get("/occupations/OC25/ranking.svg").text


@pytest.fixture
def without_malaysia(world: WebWorld) -> FlaskClient:
    """No posts of Malaysia have been merged; its job seekers have."""
    ours = {key: value for key, value in VACANT.items() if "MY" not in key[0]}
    store = FixedStore(cube("VACANCIES", "2026-10", ours), cube("JOBSEEKERS", "2026-10", SEEKING))
    return reader(replace(world, store=store))


@pytest.mark.parametrize(
    ("address", "marked"),
    [
        ("/trends/stocks.svg?area=IMTGT", 1),
        ("/trends/relative.svg?area=IMTGT", 1),
        ("/training/training.svg?area=IMTGT", 2),
    ],
)
def test_sums_that_lack_a_country_are_marked_and_the_note_names_it(
    without_malaysia: FlaskClient, address: str, marked: int
) -> None:
    svg = without_malaysia.get(address).text
    shown, said = drawn(svg)
    assert "partial,withoutMalaysia(IMT-GT)." in shown
    assert "partial, without Malaysia (IMT-GT)." in said
    assert signs(svg) == [PARTIAL_SIGN] * (marked + 1)


def test_sums_that_lack_nothing_are_not_marked(client: FlaskClient) -> None:
    assert "partial" not in client.get("/trends/stocks.svg?area=IMTGT").text
