"""Alerts: one mail for all who get there together, to a role and an address, once the step has committed."""

from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from aftercare.commerce.orders.events import OrderPlaced
from aftercare.engagement.journeys.models import StepLog
from aftercare.foundation.staff.actions import add_staff
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.staff.tasks import send_to_staff
from aftercare.foundation.stores.models import Store
from tests.engagement.journeys.cast import happen, publish, travel
from tests.engagement.messaging.cast import make_customer, make_order
from tests.factories import make_store

pytestmark = pytest.mark.django_db


def alerted(store: Store, now: datetime, count: int, **config: str) -> list[Any]:
    publish(store, now, {"id": "tell", "kind": "alert", "config": {"text": "Ring them up", **config}})
    customer = make_customer(store, now)
    for number in range(count):
        order = make_order(customer, now, number=f"#{number}")
        happen(OrderPlaced(order.number, 8900, "EUR", 1), order=order, at=now)
    travel(now)
    return list(ProcrastinateJob.objects.filter(task_name__endswith="send_to_staff").values_list("args", flat=True))


def test_one_mail_for_all_who_get_there_together(shop: Store, now: datetime, settings: Any) -> None:
    for address, role in (("arne@juniper.example", Role.AGENT), ("olga@juniper.example", Role.OWNER)):
        add_staff(store=shop, email=address, role=role, now=now)
    add_staff(store=make_store("other"), email="mallory@other.example", role=Role.AGENT, now=now)
    (asked,) = alerted(shop, now, 22, role="agent", address="desk@juniper.example")
    settings.EMAIL_HOST = "relay.juniper.example"
    send_to_staff.func(**asked)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["arne@juniper.example", "desk@juniper.example"], "Ring them up")
    assert "#0 · Sam Okafor" in sent.body
    assert sent.body.endswith("and 2 more")


def test_nobody_of_that_role_works_here(shop: Store, now: datetime) -> None:
    assert alerted(shop, now, 1, role="operator") == []
    assert StepLog.objects.get().outcome == "nobody_to_tell"
