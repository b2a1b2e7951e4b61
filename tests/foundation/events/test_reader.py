"""The order of the log: that of transactions, as numbers."""

from datetime import datetime

import pytest
from django.db import transaction

from aftercare.commerce.orders.events import OrderPlaced
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.events.reader import BEGINNING, read_page
from tests.factories import make_store


@pytest.mark.django_db(transaction=True)
def test_a_transaction_of_more_digits_comes_later(now: datetime) -> None:
    store = make_store()
    transactions = ("9", "10", "11", "100")
    for number in reversed(transactions):
        with transaction.atomic():
            record([Fact(OrderPlaced(number, 100, "EUR", 1), store.pk, now, order_id=1)], now=now)
        fetch("UPDATE events_event SET tx = %s::text::xid8 WHERE data->>'number' = %s RETURNING 1", [number, number])

    heard, position = [], BEGINNING
    for _ in transactions:
        (event,), position = read_page(after=position, types=frozenset({OrderPlaced.type}), limit=1)
        heard.append(event.data["number"])

    assert heard == list(transactions)
    assert position.tx == "100"
