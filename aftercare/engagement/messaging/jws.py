"""JSON Web Signatures (RFC 7515) in compact form, of the two kinds that are met here: HS256 read, ES256 written."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

_COORDINATE = 32


class NotSigned(ValueError):  # noqa: N818 -- read as a sentence
    """It is no signature, or nobody's who knows the secret."""


def base64url(data: bytes) -> str:
    """Without padding, as in RFC 7515 §2."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """The bytes; raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def read_hs256(token: str, *, secret: str) -> Mapping[str, Any]:
    """The claims of a token; raises NotSigned. No other algorithm is read, whatever its header says."""
    signed, _, signature = token.rpartition(".")
    header, _, claims = signed.partition(".")
    try:
        algorithm = orjson.loads(from_base64url(header))["alg"]
        proof, read = from_base64url(signature), orjson.loads(from_base64url(claims))
    except (ValueError, KeyError, TypeError):
        raise NotSigned("It is no signature.") from None
    made = hmac.digest(secret.encode(), signed.encode(), hashlib.sha256)
    if algorithm != "HS256" or not isinstance(read, dict) or not hmac.compare_digest(proof, made):
        raise NotSigned("The signature does not fit.")
    return read


def sign_es256(claims: Mapping[str, Any], *, key: ec.EllipticCurvePrivateKey) -> str:
    """A token with these claims, signed on P-256."""
    parts = ({"typ": "JWT", "alg": "ES256"}, claims)
    signed = ".".join(base64url(orjson.dumps(part)) for part in parts)
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    return f"{signed}.{base64url(r.to_bytes(_COORDINATE, 'big') + s.to_bytes(_COORDINATE, 'big'))}"
