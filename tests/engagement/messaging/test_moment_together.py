"""Two workers that decide about one customer at once: no two count past each other."""

import threading
from datetime import datetime

import pytest
from django.db import connection, transaction

from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.actions.rules import change_sending_rules
from aftercare.engagement.messaging.models import Message, Spending
from aftercare.engagement.messaging.sending_rules import LimitIn, SendingRulesIn
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.messaging.cast import make_customer, make_order, request_for, with_templates
from tests.factories import make_store

_PATIENCE = 20.0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [False, True], ids=["never heard", "heard before"])
def test_two_requests_at_once_do_not_both_pass(now: datetime, *, known: bool) -> None:
    store = make_store()
    with store_scope(store.pk):
        with_templates(store, now)
        change_sending_rules(store=store, rules=SendingRulesIn(limits=(LimitIn(most=1, days=7),)), by="test", now=now)
        sam = make_customer(store, now)
        if known:
            Spending.objects.create(store=store, customer=sam)
        orders = [make_order(sam, now, number=f"#{number}") for number in range(2)]
    has_decided, may_end = threading.Event(), threading.Event()

    def first() -> None:
        with store_scope(store.pk), transaction.atomic():
            request_messages(requests=[request_for(orders[0], now, message_type="thank_you", key="first")], now=now)
            has_decided.set()
            may_end.wait(_PATIENCE)
        connection.close()

    def second() -> None:
        has_decided.wait(_PATIENCE)
        threading.Timer(0.2, may_end.set).start()
        with store_scope(store.pk), transaction.atomic():
            request_messages(requests=[request_for(orders[1], now, message_type="thank_you", key="second")], now=now)
        connection.close()

    workers = [threading.Thread(target=work) for work in (first, second)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(_PATIENCE)
    with store_scope(store.pk):
        assert dict(Message.objects.values_list("dedupe_key", "state")) == {"first": "queued", "second": "waiting"}
        assert len(Spending.objects.get(customer=sam).spent) == 1
