"""Signatures verify by dkimpy, to the bit, and break when anything signed is changed."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256

import dkim
import dkim.canonicalization
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.engagement.messaging.email.dkim import Signer, relaxed_body, relaxed_value, sign_message
from aftercare.engagement.messaging.email.mime import assemble, prepare_mail
from aftercare.engagement.messaging.email.problems import HeaderProblem
from tests.engagement.messaging.email.test_mime import TEMPLATE, Unsubscribe, inputs

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ED25519_KEY = ed25519.Ed25519PrivateKey.generate()


def signer_for(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> Signer:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Signer(domain="shop.example", selector="mail", private_key=pem)


SIGNERS = {"rsa": signer_for(RSA_KEY), "ed25519": signer_for(ED25519_KEY)}
RSA_RECORD = b"v=DKIM1; k=rsa; p=" + b64encode(
    RSA_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
)


def verifies(message: bytes, kind: str) -> bool:
    """By dkimpy; for Ed25519, which it leaves to PyNaCl, by its canonicalisation and OpenSSL."""
    if kind == "rsa":
        return bool(dkim.verify(message, dnsfunc=lambda _, timeout: RSA_RECORD if timeout else b""))
    fields, body = dkim.rfc822_parse(message)
    tags = dkim.parse_tag_value(fields[0][1])
    relaxed = dkim.canonicalization.CanonicalizationPolicy.from_c_value(tags[b"c"])
    signed = sha256()
    names = tags[b"h"].replace(b"\r\n", b"").replace(b" ", b"").split(b":")
    dkim.hash_headers(signed, relaxed, relaxed.canonicalize_headers(fields), names, fields[0], b"")
    try:
        ED25519_KEY.public_key().verify(b64decode(tags[b"b"]), signed.digest())
    except InvalidSignature:
        return False
    return b64decode(tags[b"bh"]) == sha256(relaxed.canonicalize_body(body)).digest()


@pytest.mark.parametrize("kind", SIGNERS)
def test_assembled_messages_verify(kind: str) -> None:
    message = assemble(
        template=TEMPLATE,
        inputs=inputs(unsubscribe=Unsubscribe("https://shop.example/u/1", "u@shop.example")),
        signer=SIGNERS[kind],
    )
    assert verifies(message, kind)
    signature = message.partition(b"\r\nDate:")[0]
    assert max(len(line) for line in signature.split(b"\r\n")) <= 76
    # RFC 8058 §4: both fields of one-click unsubscribing are covered.
    assert b"list-unsubscribe-post" in signature
    assert b"list-unsubscribe:" in signature


@pytest.mark.parametrize("kind", SIGNERS)
def test_a_signed_message_is_the_unsigned_one_with_a_field_in_front(kind: str) -> None:
    signed = assemble(template=TEMPLATE, inputs=inputs(), signer=SIGNERS[kind])
    unsigned = assemble(template=TEMPLATE, inputs=inputs())
    assert signed.endswith(b"\r\n" + unsigned)
    assert signed == assemble(template=TEMPLATE, inputs=inputs(), signer=SIGNERS[kind])
    assert signed == sign_message(message=unsigned, signer=SIGNERS[kind], at=inputs().date)


blanks = st.text(st.sampled_from(" \t\n.ä=x"), max_size=80)


@settings(deadline=None)
@given(name=blanks, lines=st.lists(blanks, max_size=4), note=blanks)
def test_white_space_in_the_data_does_not_break_the_signature(name: str, lines: list[str], note: str) -> None:
    html = "<p>  {{ name }}  \n {% for line in order.lines %} \t{{ line }}\t{% endfor %}\n\n  {{ note }} </p>\n\n"
    template = prepare_mail(subject="a  b\tc", html=html, text=" {{ name }} \n\n\n")
    context = {"name": name, "order": {"lines": lines}, "note": note}
    assert verifies(assemble(template=template, inputs=inputs(context=context), signer=SIGNERS["ed25519"]), "ed25519")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: ", b"Subject: Re: "),
        (b"Dear ", b"Deer "),
        (b"From: ", b"From: mallory@example.com\r\nFrom: "),
        (b"msg_1@", b"msg_2@"),
        (b"08:00:00", b"09:00:00"),
    ],
)
def test_a_changed_message_does_not_verify(old: bytes, new: bytes) -> None:
    message = assemble(template=TEMPLATE, inputs=inputs(), signer=SIGNERS["rsa"])
    assert old in message
    assert not verifies(message.replace(old, new, 1), "rsa")


@pytest.mark.parametrize("kind", SIGNERS)
@pytest.mark.parametrize(
    "message",
    [
        b"From: a@shop.example\r\nTo: b@x\r\nSubject: hi\r\n\r\nHello\r\n",
        b"From:a@shop.example\r\nSubject:  folded\r\n\t text  \r\nX-Other: y\r\n\r\n",
        b"FROM: a@shop.example\r\nsubject: odd\r\n\r\nline  with \t blanks \r\n\r\n\r\n",
        b"From: a@shop.example\r\nTo: a\r\nTo: b\r\n\r\nno end of line",
        b"From: a@shop.example\r\n\r\n \r\n",
    ],
)
def test_any_finished_message_can_be_signed(kind: str, message: bytes) -> None:
    assert verifies(sign_message(message=message, signer=SIGNERS[kind], at=NOW), kind)


lines_of_bytes = st.lists(st.sampled_from([b"a", b" ", b"\t", b"\r\n", b"\r\n\r\n", b"word"]), max_size=15).map(
    b"".join
)


@settings(deadline=None)
@given(body=lines_of_bytes)
def test_bodies_are_canonical_as_by_dkimpy(body: bytes) -> None:
    body += b"\r\n"  # without it dkimpy keeps blanks that RFC 6376 §3.4.4 drops
    assert relaxed_body(body) == dkim.canonicalization.Relaxed.canonicalize_body(body)


@settings(deadline=None)
@given(value=st.lists(st.sampled_from([b"a", b" ", b"\t", b"\r\n ", b"\r\n\t"]), max_size=10).map(b"".join))
def test_header_values_are_canonical_as_by_dkimpy(value: bytes) -> None:
    ((_, expected),) = dkim.canonicalization.Relaxed.canonicalize_headers([(b"Subject", value + b"\r\n")])
    assert relaxed_value(value) + b"\r\n" == expected


def test_what_is_no_dkim_key_is_refused() -> None:
    with pytest.raises(HeaderProblem):
        signer_for(ec.generate_private_key(ec.SECP256R1()))
