"""Secrets at rest: what a store tells us of those it works with is encrypted with a key made from SECRET_KEY.

Fernet (AES-128-CBC with HMAC-SHA256). SECRET_KEY_FALLBACKS still open what older keys sealed.
"""

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from aftercare.foundation.kit.errors import Refusal

# Part of the key: another text here would lock every store out of what it stored before.
_PURPOSE = b"aftercare carrier accounts"


class Unsealable(Refusal):
    """What was stored encrypted cannot be opened any more."""

    code = "unsealable"


def seal(config: Mapping[str, Any]) -> str:
    """Encrypt a JSON-able mapping."""
    return _box(_keys()).encrypt(orjson.dumps(config)).decode()


def unseal(sealed: str) -> dict[str, Any]:
    """What was sealed; raises Unsealable where SECRET_KEY has been replaced."""
    try:
        opened: dict[str, Any] = orjson.loads(_box(_keys()).decrypt(sealed.encode()))
    except InvalidToken:
        raise Unsealable("These settings were stored under another SECRET_KEY.", remedy="Connect it again.") from None
    return opened


def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode())
