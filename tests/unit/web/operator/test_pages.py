"""Who may enter the operator's pages, what they show, and what their forms do."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from node.coding.decisions import Matter
from node.web.audience import Audience
from node.web.operator.attempts import ADDRESSES, MOST, WITHIN, FailedLogins
from node.web.operator.entrance import OPEN_TO_ALL
from node.web.operator.guard import COOKIE, IDLE, LONGEST
from tests.support.reviewing import NOW, proposal
from tests.unit.web.operator.made import prove_nothing

SOURCE = "/operator/sources/sisnaker/2026-10"
CHANGES = ("/operator/decide", "/operator/retire", "/operator/logout", "/operator/login")


def secret(response):
    return re.search(r'name="csrf_token" value="([^"]+)"', response.text)[1]


def enter(operators, token=None, **options):
    client = operators.app.test_client()
    form = {"csrf_token": secret(client.get("/operator/login")), "token": token or operators.token()}
    return client, client.post("/operator/login", data=form, query_string=options)


@pytest.fixture
def client(operators):
    client, answer = enter(operators)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/operator/")
    return client


def post(client, path, **form):
    page = SOURCE if "decide" in path else "/operator/decisions"
    return client.post(path, data={"csrf_token": secret(client.get(page)), **form})


def decide(client, **form):
    wanted = {"source": "sisnaker", "period": "2026-10", "matter": "occupation", "written": "2515", "reason": "so"}
    return post(client, "/operator/decide", **wanted | form)


def test_every_operator_route_asks_for_a_session(operators):
    audiences = operators.app.extensions["audiences"]
    rules = [
        rule
        for rule in operators.app.url_map.iter_rules()
        if audiences[rule.endpoint.partition(".")[0]] is Audience.OPERATOR
    ]
    assert len(rules) >= 7
    for rule in rules:
        assert str(rule).startswith("/operator/")
        path = str(rule).replace("<source>", "sisnaker").replace("<period>", "2026-10")
        for method in rule.methods - {"OPTIONS", "HEAD"}:
            answer = operators.app.test_client().open(path, method=method)
            if rule.endpoint in OPEN_TO_ALL:
                assert path == "/operator/login"
                assert answer.status_code == (200 if method == "GET" else 400)
            else:
                assert answer.status_code == 303
                assert answer.headers["Location"].startswith("/operator/login")
            assert "sisnaker" not in answer.text.replace("/operator/sources/sisnaker", "")


def test_public_pages_neither_show_nor_set_anything_of_the_operators(operators, client):
    for path in ("/", "/feeds/", "/healthz", "/methods"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "/operator" not in answer.text
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_without_the_operators_services_there_are_no_such_pages(operators):
    from node.web.app import create_app

    assert create_app(operators.world, prove_nothing).test_client().get("/operator/login").status_code == 404


def test_a_session_is_kept_from_scripts_other_sites_and_plain_http(operators):
    client, answer = enter(operators)
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/operator"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    away = client.get("/operator/login", base_url="http://lmis.example.go.id/")
    assert "Secure" in away.headers["Set-Cookie"]


def test_neither_token_nor_title_is_in_the_cookie(operators):
    token = operators.token()
    client, _ = enter(operators, token)
    assert token.split("_", 2)[2] not in client.get_cookie(COOKIE, path="/operator").value


@pytest.mark.parametrize("token", ["", "wrong-token", "lmis_0123456789_" + "A" * 43])
def test_a_wrong_token_opens_nothing(operators, token):
    client, answer = enter(operators, token or " ")
    assert answer.status_code == 401
    assert "not a token for these pages" in answer.text
    assert token == "" or token not in answer.text
    assert client.get("/operator/").status_code == 303


def test_a_token_for_feeds_opens_no_page(operators):
    _, answer = enter(operators, operators.token(scope="feed:*"))
    assert answer.status_code == 401


def test_a_session_ends_with_its_access(operators):
    client, _ = enter(operators)
    (access,) = operators.access.list()
    assert client.get("/operator/").status_code == 200
    operators.access.revoke(access.id)
    assert client.get("/operator/").status_code == 303
    client, _ = enter(operators, operators.token(days=1))
    operators.now += timedelta(days=1)
    assert client.get("/operator/").status_code == 303


def test_a_session_ends_when_it_is_not_used_and_after_a_day_of_work(operators, client):
    operators.now += IDLE - timedelta(seconds=1)
    assert client.get("/operator/").status_code == 200
    operators.now += IDLE + timedelta(seconds=1)
    assert client.get("/operator/").status_code == 303
    client, _ = enter(operators)
    until = operators.now + LONGEST
    while operators.now + IDLE <= until:
        assert client.get("/operator/").status_code == 200
        operators.now += IDLE
    operators.now = until + timedelta(seconds=1)
    assert client.get("/operator/").status_code == 303


def test_a_cookie_signed_with_another_key_is_no_session(operators, client):
    cookie = client.get_cookie(COOKIE, path="/operator").value
    operators.app.secret_key = b"other" * 8
    other = operators.app.test_client()
    other.set_cookie(COOKIE, cookie, path="/operator")
    assert other.get("/operator/").status_code == 303


def test_who_signs_out_is_out(client):
    assert post(client, "/operator/logout").status_code == 303
    assert client.get("/operator/").status_code == 303


@pytest.mark.parametrize("path", CHANGES)
def test_a_form_without_the_sessions_secret_does_nothing(operators, client, path):
    for form in ({}, {"csrf_token": ""}, {"csrf_token": "x" * 43}, {"csrf_token": "é"}):
        answer = client.post(path, data={**form, "written": "2515", "target": "OC2512", "token": operators.token()})
        assert answer.status_code == 400
        assert "Open the page again" in answer.text
    assert operators.desk.decisions.history() == ()
    assert client.get("/operator/").status_code == 200


def test_a_form_of_another_site_does_nothing(client, operators):
    form = {"csrf_token": secret(client.get(SOURCE)), "written": "2515", "target": "OC2512"}
    answer = client.post("/operator/decide", data=form, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 400
    assert operators.desk.decisions.history() == ()


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        (SOURCE, SOURCE),
        ("https://evil.example/", "/operator/"),
        ("//evil.example/operator/", "/operator/"),
        ("/operator//evil.example", "/operator/"),
        ("/operator/\\evil", "/operator/"),
        ("/operator/../feeds/", "/operator/"),
        ("/operator/\r\nX-Evil: 1", "/operator/"),
        ("/operator/decisions?all=1", "/operator/decisions?all=1"),
        ("/feeds/", "/operator/"),
    ],
)
def test_the_way_back_never_leaves_these_pages(operators, wanted, goes):
    _, answer = enter(operators, next=wanted)
    assert answer.headers["Location"] == goes


def test_many_failures_are_stopped_for_a_minute(operators):
    for _ in range(MOST):
        assert enter(operators, "wrong")[1].status_code == 401
    _, answer = enter(operators, "wrong")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert enter(operators)[1].status_code == 303, "others' wrong tries keep nobody out"
    operators.now += WITHIN
    assert enter(operators, "wrong")[1].status_code == 401


def test_failures_are_counted_by_address_and_forgotten():
    failed = FailedLogins()
    for _ in range(MOST):
        failed.note("a", NOW)
    assert failed.too_many("a", NOW)
    assert not failed.too_many("b", NOW)
    assert not failed.too_many("a", NOW + WITHIN)
    for number in range(ADDRESSES):
        failed.note(str(number), NOW)
    assert not failed.too_many("a", NOW)


def test_answers_are_kept_nowhere_and_framed_by_nobody(client):
    answer = client.get(SOURCE)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "script" not in answer.headers["Content-Security-Policy"].replace("default-src", "")


def test_the_overview_shows_each_source_and_when_it_was_read(client):
    text = client.get("/operator/").text
    assert "80.0%" in text
    assert "22 November 2026, 05:00 UTC" in text
    assert "lmis-node code dinas PERIOD" in text


def test_a_source_shows_levels_hints_and_what_is_open_with_reasons(client):
    text = client.get(SOURCE).text
    for said in ("2515", "Software developers", "perawat gigi", "9901", "a hint", "1,600", "100 JV_OPEN"):
        assert said in text
    assert "&lt;b&gt;its&lt;/b&gt; group 251 is mapped" in text
    assert "<script>" not in text
    assert client.get("/operator/sources/sisnaker/2026-09").status_code == 404


def test_a_decision_is_made_with_one_button_by_the_tokens_holder(operators, client):
    answer = decide(client, target="OC2512")
    assert (answer.status_code, answer.headers["Location"]) == (303, SOURCE)
    (made,) = operators.desk.decisions.history()
    assert (made.target, made.author, made.reason, made.subject.source) == ("OC2512", "Ibu Sari", "so", None)
    text = client.get(SOURCE).text
    assert "It counts from the next release on" in text
    assert "Decided: OC2512" in text


def test_another_group_a_place_and_a_title_can_be_decided(operators, client):
    decide(client, target="", other="251", here_only="1")
    decide(client, matter="title", written="perawat gigi", target="", other="OC2261")
    decide(client, matter="place", written="9901", target="_X")
    made = {(one.subject.matter, one.target, one.subject.source) for one in operators.desk.decisions.history()}
    assert made == {
        (Matter.OCCUPATION, "OC251", "sisnaker"), (Matter.TITLE, "OC2261", None), (Matter.PLACE, "_X", None)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"target": "OC2512", "reason": " "}, "needs a reason"),
        ({"target": "OC99"}, "no group of ISCO-08"),
        ({"target": "OC2512", "source": "nosuch"}, "declares no source"),
        ({"target": "OC2512", "written": ""}, "holds no code"),
    ],
)
def test_what_cannot_be_decided_is_said_and_not_decided(operators, client, form, said):
    assert decide(client, **form).status_code == 303
    assert said in client.get("/operator/").text
    assert operators.desk.decisions.history() == ()


def test_there_is_nothing_else_to_decide_on(client):
    assert decide(client, matter="salary").status_code == 404


def test_a_conflict_is_shown_everywhere_until_one_is_retired(operators, client):
    operators.desk.decisions.enter((proposal("2515", "OC2513", "Budi"),))
    decide(client, target="OC2512")
    assert "Others have decided otherwise" in client.get(SOURCE).text
    for path in ("/operator/", "/operator/decisions"):
        text = client.get(path).text
        assert "1 thing is decided in two ways" in text
        assert "Budi says" in text
    assert "Decided in two ways" in client.get(SOURCE).text
    own = next(one for one in operators.desk.decisions.history() if one.author == "Ibu Sari")
    assert post(client, "/operator/retire", id=own.id, reason="Budi is right").status_code == 303
    text = client.get("/operator/decisions").text
    assert "is retired. It stays in the history." in text
    assert "decided in two ways" not in text
    assert own.id not in text.split("</table>")[0].partition("<table")[2]
    everything = client.get("/operator/decisions?all=1").text
    assert "Budi is right" in everything
    ended = next(one for one in operators.desk.decisions.history() if one.id == own.id)
    assert ended.retirement.by == "Ibu Sari"


def test_retiring_needs_a_reason_and_a_decision(operators, client):
    (entered,) = operators.desk.decisions.enter((proposal("2515", "OC2513", "Budi"),))
    post(client, "/operator/retire", id=entered.decision.id, reason="")
    assert "needs a reason" in client.get("/operator/").text
    post(client, "/operator/retire", id="nosuch", reason="x")
    assert "no decision “nosuch”" in client.get("/operator/").text
    assert operators.desk.decisions.history()[0].in_force
