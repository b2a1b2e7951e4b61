"""Deciding about compensation, within what the store may spend in a month. Store credit is granted with the decision;
anything else is the shop's to pay."""

from datetime import datetime

from django.db import transaction

from aftercare.care.incidents.actions.rows import Row, fact, locked
from aftercare.care.incidents.errors import AlreadyDecided, OverBudget
from aftercare.care.incidents.events import CompensationApproved, CompensationDeclined
from aftercare.care.incidents.models import UNSETTLED, CompensationBudget, Incident
from aftercare.care.incidents.queries import left_of_budget
from aftercare.care.incidents.vocabulary import Compensation
from aftercare.engagement.credit.actions import grant_credit
from aftercare.engagement.credit.origins import Origin
from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.events.actions import record
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.models import Store


@transaction.atomic
def approve_compensation(
    *, incident: Incident, amount: int, store: Store, by: str, now: datetime, as_credit: bool = False
) -> None:
    """Approve so much, in minor units of the order's currency, as store credit at once or to be paid by the shop.

    Raises Invalid, AlreadyDecided or OverBudget.
    """
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
    if as_credit and incident.customer is None:
        raise Invalid("Nobody is known whose credit it would be.", field="as_credit", remedy="Pay it in the shop.")
    row = _decide(incident, Compensation.APPROVED, amount, by, now, as_credit=as_credit)
    currency = incident.order.currency
    approved = fact(row, CompensationApproved, now=now, by=by, amount=amount, currency=currency, as_credit=as_credit)
    record([approved], now=now)
    if as_credit and incident.customer is not None:
        # Decided once, hence granted once; the key says so to the ledger, too.
        grant_credit(
            customer=incident.customer, amount=Money(amount, currency), kind=Origin.GOODWILL,
            reason=str(incident.get_kind_display()), key=f"incident:{row.public_id}", order=incident.order, by=by,
            now=now,
        )  # fmt: skip


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


def _decide(
    incident: Incident, decision: Compensation, amount: int, by: str, now: datetime, *, as_credit: bool = False
) -> Row:
    undecided = Incident.objects.filter(UNSETTLED, pk=incident.pk, compensation=Compensation.NONE)
    values = {
        "compensation_amount": amount,
        "compensation_at": now,
        "compensation_by": by,
        "compensation_credit": as_credit,
    }
    if not undecided.update(compensation=decision, **values):
        raise AlreadyDecided("It is closed, or has been decided already.", remedy="Read the incident again.")
    (row,) = locked("i.id = %s", [incident.pk])
    return row
