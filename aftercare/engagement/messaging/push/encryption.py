"""Message encryption for web push (RFC 8291): only the browser that subscribed can read what its push service carries."""

import os
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_CURVE = ec.SECP256R1()
_RECORD = 4096  # RFC 8188; push services carry no more (RFC 8291 §4)
_LAST_RECORD = b"\x02"
_POINT, _SECRET, _TAG, _HEADER = 65, 16, 16, 86
LONGEST = _RECORD - _HEADER - _TAG - len(_LAST_RECORD)


class Keys(NamedTuple):
    """What a browser gave us: its public key as an uncompressed point, and its authentication secret."""

    public: bytes
    secret: bytes


def read_keys(public: bytes, secret: bytes) -> Keys:
    """Raises ValueError where they are none."""
    if len(secret) != _SECRET or len(public) != _POINT:
        message = "keys of another length"
        raise ValueError(message)
    ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public)
    return Keys(public, secret)


def encrypt(
    text: bytes, keys: Keys, *, salt: bytes | None = None, key: ec.EllipticCurvePrivateKey | None = None
) -> bytes:  # fmt: skip
    """The body of a push message, in one record; raises ValueError where the text is longer than `LONGEST`.

    Salt and key are made anew for every message; they are given in tests only.
    """
    if len(text) > LONGEST:
        raise ValueError(f"{len(text)} bytes are more than a push service carries")
    salt, key = salt or os.urandom(16), key or ec.generate_private_key(_CURVE)
    ours = point_of(key)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, keys.public))
    secret = _derived(shared, salt=keys.secret, info=b"WebPush: info\x00" + keys.public + ours, length=32)
    content_key = _derived(secret, salt=salt, info=b"Content-Encoding: aes128gcm\x00", length=16)
    nonce = _derived(secret, salt=salt, info=b"Content-Encoding: nonce\x00", length=12)
    sealed = AESGCM(content_key).encrypt(nonce, text + _LAST_RECORD, None)
    return salt + _RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours + sealed


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half as an uncompressed point (X9.62)."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
