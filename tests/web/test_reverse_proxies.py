"""The proxies of the documentation, started with its own examples before a real node, hand everything on unchanged, and
what the node prints is the address that readers have."""

from __future__ import annotations

import hashlib
import io
import ipaddress
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from node.web.app import create_app
from tests.support.signed_feeds import Sender, draft, new_receiver, new_sender
from tests.support.web_world import unproved
from tests.unit.web.takeaway import pdf_text
from tests.unit.web.workspace.made import small_world
from tests.web.serving import serving

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/how-to/serve.md"
START_SECONDS = 20.0
NGINX_FRAME = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    gzip on;
    gzip_types *;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{server}
}}
"""
"""What stands around a `server` on a machine; it compresses whatever its servers let it."""

CADDY_FRAME = "{{\n    admin off\n    auto_https disable_redirects\n    skip_install_trust\n}}\n{server}\n"


def examples(language: str) -> list[str]:
    """The fenced blocks of the page in that language: first the proxy, then the static server."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    return blocks


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    made = new_sender(tmp_path / "id")
    made.release("2031-01")
    return made


@pytest.fixture
def below(request: pytest.FixtureRequest) -> str:
    """The path of the node's address: none, unless a test says another."""
    return str(getattr(request, "param", ""))


@pytest.fixture
def port() -> int:
    """Where the proxy will listen: a node's address is a setting, and known before."""
    return free_port()


