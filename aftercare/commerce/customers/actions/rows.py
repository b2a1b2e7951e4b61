"""The rows of customers, read and written in sets while a batch is taken in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson

from aftercare.commerce.customers.policy import NOBODY, IdentityKey, Profile, Stance, search_text
from aftercare.commerce.customers.schemas import AddressIn, ConsentIn
from aftercare.foundation.database.bulk import copy_rows, fetch, reserve_ids, update_rows
from aftercare.foundation.kit.errors import NotFound

_CUSTOMER = "customers_customer"
_CUSTOMER_COLUMNS = ("id", "store_id", "public_id", "created_at", "digest", "search", *Profile._fields)
_UPDATED = {
    "id": "bigint", "digest": "bytea", "search": "text", **dict.fromkeys(Profile._fields, "text"), "traits": "jsonb",
}  # fmt: skip


# Keys travel as JSON, which is written and read faster than arrays. The inner LIMIT keeps PostgreSQL at one index probe
# per key, however little it knows of a young table.
_OWNERS = """
    SELECT key.place, i.customer_id FROM json_array_elements(%s) WITH ORDINALITY AS key (parts, place)
    CROSS JOIN LATERAL (
        SELECT customer_id FROM customers_identity WHERE store_id = %s AND kind = key.parts ->> 0
        AND source = key.parts ->> 1 AND value = key.parts ->> 2 LIMIT 1
    ) AS i
