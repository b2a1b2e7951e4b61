"""The sender's DNS, asked of a real server at 127.0.0.1."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from aftercare.engagement.messaging.dns.asking import Expected, findings_for, public_key_of, resolver_of
from aftercare.engagement.messaging.dns.records import (
    Finding,
    dkim_finding,
    dmarc_finding,
    spf_finding,
)
from tests.engagement.messaging.dns.zone import NameServer, running_name_server

SHOP = "juniper.example"
GOOD_ZONE = {
    (SHOP, "TXT"): ["google-site-verification=x", "v=spf1 include:spf.mtasv.net ~all"],
    (f"pm._domainkey.{SHOP}", "TXT"): ["v=DKIM1; k=rsa; p=MIGf"],
    (f"_dmarc.{SHOP}", "TXT"): ["v=DMARC1; p=quarantine; rua=mailto:d@juniper.example"],
    (f"in.{SHOP}", "MX"): ["10 inbound.postmarkapp.com."],
}


@pytest.fixture
def server() -> Iterator[NameServer]:
    with running_name_server() as listening:
        yield listening


def look(server: NameServer, **told: object) -> dict[str, Finding]:
    expected = Expected(SHOP, **{"include": "spf.mtasv.net", "selectors": ["pm"], "reply_domain": f"in.{SHOP}", **told})  # type: ignore[arg-type]
    return {one.key: one for one in findings_for(expected=expected, ask=resolver_of(server=server.address))}


def test_all_is_well(server: NameServer) -> None:
    server.zone = dict(GOOD_ZONE)
    found = look(server)
    assert {key: one.state for key, one in found.items()} == dict.fromkeys(("spf", "dkim", "dmarc", "mx"), "good")
    assert found["dkim"].host == "pm._domainkey.juniper.example"
    assert not any(one.put for one in found.values())


def test_nothing_stands_there(server: NameServer) -> None:
    found = look(server)
    states = {key: one.state for key, one in found.items()}
    assert states == {"spf": "problem", "dkim": "attention", "dmarc": "problem", "mx": "problem"}
    assert found["spf"].put == "v=spf1 include:spf.mtasv.net ~all"
    assert found["dmarc"].put.startswith("v=DMARC1; p=none")


def test_who_does_not_answer_is_not_accused(server: NameServer) -> None:
    server.zone, server.silent = dict(GOOD_ZONE), {SHOP}
    found = look(server)
    assert (found["spf"].state, found["dmarc"].state) == ("neutral", "good")


def test_the_policy_of_the_domain_above_counts(server: NameServer) -> None:
    server.zone = {(f"_dmarc.{SHOP}", "TXT"): ["v=DMARC1; p=reject"]}
    expected = Expected(f"mail.{SHOP}")
    dmarc = findings_for(expected=expected, ask=resolver_of(server=server.address))[2]
    assert (dmarc.state, dmarc.host) == ("good", f"_dmarc.{SHOP}")


def test_the_published_key_must_be_the_one_we_sign_with(server: NameServer) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    ours = public_key_of(private_key=pem)
    told = {"selectors": ["care"], "public_key": ours, "include": ""}
    server.zone = {(f"care._domainkey.{SHOP}", "TXT"): [f"v=DKIM1; k=ed25519; p={ours}"]}
    assert look(server, **told)["dkim"].state == "good"
    server.zone = {(f"care._domainkey.{SHOP}", "TXT"): ["v=DKIM1; p=MIGf"]}
    changed = look(server, **told)["dkim"]
    assert (changed.state, changed.put) == ("problem", f"v=DKIM1; k=ed25519; p={ours}")


def test_an_rsa_key_is_shown_as_dns_wants_it() -> None:
    key = generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    assert public_key_of(private_key=pem).startswith("MIIB")


@pytest.mark.parametrize(
    ("texts", "state", "put"),
    [
        (["v=spf1 include:spf.mtasv.net -all"], "good", ""),
        (["v=spf1 a mx ~all"], "attention", "v=spf1 a mx include:spf.mtasv.net ~all"),
        (["v=spf1 +all"], "problem", "v=spf1 include:spf.mtasv.net ~all"),
        (["v=spf1 -all", "v=spf1 ~all"], "problem", "v=spf1 include:spf.mtasv.net ~all"),
        (["v=spf1 " + " ".join(f"include:{n}.example" for n in range(11)) + " -all"], "problem", ""),
    ],
)
def test_what_spf_says(texts: list[str], state: str, put: str) -> None:
    found = spf_finding(domain=SHOP, texts=texts, include="spf.mtasv.net")
    assert (found.state, found.put) == (state, put)


@pytest.mark.parametrize(
    ("text", "state"),
    [("v=DMARC1; p=none", "good"), ("v=DMARC1; p=reject; aspf=s", "attention"), ("v=DMARC1", "problem")],
)
def test_what_dmarc_says(text: str, state: str) -> None:
    assert dmarc_finding(domain=SHOP, host=f"_dmarc.{SHOP}", texts=[text]).state == state


def test_a_revoked_key_is_no_key() -> None:
    assert dkim_finding(domain=SHOP, answers=[("pm", ["v=DKIM1; p="])], public_key="").state == "problem"


@given(st.lists(st.text(max_size=60), max_size=4))
def test_whatever_stands_there_is_read(texts: list[str]) -> None:
    spf = spf_finding(domain=SHOP, texts=[f"v=spf1 {text}" for text in texts], include="spf.mtasv.net")
    assert spf.state in {"good", "attention", "problem"}
    dmarc_finding(domain=SHOP, host=SHOP, texts=[f"v=DMARC1;{text}" for text in texts])
    dkim_finding(domain=SHOP, answers=[("pm", [f"p={text}" for text in texts])], public_key="k")
