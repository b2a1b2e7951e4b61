"""Transactions that die after a membership is written and before its event is: done again, they have happened once."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from aftercare.commerce.orders.events import OrderDelivered
from aftercare.engagement.segments.actions import pass_time, read_past_and_compute
from aftercare.engagement.segments.models import Member, Segment
from aftercare.foundation.events.runner import install_cursors, run_batch
from aftercare.foundation.events.subscriptions import subscriber
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.segments.cast import condition, happen, make_segment, members, moves, people
from tests.factories import NOW, make_store
from tests.settling import wait_until_settled

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=31)
# Sequences forget nothing of a transaction that dies: every other one does.
_DEADLY = """
    CREATE SEQUENCE segments_deaths;
    CREATE FUNCTION segments_die() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('segments_deaths') % 2 = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER segments_dies AFTER INSERT OR UPDATE ON segments_sizeofday FOR EACH ROW EXECUTE FUNCTION segments_die();
"""
_SAFE = "DROP TRIGGER segments_dies ON segments_sizeofday; DROP FUNCTION segments_die(); DROP SEQUENCE segments_deaths"


@pytest.fixture
def deadly() -> Iterator[Callable[[], None]]:
    """From the call on, every other transaction that changes a segment's size dies."""

    def begin() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_DEADLY)

    yield begin
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(_SAFE)


@pytest.fixture
def juniper(transactional_db: None) -> Iterator[Store]:
    store = make_store()
    with store_scope(store.pk):
        yield store


def until_nothing_is_left(work: Callable[[], int]) -> int:
    """Work as a worker does, which tries again after a failure; answers how often it died."""
    deaths = 0
    while True:
        try:
            if not work():
                return deaths
        except OperationalError:
            deaths += 1
            assert deaths < 10
            connection.close()


def follow() -> int:
    reader = subscriber("segments.follow")
    assert reader is not None
    wait_until_settled()
    return run_batch(reader=reader, now=NOW)


def kept(segment: Segment) -> tuple[int, int]:
    """What is kept beside the segment, and what is counted."""
    segment.refresh_from_db()
    return segment.size, Member.objects.filter(segment=segment).count()


def test_whoever_comes_comes_once(juniper: Store, deadly: Callable[[], None]) -> None:
    found = make_segment(juniper, condition("performed", event="order.delivered"))
    install_cursors(now=NOW)
    happen(OrderDelivered("#1"), *people(juniper, "sam", "ada"))
    deadly()
    assert until_nothing_is_left(follow) == 1
    assert (members(found), moves(found)) == (["ada", "sam"], [("entered", "sam"), ("entered", "ada")])
    assert kept(found) == (2, 2)


def test_time_lets_out_once_and_a_computation_is_done_once(juniper: Store, deadly: Callable[[], None]) -> None:
    happen(OrderDelivered("#1"), *people(juniper, "sam", "ada"))
    found = make_segment(juniper, condition("performed", event="order.delivered", within_days=30))
    assert members(found) == ["ada", "sam"]
    deadly()
    assert until_nothing_is_left(lambda: pass_time(LATER)) == 1
    assert moves(found) == [("left", "sam"), ("left", "ada")]
    assert kept(found) == (0, 0)
    Segment.objects.update(computed_to=0)
    assert until_nothing_is_left(lambda: read_past_and_compute(NOW)) == 1
    assert kept(found) == (2, 2)
    assert len(moves(found)) == 2, "computed in silence"
