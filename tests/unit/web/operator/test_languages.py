"""The operator's pages in the reader's language: every word, what stays English and says so, and the way from page to
page."""

from __future__ import annotations

import re
from collections.abc import Collection

import pytest

from node.coding.decisions import Matter
from node.web.language import catalogues
from node.web.operator.guard import IDLE
from tests.support.reviewing import KEMENDAGRI, proposal
from tests.support.said import WORD, Marked, past_the_catalogues

SOURCE = "/operator/sources/sisnaker/2026-10"
DATA = frozenset(
    WORD.findall(
        "sisnaker dinas VACANCIES JV_OPEN KBJI KEMENDAGRI ISCO OC2512 OC2513 _X UTC IMT-GT perawat gigi Ibu Sari "
        "Budi karena salah <script>x Indonesia (Ministry of Manpower)"
    )
)
"""Words that are in no language of the pages: names and codes of the world the tests make, and what people wrote."""


def past(page: str, ids: Collection[str] = ()) -> set[str]:
    """Words past the catalogues that the world of the tests does not know. `ids`: of decisions."""
    for identifier in ids:
        page = page.replace(identifier, "")
    return past_the_catalogues(page, DATA)


def secret(response):
    return re.search(r'name="csrf_token" value="([^"]+)"', response.text)[1]


def sign_in(operators, query="?lang=th"):
    client = operators.app.test_client()
    form = {"csrf_token": secret(client.get(f"/operator/login{query}")), "token": operators.token()}
    return client, client.post(f"/operator/login{query}", data=form)


def change(client, path, query="?lang=th", **form):
    held = secret(client.get("/operator/decisions"))
    return client.post(f"/operator/{path}{query}", data={"csrf_token": held, "period": "2026-10", **form})


DECIDED = {"source": "sisnaker", "matter": "occupation", "written": "2515", "target": "OC2512", "reason": "karena"}


@pytest.fixture
def thai(operators):
    return sign_in(operators)[0]


@pytest.fixture
def _marked(monkeypatch):
    monkeypatch.setattr(catalogues, "catalogue", lambda spoken: Marked())


@pytest.mark.usefixtures("_marked")
def test_whatever_the_pages_say_goes_through_the_catalogues(operators, thai):
    ledger = operators.desk.decisions
    pages = [operators.app.test_client().get("/operator/login?lang=th").text, thai.get("/operator/decisions").text]
    ledger.enter((proposal("2515", "OC2513", "Budi", reason="karena"),))
    ledger.enter((proposal("9901", "_X", matter=Matter.PLACE, scheme=KEMENDAGRI, reason="karena"),))
    ledger.enter((proposal("perawat gigi", "OC2512", matter=Matter.TITLE, scheme=None, reason="karena"),))
    for _again in range(2):
        change(thai, "decide", **DECIDED)
        pages.append(thai.get(f"{SOURCE}?lang=th").text)
    retired = next(one for one in ledger.history() if one.author == "Budi")
    pages.append(thai.get("/operator/?lang=th").text)
    change(thai, "retire", id=retired.id, reason="salah")
    pages += [thai.get(f"/operator/decisions?{query}lang=th").text for query in ("all=1&", "")]
    change(thai, "retire", id="nosuch", reason="so")
    change(thai, "decide", **DECIDED | {"reason": ""})
    pages.append(thai.get("/operator/?lang=th").text)
    ids = [one.id for one in ledger.history()]
    assert [past(page, ids) for page in pages] == [set()] * len(pages)


@pytest.mark.usefixtures("_marked")
def test_what_is_refused_is_said_through_the_catalogues(operators, thai):
    out = operators.app.test_client()
    wrong = {"csrf_token": secret(out.get("/operator/login?lang=th")), "token": "wrong"}
    answers = [
        thai.get("/operator/sources/sisnaker/2026-09?lang=th"),
        change(thai, "decide", **DECIDED | {"matter": "salary"}),
        thai.post("/operator/decide?lang=th", data={"csrf_token": "x"}),
        *(out.post("/operator/login?lang=th", data=wrong) for _ in range(11)),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 400, *[401] * 10, 429]
    for answer in answers:
        assert 'lang="en"' not in answer.text.replace('lang="en" hreflang', "")
        assert past(answer.text) <= {"BadRequest", "NotFound"}


