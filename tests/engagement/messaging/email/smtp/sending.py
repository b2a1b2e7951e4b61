"""A batch, sent to its end."""

from collections.abc import Sequence

from aftercare.engagement.messaging.email.smtp.delivery import Outgoing, send_batch
from aftercare.engagement.messaging.email.smtp.pool import ConnectionPool
from aftercare.engagement.messaging.email.smtp.relay import Relay
from aftercare.engagement.messaging.email.smtp.results import SendResult


def sent(outgoing: Sequence[Outgoing], *, relay: Relay, pool: ConnectionPool) -> list[SendResult]:
    """What became of each message, in their order; nobody may be told of twice."""
    told = list(send_batch(outgoing, relay=relay, pool=pool))
    assert sorted(place for place, _ in told) == list(range(len(outgoing)))
    return [result for _, result in sorted(told, key=lambda one: one[0])]