@pytest.fixture
def upstream(sender: Sender, port: int, below: str) -> Iterator[int]:
    """The port of a node that serves the sender's feed, and pages with figures, at the proxy's address."""
    address = f"https://127.0.0.1:{port}{below}"
    with serving(create_app(small_world(sender.feeds), unproved, address=address)) as inside:
        yield urlsplit(inside).port or 0


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for the loopback, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    paths = tmp_path / "lmis.pem", tmp_path / "lmis.key"
    paths[0].write_bytes(made.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


@pytest.fixture(params=["nginx", "caddy"])
def start(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    certificate: tuple[Path, Path],
    upstream: int,
    sender: Sender,
    port: int,
) -> Iterator[Callable[..., str]]:
    """Starts an example of the page (0: the proxy, 1: the static server), with `changes` made to its text, old to new;
    returns its address."""
    program = find(request.param)
    running: list[subprocess.Popen[bytes]] = []

    def begin(number: int, changes: Mapping[str, Mapping[str, str]] = {}) -> str:
        text = examples(request.param)[number]
        for old, new in changes.get(request.param, {}).items():
            assert text.count(old) == 1
            text = text.replace(old, new)
        text = text.replace("127.0.0.1:8080", f"127.0.0.1:{upstream}")
        text = text.replace("/srv/lmis/feeds", str(sender.feeds))
        if request.param == "nginx":
            text = re.sub(r"listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;", text)
            text = text.replace("/etc/ssl/certs/lmis.pem", str(certificate[0]))
            text = text.replace("/etc/ssl/private/lmis.key", str(certificate[1]))
            user = "user root;" if os.geteuid() == 0 else ""  # its workers read a folder that is only ours
            config = tmp_path / "nginx.conf"
            config.write_text(NGINX_FRAME.format(folder=tmp_path, server=text, user=user), encoding="utf-8")
            words = [program, "-p", str(tmp_path), "-c", str(config), "-e", str(tmp_path / "error.log")]
        else:
            # The name becomes this machine's, and the certificate one that needs no authority.
            text = re.sub(
                r"^\S+\.example\.go\.id \{",
                f"https://127.0.0.1:{port} {{\n    bind 127.0.0.1\n    tls {certificate[0]} {certificate[1]}",
                text,
            )
            config = tmp_path / "Caddyfile"
            config.write_text(CADDY_FRAME.format(server=text), encoding="utf-8")
            words = [program, "run", "--config", str(config), "--adapter", "caddyfile"]
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
        with (tmp_path / "proxy.log").open("wb") as log:
            running.append(subprocess.Popen(words, env=environment, stdout=log, stderr=log))  # our words
        wait_for(port, running[-1], tmp_path / "proxy.log")
        return f"https://127.0.0.1:{port}"

    yield begin
    for process in running:
        process.terminate()
        process.wait(timeout=10)


def find(name: str) -> str:
    program = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None and os.environ.get("CI") == "true":
        pytest.fail(f"{name} is not installed")
    if program is None:
        pytest.skip(f"needs {name}")
    return program


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(log.read_text(encoding="utf-8", errors="replace")[-2000:])


@pytest.fixture
def session(certificate: tuple[Path, Path]) -> Iterator[requests.Session]:
    """Asks for compressed answers, as browsers do, and takes what comes without unpacking it."""
    with requests.Session() as made:
        made.trust_env = False
        made.verify = str(certificate[0])
        made.headers["Accept-Encoding"] = "gzip, zstd, br"
        yield made


def target_address(sender: Sender) -> str:
    path = next((sender.feeds / "targets/VACANCIES").glob("*.csv.gz"))
    return f"/feeds/targets/VACANCIES/{path.name}"


@pytest.mark.parametrize("example", [0, 1])
def test_a_target_arrives_as_it_was_signed(
    example: int, start: Callable[..., str], session: requests.Session, sender: Sender
) -> None:
    answer = session.get(start(example) + target_address(sender), stream=True, timeout=10)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
    assert answer.raw.read(decode_content=False) == draft("2031-01").files["VACANCIES/2031-01.csv.gz"]


@pytest.mark.parametrize("example", [0, 1])
def test_tags_ranges_and_absent_roots_pass_through(
    example: int, start: Callable[..., str], session: requests.Session, sender: Sender
) -> None:
    base = start(example)
    whole = session.get(base + target_address(sender), timeout=10)
    again = session.get(base + target_address(sender), headers={"If-None-Match": whole.headers["ETag"]}, timeout=10)
    assert again.status_code == 304
    part = session.get(base + target_address(sender), headers={"Range": "bytes=3-9"}, stream=True, timeout=10)
    assert part.status_code == 206
    assert part.raw.read() == draft("2031-01").files["VACANCIES/2031-01.csv.gz"][3:10]
    assert session.get(f"{base}/feeds/metadata/2.root.json", timeout=10).status_code == 404


def test_the_proxy_keeps_the_nodes_headers(start: Callable[..., str], session: requests.Session) -> None:
    answer = session.get(f"{start(0)}/feeds/metadata/timestamp.json", timeout=10)
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


FORGED = {
    "Host": "elsewhere.example",
    "X-Forwarded-Host": "elsewhere.example",
    "X-Forwarded-Proto": "http",
    "Forwarded": "host=elsewhere.example;proto=http",
}


def words(file: bytes) -> str:
    """The text of a briefing, or of a workbook's last sheet."""
    if file.startswith(b"%PDF"):
        return pdf_text.whole(file)
    sheet = openpyxl.load_workbook(io.BytesIO(file)).worksheets[-1]
    return " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)


@pytest.mark.parametrize("file", ["/occupations/OC25/briefing.pdf", "/occupations/OC25.xlsx"])
def test_briefings_and_workbooks_print_the_address_that_readers_have(
    start: Callable[..., str], session: requests.Session, file: str
) -> None:
    """With TLS, also where somebody else has just asked by another name. Caddy gives such a reader an empty answer."""
    base = start(0)
    forged = session.get(base + file, headers=FORGED, timeout=20).content
    text = words(session.get(base + file, timeout=20).content)
    assert f"{base}/occupations/OC25" in text
    assert "http://" not in text
    assert "elsewhere" not in text
    assert not forged or words(forged) == text


def test_the_address_that_a_briefing_prints_gives_the_file_it_speaks_of(
    start: Callable[..., str], session: requests.Session
) -> None:
    text = words(session.get(f"{start(0)}/occupations/OC25/briefing.pdf", timeout=20).content)
    (printed,) = re.findall(r"https://127[0-9.:]+/[A-Za-z0-9/_-]+\.csv\?[a-z0-9A-Z_=&%-]+?asof=[0-9T%A-]+Z", text)
    assert hashlib.sha256(session.get(printed, timeout=20).content).hexdigest() in text


LEFT = {
    "nginx": {"location / {": "location /exchange/ {"},
    "caddy": {"    reverse_proxy": "    reverse_proxy /exchange/*"},
}
TAKEN_OFF = {
    "nginx": {"location / {": "location /exchange/ {", "http://127.0.0.1:8080;": "http://127.0.0.1:8080/;"},
    "caddy": {"    reverse_proxy 127.0.0.1:8080": "    handle_path /exchange/* {\n reverse_proxy 127.0.0.1:8080\n }"},
}
"""The two ways in which a proxy serves a node below a path, as the page says them."""


@pytest.mark.parametrize("below", ["/exchange"], indirect=True)
@pytest.mark.parametrize("changes", [LEFT, TAKEN_OFF], ids=["left", "taken off"])
def test_below_a_path_pages_redirects_and_files_hold(
    changes: Mapping[str, Mapping[str, str]], start: Callable[..., str], session: requests.Session, below: str
) -> None:
    site = start(0, changes)
    page = session.get(f"{site}{below}/", timeout=20)
    links = [unescape(link) for link in re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text)]
    assert page.status_code == 200
    assert len(links) > 20
    for link in dict.fromkeys(links):
        assert link.startswith(f"{below}/")
    for link in [link for link in dict.fromkeys(links) if "/static/" in link or ".csv" in link or "/matrix" in link]:
        assert session.get(site + link, timeout=20).status_code == 200
    moved = session.get(f"{site}{below}/feeds", timeout=20)
    assert (moved.status_code, moved.url) == (200, f"{site}{below}/feeds/")
    text = words(session.get(f"{site}{below}/occupations/OC25.xlsx", timeout=20).content)
    assert f"{site}{below}/occupations/OC25.xlsx" in text


@pytest.mark.parametrize("example", [0, 1])
def test_a_node_pulls_through_it(
    example: int, start: Callable[..., str], certificate: tuple[Path, Path], sender: Sender, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificate[0]))
    receiver = new_receiver(tmp_path / "my", sender, url=f"{start(example)}/feeds")
    assert [entry.data for entry in receiver.pull().fetched] == [draft("2031-01").files["VACANCIES/2031-01.csv.gz"]]
