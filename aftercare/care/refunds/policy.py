"""How much may still be given back, and when a refund is looked at again."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from aftercare.foundation.kit.retry import after_failure

# A payer may still be at a call whose answer we gave up waiting for. So long it is left alone before it is looked for.
SETTLES_IN = timedelta(minutes=2)


class Ours(NamedTuple):
    """A refund that was asked for here and not dropped; `external_id` is the payer's name for it once it is made."""

    amount: int
    external_id: str


def room(*, total: int, reported: int, reported_ids: frozenset[str], ours: Iterable[Ours]) -> int:
    """What may still be given back of an order, in minor units.

    Ours that the shop reports too count once: what it reports, by whichever of its ids is known.
    """
    unreported = sum(one.amount for one in ours if not one.external_id or one.external_id not in reported_ids)
    return max(total - reported - unreported, 0)


def again_at(*, attempts: int, is_unsure: bool, now: datetime) -> datetime | None:
    """When it is tried again; None: a person is to look at it."""
    later = after_failure(attempts=attempts, now=now)
    return max(later, now + SETTLES_IN) if later is not None and is_unsure else later