def test_words_past_the_catalogues_are_found():
    page = '<html lang="th"><p title="⟦A⟧ b">⟦One <b>two</b> ⟦three⟧⟧ four<code>five</code><i lang="en">six<b>x</b></i>'
    assert past(page) == {"b", "four"}


def test_what_stays_english_is_marked_as_such(operators, thai):
    change(thai, "decide", **DECIDED | {"target": "OC99"})
    page = thai.get(f"{SOURCE}?lang=th").text
    for english in ("occupation codes: a hint", "&lt;b&gt;its&lt;/b&gt; group 251 is mapped", "OC99 is no group"):
        assert re.search(rf'<\w+ [^>]*lang="en"[^>]*>{re.escape(english)}', page), english


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "<strong>Software developers</strong>"),
        ("id", "<strong>Pengembang Perangkat Lunak</strong>"),
        ("ms", '<strong lang="en" class="english">Software developers</strong>'),
    ],
)
def test_a_group_has_its_title_in_the_readers_language_or_in_english_marked(thai, language, title):
    assert title in thai.get(f"{SOURCE}?lang={language}").text


def test_figures_and_months_are_written_as_in_the_readers_language(thai):
    page = thai.get("/operator/?lang=id").text
    assert "80,0%" in page
    assert "Oktober 2026" in page
    assert "ตุลาคม พ.ศ. 2569" in thai.get(f"{SOURCE}?lang=th").text


def test_the_language_goes_from_page_to_page(operators, thai):
    for path in ("/operator/", SOURCE, "/operator/decisions"):
        page = thai.get(f"{path}?lang=th").text
        own = re.findall(r'(?:href|action)="(/[^"]*)"', page.partition('class="views"')[2])
        assert own
        assert [address for address in own if "lang=th" not in address] == []
    made = change(thai, "decide", **DECIDED)
    assert made.headers["Location"] == f"{SOURCE}?lang=th"
    (decision,) = operators.desk.decisions.history()
    assert change(thai, "retire", id=decision.id, reason="so").headers["Location"] == "/operator/decisions?lang=th"
    assert change(thai, "logout").headers["Location"] == "/operator/login?lang=th"


def test_a_language_of_the_browsers_own_stays_out_of_addresses(thai):
    page = thai.get(SOURCE, headers={"Accept-Language": "id"}).text
    assert '<html lang="id">' in page
    assert "lang=" not in page[page.index('class="views"') :].replace('lang="en"', "")
    assert change(thai, "decide", "", **DECIDED).headers["Location"] == SOURCE


def test_the_language_chosen_at_the_login_is_that_of_the_page_behind_it(operators):
    asked = operators.app.test_client().get(f"{SOURCE}?lang=id").headers["Location"]
    switched = asked.replace("&lang=id", "&lang=th").replace("?lang=id", "?lang=th")
    _, answer = sign_in(operators, switched.removeprefix("/operator/login"))
    assert answer.headers["Location"] == f"{SOURCE}?lang=th"
    _, answer = sign_in(operators, "?next=/operator/decisions?all%3D1&lang=ms")
    assert answer.headers["Location"] == "/operator/decisions?all=1&lang=ms"
    _, answer = sign_in(operators, "?next=https://evil.example/&lang=ms")
    assert answer.headers["Location"] == "/operator/?lang=ms"


def test_a_language_chosen_after_a_wrong_token_keeps_the_page_that_was_asked_for(operators):
    client = operators.app.test_client()
    asked = client.get(SOURCE).headers["Location"]
    page = client.get(asked)
    action = re.search(r'<form class="login" method="post" action="([^"]+)"', page.text)[1]
    refused = client.post(action, data={"csrf_token": secret(page), "token": "wrong"})
    thai = re.search(r'href="([^"]+)" lang="th"', refused.text)[1].replace("&amp;", "&")
    again = client.get(thai)
    action = re.search(r'<form class="login" method="post" action="([^"]+)"', again.text)[1].replace("&amp;", "&")
    entered = client.post(action, data={"csrf_token": secret(again), "token": operators.token()})
    assert entered.headers["Location"] == f"{SOURCE}?lang=th"


def test_a_session_that_ended_asks_for_the_token_in_the_same_language(operators, thai):
    held = secret(thai.get("/operator/decisions"))
    operators.now += IDLE * 2
    answer = thai.post("/operator/decide?lang=th", data={"csrf_token": held, **DECIDED})
    assert answer.headers["Location"] == "/operator/login?lang=th"
    assert operators.desk.decisions.history() == ()
