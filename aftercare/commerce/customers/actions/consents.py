"""What customers say they agree to. The proof of every change stands in the event log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from aftercare.commerce.customers.actions import rows
from aftercare.commerce.customers.events import ConsentChanged
from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.policy import stance_after
from aftercare.commerce.customers.queries import survivors
from aftercare.commerce.customers.schemas import ConsentIn
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact


@dataclass(frozen=True, slots=True)
class ConsentStatement:
    """Somebody's word on a purpose and channel; `by` is who passed it on, `said` what was said, where and when."""

    customer_id: int
    said: ConsentIn
    by: str = "customer"


def set_consent(
    *, customer: Customer, purpose: str, channel: str, granted: bool, source: str, wording: str, by: str, now: datetime
) -> None:
    """The customer says yes or no now; saying the same again changes nothing. `wording` is what they agreed to."""
    said = ConsentIn(purpose=purpose, channel=channel, granted=granted, source=source, wording=wording, at=now)
    record_consents(store_id=customer.store_id, statements=[ConsentStatement(customer.pk, said, by)], now=now)


@transaction.atomic(savepoint=False)
def record_consents(*, store_id: int, statements: Sequence[ConsentStatement], now: datetime) -> int:
    """Many words at once, in their order; answers how many changed something. Merged customers resolve."""
    people = survivors(store_id=store_id, ids={statement.customer_id for statement in statements})
    seats = rows.load(set(people.values()), store_id=store_id)
    rows.load_addresses_and_consents(seats, store_id=store_id)
    facts = []
    for statement in statements:
        seat, said = seats[people[statement.customer_id]], statement.said
        stance = stance_after(seat.consents.get((said.purpose, said.channel)), said, now=now)
        if stance:
            seat.consents[said.purpose, said.channel] = stance
            seat.stated.append((said, stance))
            event = ConsentChanged(said.purpose, said.channel, stance.granted, stance.source, said.wording)
            facts.append(Fact(event, store_id, stance.changed_at, seat.id, actor=statement.by))
    changed = [(seat.id, *key, stance) for seat in seats.values() for key, stance in seat.last_stated()]
    rows.write_consents(changed, store_id=store_id)
    record(facts, now=now)
    return len(facts)
