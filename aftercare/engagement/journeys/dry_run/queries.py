"""Reads for the pages about dry runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.orders.models import Order
from aftercare.engagement.journeys.dry_run.models import DryRun, DryRunMessage
from aftercare.engagement.journeys.models import Journey
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound

_LISTED = 20


def dry_runs_of(*, journey: Journey, limit: int = _LISTED) -> list[DryRun]:
    """A journey's, the latest first. One query."""
    found = DryRun.objects.filter(journey=journey).defer("definition")
    return list(found.order_by("-asked_at", "-id")[:limit])


def dry_run_by_public_id(*, public_id: str) -> DryRun:
    """A dry run with its journey; raises NotFound."""
    found = DryRun.objects.filter(public_id=public_id).select_related("journey").first()
    if found is None:
        raise NotFound("There is no such dry run.", field="dry_run")
    return found


def dry_run_messages(
    *, run: DryRun, fate: str = "", reason: str = "", step: str = "", after: str = "", limit: int = 50
) -> Page[DryRunMessage]:
    """A page of the messages that are kept of it, the latest first. One query."""
    narrowed: dict[str, Any] = {"fate": fate, "reason": reason, "step": step}
    found = DryRunMessage.objects.filter(run=run, **{name: value for name, value in narrowed.items() if value})
    return page(found, by="at", after=after, limit=limit)


@dataclass(frozen=True)
class Subjects:
    """Orders and customers by row id."""

    orders: dict[int, Order]
    customers: dict[int, Customer]


def subjects_of_messages(messages: Sequence[DryRunMessage]) -> Subjects:
    """Whom these messages would have gone to, and about what. Two queries."""
    return Subjects(
        Order.objects.in_bulk(list({one.order_id for one in messages if one.order_id})),
        Customer.objects.in_bulk(list({one.customer_id for one in messages if one.customer_id})),
    )
