"""How endpoints are doing, and switching off those that are gone."""

from collections.abc import Sequence
from functools import reduce

from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.stores.scope import across_stores
from aftercare.foundation.webhooks.events import EndpointDisabled
from aftercare.foundation.webhooks.models import Endpoint
from aftercare.foundation.webhooks.policy import Attempt, Health, health_after


def note_health(*, endpoint_id: int, attempts: Sequence[Attempt]) -> None:
    """Write down what these attempts, in their order, say of the endpoint; in the caller's transaction."""
    with across_stores("whoever makes calls serves every store"):
        endpoint = Endpoint.objects.select_for_update().filter(pk=endpoint_id).first()
        if endpoint is None:
            return
        before = Health(endpoint.failures, endpoint.failing_since, endpoint.resting_until, endpoint.is_slow)
        after = reduce(health_after, attempts, before)
        endpoint.failures, endpoint.failing_since = after.failures, after.failing_since
        endpoint.resting_until, endpoint.is_slow = after.resting_until, after.is_slow
        taken = [attempt.at for attempt in attempts if attempt.was_taken]
        endpoint.last_taken_at = taken[-1] if taken else endpoint.last_taken_at
        if after.gone and endpoint.state == Endpoint.State.ACTIVE:
            _disable(endpoint, why=after.gone, last=attempts[-1])
        endpoint.save()


def _disable(endpoint: Endpoint, *, why: str, last: Attempt) -> None:
    endpoint.state, endpoint.reason = Endpoint.State.DISABLED, why
    fact = EndpointDisabled(endpoint=endpoint.public_id, url=endpoint.url, reason=why)
    record([Fact(fact, store_id=endpoint.store_id, occurred_at=last.at)], now=last.at)
