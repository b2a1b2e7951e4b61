"""Rate limits, counted in PostgreSQL so that they hold over all processes and hosts.

A token bucket per key, in one statement: it refills evenly, so a burst is forgiven and a flood is not.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit.errors import TooMany


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
_GIVE_BACK = "UPDATE web_bucket SET tokens = least(%s, tokens + 1) WHERE key = %s RETURNING tokens"


def take(*, limit: Limit, who: str, now: datetime) -> None:
    """Take one token of `who`'s bucket; raises TooMany where it is empty."""
    tokens = fetch(_TAKE, {"key": _key(limit, who), "burst": limit.burst, "seconds": limit.seconds, "now": now})[0][0]
    if tokens < 0:
        wait = max(1, round(limit.seconds / limit.burst))
        raise TooMany("That was a lot at once.", retry_after=wait)


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
