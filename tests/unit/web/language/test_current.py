"""Which language a reader gets."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from node.web.language.catalogues import gettext
from node.web.language.current import Choice, choose, language, language_in_address, speaking
from node.web.language.languages import Language

ENGLISH, THAI, MALAY, INDONESIAN = Language.ENGLISH, Language.THAI, Language.MALAY, Language.INDONESIAN


@pytest.mark.parametrize(
    ("asked", "accepted", "path", "expected"),
    [
        ("th", (("id", 1.0),), "/", Choice(THAI, in_address=True)),
        ("ms", (), "/compare.csv", Choice(MALAY, in_address=True)),
        ("", (("th-TH", 1.0), ("en", 0.8)), "/", Choice(THAI, negotiated=True)),
        ("", (("de", 1.0), ("ms_MY", 0.5), ("en", 0.3)), "/", Choice(MALAY, negotiated=True)),
        ("", (("in-ID", 1.0),), "/", Choice(INDONESIAN, negotiated=True)),
        ("", (("th", 0.0), ("id", 0.0)), "/", Choice(ENGLISH, negotiated=True)),
        ("", (("de", 1.0), ("*", 0.5)), "/", Choice(ENGLISH, negotiated=True)),
        ("", (), "/areas/ID-SU", Choice(ENGLISH, negotiated=True)),
        ("", (("th", 1.0),), "/compare.csv", Choice(ENGLISH)),
        ("", (("th", 1.0),), "/compare.json", Choice(ENGLISH)),
        ("", (("th", 1.0),), "/compare.xlsx", Choice(ENGLISH)),
        ("", (("th", 1.0),), "/feeds/metadata/timestamp.json", Choice(ENGLISH)),
        ("", (("th", 1.0),), "/healthz", Choice(ENGLISH)),
        ("", (("th", 1.0),), "/feeds/", Choice(THAI, negotiated=True)),
    ],
)
def test_the_address_counts_first_then_the_reader(
    asked: str, accepted: tuple[tuple[str, float], ...], path: str, expected: Choice
) -> None:
    assert choose(asked, accepted, path=path) == expected


def test_an_answer_that_was_negotiated_says_so(client: FlaskClient) -> None:
    response = client.get("/hello.html", headers={"Accept-Language": "th-TH, en;q=0.8"})
    assert response.text.startswith("สวัสดี")
    assert response.headers["Vary"] == "Accept-Language"
    assert response.headers["Content-Language"] == "th"


def test_an_answer_that_the_address_decides_does_not_vary(client: FlaskClient) -> None:
    response = client.get("/hello.html?lang=id", headers={"Accept-Language": "th"})
    assert response.text.startswith("Halo")
    assert "Vary" not in response.headers
    assert response.headers["Content-Language"] == "id"


@pytest.mark.parametrize("address", ["/table.csv", "/healthz", "/static/th/messages.po"])
def test_what_is_not_a_page_does_not_vary(client: FlaskClient, address: str) -> None:
    response = client.get(address, headers={"Accept-Language": "th"})
    response.close()
    assert response.status_code == 200
    assert "Vary" not in response.headers
    assert "สวัสดี" not in (response.text if address == "/table.csv" else "")


def test_a_file_to_take_away_is_in_the_language_of_its_address(client: FlaskClient) -> None:
    assert client.get("/table.csv").text == "Hello A"
    assert client.get("/table.csv?lang=th").text == "สวัสดี A"


@pytest.mark.parametrize("asked", ["fr", "TH", "th-TH", "<b>", "id "])
def test_an_unknown_language_is_refused_and_the_four_are_named(client: FlaskClient, asked: str) -> None:
    response = client.get("/hello.html", query_string={"lang": asked}, headers={"Accept-Language": "ms"})
    assert response.status_code == 400
    assert "id (Bahasa Indonesia), ms (Bahasa Melayu), th (ไทย), en (English)" in response.text
    assert response.text.splitlines()[-2] == "ms None", "the page that refuses is in the reader's own language"
    assert response.text.splitlines()[-1] == "/away"


def test_an_empty_language_is_none(client: FlaskClient) -> None:
    assert client.get("/hello.html?lang=", headers={"Accept-Language": "id"}).text.startswith("Halo")


def test_each_request_has_its_own_language(client: FlaskClient) -> None:
    codes = ["th", "id", "en", "ms", "th"]
    begins = [client.get(f"/hello.html?lang={code}").text.split()[0] for code in codes]
    assert begins == ["สวัสดี", "Halo", "Hello", "Hai", "สวัสดี"]


@pytest.mark.usefixtures("words")
def test_outside_a_request_it_is_english_unless_another_is_spoken() -> None:
    assert language() is ENGLISH
    assert language_in_address() is None
    with speaking(THAI):
        assert gettext("Hello %(name)s", name="A") == "สวัสดี A"
        with speaking(MALAY):
            assert gettext("Hello %(name)s", name="A") == "Hai A"
        assert language() is THAI
    assert gettext("Hello %(name)s", name="A") == "Hello A"


def test_what_is_spoken_counts_before_the_readers_language(client: FlaskClient) -> None:
    with speaking(INDONESIAN):
        assert client.get("/hello.html?lang=th").text.startswith("Halo")


def test_codes_and_names() -> None:
    assert [f"{one}: {one.own_name}" for one in Language] == [
        "id: Bahasa Indonesia", "ms: Bahasa Melayu", "th: ไทย", "en: English",
    ]  # fmt: skip
    assert Language.of_code("th") is THAI
    assert Language.of_code("fr") is None