"""


@dataclass(slots=True)
class Seat:
    """A customer while a batch is applied: as the row says (`known`), and as it will."""

    public_id: str
    created_at: datetime
    id: int = 0
    known: Profile | None = None
    profile: Profile = NOBODY
    digest: bytes | None = None
    known_digest: bytes | None = None
    address_digests: set[bytes] = field(default_factory=set)
    consents: dict[tuple[str, str], Stance] = field(default_factory=dict)
    gained: list[IdentityKey] = field(default_factory=list)
    new_addresses: list[tuple[bytes, bytes]] = field(default_factory=list)
    stated: list[tuple[ConsentIn, Stance]] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return self.known is None

    def last_stated(self) -> Iterable[tuple[tuple[str, str], Stance]]:
        """What now holds for each purpose and channel that the batch spoke of."""
        spoken_of = {(said.purpose, said.channel) for said, _ in self.stated}
        return [(key, self.consents[key]) for key in spoken_of]

    def add_addresses(self, addresses: Iterable[AddressIn]) -> bool:
        """Keep those not in the book yet; answers whether there were any."""
        count = len(self.new_addresses)
        for address in addresses:
            parts = orjson.dumps({name: part for name, part in vars(address).items() if part})
            digest = blake2b(parts, digest_size=16).digest()
            if digest not in self.address_digests:
                self.address_digests.add(digest)
                self.new_addresses.append((digest, parts))
        return len(self.new_addresses) > count


def home_country(store_id: int) -> str:
    """Where national phone numbers are read as of."""
    found = fetch("SELECT country FROM stores_store WHERE id = %s", [store_id])
    if not found:
        raise NotFound("There is no such store.")
    return str(found[0][0])


def owners_of(keys: Iterable[IdentityKey], *, store_id: int) -> dict[IdentityKey, int]:
    """The customer of each identity that is known."""
    wanted = list(keys)
    if not wanted:
        return {}
    document = orjson.dumps(wanted, default=tuple).decode()
    return {wanted[place - 1]: customer_id for place, customer_id in fetch(_OWNERS, [document, store_id])}


def load(ids: Iterable[int], *, store_id: int) -> dict[int, Seat]:
    """Seats of these customers, locked in the order of ids so that writers never wait for each other in a ring."""
    wanted = list(ids)
    if not wanted:
        return {}
    found = fetch(
        "SELECT id, public_id, created_at, digest, name, email, phone, locale, time_zone, country, traits"
        " FROM customers_customer WHERE store_id = %s AND id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
        [store_id, wanted],
    )
    return {row[0]: _seat(row) for row in found}


def _seat(row: Sequence[Any]) -> Seat:
    profile = Profile._make((*row[4:10], orjson.loads(row[10])))
    digest = bytes(row[3]) if row[3] is not None else None
    return Seat(row[1], row[2], id=row[0], known=profile, profile=profile, digest=digest, known_digest=digest)


def load_addresses_and_consents(seats: Mapping[int, Seat], *, store_id: int) -> None:
    """Fill in which addresses and consents the seats have."""
    ids = list(seats)
    for customer_id, digest in fetch(
        "SELECT customer_id, digest FROM customers_address WHERE store_id = %s AND customer_id = ANY(%s)",
        [store_id, ids],
    ):
        seats[customer_id].address_digests.add(bytes(digest))
    for customer_id, purpose, channel, *stance in fetch(
        "SELECT customer_id, purpose, channel, granted, source, changed_at FROM customers_consent"
        " WHERE store_id = %s AND customer_id = ANY(%s)",
        [store_id, ids],
    ):
        seats[customer_id].consents[purpose, channel] = Stance(*stance)


def write(seats: Sequence[Seat], *, store_id: int, now: datetime) -> None:
    """Write what is new and what changed, and nothing else."""
    fresh = [seat for seat in seats if seat.is_new]
    if fresh:
        for seat, row_id in zip(fresh, reserve_ids(_CUSTOMER, len(fresh)), strict=True):
            seat.id = row_id
        copy_rows(_CUSTOMER, _CUSTOMER_COLUMNS, (_row(seat, store_id) for seat in fresh))
    update_rows(
        _CUSTOMER,
        _UPDATED,
        [
            (seat.id, seat.digest, search_text(seat.profile), *seat.profile[:-1], _json(seat.profile.traits))
            for seat in seats
            if not seat.is_new and (seat.profile != seat.known or seat.digest != seat.known_digest)
        ],
    )
    _write_identities(seats, store_id, now)
    _write_addresses(seats, store_id, now)
    write_consents([(seat.id, *key, stance) for seat in seats for key, stance in seat.last_stated()], store_id=store_id)


def _row(seat: Seat, store_id: int) -> tuple[object, ...]:
    profile = seat.profile
    return (
        seat.id, store_id, seat.public_id, seat.created_at, seat.digest, search_text(profile),
        *profile[:-1], _json(profile.traits),
    )  # fmt: skip


def _write_identities(seats: Iterable[Seat], store_id: int, now: datetime) -> None:
    gained = [(store_id, seat.id, *key, now) for seat in seats for key in seat.gained]
    if gained:
        copy_rows("customers_identity", ("store_id", "customer_id", "kind", "source", "value", "added_at"), gained)


def _write_addresses(seats: Iterable[Seat], store_id: int, now: datetime) -> None:
    gained = [
        (store_id, seat.id, digest, parts.decode(), now) for seat in seats for digest, parts in seat.new_addresses
    ]
    if gained:
        copy_rows("customers_address", ("store_id", "customer_id", "digest", "lines", "added_at"), gained)


def write_consents(stances: Sequence[tuple[int, str, str, Stance]], *, store_id: int) -> None:
    """What customers last said, by customer, purpose and channel."""
    if not stances:
        return
    columns = [list(column) for column in zip(*((c, p, n, *stance) for c, p, n, stance in stances), strict=True)]
    fetch(
        "INSERT INTO customers_consent (store_id, customer_id, purpose, channel, granted, source, changed_at)"
        " SELECT %s, * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bool[], %s::text[], %s::timestamptz[])"
        " ON CONFLICT (customer_id, purpose, channel)"
        " DO UPDATE SET granted = excluded.granted, source = excluded.source, changed_at = excluded.changed_at"
        " RETURNING 1",
        [store_id, *columns],
    )


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
