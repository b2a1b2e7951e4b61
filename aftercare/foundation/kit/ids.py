"""Identifiers, made here rather than by the database so that rows can be built in bulk and on PostgreSQL 14 too."""

import os
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

# Crockford's alphabet in lower case: no i, l, o, u, so an id read over the phone arrives.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 16  # 80 random bits
_PAIRS = [first + second for second in ALPHABET for first in ALPHABET]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def public_id(prefix: str) -> str:
    """A random id fit to be shown outside, such as `ord_7d0xk2m9qv4t8r1n`."""
    return public_ids(prefix, 1)[0]


def public_ids(prefix: str, count: int) -> list[str]:
    """Several at once, at a third of the cost each."""
    random = os.urandom(10 * count)
    numbers = [int.from_bytes(random[start : start + 10], "big") for start in range(0, len(random), 10)]
    return [f"{prefix}_{''.join([_PAIRS[(bits >> shift) & 1023] for shift in range(0, 80, 10)])}" for bits in numbers]


def secret_token(prefix: str) -> str:
    """A random secret of 256 bits, prefixed so that scanners of leaked secrets can recognise it."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def uuid7(at: datetime) -> UUID:
    """A UUID version 7 (RFC 9562 §5.7) for the instant `at`: 48 bits of Unix milliseconds, then random bits."""
    return _with_milliseconds(at, int.from_bytes(os.urandom(10), "big"))


def uuid7_floor(at: datetime) -> UUID:
    """The smallest version-7 UUID of the instant `at`: the lower bound of a range of ids."""
    return UUID(int=((at - _EPOCH) // _MILLISECOND) << 80)


def _with_milliseconds(at: datetime, random: int) -> UUID:
    value = ((at - _EPOCH) // _MILLISECOND) << 80 | random & ((1 << 80) - 1)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)
