"""Recording what happened to orders."""

from collections.abc import Sequence
from datetime import datetime

from aftercare.commerce.customers.queries import survivors
from aftercare.commerce.orders.actions.writing import Writing
from aftercare.commerce.orders.policy.changes import Happening
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact


def tell(happened: Sequence[tuple[Writing, Sequence[Happening]]], *, store_id: int, actor: str, now: datetime) -> None:
    """Record the happenings of many orders in the order of time, for the customer each order belongs to today."""
    people = survivors(
        store_id=store_id,
        ids={
            writing.known.state.customer_id
            for writing, _ in happened
            if writing.known and writing.known.state.customer_id
        },
    )
    facts = []
    for writing, happenings in happened:
        customer_id = writing.after.customer_id
        owner = people.get(customer_id, customer_id) if customer_id else None
        facts += [Fact(event, store_id, at, owner, writing.id, actor=actor) for at, event in happenings]
    record(sorted(facts, key=lambda fact: fact.occurred_at), now=now)
