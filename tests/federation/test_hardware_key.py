"""The targets key on a hardware module: SoftHSM, through PKCS #11, with a PIN; partners verify an ECDSA signature."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Targets

from node.adapters.trust.ceremony import Ceremony
from node.adapters.trust.key_store import KeyStore
from node.adapters.trust.publication import TufPublication
from node.config import PIN_VARIABLE
from node.errors import KeyStoreError
from tests.support.signed_feeds import LIFETIMES, PASSPHRASE, STRUCTURE, Receiver, Sender, draft, new_receiver

LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
             "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")  # fmt: skip
LIBRARY = next((path for path in LIBRARIES if Path(path).exists()), None)
PIN, LABEL, URI = "1234", "imtgt", "hsm:2?label=imtgt"

MAKE_KEY = """
import sys
import pkcs11
from pkcs11.util.ec import encode_named_curve_parameters
token = pkcs11.lib(sys.argv[1]).get_token(token_label=sys.argv[2])
with token.open(user_pin=sys.argv[3], rw=True) as session:
    parameters = session.create_domain_parameters(
        pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True)
    parameters.generate_keypair(store=True, id=bytes([2]), label="targets",
                                public_template={pkcs11.Attribute.PRIVATE: False})
"""


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A software token with one P-256 key, for this process; its library is loaded once and keeps its settings."""
    program = shutil.which("softhsm2-util")
    if program is None or LIBRARY is None:
        pytest.skip("SoftHSM is not installed (Debian: apt-get install softhsm2)")
    if importlib.util.find_spec("pkcs11") is None:
        pytest.skip("python-pkcs11 is not installed: the extra [hsm]")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    # SoftHSM and securesystemslib read these themselves, for as long as the library is loaded.
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    os.environ["PYKCS11LIB"] = LIBRARY
    subprocess.run(
        [program, "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", "5678"],
        check=True, capture_output=True,
    )  # fmt: skip
    subprocess.run([sys.executable, "-c", MAKE_KEY, LIBRARY, LABEL, PIN], check=True, capture_output=True)
    return LIBRARY


def opened(sender: Sender, pin: str | None) -> tuple[Ceremony, TufPublication]:
    secrets = {PIN_VARIABLE: pin} if pin else {}
    keys = KeyStore(sender.home / "keys", PASSPHRASE, secrets)
    publication = TufPublication(sender.home, sender.identity, keys, LIFETIMES, sender.clock)
    return Ceremony(
        sender.home, sender.identity, keys, publication, LIFETIMES, sender.clock, secrets
    ), publication  # fmt: skip


def test_the_targets_key_lives_on_a_module(module: str, sender: Sender, receiver: Receiver, tmp_path: Path) -> None:
    ceremony, _ = opened(sender, PIN)
    assert ceremony.change_online_keys(["targets"], URI).installed
    assert not (sender.home / "keys" / "targets.pem").exists()
    _, publication = opened(sender, PIN)
    publication.publish(draft("2031-02"), STRUCTURE)
    assert len(receiver.pull().targets) == 2
    assert len(new_receiver(tmp_path / "th", sender).pull().targets) == 2
    newest = max(sender.metadata.glob("*.targets.json"), key=lambda path: int(path.name.split(".")[0]))
    (keyid,) = Metadata[Targets].from_bytes(newest.read_bytes()).signatures
    root = publication.roots()[-1].decode()
    assert f'"{keyid}"' in root
    assert "ecdsa-sha2-nistp256" in root


def test_without_its_pin_nothing_is_published_and_the_timestamp_is_still_renewed(
    module: str, sender: Sender, receiver: Receiver
) -> None:
    opened(sender, PIN)[0].change_online_keys(["targets"], URI)
    _, publication = opened(sender, None)
    with pytest.raises(KeyStoreError, match="LMIS_NODE_HSM_PIN"):
        publication.publish(draft("2031-02"), STRUCTURE)
    publication.renew_timestamp()
    assert len(receiver.pull().targets) == 1
    with pytest.raises(KeyStoreError, match="does not give the key"):
        opened(sender, "9999")[1].publish(draft("2031-02"), STRUCTURE)


def test_a_key_that_is_not_on_the_module(module: str, sender: Sender) -> None:
    with pytest.raises(KeyStoreError, match=r"does not give the key hsm:7\?label=imtgt"):
        opened(sender, PIN)[0].change_online_keys(["targets"], "hsm:7?label=imtgt")
    assert sender.ceremony.under_way() is None
