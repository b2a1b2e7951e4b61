"""What the tests of protection start from: a valuable order with rules, its parcel, and claims."""

from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import Image

from aftercare.care.protection.actions import Statement, change_rules, judge_parcels, open_claim, safeguard_orders
from aftercare.care.protection.actions.pictures import Picture, read_picture
from aftercare.care.protection.models import Claim, Lapse, Safeguards
from aftercare.care.protection.schemas import RuleIn
from aftercare.care.protection.vocabulary import ClaimKind
from aftercare.commerce.orders.models import Order
from aftercare.commerce.shipments.models import Shipment
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores, store_scope
from tests.commerce.shipments.parcels import NOW, announce, hours, place_order, report, scan, shipment, tracking

BEFORE = hours(-24)
RULES = (
    {"wants": "signature", "at_least": "200", "currency": "EUR"},
    {"wants": "insurance", "at_least": "500", "currency": "EUR"},
    {"wants": "in_person", "at_least": "1000", "currency": "EUR", "destination": "domestic"},
)
ADDRESS = {"recipient": "Sam Shopper", "street": "Lindenweg 4", "city": "Berlin", "country": "DE"}


def set_rules(store: Store, *rules: dict[str, Any], now: datetime = BEFORE) -> None:
    """Rules that are in force from then on; the three of the brief unless others are given."""
    told = [RuleIn.model_validate(rule) for rule in rules or RULES]
    with store_scope(store.pk):
        change_rules(store=store, rules=told, by="staff:olga", now=now)


def valuable(store: Store, number: str = "1042", price: str = "600.00", **fields: Any) -> Order:
    """An order of one lamp, and what its rules ask of it decided."""
    lines = [{"id": "lamp", "title": "Lamp", "quantity": 1, "unit_price": price}]
    said = {"total": price, "lines": lines, "shipping_address": ADDRESS, **fields}
    order = place_order(store, number, **said)
    decide(order)
    return order


def decide(*orders: Order) -> None:
    """As the subscriber does."""
    with across_stores("a subscriber serves every store"):
        safeguard_orders(order_ids=[order.pk for order in orders], now=NOW)


def judge(*parcels: Shipment) -> None:
    """As the subscriber does."""
    with across_stores("a subscriber serves every store"):
        judge_parcels(shipment_ids=[parcel.pk for parcel in parcels], now=NOW)


def parcel_of(store: Store, number: str = "1042", **fields: Any) -> Shipment:
    """A parcel of an order, last heard of on Monday noon unless told otherwise."""
    said = {"order": number, "scans": (scan(4, "in_transit", place="Leipzig"),), **fields}
    announce(store, shipment(f"p-{number}", **said))
    with store_scope(store.pk):
        return Shipment.objects.select_related("order").get(external_id=f"p-{number}")


def silent(store: Store, number: str = "1042", **fields: Any) -> Shipment:
    """A parcel of a valuable order of which nothing was heard for so long that it can be claimed on NOW + 10 days."""
    valuable(store, number, **fields)
    return parcel_of(store, number)


def delivered(store: Store, number: str = "1042", **told: Any) -> Shipment:
    """A parcel of a valuable order that arrived thirty hours after Monday morning."""
    valuable(store, number)
    parcel_of(store, number)
    report(store, tracking(f"p-{number}", scan(30, "delivered"), **told))
    with store_scope(store.pk):
        return Shipment.objects.select_related("order").get(external_id=f"p-{number}")


def claim_of(parcel: Shipment, store: Store, kind: ClaimKind = ClaimKind.LOST, **told: Any) -> Claim:
    """A claim, opened by the shopper."""
    said: dict[str, Any] = {"by": "customer", "now": hours(24 * 9), **told}
    statement = Statement(kind, said.pop("words", "It never came"), said.pop("photos", []))
    with store_scope(store.pk):
        opened = open_claim(store=store, order=parcel.order, shipment=parcel, statement=statement, **said)
        return Claim.objects.select_related("order", "shipment", "customer", "incident").get(pk=opened.claim.pk)


def asked(store: Store) -> list[tuple[bool, bool, int]]:
    """What is asked of every order, as (signature, in person, insured)."""
    with store_scope(store.pk):
        rows = Safeguards.objects.order_by("order_id")
        return [(row.signature, row.in_person, row.insured) for row in rows]


def lapses(store: Store) -> list[tuple[str, list[str], bool]]:
    """What was noticed: stage, what was missing, and whether it is settled."""
    with store_scope(store.pk):
        return [(one.stage, one.missing, one.settled_at is not None) for one in Lapse.objects.order_by("id")]


def photo_file(*, size: tuple[int, int] = (640, 480), kind: str = "PNG") -> bytes:
    """A photo as a phone sends it."""
    made = BytesIO()
    Image.new("RGB", size, (120, 80, 40)).save(made, kind)
    return made.getvalue()


def photo() -> Picture:
    """One that was looked at."""
    return read_picture(photo_file())
