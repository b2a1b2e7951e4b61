"""What an order asks of its delivery, what its parcels have, and when they can be claimed."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from ninja import Router
from pydantic import BaseModel, Field

from aftercare.care.protection.actions import book_protection
from aftercare.care.protection.explaining import because_in_words, step_in_words
from aftercare.care.protection.models import Booking, Lapse, Safeguards
from aftercare.care.protection.queries import (
    ParcelWindows,
    bookings_of,
    lapses_of,
    safeguards_of,
    terms_now,
    windows_of_parcels,
)
from aftercare.care.protection.schemas import BookingIn
from aftercare.care.protection.vocabulary import ClaimKind, Stage, Wanted
from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.commerce.shipments.queries import parcels_of_orders, shipment_by_public_id
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.money import Money, minor_units
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Protection"])
_BOOKING = {"signature": True, "in_person": False, "insured": "500.00"}


class JudgedOut(BaseModel):
    """What came of one rule."""

    rule: Annotated[int, Field(description="Its place among the rules of that version, from 0.")]
    because: str


class AskedOut(BaseModel):
    """What the rules ask of the delivery."""

    signature: bool
    in_person: bool
    insured: Annotated[str | None, Field(description="In the order's currency.", examples=["500.00"])]
    terms: Annotated[int, Field(description="The version of the rules, in force when the order was placed.")]
    trace: list[JudgedOut]


class BookingOut(BaseModel):
    """What was bought for a parcel."""

    signature: bool
    in_person: bool
    insured: str
    at: datetime
    by: str


class LapseOut(BaseModel):
    """What a parcel goes, or went, without."""

    shipment: str
    stage: Stage
    missing: list[Wanted]
    noticed_at: datetime


class WindowOut(BaseModel):
    """When a parcel can be claimed as this; neither date where it never can."""

    kind: ClaimKind
    opens_at: datetime | None
    closes_at: datetime | None
    is_open: bool
    photos: Annotated[int, Field(description="At least so many are needed.")]
    trace: list[str]


class ParcelProtectionOut(BaseModel):
    """One parcel."""

    shipment: str
    booked: BookingOut | None
    plan: Annotated[str | None, Field(description="The plan it stands under, by key.")]
    claims: list[WindowOut]


class ProtectionOut(BaseModel):
    """All of an order."""

    order: str
    currency: str
    asked: AskedOut | None
    lapses: list[LapseOut]
    parcels: list[ParcelProtectionOut]


@router.get("/orders/{order}/protection", response=ProtectionOut)
@api_edge(Permission.ORDERS_READ)
def read_protection(request: ApiRequest, order: PublicId) -> ProtectionOut:
    """What is asked, what was bought, what lacks, and when each parcel can be claimed as what."""
    return _protection_out(order_by_public_id(public_id=order), request.store)


@router.put("/shipments/{shipment}/protection", response=ProtectionOut, openapi_extra=example_body(_BOOKING))
@api_edge(Permission.SHIPMENTS_WRITE)
@idempotent
def tell_protection(request: ApiRequest, shipment: PublicId, body: BookingIn) -> ProtectionOut:
    """Say what was bought for a parcel. What was noticed as lacking is settled by it."""
    found = shipment_by_public_id(public_id=shipment)
    insured = minor_units(body.insured, found.order.currency, field="insured")
    book_protection(
        shipment=found, signature=body.signature, in_person=body.in_person, insured=insured, by=request.who,
        now=clock.now(),
    )  # fmt: skip
    return _protection_out(found.order, request.store)


def _protection_out(order: Order, store: Store) -> ProtectionOut:
    zone = ZoneInfo(store.time_zone)
    parcels = parcels_of_orders(order_ids=[order.pk]).get(order.pk, [])
    asked = safeguards_of(order_ids=[order.pk]).get(order.pk)
    booked = bookings_of(shipment_ids=[parcel.pk for parcel in parcels])
    found = windows_of_parcels(order=order, parcels=parcels, store=store, terms=terms_now())
    return ProtectionOut(
        order=order.public_id, currency=order.currency, asked=_asked_out(asked, order) if asked else None,
        lapses=[_lapse_out(lapse) for lapse in lapses_of(order_id=order.pk)],
        parcels=[_parcel_out(one, booked.get(one.parcel.pk), order, zone) for one in found],
    )  # fmt: skip


def _asked_out(asked: Safeguards, order: Order) -> AskedOut:
    return AskedOut(
        signature=asked.signature, in_person=asked.in_person, terms=asked.terms,
        insured=_amount(asked.insured, order) if asked.insured else None,
        trace=[JudgedOut(rule=place, because=because_in_words(because)) for place, because in asked.trace],
    )  # fmt: skip


def _lapse_out(lapse: Lapse) -> LapseOut:
    return LapseOut(
        shipment=lapse.shipment.public_id, stage=Stage(lapse.stage), missing=[Wanted(word) for word in lapse.missing],
        noticed_at=lapse.noticed_at,
    )  # fmt: skip


def _parcel_out(found: ParcelWindows, booked: Booking | None, order: Order, zone: ZoneInfo) -> ParcelProtectionOut:
    now = clock.now()
    windows = [
        WindowOut(
            kind=window.kind, opens_at=window.opens, closes_at=window.closes, is_open=window.is_open(now),
            photos=window.photos, trace=[step_in_words(step, zone=zone) for step in window.trace],
        )
        for window in found.windows
    ]  # fmt: skip
    bought = None if booked is None else BookingOut(
        signature=booked.signature, in_person=booked.in_person, insured=_amount(booked.insured, order), at=booked.at,
        by=booked.by,
    )  # fmt: skip
    return ParcelProtectionOut(
        shipment=found.parcel.public_id, booked=bought, plan=found.plan.key if found.plan else None, claims=windows
    )


def _amount(amount: int, order: Order) -> str:
    return str(Money(amount, order.currency).decimal())
