"""What must be true when everything has settled, whatever was killed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg

from bench.faults.receiver import FLAKY, GONE, Receiver
from bench.faults.relay import Relay, Taken

_OPEN = "SELECT count(*) FROM messaging_outboxentry"
# What waits for an endpoint that is switched off waits for staff.
_CALLS_OPEN = """
    SELECT count(*) FROM webhooks_call c JOIN webhooks_endpoint e ON e.id = c.endpoint_id
    WHERE c.state = 'queued' AND e.state = 'active'
"""
_ENROLMENTS = """
    journeys_enrolment e JOIN journeys_version v ON v.id = e.version_id JOIN journeys_journey j ON j.id = v.journey_id
    WHERE j.key = 'order-confirmed'
"""
_BEHIND = """
    SELECT count(*) FROM events_cursor c WHERE EXISTS (SELECT FROM events_event e WHERE (e.tx, e.seq) > (c.tx, c.seq))
"""


# From when to when something was being broken: what was in flight just then may come twice.
Trouble = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    holds: bool
    seen: str

    def __str__(self) -> str:
        return f"{'holds ' if self.holds else 'BROKEN'}  {self.what:48}  {self.seen}"


def unsettled(database: "psycopg.Connection[tuple[int]]") -> dict[str, int]:
    """What is left to be done, and how much of it."""
    queries = {"mail to be sent": _OPEN, "calls to be made": _CALLS_OPEN, "subscribers behind": _BEHIND}
    left = {what: _one(database, query) for what, query in queries.items()}
    return {what: count for what, count in left.items() if count}


def findings(
    database: "psycopg.Connection[tuple[int]]", *, orders: int, relay: Relay, receiver: Receiver, troubles: Sequence[Trouble]
) -> Iterator[Finding]:  # fmt: skip
    """Everything that is promised, with what was seen."""
    for what, table in (
        ("order", "orders_order"),
        ("order.placed event", "events_event WHERE type = 'order.placed'"),
        ("enrolment of order-confirmed", _ENROLMENTS),
        ("confirmation", "messaging_message WHERE message_type = 'order_confirmed'"),
    ):
        key = "data->>'number'" if "event" in what else "order_id" if what != "order" else "id"
        many, different = _pair(database, f"SELECT count(*), count(DISTINCT {key}) FROM {table}")
        yield Finding(f"one {what} for each order", many == different == orders, f"{many:,} of {different:,}")
    yield from _mail(database, relay, troubles)
    yield from _webhooks(database, orders, receiver)


def _mail(
    database: "psycopg.Connection[tuple[int]]", relay: Relay, troubles: Sequence[Trouble]
) -> Iterator[Finding]:  # fmt: skip
    states = Counter(dict(database.execute("SELECT public_id, state FROM messaging_message").fetchall()))
    sent = {name for name, state in states.items() if str(state) == "sent"}
    taken = relay.taken
    at = taken.at
    yield Finding("what is called sent is at the relay", sent <= at.keys(), f"{len(sent - at.keys())} missing")
    unknown = {name for name in at if name not in sent}
    yield Finding("what is at the relay is called sent", not unknown, f"{len(unknown)} not known as sent")
    events, different = _pair(
        database, "SELECT count(*), count(DISTINCT data->>'message') FROM events_event WHERE type = 'message.sent'"
    )
    yield Finding("one message.sent event for each", events == different == len(sent), f"{events:,} of {len(sent):,}")
    yield _copies(taken, troubles)


def _copies(taken: Taken, troubles: Sequence[Trouble]) -> Finding:
    """A message may come again for each copy the sender was not told of, and for each that was in flight at a trouble."""
    repeated = {name: sorted(times)[:-1] for name, times in taken.at.items() if len(times) > 1 + taken.untold[name]}
    blamed: Counter[Trouble] = Counter()
    lone = 0
    for name, times in repeated.items():
        found = [next((one for one in troubles if one[0] <= at <= one[1]), None) for at in times]
        blamed.update(one for one in found if one)
        lone += found.count(None) > taken.untold[name]
    most = max(blamed.values(), default=0)
    seen = (
        f"{len(repeated)} messages, at {len(blamed)} of {len(troubles)} troubles, at most {most} at one; {lone} others"
    )
    return Finding("no copy but of what was in flight at a trouble", not lone, seen)


def _webhooks(database: "psycopg.Connection[tuple[int]]", orders: int, receiver: Receiver) -> Iterator[Finding]:
    calls = "SELECT count(*) FROM webhooks_call c JOIN webhooks_endpoint e ON e.id = c.endpoint_id WHERE e.url LIKE %s"
    made = _one(database, calls, f"%{FLAKY}")
    again = sum(receiver.taken.values()) - len(receiver.taken) - sum(receiver.untold.values())
    yield Finding("one call for each order", made == orders, f"{made:,}")
    yield Finding(
        "every call taken, under one id", len(receiver.taken) == orders,
        f"{len(receiver.taken):,} ids; repeated {again} in flight, {sum(receiver.untold.values())} cut off",
    )  # fmt: skip
    state = database.execute("SELECT state FROM webhooks_endpoint WHERE url LIKE %s", [f"%{GONE}"]).fetchone()
    yield Finding(
        "who answers 410 is called no more", state == ("disabled",),
        f"{state and state[0]} after {receiver.asked[GONE]} calls",
    )  # fmt: skip


def _one(database: "psycopg.Connection[tuple[int]]", query: str, *parameters: object) -> int:
    row = database.execute(query, parameters or None).fetchone()
    assert row is not None
    return row[0]


def _pair(database: "psycopg.Connection[tuple[int]]", query: str) -> tuple[int, int]:
    row = database.execute(query).fetchone()
    assert row is not None
    return row[0], row[1]
