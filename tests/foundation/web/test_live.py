"""Live tokens, and how changes are announced."""

from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
import time_machine
from django.db import transaction

from aftercare.foundation.database.apart import connection_parameters
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.web import live
from aftercare.foundation.web.subscribers import announce_changed_orders

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def token_of(order_id: int) -> str:
    return live.live_url(order_id=order_id).rpartition("/")[2]


def event_of(order_id: int | None) -> Recorded:
    return Recorded(uuid4(), 1, "order.placed", NOW, NOW, None, order_id, None, "system", {})


@pytest.fixture
def listening(transactional_db):
    with psycopg.connect(**connection_parameters(), autocommit=True) as listener:
        listener.execute(f"LISTEN {live.CHANNEL}")
        yield listener


def test_a_token_opens_its_own_order_only():
    assert live.read_live_token(token_of(7)) == 7


@pytest.mark.parametrize(
    "token",
    ["", "7", "Nw:forged:forged", token_of(7) + "x", token_of(7)[1:]],
    ids=["empty", "bare", "forged", "longer", "shorter"],
)
def test_a_forged_token_opens_nothing(token):
    assert live.read_live_token(token) is None


def test_a_token_dies_after_a_day():
    with time_machine.travel(NOW, tick=False):
        token = token_of(7)
    with time_machine.travel(NOW.replace(day=23, hour=9), tick=False):
        assert live.read_live_token(token) == 7
    with time_machine.travel(NOW.replace(day=23, hour=11), tick=False):
        assert live.read_live_token(token) is None


def test_a_batch_is_announced_in_one_statement_and_one_notice(listening, django_assert_num_queries):
    batch = [event_of(order_id) for order_id in (3, 7, 3, None)]

    with transaction.atomic():
        with django_assert_num_queries(1):
            announce_changed_orders(batch, now=NOW)
        assert list(listening.notifies(timeout=0.1)) == []

    notices = list(listening.notifies(timeout=0.3))
    assert [live.read_notice(notice.payload) for notice in notices] == [[3, 7]]


def test_a_batch_without_orders_announces_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        announce_changed_orders([event_of(None)], now=NOW)


def test_a_large_batch_fits_into_notices(listening):
    ids = [10**18 + number for number in range(1000)]

    live.announce_changes(order_ids=ids)

    notices = list(listening.notifies(timeout=0.3))
    assert len(notices) == 3
    assert sorted(order_id for notice in notices for order_id in live.read_notice(notice.payload)) == ids
