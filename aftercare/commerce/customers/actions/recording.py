"""Taking in what shops know of customers: thousands in one set of statements, each person once."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from aftercare.commerce.customers.actions import rows
from aftercare.commerce.customers.actions.rows import Seat
from aftercare.commerce.customers.events import ConsentChanged, CustomerCreated, CustomerUpdated
from aftercare.commerce.customers.models import new_customer_id
from aftercare.commerce.customers.policy import (
    EMAIL,
    NOBODY,
    IdentityKey,
    changed_fields,
    identity_keys,
    owner_among,
    phone_number,
    stance_after,
    told,
)
from aftercare.commerce.customers.schemas import CustomerIn
from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.intake import Caveat, Intake, Outcome, digest_of


@dataclass(slots=True)
class _Arrival:
    """One customer of the batch with what is derived from it."""

    index: int
    customer: CustomerIn
    digest: bytes | None
    phone: str
    keys: list[IdentityKey]
    since: datetime


@dataclass(slots=True)
class _Batch:
    """What the batch has come to so far."""

    store_id: int
    source: str
    now: datetime
    intake: Intake
    owners: dict[IdentityKey, tuple[Seat, bool]] = field(default_factory=dict)
    seats: list[Seat] = field(default_factory=list)
    arrivals: list[tuple[int, Seat, Outcome]] = field(default_factory=list)


@transaction.atomic(savepoint=False)
def record_customers(
    *,
    store_id: int,
    source: str,
    customers: Sequence[CustomerIn],
    now: datetime,
    seen_at: Sequence[datetime] = (),
    hearsay: Container[int] = frozenset(),
) -> Intake:
    """Take customers in; answers row ids in the order of the batch.

    A customer is found by account, else e-mail, else phone. An identity that belongs to somebody else stays with them
    and is reported. `seen_at` tells for each when they were met, if not now. The places in `hearsay` only fill gaps:
    what a guest's order says of a customer is no correction.
    """
    lock_for_transaction("commerce", store_id)
    batch = _Batch(store_id, source, now, Intake.of(len(customers)))
    arrivals = _arrivals(batch, customers, seen_at, hearsay)
    _seat_known(batch, arrivals)
    for arrival in arrivals:
        _take_in(batch, arrival)
    rows.write(batch.seats, store_id=store_id, now=now)
    for index, seat, outcome in batch.arrivals:
        batch.intake.settle(index, outcome, seat.id)
    record(sorted(_facts(batch), key=lambda fact: fact.occurred_at), now=now)
    return batch.intake


def _arrivals(
    batch: _Batch, customers: Sequence[CustomerIn], seen_at: Sequence[datetime], hearsay: Container[int]
) -> list[_Arrival]:
    home = rows.home_country(batch.store_id)
    arrivals = []
    for index, customer in enumerate(customers):
        phone = phone_number(customer.phone, customer.country or home) if customer.phone else ""
        if customer.phone and not phone:
            _warn(batch, index, "phone_unreadable", f"'{customer.phone}' is no possible phone number.", "phone")
        digest = None if index in hearsay else digest_of(customer, source=batch.source)
        try:
            keys = identity_keys(customer, source=batch.source, phone=phone)
        except Refusal as refusal:
            batch.intake.refuse(index, refusal)
        else:
            since = customer.created_at or (seen_at[index] if seen_at else batch.now)
            arrivals.append(_Arrival(index, customer, digest, phone, keys, since))
    return arrivals


def _seat_known(batch: _Batch, arrivals: Sequence[_Arrival]) -> None:
    owners = rows.owners_of({key for arrival in arrivals for key in arrival.keys}, store_id=batch.store_id)
    seats = rows.load(set(owners.values()), store_id=batch.store_id)
    batch.seats = list(seats.values())
    batch.owners = {key: (seats[owner], bool(seats[owner].profile.email)) for key, owner in owners.items()}
    if seats and any(arrival.customer.addresses or arrival.customer.consents for arrival in arrivals):
        rows.load_addresses_and_consents(seats, store_id=batch.store_id)


def _take_in(batch: _Batch, arrival: _Arrival) -> None:
    seat = owner_among(arrival.keys, batch.owners)
    if seat is None:
        seat = _new_seat(batch, arrival)
        outcome = Outcome.CREATED
    elif arrival.digest is not None and seat.digest == arrival.digest:
        outcome = Outcome.UNCHANGED
    else:
        outcome = Outcome.CHANGED if _apply(batch, seat, arrival) else Outcome.UNCHANGED
    batch.arrivals.append((arrival.index, seat, outcome))


def _new_seat(batch: _Batch, arrival: _Arrival) -> Seat:
    seat = Seat(public_id=new_customer_id(), created_at=min(arrival.since, batch.now))
    batch.seats.append(seat)
    _apply(batch, seat, arrival)
    return seat


def _apply(batch: _Batch, seat: Seat, arrival: _Arrival) -> bool:
    """Let the arrival change the seat; answers whether it did."""
    before, customer, gained = seat.profile, arrival.customer, len(seat.gained)
    email_is_taken = _claim(batch, seat, arrival)
    profile = told(before, customer, phone=arrival.phone, fills_gaps_only=arrival.digest is None)
    # Somebody else's address is nobody's contact address as well, or one person's mail would go to two.
    seat.profile = profile._replace(email=before.email) if email_is_taken else profile
    added = seat.add_addresses(customer.addresses)
    consents = _apply_consents(seat, customer, batch.now)
    changed = added or consents or seat.profile != before or len(seat.gained) > gained
    if changed:
        seat.digest = arrival.digest or seat.digest
    return changed


def _claim(batch: _Batch, seat: Seat, arrival: _Arrival) -> bool:
    """Give the seat the identities nobody has; answers whether the e-mail address is somebody else's."""
    email_is_taken = False
    for key in arrival.keys:
        owner = batch.owners.get(key)
        if owner is None:
            batch.owners[key] = (seat, bool(arrival.customer.email or seat.profile.email))
            seat.gained.append(key)
        elif owner[0] is not seat:
            email_is_taken = email_is_taken or key.kind == EMAIL
            sentence = f"The {key.kind} '{key.value}' belongs to customer {owner[0].public_id} already."
            _warn(batch, arrival.index, "identity_taken", sentence, key.kind)
    return email_is_taken


def _apply_consents(seat: Seat, customer: CustomerIn, now: datetime) -> bool:
    changed = False
    for said in customer.consents:
        stance = stance_after(seat.consents.get((said.purpose, said.channel)), said, now=now)
        if stance:
            changed = True
            seat.consents[said.purpose, said.channel] = stance
            seat.stated.append((said, stance))
    return changed


def _facts(batch: _Batch) -> Iterable[Fact]:
    for seat in batch.seats:
        if seat.is_new:
            yield Fact(CustomerCreated(batch.source), batch.store_id, seat.created_at, seat.id, actor=batch.source)
        elif changed := _changes(seat):
            yield Fact(CustomerUpdated(changed), batch.store_id, batch.now, seat.id, actor=batch.source)
        for said, stance in seat.stated:
            event = ConsentChanged(said.purpose, said.channel, stance.granted, stance.source, said.wording)
            yield Fact(event, batch.store_id, stance.changed_at, seat.id, actor=batch.source)


def _changes(seat: Seat) -> list[str]:
    gained = (["identities"] if seat.gained else []) + (["addresses"] if seat.new_addresses else [])
    return changed_fields(seat.known or NOBODY, seat.profile) + gained


def _warn(batch: _Batch, index: int, code: str, sentence: str, name: str) -> None:
    batch.intake.warnings.append(Caveat(index, code, sentence, name))
