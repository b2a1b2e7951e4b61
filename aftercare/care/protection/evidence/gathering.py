"""What is known of an order, from every room that knows something, as plain values. All within the store's scope."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aftercare.care.incidents.models import Incident
from aftercare.care.incidents.queries import incidents_of_order
from aftercare.care.protection.explaining import because_in_words, rule_in_words, step_in_words, things_in_words
from aftercare.care.protection.models import Booking, Claim, ClaimPhoto
from aftercare.care.protection.queries import (
    bookings_of,
    claims_of_order,
    contents_of_photos,
    safeguards_of,
    terms_number,
)
from aftercare.care.protection.vocabulary import CUSTOMER
from aftercare.care.protection.wording import trace_as_read
from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.queries import lines_of
from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.queries import parcels_of_orders
from aftercare.engagement.messaging.models import Message, MessageNews
from aftercare.engagement.messaging.types import type_label
from aftercare.foundation.events.timelines import names_of, said_by
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.models import Store

_MOST_MESSAGES = 200
_ADDRESS = ("recipient", "company", "street", "street2", "postcode", "city", "region", "country")


@dataclass(frozen=True)
class Pack:
    """All of it: `facts` as JSON holds them, and `photos` by the name they have there."""

    facts: dict[str, Any]
    photos: dict[str, bytes] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What its file is called, safe on every system."""
        number = "".join(
            letter if letter.isascii() and letter.isalnum() else "-" for letter in self.facts["order"]["number"]
        )
        return f"evidence-{number.strip('-') or self.facts['order']['id']}"


def gather(*, order: Order, store: Store) -> Pack:
    """Everything about an order. Eleven queries, however much there is of it."""
    parcels = parcels_of_orders(order_ids=[order.pk]).get(order.pk, [])
    claims = claims_of_order(order_id=order.pk)
    incidents = incidents_of_order(order_id=order.pk)
    booked = bookings_of(shipment_ids=[parcel.pk for parcel in parcels]) if parcels else {}
    contents = contents_of_photos(claim_ids=[claim.pk for claim in claims]) if claims else {}
    photos = {_photo_name(photo): bytes(photo.content) for found in contents.values() for photo in found}
    called = {CUSTOMER: "the customer", **names_of(step.by for claim in claims for step in claim.steps.all())}
    facts = {
        "store": {"name": store.name, "address": store.postal_address, "time_zone": store.time_zone},
        "order": _order(order),
        "parcels": [_parcel(parcel, booked.get(parcel.pk), order) for parcel in parcels],
        "protection": _protection(order),
        "messages": _messages(order),
        "incidents": [_incident(one) for one in reversed(incidents)],
        "claims": [_claim(claim, contents.get(claim.pk, []), called) for claim in reversed(claims)],
    }
    return Pack(facts, photos)


def _order(order: Order) -> dict[str, Any]:
    lines = lines_of(orders=[order])[order.pk]
    return {
        "number": order.number, "id": order.public_id, "placed_at": _at(order.placed_at), "paid_at": _at(order.paid_at),
        "payment": str(order.get_payment_display()), "cancelled_at": _at(order.cancelled_at),
        "promised_by": _at(order.promised_by), "currency": order.currency, "email": order.email, "phone": order.phone,
        "total": _amount(order.total, order), "shipping": _amount(order.shipping, order),
        "refunded": _amount(order.refunded, order) if order.refunded else "",
        "address": [str(order.shipping_address[name]) for name in _ADDRESS if order.shipping_address.get(name)],
        "lines": [
            {"title": line.title, "variant": line.variant_title, "sku": line.sku, "quantity": line.quantity,
             "total": _amount(line.total, order)}
            for line in lines
        ],
    }  # fmt: skip


