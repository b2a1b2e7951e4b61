"""Addresses that nothing may be sent to."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from aftercare.engagement.messaging.models import Suppression
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit.schema import normal_email

_ADD = """
    INSERT INTO messaging_suppression (store_id, channel, address, cause, detail, added_at)
    SELECT store_id, %s, address, %s, detail, %s FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS v(store_id, address, detail)
    ON CONFLICT (store_id, channel, address) DO NOTHING RETURNING id
"""


def suppress_addresses(
    *, channel: str, addresses: Sequence[tuple[int, str, str]], now: datetime,
    cause: Suppression.Cause = Suppression.Cause.BOUNCE,
) -> int:  # fmt: skip
    """Suppress (store id, address, detail) each; answers how many are new."""
    if not addresses:
        return 0
    once = {(store, normal_email(address)): detail[:300] for store, address, detail in addresses}
    columns = [[store for store, _ in once], [address for _, address in once], list(once.values())]
    return len(fetch(_ADD, [channel, cause.value, now, *columns]))


@transaction.atomic
def lift_suppression(*, suppression: Suppression) -> None:
    """Let an address be written to again."""
    suppression.delete()
