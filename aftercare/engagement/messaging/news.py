"""What is heard of messages, as plain values, whoever tells it."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from aftercare.engagement.messaging.reputation import NewsKind, Severity

_UNHEARD_OF = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Price:
    """What a provider takes for a message, and for how many parts."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class News:
    """One thing heard of a message we handed over. `key` is the same for the same event told again."""

    key: str
    kind: NewsKind
    at: datetime
    recipient: str
    provider_id: str
    public_id: str
    severity: Severity | None = None
    reject_reason: str = ""
    answer: str = ""
    url: str = ""
    is_machine: bool = False
    price: Price | None = None


def key_of(*parts: str) -> str:
    """What makes an event the same event: a digest of what it says."""
    return hashlib.blake2b("\0".join(parts).encode(errors="replace"), digest_size=16).hexdigest()


def moment_heard(at: datetime | None, *, now: datetime) -> datetime:
    """When it happened; clocks elsewhere are wrong at times, and nothing happens later than we hear of it."""
    if at is None or at > now or at < now - _UNHEARD_OF:
        return now
    return at.astimezone(UTC)
