"""Voluntary application server identification (RFC 8292): a store's key pair, and what it tells a push service."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from aftercare.engagement.messaging.jws import base64url, from_base64url, sign_es256
from aftercare.engagement.messaging.push.encryption import point_of

_CURVE = ec.SECP256R1()
# RFC 8292 §2: no more than 24 hours.
_HOLDS_FOR = timedelta(hours=12)


def new_private_key() -> str:
    """A store's secret, as it is kept."""
    return base64url(ec.generate_private_key(_CURVE).private_numbers().private_value.to_bytes(32, "big"))


def public_key(private: str) -> str:
    """What browsers are told when they subscribe."""
    return base64url(point_of(_key(private)))


def authorization(endpoint: str, *, private: str, contact: str, now: datetime) -> str:
    """The Authorization header for a push service; `now` is the world's."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((now + _HOLDS_FOR).timestamp()), "sub": contact}
    return f"vapid t={sign_es256(claims, key=_key(private))}, k={public_key(private)}"


def _key(private: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64url(private), "big"), _CURVE)
