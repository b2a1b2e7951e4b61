"""Rate limits, counted in PostgreSQL so that they hold over all processes and hosts.

A token bucket per key, in one statement: it refills evenly, so a burst is forgiven and a flood is not.
"""

import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit.errors import TooMany

_MOST_AHEAD = 10_000
_ahead: dict[str, int] = {}
_guard = threading.Lock()


@dataclass(frozen=True)
class Limit:
    """`burst` at once, refilled evenly over `seconds`."""

    name: str
    burst: int
    seconds: int


_TAKE = """
    INSERT INTO web_bucket AS b (key, tokens, filled_at) VALUES (%(key)s, %(burst)s - 1, %(now)s)
    ON CONFLICT (key) DO UPDATE SET filled_at = %(now)s, tokens = greatest(-1,
        least(%(burst)s, b.tokens + greatest(0, extract(epoch FROM %(now)s - b.filled_at)) * %(burst)s / %(seconds)s) - 1)
    RETURNING tokens
"""
_TAKE_MANY = """
    INSERT INTO web_bucket AS b (key, tokens, filled_at) VALUES (%(key)s, %(burst)s - %(count)s, %(now)s)
    ON CONFLICT (key) DO UPDATE SET filled_at = %(now)s, tokens =
        least(%(burst)s, b.tokens + greatest(0, extract(epoch FROM %(now)s - b.filled_at)) * %(burst)s / %(seconds)s) - %(count)s
    WHERE b.tokens + greatest(0, extract(epoch FROM %(now)s - b.filled_at)) * %(burst)s / %(seconds)s >= %(count)s
    RETURNING tokens
"""
_GIVE_BACK = "UPDATE web_bucket SET tokens = least(%s, tokens + 1) WHERE key = %s RETURNING tokens"


def take(*, limit: Limit, who: str, now: datetime) -> None:
    """Take one token of `who`'s bucket; raises TooMany where it is empty."""
    tokens = fetch(_TAKE, {"key": _key(limit, who), "burst": limit.burst, "seconds": limit.seconds, "now": now})[0][0]
    if tokens < 0:
        wait = max(1, round(limit.seconds / limit.burst))
        raise TooMany("That was a lot at once.", retry_after=wait)


def take_ahead(*, limit: Limit, who: str, now: datetime) -> bool:
    """Take one token of those that this process has taken ahead: a fiftieth of the bucket at a time, not a write per call.

    So a process holds at most that many, and never gives out one it has not taken. False where the bucket has fewer left:
    then `take` decides.
    """
    key, count = _key(limit, who), max(1, limit.burst // 50)
    with _guard:
        if _ahead.get(key, 0) > 0:
            _ahead[key] -= 1
            return True
    values = {"key": key, "burst": limit.burst, "seconds": limit.seconds, "now": now, "count": count}
    if not fetch(_TAKE_MANY, values):
        return False
    with _guard:
        if len(_ahead) >= _MOST_AHEAD:
            _ahead.clear()
        _ahead[key] = _ahead.get(key, 0) + count - 1
    return True


def give_back(*, limit: Limit, who: str) -> None:
    """Put a token back that was taken for something which, as it turned out, does not count."""
    fetch(_GIVE_BACK, [limit.burst, _key(limit, who)])


def _key(limit: Limit, who: str) -> str:
    """A digest: who asks is nobody's business, not even the table's."""
    return hashlib.blake2b(f"{limit.name}\0{who}".encode(), digest_size=16).hexdigest()


def caller(request: HttpRequest) -> str:
    """The address a request came from. Behind a proxy it is the last one the proxy itself saw."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
