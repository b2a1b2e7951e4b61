"""A log from another server, numbered anew."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.reader import BEGINNING, Position, read_page
from aftercare.foundation.events.renumbering import renumber_log
from tests.factories import make_store

AHEAD = 10**12
places = st.lists(st.tuples(st.integers(AHEAD, AHEAD + 5), st.integers(1, 30)), unique=True, min_size=1, max_size=12)


def write(place: tuple[int, int], store: int) -> None:
    fetch(
        "INSERT INTO events_event (id, store_id, type, occurred_at, recorded_at, actor, data, tx, seq)"
        " VALUES (gen_random_uuid(), %s, 'order.placed', now(), now(), 'x', '{}', %s::text::xid8, %s) RETURNING 1",
        [store, str(place[0]), place[1]],
    )


def in_order(after: Position = BEGINNING) -> list[object]:
    query = "SELECT id FROM events_event WHERE (tx, seq) > (%s::text::xid8, %s) ORDER BY tx, seq"
    return [row[0] for row in fetch(query, [after.tx, after.seq])]


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(written=places, read=st.tuples(st.integers(AHEAD - 1, AHEAD + 6), st.integers(0, 31)))
def test_the_order_stays_and_what_was_read_stays_read(written: list[tuple[int, int]], read: tuple[int, int]) -> None:
    fetch("DELETE FROM events_event RETURNING 1")
    fetch("DELETE FROM events_cursor RETURNING 1")
    store = make_store("j" + str(abs(hash((*written, read))))).pk
    for place in written:
        write(place, store)
    fetch(
        "INSERT INTO events_cursor (subscriber, shards, shard, tx, seq, moved_at)"
        " VALUES ('a', 1, 0, %s::text::xid8, %s, now()) RETURNING 1",
        [str(read[0]), read[1]],
    )
    order, unread = in_order(), in_order(Position(str(read[0]), read[1]))
    assert renumber_log()
    assert in_order() == order
    cursor = Position(*fetch("SELECT tx::text, seq FROM events_cursor")[0])
    assert in_order(cursor) == unread
    seen, _ = read_page(after=cursor, types=frozenset(), limit=100)
    assert [event.id for event in seen] == unread
    assert not renumber_log()
    assert fetch("SELECT nextval('events_event_seq') > max(seq) FROM events_event") == [(True,)]


@pytest.mark.django_db
def test_a_log_of_this_server_is_left_alone() -> None:
    assert not renumber_log()
