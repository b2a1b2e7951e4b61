"""Giving orders back when two customers who were merged turn out to be two."""

from datetime import datetime

from django.db import transaction

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.queries import identities_of
from aftercare.commerce.orders.events import OrderEdited
from aftercare.commerce.orders.models import Order
from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.schema import normal_email


@transaction.atomic
def give_back_orders(*, survivor_id: int, separated: Customer, since: datetime, by: str, now: datetime) -> int:
    """Orders that came in for the survivor since the merge under an address of `separated` become theirs again."""
    lock_for_transaction("commerce", separated.store_id)
    theirs = {identity.value for identity in identities_of(customer=separated)}
    taken_in = Order.objects.filter(customer_id=survivor_id, changed_at__gte=since)
    orders = [order for order in taken_in if {normal_email(order.email), order.phone} & theirs]
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(customer=separated, changed_at=now)
    facts = [
        Fact(OrderEdited(order.number, ["customer"]), separated.store_id, now, separated.pk, order.pk, actor=by)
        for order in orders
    ]
    record(facts, now=now)
    return len(orders)