def _parcel(parcel: Shipment, booked: Booking | None, order: Order) -> dict[str, Any]:
    return {
        "id": parcel.public_id, "carrier": parcel.carrier_name or parcel.carrier, "number": parcel.tracking_number,
        "url": parcel.tracking_url, "service": parcel.service, "status": str(parcel.get_status_display()),
        "announced_at": _at(parcel.created_at), "handed_over_at": _at(parcel.handed_over_at),
        "expected_by": _at(parcel.expected_by), "delivered_at": _at(parcel.delivered_at), "weight_g": parcel.weight_g,
        "signed_by": parcel.signed_by, "proof_url": parcel.proof_url,
        "booked": _booked(booked, order) if booked else None,
        "scans": [
            {"at": _at(scan.occurred_at), "zone_known": scan.zone_known, "heard_at": _at(scan.received_at),
             "status": str(scan.get_status_display()), "reason": scan.reason.replace("_", " "), "code": scan.code,
             "text": scan.text, "place": scan.place, "source": scan.source}
            for scan in reversed(parcel.scans.all())
        ],
    }  # fmt: skip


def _booked(booked: Booking, order: Order) -> dict[str, Any]:
    return {
        "signature": booked.signature, "in_person": booked.in_person, "at": _at(booked.at),
        "insured": _amount(booked.insured, order) if booked.insured else "",
    }  # fmt: skip


def _protection(order: Order) -> dict[str, Any]:
    asked = safeguards_of(order_ids=[order.pk]).get(order.pk)
    if asked is None:
        return {"asked": "", "insured": "", "terms": 0, "rules": []}
    rules = terms_number(number=asked.terms).rules
    return {
        "asked": things_in_words(asked.wanted), "terms": asked.terms,
        "insured": _amount(asked.insured, order) if asked.insured else "",
        "rules": [
            {"rule": rule_in_words(rules[place]), "because": because_in_words(why)}
            for place, why in asked.trace if place < len(rules)
        ],
    }  # fmt: skip


def _messages(order: Order) -> list[dict[str, Any]]:
    """Those that were sent, or should have been, with what was heard of each."""
    found = list(
        Message.objects.filter(order_id=order.pk).defer("context").order_by("created_at", "id")[:_MOST_MESSAGES]
    )
    news: dict[int, list[MessageNews]] = defaultdict(list)
    for one in MessageNews.objects.filter(message_id__in=[message.pk for message in found]).order_by("at", "pk"):
        if one.message_id is not None:
            news[one.message_id].append(one)
    return [_message(message, news[message.pk]) for message in found]


def _message(message: Message, news: Sequence[MessageNews]) -> dict[str, Any]:
    return {
        "id": message.public_id, "type": type_label(message.message_type), "subject": message.subject,
        "channel": message.channel, "recipient": message.recipient, "state": str(message.get_state_display()),
        "sent_at": _at(message.sent_at), "answer": message.reply,
        "receipts": [
            {"what": str(one.get_kind_display()), "at": _at(one.at), "by_machine": one.is_machine, "answer": one.answer}
            for one in news
        ],
    }  # fmt: skip


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.public_id, "kind": str(incident.get_kind_display()), "state": str(incident.get_state_display()),
        "outcome": str(incident.get_outcome_display()), "blame": str(incident.get_blame_display()),
        "place": incident.place, "told": incident.told, "opened_at": _at(incident.opened_at),
        "escalated_at": _at(incident.escalated_at), "closed_at": _at(incident.closed_at),
    }  # fmt: skip


def _claim(claim: Claim, photos: Sequence[ClaimPhoto], called: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": claim.public_id, "kind": str(claim.get_kind_display()), "state": str(claim.get_state_display()),
        "parcel": str(claim.shipment), "told": claim.told, "plan": claim.plan, "terms": claim.terms,
        "trace": [step_in_words(step) for step in trace_as_read(claim.trace)], "reference": claim.reference,
        "remedy": str(claim.get_remedy_display()), "amount": _amount(claim.amount, claim.order) if claim.amount else "",
        "steps": list(_steps(claim, called)),
        "photos": [
            {"file": _photo_name(photo), "width": photo.width, "height": photo.height, "added_at": _at(photo.added_at)}
            for photo in photos
        ],
    }  # fmt: skip


def _steps(claim: Claim, called: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for step in claim.steps.all():
        yield {
            "state": str(step.get_state_display()), "at": _at(step.at), "by": said_by(step.by, called),
            "reason": step.reason,
        }  # fmt: skip


def _photo_name(photo: ClaimPhoto) -> str:
    return f"photos/{photo.public_id}.jpg"


def _at(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _amount(amount: int, order: Order) -> str:
    return Money(amount, order.currency).format("en_GB")
