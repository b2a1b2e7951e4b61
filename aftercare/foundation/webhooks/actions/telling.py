"""Turning events into calls: as they are recorded, once more, and of a span that was missed."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.events.subjects import about
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.webhooks.actions.calling import CALLS, CallRequest, queue_calls
from aftercare.foundation.webhooks.errors import NotActive
from aftercare.foundation.webhooks.models import Call, Endpoint
from aftercare.foundation.webhooks.policy import KEPT_FOR, wants

TEST = "webhook.test"
_CHUNK = 1000


def tell_endpoints(*, events: Sequence[Recorded | EventRow], endpoints: Collection[Endpoint], now: datetime) -> int:
    """Queue a call for each of these events and each of these endpoints that wants it; answers how many are new."""
    wanted = [(event, [one for one in endpoints if _is_told(one, event)]) for event in events]
    wanted = [(event, takers) for event, takers in wanted if takers]
    names = about([event for event, _ in wanted])
    return queue_calls(calls=list(_calls(wanted, names)), now=now)


@transaction.atomic
def send_test(*, endpoint: Endpoint, now: datetime) -> None:
    """Call the endpoint about nothing, to see whether it answers; raises NotActive."""
    if endpoint.state != Endpoint.State.ACTIVE:
        raise NotActive
    body = {"type": TEST, "timestamp": now.isoformat(), "data": {"endpoint": endpoint.public_id}}
    key = f"{endpoint.public_id}:test:{now.isoformat()}"
    request = CallRequest(endpoint.store_id, "test", key, endpoint.url, body, TEST, endpoint.pk)
    _let_ask_now(endpoint.pk)
    queue_calls(calls=[request], now=now)


@transaction.atomic
def replay_call(*, call: Call, now: datetime) -> bool:
    """Make the call once more under its id, whatever came of it; False where it is about to be made anyway."""
    done = Call.objects.filter(pk=call.pk, state__in=[Call.State.SENT, Call.State.FAILED])
    replayed = done.update(state=Call.State.QUEUED, due_at=now, created_at=now, attempts=0)
    _let_ask_now(call.endpoint_id)
    wake(CALLS)
    return bool(replayed)


def check_recoverable(*, since: datetime, now: datetime) -> None:
    """Raise Invalid where nothing can be told of such a time."""
    if since.tzinfo is None:
        raise Invalid("A time without a zone says little.", field="since", remedy="Add one, such as Z for UTC.")
    if not now - KEPT_FOR <= since <= now:
        raise Invalid(
            f"Only the last {KEPT_FOR.days} days can be told of again.", field="since", remedy="Choose a time in them."
        )


def recover_endpoint(*, endpoint: Endpoint, since: datetime, now: datetime) -> int:
    """Tell the endpoint of everything recorded since then that it has not taken: what it was never told of, and what
    failed. Answers how many calls that makes. At most thirty days back.

    In chunks, each a transaction of its own: killed half-way, the same again does the rest and nothing twice.
    """
    check_recoverable(since=since, now=now)
    with transaction.atomic():
        failed = Call.objects.filter(endpoint=endpoint, state=Call.State.FAILED, created_at__gte=since)
        count = failed.update(state=Call.State.QUEUED, due_at=now, created_at=now, attempts=0)
        _let_ask_now(endpoint.pk)
        wake(CALLS)
    for chunk in _log_between(endpoint, since, now):
        with transaction.atomic():
            count += tell_endpoints(events=chunk, endpoints=[endpoint], now=now)
    return count


def _let_ask_now(endpoint_id: int | None) -> None:
    """Somebody wants to know: the rest it was given ends."""
    if endpoint_id is not None:
        Endpoint.objects.filter(pk=endpoint_id).update(resting_until=None)


def _log_between(endpoint: Endpoint, since: datetime, until: datetime) -> Iterator[list[EventRow]]:
    """The store's log of this span, the oldest first."""
    log = EventRow.objects.filter(store_id=endpoint.store_id, recorded_at__lte=until).order_by("recorded_at", "id")
    if endpoint.types:
        log = log.filter(type__in=endpoint.types)
    at, done = since, set[Any]()
    while chunk := list(log.filter(recorded_at__gte=at).exclude(id__in=done)[:_CHUNK]):
        yield chunk
        # Many events share an instant: those of the last one that are done must not come again.
        last = chunk[-1].recorded_at
        done = {event.id for event in chunk if event.recorded_at == last} | (done if last == at else set())
        at = last


def _is_told(endpoint: Endpoint, event: Recorded | EventRow) -> bool:
    return endpoint.store_id == event.store_id and wants(endpoint.types, event.type)


def _calls(
    wanted: Sequence[tuple[Recorded | EventRow, list[Endpoint]]], names: Sequence[dict[str, str]]
) -> Iterator[CallRequest]:
    for (event, takers), named in zip(wanted, names, strict=True):
        body = _body(event, named)
        for endpoint in takers:
            yield CallRequest(
                store_id=event.store_id, origin="event", dedupe_key=f"{endpoint.public_id}:{event.id}",
                url=endpoint.url, body=body, type=event.type, endpoint_id=endpoint.pk,
            )  # fmt: skip


def _body(event: Recorded | EventRow, named: dict[str, str]) -> dict[str, Any]:
    """Standard Webhooks asks for type, timestamp and data; the rest is as in GET /events."""
    return {
        "type": event.type,
        "timestamp": event.occurred_at.isoformat(),
        "id": str(event.id),
        "recorded_at": event.recorded_at.isoformat(),
        "about": named,
        "actor": event.actor,
        "data": event.data,
    }
