"""Parcels that go, or went, without what their order asks for: noticed, and settled by what is heard later."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction

from aftercare.care.protection.events import ProtectionLapsed
from aftercare.care.protection.policy.rules import asked_words, known_by_service, lacking
from aftercare.care.protection.terms import left_words, service_words
from aftercare.care.protection.vocabulary import Stage, Wanted
from aftercare.commerce.shipments.vocabulary import Status
from aftercare.foundation.database.bulk import fetch, fetch_decoded
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact

# An order's parcels share its insurance: what was booked for all of them counts for each.
_PARCELS = """
    SELECT s.id, s.public_id, s.store_id, s.order_id, o.customer_id, o.number, s.service, s.status, s.status_text,
           s.delivered_at IS NOT NULL, s.signed_by <> '' OR s.proof_url <> '', g.signature, g.in_person, g.insured,
           coalesce(b.signature, false), coalesce(b.in_person, false), coalesce((
               SELECT sum(b2.insured) FROM protection_booking b2 JOIN shipments_shipment s2 ON s2.id = b2.shipment_id
               WHERE s2.order_id = s.order_id), 0)::bigint,
           array(SELECT l.stage FROM protection_lapse l WHERE l.shipment_id = s.id AND l.settled_at IS NULL)
    FROM shipments_shipment s JOIN protection_safeguards g ON g.order_id = s.order_id
         JOIN orders_order o ON o.id = s.order_id LEFT JOIN protection_booking b ON b.shipment_id = s.id
    WHERE {condition} ORDER BY s.id
"""
_NOTICE = """
    INSERT INTO protection_lapse (store_id, order_id, shipment_id, stage, missing, noticed_at, settled_by)
    SELECT v.store_id, v.order_id, v.shipment_id, v.stage, v.missing::jsonb, %s, ''
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[])
        AS v(store_id, order_id, shipment_id, stage, missing)
    ON CONFLICT (shipment_id, stage) DO NOTHING RETURNING shipment_id, stage
"""
_SETTLE = """
    UPDATE protection_lapse SET settled_at = %s, settled_by = %s
    WHERE settled_at IS NULL AND (shipment_id, stage) IN (SELECT * FROM unnest(%s::bigint[], %s::text[])) RETURNING id
"""


@dataclass(slots=True)
class _Parcel:
    id: int
    public_id: str
    store_id: int
    order_id: int
    customer_id: int | None
    number: str
    service: str
    status: str
    status_text: str
    is_delivered: bool
    has_proof: bool
    signature: bool
    in_person: bool
    insured: int
    signature_booked: bool
    in_person_booked: bool
    insured_booked: int
    noticed: list[str]

    def missing(self, stage: Stage) -> list[Wanted]:
        """What nothing shows that it has; once it has arrived, what nothing shows was done."""
        asked = asked_words(signature=self.signature, in_person=self.in_person, insured=self.insured)
        if self.status == Status.CANCELLED or (stage is Stage.DELIVERED) != self.is_delivered:
            return []
        known = self._booked() if stage is Stage.ANNOUNCED else self._done()
        return lacking(asked=asked, known=known)

    def _booked(self) -> set[Wanted]:
        known = known_by_service(self.service, words=service_words())
        booked = {
            Wanted.SIGNATURE: self.signature_booked, Wanted.IN_PERSON: self.in_person_booked,
            Wanted.INSURANCE: self.insured_booked >= self.insured,
        }  # fmt: skip
        return known | {wanted for wanted, is_booked in booked.items() if is_booked}

    def _done(self) -> set[Wanted]:
        said = self.status_text.casefold()
        was_left = any(word in said for word in left_words())
        done = {Wanted.SIGNATURE: self.has_proof, Wanted.INSURANCE: True, Wanted.IN_PERSON: not was_left}
        return {wanted for wanted, is_done in done.items() if is_done}


@transaction.atomic
def judge_parcels(
    *, now: datetime, order_ids: Collection[int] = (), shipment_ids: Collection[int] = (), by: str = "system"
) -> None:  # fmt: skip
    """Notice what these parcels (or those of these orders) lack, and settle what they no longer do."""
    key, ids = ("s.order_id", order_ids) if order_ids else ("s.id", shipment_ids)
    query = _PARCELS.format(condition=f"{key} = ANY(%s)")
    parcels = [_Parcel(*row) for row in fetch_decoded(query, [sorted(set(ids))])]
    noticed: list[tuple[_Parcel, Stage, list[str]]] = []
    settled: list[tuple[int, str]] = []
    for parcel in parcels:
        for stage in Stage:
            missing = [wanted.value for wanted in parcel.missing(stage)]
            if missing and stage not in parcel.noticed:
                noticed.append((parcel, stage, missing))
            elif not missing and stage in parcel.noticed:
                settled.append((parcel.id, stage.value))
    _settle(settled, by, now)
    _notice(noticed, now)


def _notice(found: Sequence[tuple[_Parcel, Stage, list[str]]], now: datetime) -> None:
    """What was noticed once, and settled by somebody, is not noticed again."""
    if not found:
        return
    columns: list[list[Any]] = [
        [parcel.store_id for parcel, _, _ in found], [parcel.order_id for parcel, _, _ in found],
        [parcel.id for parcel, _, _ in found], [stage.value for _, stage, _ in found],
        [orjson.dumps(missing).decode() for _, _, missing in found],
    ]  # fmt: skip
    new = set(fetch(_NOTICE, [now, *columns]))
    record([_fact(*one, now) for one in found if (one[0].id, one[1].value) in new], now=now)


def _settle(pairs: Sequence[tuple[int, str]], by: str, now: datetime) -> None:
    if pairs:
        fetch(_SETTLE, [now, by, [parcel for parcel, _ in pairs], [stage for _, stage in pairs]])


def _fact(parcel: _Parcel, stage: Stage, missing: list[str], now: datetime) -> Fact:
    event = ProtectionLapsed(
        number=parcel.number, shipment=parcel.public_id, stage=stage.value, missing=missing
    )  # fmt: skip
    return Fact(
        event, store_id=parcel.store_id, occurred_at=now, customer_id=parcel.customer_id, order_id=parcel.order_id,
        shipment_id=parcel.id,
    )  # fmt: skip
