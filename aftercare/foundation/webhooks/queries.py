"""Finding endpoints and what was told to them. All within a store's scope, unless they say otherwise."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.webhooks.models import Call, Endpoint

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """How the calls to an endpoint went: of those queued in the last day, and how many wait now."""

    taken: int = 0
    failed: int = 0
    waiting: int = 0


def endpoints_to_tell(*, store_ids: Collection[int]) -> list[Endpoint]:
    """The active endpoints of these stores; across stores."""
    return list(Endpoint.objects.filter(store_id__in=store_ids, state=Endpoint.State.ACTIVE))


def endpoints_of_store() -> list[Endpoint]:
    """Every endpoint of the store, the oldest first."""
    return list(Endpoint.objects.order_by("created_at", "id"))


def endpoint_by_public_id(*, public_id: str) -> Endpoint:
    """An endpoint of the store; raises NotFound."""
    found = Endpoint.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such webhook endpoint.")
    return found


def how_they_went(*, endpoint_ids: Collection[int], now: datetime) -> dict[int, Told]:
    """For each of these endpoints, in two queries."""
    today = Call.objects.filter(endpoint_id__in=endpoint_ids, created_at__gt=now - _DAY).values_list("endpoint_id")
    counted = today.annotate(taken=Count("id", Q(state="sent")), failed=Count("id", Q(state="failed")))
    done = {endpoint_id: (taken, failed) for endpoint_id, taken, failed in counted}
    open_calls = Call.objects.filter(endpoint_id__in=endpoint_ids, state__in=["queued", "sending"])
    waiting = dict(open_calls.values_list("endpoint_id").annotate(Count("id")))
    return {one: Told(*done.get(one, (0, 0)), waiting.get(one, 0)) for one in endpoint_ids}


def calls_for_list(
    *, endpoint: Endpoint | None = None, state: str = "", type_name: str = "", after: str = "", limit: int = 50
) -> Page[Call]:
    """A page of the log of calls, the latest first. One query."""
    found: QuerySet[Call] = Call.objects.select_related("endpoint")
    if endpoint is not None:
        found = found.filter(endpoint=endpoint)
    if state:
        found = found.filter(state=state)
    if type_name:
        found = found.filter(type=type_name)
    return page(found, by="created_at", after=after, limit=limit)


def call_by_public_id(*, public_id: str) -> Call:
    """A call of the store; raises NotFound."""
    found = Call.objects.select_related("endpoint").filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such call.")
    return found


def count_disabled() -> int:
    """Endpoints that the system has switched off."""
    return Endpoint.objects.filter(state=Endpoint.State.DISABLED).count()


def disabled_endpoints(*, limit: int) -> list[Endpoint]:
    """Endpoints that the system has switched off, the one that failed first at the head."""
    return list(Endpoint.objects.filter(state=Endpoint.State.DISABLED).order_by("failing_since", "id")[:limit])
