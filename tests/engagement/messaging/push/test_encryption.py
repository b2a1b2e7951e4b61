"""Push messages as the RFCs have them: their own example, and whatever else is said."""

from datetime import timedelta

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from aftercare.engagement.messaging.push.encryption import LONGEST, encrypt, read_keys
from aftercare.engagement.messaging.push.vapid import authorization, new_private_key, public_key
from tests.engagement.messaging.push.browser import Browser, unb64
from tests.factories import NOW

# RFC 8291 appendix A.
_TEXT = b"When I grow up, I want to be a watermelon"
_SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
_RECEIVER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
_SECRET, _SALT = "BTBZMqHH6r4Tts7J_aSIgg", "DGv6ra1nlYgDCS1FRnbzlw"
_SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_rfc() -> None:
    key = ec.derive_private_key(int.from_bytes(unb64(_SENDER), "big"), ec.SECP256R1())

    sealed = encrypt(_TEXT, read_keys(unb64(_RECEIVER), unb64(_SECRET)), salt=unb64(_SALT), key=key)

    assert sealed == unb64(_SEALED)


@given(st.binary(max_size=LONGEST))
def test_its_browser_reads_it(text: bytes) -> None:
    browser = Browser("https://push.example/1")

    assert browser.read(encrypt(text, read_keys(browser.point, browser.secret))) == text


def test_no_more_than_a_push_service_carries() -> None:
    browser = Browser("https://push.example/1")
    keys = read_keys(browser.point, browser.secret)

    assert len(encrypt(b"a" * LONGEST, keys)) <= 4096
    with pytest.raises(ValueError, match="more than a push service carries"):
        encrypt(b"a" * (LONGEST + 1), keys)


@pytest.mark.parametrize(("public", "secret"), [(b"", b"a" * 16), (b"\x04" + b"a" * 64, b"a" * 16), (b"a" * 65, b"")])
def test_keys_that_are_none_are_refused(public: bytes, secret: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- of several makers
        read_keys(public, secret)


def test_who_we_are_is_signed_for_one_push_service() -> None:
    private = new_private_key()

    scheme, _, told = authorization(
        "https://push.example:8443/abc?d=e", private=private, contact="mailto:a@b.example", now=NOW
    ).partition(" ")

    pairs = dict(part.split("=", 1) for part in told.split(", "))
    header, claims, signature = pairs["t"].split(".")
    assert (scheme, pairs["k"]) == ("vapid", public_key(private))
    assert orjson.loads(unb64(header)) == {"typ": "JWT", "alg": "ES256"}
    assert orjson.loads(unb64(claims)) == {
        "aud": "https://push.example:8443", "exp": int((NOW + timedelta(hours=12)).timestamp()), "sub": "mailto:a@b.example",
    }  # fmt: skip
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(pairs["k"]))
    proof = unb64(signature)
    der = encode_dss_signature(int.from_bytes(proof[:32], "big"), int.from_bytes(proof[32:], "big"))
    key.verify(der, f"{header}.{claims}".encode(), ec.ECDSA(SHA256()))
