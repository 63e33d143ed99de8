"""The operator's pages of a node that has an address of its own, also below a path."""

from __future__ import annotations

import re

import pytest

ROOTS = ("", "/exchange")


def secret(response):
    return re.search(r'name="csrf_token" value="([^"]+)"', response.text)[1]


def sign_in(operators, root, base_url="http://localhost", **asked):
    """The answer to a login behind a proxy that leaves paths as they are. `base_url`: as the node is asked."""
    client, path = operators.app.test_client(), f"{root}/operator/login"
    form = {"csrf_token": secret(client.get(path, base_url=base_url)), "token": operators.token()}
    return client.post(path, data=form, base_url=base_url, **asked)


@pytest.mark.parametrize("root", ROOTS)
def test_the_session_is_of_these_pages_alone_and_never_without_tls(operators, root):
    """Also where the proxy asks by this machine's own name, as it does when it passes no name on."""
    operators.move(f"https://lmis.example.go.id{root}")
    answer = sign_in(operators, root, base_url="http://127.0.0.1:8080")
    assert {"Secure", "HttpOnly", f"Path={root}/operator"} <= set(answer.headers["Set-Cookie"].split("; "))


@pytest.mark.parametrize(("address", "secure"), [("http://localhost:8080", False), ("https://localhost", True)])
def test_a_session_of_this_machine_needs_no_tls_unless_the_address_has_it(operators, address, secure):
    operators.move(address)
    assert ("Secure" in sign_in(operators, "").headers["Set-Cookie"].split("; ")) is secure


@pytest.mark.parametrize("root", ROOTS)
def test_from_the_login_on_through_a_decision_to_the_way_out(operators, root):
    operators.move(f"https://lmis.example.go.id{root}")
    source = f"{root}/operator/sources/sisnaker/2026-10"
    client = operators.app.test_client()
    away = client.get(source)
    assert away.headers["Location"].startswith(f"{root}/operator/login?next={root}/operator/sources")
    page = client.get(away.headers["Location"])
    (action,) = re.findall(r'<form class="login" method="post" action="([^"]+)"', page.text)
    answer = client.post(action, data={"csrf_token": secret(page), "token": operators.token()})
    assert (answer.status_code, answer.headers["Location"]) == (303, source)
    page = client.get(source)
    outside = [link for link in re.findall(r'(?:href|action)="(/[^"]*)"', page.text) if not link.startswith(f"{root}/")]
    assert not outside
    form = {"csrf_token": secret(page), "source": "sisnaker", "period": "2026-10", "matter": "occupation",
            "written": "2515", "target": "OC2512", "reason": "so"}  # fmt: skip
    headers = {"Origin": "https://lmis.example.go.id"}
    answer = client.post(f"{root}/operator/decide", data=form, headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, source)
    assert len(operators.desk.decisions.history()) == 1
    client.post(f"{root}/operator/logout", data={"csrf_token": secret(client.get(source))})
    assert client.get(source).status_code == 303


@pytest.mark.parametrize(
    "wanted",
    ["/operator/decisions", "/exchange/operator/../feeds/", "/exchangeoperator/", "/exchange/feeds/", "/other/"],
)
def test_the_way_back_stays_below_the_path(operators, wanted):
    operators.move("https://lmis.example.go.id/exchange")
    answer = sign_in(operators, "/exchange", query_string={"next": wanted})
    assert answer.headers["Location"] == "/exchange/operator/"


@pytest.mark.parametrize(
    ("origin", "taken"),
    [
        ("https://lmis.example.go.id", True),
        ("http://127.0.0.1:8080", True),
        ("https://evil.example", False),
        ("null", False),
    ],
)
def test_forms_come_from_the_address_or_past_the_proxy_and_from_nowhere_else(operators, origin, taken):
    operators.move("https://lmis.example.go.id")
    answer = sign_in(operators, "", base_url="http://127.0.0.1:8080", headers={"Origin": origin})
    assert answer.status_code == (303 if taken else 400)


def test_a_request_that_names_no_site_lets_no_nameless_one_in(operators):
    operators.move("https://lmis.example.go.id")
    nameless = {"environ_overrides": {"HTTP_HOST": ""}, "headers": {"Origin": "null"}}
    assert sign_in(operators, "", **nameless).status_code == 400


def test_another_site_is_not_let_in_by_the_address_it_says_it_forwards_for(operators):
    operators.move("https://lmis.example.go.id")
    headers = {"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example"}
    answer = sign_in(operators, "", headers=headers)
    assert answer.status_code == 400
