"""What must be true when everything has settled, whatever was killed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from bench.faults.receiver import FLAKY, GONE, Receiver
from bench.faults.relay import Relay
from bench.faults.site import Site

# A copy that came while somebody was being killed belongs to that death: a lease, and what was on the way.
_AROUND_A_DEATH = 15.0
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


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    holds: bool
    seen: str


def unsettled(database: "psycopg.Connection[tuple[int]]") -> dict[str, int]:
    """What is left to be done, and how much of it."""
    queries = {"mail to be sent": _OPEN, "calls to be made": _CALLS_OPEN, "subscribers behind": _BEHIND}
    left = {what: _one(database, query) for what, query in queries.items()}
    return {what: count for what, count in left.items() if count}


def findings(
    database: "psycopg.Connection[tuple[int]]", *, orders: int, relay: Relay, receiver: Receiver, site: Site
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
    yield from _mail(database, relay, site)
    yield from _webhooks(database, orders, receiver)


def _mail(database: "psycopg.Connection[tuple[int]]", relay: Relay, site: Site) -> Iterator[Finding]:
    states = Counter(dict(database.execute("SELECT public_id, state FROM messaging_message").fetchall()))
    sent = {name for name, state in states.items() if str(state) == "sent"}
    taken = relay.taken
    at = dict(taken.at)
    yield Finding("what is called sent is at the relay", sent <= at.keys(), f"{len(sent - at.keys())} missing")
    unknown = {name for name in at if name not in sent}
    yield Finding("what is at the relay is called sent", not unknown, f"{len(unknown)} not known as sent")
    events, different = _pair(
        database, "SELECT count(*), count(DISTINCT data->>'message') FROM events_event WHERE type = 'message.sent'"
    )
    yield Finding("one message.sent event for each", events == different == len(sent), f"{events:,} of {len(sent):,}")
    repeated = {name: times for name, times in at.items() if len(times) > 1 + taken.untold[name]}
    lone = [
        name for name, times in repeated.items()
        if min(abs(died - time) for died, _ in site.deaths for time in times[:-1]) > _AROUND_A_DEATH
    ]  # fmt: skip
    told = sum(taken.untold.values())
    yield Finding(
        "no copy but of what was in flight at a death", not lone,
        f"{len(repeated)} messages repeated after {len(site.deaths)} deaths, {told} after a hang-up past the dot",
    )  # fmt: skip


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
