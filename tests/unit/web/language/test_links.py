"""The language goes with the reader from page to page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

THAI = {"Accept-Language": "th"}


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("pages.away", "/away?lang=ms"),
        ("pages.table", "/table.csv?lang=ms"),
        ("pages.metadata", "/feeds/metadata/root.json"),
        ("pages.health", "/healthz"),
    ],
)
def test_a_language_in_the_address_goes_on_to_pages_alone(client: FlaskClient, endpoint: str, address: str) -> None:
    assert client.get(f"/to/{endpoint}?lang=ms").text == address


def test_static_files_have_one_address(client: FlaskClient) -> None:
    assert client.get("/to-static?lang=ms").text == "/static/style.css"


def test_a_negotiated_language_stays_out_of_addresses_of_pages(client: FlaskClient) -> None:
    assert client.get("/to/pages.away", headers=THAI).text == "/away"


def test_what_is_taken_away_from_a_negotiated_page_is_in_its_language(client: FlaskClient) -> None:
    assert client.get("/to/pages.table", headers=THAI).text == "/table.csv?lang=th"
    assert client.get("/to/pages.metadata", headers=THAI).text == "/feeds/metadata/root.json"
    assert client.get("/to/pages.table").text == "/table.csv"


def test_an_explicit_language_wins(client: FlaskClient) -> None:
    assert client.get("/to-thai?lang=id").text == "/hello.html?lang=th /hello.html"


def test_a_redirect_keeps_the_language(client: FlaskClient) -> None:
    assert client.get("/away?lang=id").headers["Location"] == "/hello.html?lang=id"


def test_the_switch_keeps_the_address_and_marks_the_language(client: FlaskClient) -> None:
    lines = client.get("/links.html?period=2026-10&lang=ms&area=A&area=B%26c").text.splitlines()
    rest = "/links.html?period=2026-10&amp;area=A&amp;area=B%26c&amp;lang="
    assert lines == [
        f"{rest}id Bahasa Indonesia", f"{rest}ms Bahasa Melayu*", f"{rest}th ไทย", f"{rest}en English", "ms ms",
    ]  # fmt: skip


def test_the_switch_of_a_negotiated_page_marks_its_language(client: FlaskClient) -> None:
    lines = client.get("/links.html", headers=THAI).text.splitlines()
    assert [line for line in lines if line.endswith("*")] == ["/links.html?lang=th ไทย*"]
    assert lines[-1] == "th None"


@pytest.mark.parametrize(
    "address",
    ["/links.html?_external=1&_scheme=javascript", "/links.html?endpoint=x&_anchor=y", "//evil.example/a", "/a b/<c>"],
)
def test_the_switch_never_leaves_this_site(client: FlaskClient, address: str) -> None:
    lines = client.get(address).text.splitlines()
    links = [line.split(" ")[0] for line in lines if "lang=" in line]
    assert len(links) == 4
    assert all(link.startswith("/") and not link.startswith("//") and "<" not in link for link in links)


def test_the_switch_knows_where_the_application_is_mounted(client: FlaskClient) -> None:
    text = client.get("/links.html", environ_overrides={"SCRIPT_NAME": "/node"}).text
    assert text.splitlines()[0] == "/node/links.html?lang=id Bahasa Indonesia"
