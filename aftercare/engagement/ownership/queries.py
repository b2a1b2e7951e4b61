"""Finding what customers own, what of it nobody used, and its services. All within a store's scope."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from aftercare.engagement.ownership.models import OwnedLine, Schedule, Service, UsageEvent, UsageRule
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound

_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FIGURES = """
    SELECT count(*), count(first_used_at), count(*) FILTER (WHERE never_used_at IS NOT NULL AND first_used_at IS NULL)
    FROM ownership_ownedline WHERE store_id = %s
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """How many lines are owned, of how many the first use is known, and how many were noticed as never used."""

    owned: int
    used: int
    unused: int


def figures(*, store_id: int) -> Figures:
    """One query."""
    return Figures(*fetch(_FIGURES, [store_id])[0])


def owned_of_order(*, order_id: int) -> list[OwnedLine]:
    """The delivered lines of an order. One query."""
    return list(OwnedLine.objects.filter(order_id=order_id).select_related("line").order_by("line_id"))


def uses_of_lines(*, line_ids: Sequence[int]) -> dict[int, int]:
    """How often each was used, as far as it was reported. One query."""
    found = UsageEvent.objects.filter(line_id__in=line_ids).order_by().values("line_id").annotate(n=Sum("uses"))
    return {row["line_id"]: row["n"] for row in found}


def unused_for_list(*, after: str = "", limit: int = 50) -> Page[OwnedLine]:
    """What was noticed as never used and still is, the latest first. One query."""
    found = OwnedLine.objects.filter(never_used_at__isnull=False, first_used_at=None)
    return page(found.select_related("line", "order__customer"), by="never_used_at", after=after, limit=limit)


def usage_rules() -> list[UsageRule]:
    """The store's own rules, the general one first."""
    return list(UsageRule.objects.select_related("product").order_by("product__title", "category", "id"))


def services_of_order(*, order_id: int) -> list[Service]:
    """What is to be done with what an order brought, what waits first. One query."""
    found = _with_words(Service.objects.filter(order_id=order_id))
    return sorted(found, key=lambda one: (one.due_at is None, one.pk))


def service_of(*, key: str, order_id: int | None = None) -> Service:
    """One service (of this order); raises NotFound."""
    found = _with_words(Service.objects.filter(key=key)).first() if _UUID.fullmatch(key) else None
    if found is None or (order_id is not None and found.order_id != order_id):
        raise NotFound("There is no such service.", field="service")
    return found


def schedules_for_list(*, after: str = "", limit: int = 50) -> Page[Schedule]:
    """The schedules in force, the latest first. One query."""
    found = Schedule.objects.filter(ended_at=None).select_related("product")
    return page(found, by="created_at", after=after, limit=limit)


def schedule_by_public_id(*, public_id: str) -> Schedule:
    """A schedule; raises NotFound."""
    found: Schedule | None = Schedule.objects.select_related("product").filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such schedule.", field="schedule")
    return found


def _with_words(services: "QuerySet[Service]") -> "QuerySet[Service]":
    return services.select_related("schedule", "order", "line__product")
