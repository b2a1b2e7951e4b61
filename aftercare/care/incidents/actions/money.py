"""Deciding about compensation, within what the store may spend in a month. Paying it is the shop's own act."""

from datetime import datetime

from django.db import transaction

from aftercare.care.incidents.actions.rows import Row, fact, locked
from aftercare.care.incidents.errors import AlreadyDecided, OverBudget
from aftercare.care.incidents.events import CompensationApproved, CompensationDeclined
from aftercare.care.incidents.models import UNSETTLED, CompensationBudget, Incident
from aftercare.care.incidents.queries import left_of_budget
from aftercare.care.incidents.vocabulary import Compensation
from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.events.actions import record
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store


@transaction.atomic
def approve_compensation(*, incident: Incident, amount: int, store: Store, by: str, now: datetime) -> None:
    """Approve so much, in minor units of the order's currency; raises Invalid, AlreadyDecided or OverBudget."""
    if not 0 < amount <= incident.order.total:
        raise Invalid(
            "The amount is nothing, or more than the order cost.", field="amount", remedy="Choose one in between."
        )
    # Of two approvals at once, the second sees what the first has left.
    lock_for_transaction("compensation", store.pk)
    left = left_of_budget(store=store, now=now)
    if left is not None and incident.order.currency == store.currency and amount > left:
        raise OverBudget(
            "This month's budget does not hold it.", field="amount", remedy="Choose less, or have the budget raised."
        )
    row = _decide(incident, Compensation.APPROVED, amount, by, now)
    approved = fact(row, CompensationApproved, now=now, by=by, amount=amount, currency=incident.order.currency)
    record([approved], now=now)


@transaction.atomic
def decline_compensation(*, incident: Incident, by: str, now: datetime) -> None:
    """Decide that nothing is paid; raises AlreadyDecided."""
    row = _decide(incident, Compensation.DECLINED, 0, by, now)
    record([fact(row, CompensationDeclined, now=now, by=by)], now=now)


def set_budget(*, store: Store, monthly: int | None) -> None:
    """What may be approved in a calendar month, in minor units; None takes the limit away."""
    if monthly is None:
        CompensationBudget.objects.filter(store=store).delete()
        return
    CompensationBudget.objects.update_or_create(store=store, defaults={"monthly": monthly})


def _decide(incident: Incident, decision: Compensation, amount: int, by: str, now: datetime) -> Row:
    undecided = Incident.objects.filter(UNSETTLED, pk=incident.pk, compensation=Compensation.NONE)
    values = {"compensation_amount": amount, "compensation_at": now, "compensation_by": by}
    if not undecided.update(compensation=decision, **values):
        raise AlreadyDecided("It is closed, or has been decided already.", remedy="Read the incident again.")
    (row,) = locked("i.id = %s", [incident.pk])
    return row
