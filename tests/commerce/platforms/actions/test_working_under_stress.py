"""Working off while the database goes away, and by several workers at once."""

import threading
from typing import Any

import pytest
from django.db import Error
from django.db import connection as database

from aftercare.commerce.orders.models import Order
from aftercare.commerce.platforms.actions import receive_delivery, work_off
from aftercare.commerce.platforms.importable import kinds
from aftercare.commerce.platforms.importable.orders import Orders
from aftercare.commerce.platforms.models import Connection
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.platforms.shops import connect, deliveries, push, shopify_order
from tests.factories import make_store

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class Losing(Orders):
    """Orders whose first recording loses the connection when half of the work is done."""

    lost = False

    def record(self, *, store_id: int, source: str, things: Any, now: Any) -> Any:
        intake = super().record(store_id=store_id, source=source, things=things, now=now)
        if not self.lost:
            self.lost = True
            fetch("SELECT pg_terminate_backend(pg_backend_pid())")
        return intake


def test_a_lost_connection_leaves_everything_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    store = make_store()
    shop = connect(store)
    for number in range(3):
        push(shop, "orders/create", shopify_order(id=number + 1, name=f"#{number}"), message_id=f"{number}")
    monkeypatch.setitem(kinds._kinds, "orders", Losing())
    with pytest.raises(Error):
        work_off(clock.now())
    database.close()
    assert [(kept.state, kept.attempts) for kept in deliveries(store)] == [("waiting", 0)] * 3
    assert work_off(clock.now()) == 3
    assert {kept.state for kept in deliveries(store)} == {"done"}
    with store_scope(store.pk):
        assert Order.objects.count() == 3
        assert Connection.objects.get().worked_off == 3


def test_several_workers_work_off_each_message_once() -> None:
    store = make_store()
    shops = [connect(store, source=f"shop-{number}") for number in range(3)]
    start, done, failures = threading.Barrier(5), [], []

    def send(shop: Connection) -> None:
        start.wait()
        for number in range(20):
            body = b'{"id": %d}' % number
            receive_delivery(
                connection=shop, message_id=f"{number}", topic="carts/update", headers={}, body=body, now=clock.now()
            )
        database.close()

    def work() -> None:
        start.wait()
        try:
            while sum(done) < 60 and not failures:
                done.append(work_off(clock.now()))
        except Error as failure:
            failures.append(failure)
        finally:
            database.close()

    threads = [threading.Thread(target=send, args=(shop,)) for shop in shops]
    threads += [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert sum(done) == 60
    assert {(kept.state, kept.attempts) for kept in deliveries(store)} == {("ignored", 1)}
    with store_scope(store.pk):
        assert sorted(Connection.objects.values_list("worked_off", flat=True)) == [20, 20, 20]
