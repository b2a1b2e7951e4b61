"""What web and live process share: who may hear of an order's changes, and how a change is announced.

The stream only ever says "changed"; what has changed is fetched from the page itself, behind the page's own link. So a
live token reveals nothing, and a lost announcement costs no more than a minute.
"""

from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.core import signing

from aftercare.foundation.database.bulk import fetch

CHANNEL = "aftercare_live"
PATH = "/live/orders/"
_SALT = "aftercare.live"
_LIFETIME = timedelta(days=1)  # a page left open for longer falls back to asking every minute
_IDS_PER_NOTICE = 350  # a notice of PostgreSQL holds 8,000 bytes, a row id takes at most 20


def live_url(*, order_id: int) -> str:
    """The address of the stream that tells of an order's changes."""
    return f"{settings.LIVE_URL}{PATH}{signing.dumps(order_id, salt=_SALT)}"


def read_live_token(token: str) -> int | None:
    """The order a token lets hear of; None where it is forged or a day old."""
    try:
        order_id = signing.loads(token, salt=_SALT, max_age=_LIFETIME)
    except (signing.BadSignature, ValueError):
        return None
    return order_id if isinstance(order_id, int) else None


def announce_changes(*, order_ids: Collection[int]) -> None:
    """Tell every live process that these orders have changed, once this transaction commits."""
    if not order_ids:
        return
    ids = sorted(order_ids)
    notices = [notice_of(ids[start : start + _IDS_PER_NOTICE]) for start in range(0, len(ids), _IDS_PER_NOTICE)]
    fetch("SELECT pg_notify(%s, notice) FROM unnest(%s::text[]) AS notice", [CHANNEL, notices])


def notice_of(order_ids: Collection[int]) -> str:
    """Many changes in one notice: at commit, each notice is queued under a lock that all transactions share."""
    return ",".join(map(str, order_ids))


def read_notice(notice: str) -> list[int]:
    """The orders a notice speaks of."""
    return [int(word) for word in notice.split(",") if word.isdecimal()]
