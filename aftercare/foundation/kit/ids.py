"""Identifiers, made here rather than by the database so that rows can be built in bulk and on PostgreSQL 14 too."""

import os
import secrets
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

# Crockford's alphabet in lower case: no i, l, o, u, so an id read over the phone arrives.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 16  # 80 random bits
_PAIRS = [first + second for second in ALPHABET for first in ALPHABET]
# What version and variant leave free of the last 80 bits.
_RANDOM_BITS = (1 << 80) - 1 & ~(0xF << 76) & ~(0x3 << 62)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class FindIds(Protocol):
    """A capability's query for the public ids of rows."""

    def __call__(self, *, ids: Collection[int]) -> Mapping[int, str]: ...


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
    return uuid7s(at, 1)[0]


def uuid7s(at: datetime, count: int) -> list[UUID]:
    """Several for the same instant at once, in no order among themselves."""
    random = os.urandom(10 * count)
    instant = _fixed_bits(at)
    return [
        UUID(int=instant | int.from_bytes(random[start : start + 10], "big") & _RANDOM_BITS)
        for start in range(0, len(random), 10)
    ]


def uuid7_floor(at: datetime) -> UUID:
    """The smallest version-7 UUID of the instant `at`: the lower bound of a range of ids."""
    return UUID(int=((at - _EPOCH) // _MILLISECOND) << 80)


def _fixed_bits(at: datetime) -> int:
    """Milliseconds, version 7 and the variant of RFC 9562, each in its place."""
    return ((at - _EPOCH) // _MILLISECOND) << 80 | 0x7 << 76 | 0x2 << 62
