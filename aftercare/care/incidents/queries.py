"""Reads: incidents for pages and programs, mass incidents, and what is left of the budget. All within a store's scope."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Count, Q, Sum

from aftercare.care.incidents.models import UNSETTLED, CompensationBudget, Incident, MassIncident
from aftercare.care.incidents.vocabulary import Compensation, IncidentOutcome, IncidentState
from aftercare.commerce.shipments.queries import by_words
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import StoreQuerySet

# The index is on when they were opened; hardly any is open for longer.
_LASTS = timedelta(days=60)

# A mass incident that is over has left the rest of it to itself.
_ALONE = Q(mass=None) | Q(mass__closed_at__isnull=False)


@dataclass(frozen=True)
class IncidentFilter:
    """What a list is narrowed to. Without a state: whatever is not settled.

    `words` as `by_words` takes them.
    """

    words: str = ""
    state: str = ""
    kind: str = ""
    carrier: str = ""
    assignee: str = ""
    mass_id: int | None = None
    order_id: int | None = None
    alone: bool = False


def incident_by_public_id(*, public_id: str) -> Incident:
    """One incident with its order, parcel, customer and mass incident; raises NotFound."""
    found = Incident.objects.select_related("order", "shipment", "customer", "mass").filter(public_id=public_id).first()
    if found is None:
        raise NotFound(f"There is no incident '{public_id}'.", field="incident")
    return found


def incidents_for_list(*, narrowed: IncidentFilter, after: str = "", limit: int = 50) -> Page[Incident]:
    """One page: open ones by when they are due, closed ones the latest first. One query."""
    found = _narrowed(narrowed).select_related("order", "shipment", "customer", "mass")
    if narrowed.state == IncidentState.CLOSED:
        return page(found, by="opened_at", after=after, limit=limit)
    return page(found, by="due_at", after=after, limit=limit, ascending=True)


def ids_of_incidents(*, public_ids: Collection[str]) -> list[int]:
    """Row ids of those of the store that exist."""
    return list(Incident.objects.filter(public_id__in=public_ids).values_list("pk", flat=True))


def incidents_of_order(*, order_id: int) -> list[Incident]:
    """All of an order, the latest first, each with its parcel and mass incident."""
    found = Incident.objects.filter(order_id=order_id).select_related("shipment", "mass")
    return list(found.order_by("-opened_at", "-id"))


def count_open(*, most: int = 1000) -> int:
    """Tasks that are open: incidents that stand alone, and mass incidents; counted up to `most` of each. One query."""
    masses = MassIncident.objects.filter(closed_at=None).values("pk")[:most]
    return int(Incident.objects.filter(UNSETTLED & _ALONE).values("pk")[:most].union(masses, all=True).count())


def count_alone(*, most: int) -> int:
    """Open incidents that are no part of an open mass incident, counted up to `most`."""
    return int(Incident.objects.filter(UNSETTLED & _ALONE)[:most].count())


def count_recovered(*, since: datetime) -> int:
    """How many have closed by themselves since."""
    over = Incident.objects.filter(
        state=IncidentState.CLOSED, outcome=IncidentOutcome.RECOVERED, opened_at__gte=since - _LASTS
    )
    return int(over.filter(closed_at__gte=since).count())


def open_masses() -> list[MassIncident]:
    """Mass incidents that are not over, the latest first, each with `open_count` and `count`."""
    return list(_counted().filter(closed_at=None).order_by("-opened_at", "-id"))


def masses_for_list(*, closed: bool, carrier: str = "", after: str = "", limit: int = 50) -> Page[MassIncident]:
    """One page of those that are over, or of those that are not, the latest first; with counts. One query."""
    found = _counted().filter(closed_at__isnull=not closed)
    return page(found.filter(carrier=carrier) if carrier else found, by="opened_at", after=after, limit=limit)


def mass_by_public_id(*, public_id: str) -> MassIncident:
    """One, with its counts; raises NotFound."""
    found = _counted().filter(public_id=public_id).first()
    if found is None:
        raise NotFound(f"There is no mass incident '{public_id}'.", field="mass")
    return found


def left_of_budget(*, store: Store, now: datetime) -> int | None:
    """What may still be approved this month, in minor units of the store's currency; None without a limit."""
    budget = CompensationBudget.objects.first()
    if budget is None:
        return None
    begins = now.astimezone(ZoneInfo(store.time_zone)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    approved = Incident.objects.filter(
        compensation=Compensation.APPROVED, compensation_at__gte=begins, order__currency=store.currency
    )
    spent = approved.aggregate(spent=Sum("compensation_amount"))["spent"] or 0
    return max(0, int(budget.monthly - spent))


def monthly_budget() -> int | None:
    """The limit itself."""
    budget = CompensationBudget.objects.first()
    return budget.monthly if budget else None


def _counted() -> "models.QuerySet[MassIncident]":
    return MassIncident.objects.annotate(  # type: ignore[no-redef]  # declared there for readers
        count=Count("incidents"), open_count=Count("incidents", filter=~Q(incidents__state=IncidentState.CLOSED))
    )


def _narrowed(narrowed: IncidentFilter) -> StoreQuerySet[Incident]:
    found: StoreQuerySet[Incident] = Incident.objects.all()
    found = found.filter(state=narrowed.state) if narrowed.state else found.filter(UNSETTLED)
    equal = {
        "kind": narrowed.kind, "carrier": narrowed.carrier, "assignee": narrowed.assignee, "mass_id": narrowed.mass_id,
        "order_id": narrowed.order_id,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in equal.items() if value})
    if narrowed.words:
        found = found.filter(by_words(narrowed.words))
    return found.filter(_ALONE) if narrowed.alone else found
