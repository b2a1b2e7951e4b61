"""Addresses that nothing, or only what is owed, may be sent to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from aftercare.engagement.messaging.events import SuppressionLifted
from aftercare.engagement.messaging.models import AddressHealth, Suppression
from aftercare.engagement.messaging.policy import SuppressionCause
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.schema import normal_email

# Only what ends by itself is renewed: the first reason to be silent for good stays the one that is shown.
_ADD = """
    INSERT INTO messaging_suppression AS s (store_id, channel, address, cause, detail, added_at, until)
    SELECT store_id, %s, address, cause, detail, %s, until
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])
        AS v(store_id, address, cause, detail, until)
    ON CONFLICT (store_id, channel, address, cause)
    DO UPDATE SET until = excluded.until, detail = excluded.detail WHERE s.until IS NOT NULL
    RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Silence:
    """A reason to be silent to an address; `until` None for good."""

    store_id: int
    address: str
    cause: SuppressionCause
    detail: str = ""
    until: datetime | None = None


def suppress(*, channel: str, silences: Sequence[Silence], now: datetime) -> int:
    """Suppress each; answers how many are new or last longer."""
    once = {(one.store_id, normal_email(one.address), one.cause.value): one for one in silences if one.address}
    if not once:
        return 0
    rows = [(*key, one.detail[:300], one.until) for key, one in sorted(once.items())]
    return len(fetch(_ADD, [channel, now, *(list(column) for column in zip(*rows, strict=True))]))


def suppress_addresses(
    *, channel: str, addresses: Sequence[tuple[int, str, str]], now: datetime,
    cause: SuppressionCause = SuppressionCause.BOUNCE,
) -> int:  # fmt: skip
    """Suppress (store id, address, detail) each for good; answers how many are new."""
    return suppress(channel=channel, silences=[Silence(*row[:2], cause, row[2]) for row in addresses], now=now)


@transaction.atomic
def lift_suppression(*, suppression: Suppression, by: str, now: datetime) -> None:
    """Let an address be written to again, and begin to count its bounces anew."""
    AddressHealth.objects.filter(
        store_id=suppression.store_id, channel=suppression.channel, address=suppression.address
    ).delete()
    suppression.delete()
    lifted = SuppressionLifted(suppression.address, suppression.cause)
    record([Fact(event=lifted, store_id=suppression.store_id, occurred_at=now, actor=by)], now=now)
