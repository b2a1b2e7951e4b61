"""What the demo shop does: orders of every kind, and what becomes of each. The same hour is always the same story."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Literal

from aftercare.commerce.catalog.schemas import ProductIn
from aftercare.commerce.shipments.carriers.simulated import new_number
from aftercare.config.demo_shop.files import CURRENCY, read_products
from aftercare.config.demo_shop.people import Person, invent_person

HOUR = timedelta(hours=1)
LONGEST = timedelta(days=14)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
# Orders an hour over the day (UTC), before the store's size: people shop in their evening.
_DAY = (2, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 7, 6, 6, 6, 7, 8, 10, 12, 11, 8, 5, 3)
_COUNTRIES = (
    ("DE",) * 50
    + ("AT",) * 10
    + ("FR",) * 9
    + ("NL",) * 8
    + ("GB",) * 8
    + ("ES",) * 6
    + ("US",) * 5
    + ("PT",) * 3
    + ("AE",)
)
_HOME, _PROMISED_AT_HOME, _PROMISED_ABROAD = "DE", 5, 9  # days, as the checkout says
_REGULARS = 700
# From here on the shop's rules ask for more than the usual service, which the warehouse mostly books.
_VALUABLE = 200
_BOOKED = 0.95
Door = Literal["order", "shipment"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something the shop tells Aftercare at a moment: a version of an order, or a parcel, as any platform writes it."""

    at: datetime
    door: Door
    payload: dict[str, Any]


def entries_between(*, since: datetime, until: datetime, per_day: float) -> list[Entry]:
    """Everything the shop tells after `since` and not after `until`, in the order it happened."""
    first = (since - LONGEST).replace(minute=0, second=0, microsecond=0)
    hours = int((until - first) / HOUR) + 1
    found = [
        entry
        for ahead in range(hours)
        for entry in _of_hour(first + ahead * HOUR, per_day)
        if since < entry.at <= until
    ]
    return sorted(found, key=lambda entry: (entry.at, entry.door, entry.payload["id"]))


@lru_cache(maxsize=800)
def _of_hour(hour: datetime, per_day: float) -> tuple[Entry, ...]:
    chance = random.Random(f"orders of {hour:%Y-%m-%dT%H}")  # noqa: S311 -- a story, not a secret
    expected = per_day * _DAY[hour.hour] / sum(_DAY)
    count = int(expected) + (chance.random() < expected % 1)
    serial = int((hour - _EPOCH) / HOUR) * 40
    return tuple(entry for index in range(count) for entry in _order(serial + index, hour, chance))


@cache
def _catalogue() -> dict[str, list[ProductIn]]:
    by_kind: dict[str, list[ProductIn]] = {}
    for product in read_products(pictures_at="/static/demo_shop"):
        by_kind.setdefault(product.kind, []).append(product)
    return by_kind


def _order(serial: int, hour: datetime, chance: random.Random) -> Iterator[Entry]:
    placed = hour + timedelta(seconds=chance.randrange(3600))
    person = _buyer(chance)
    kind = chance.choices(("goods", "pickup", "digital", "visit"), (86, 6, 4, 4))[0]
    order = _placed(serial, placed, person, kind, chance)
    yield Entry(placed, "order", order)
    tell = {"goods": _sent, "pickup": _collected, "digital": _downloaded, "visit": _visited}[kind]
    yield from tell(order, placed, chance)


def _buyer(chance: random.Random) -> Person:
    """A third of orders comes from people who have bought before."""
    number = int(_REGULARS * chance.random() ** 2) if chance.random() < 0.35 else chance.randrange(10**6)
    who = random.Random(f"person {number}")  # noqa: S311 -- a story, not a secret
    return invent_person(country=who.choice(_COUNTRIES), number=number, chance=who)


def _placed(serial: int, placed: datetime, person: Person, kind: str, chance: random.Random) -> dict[str, Any]:
    lines = [_line(number, product, chance) for number, product in enumerate(_basket(kind, chance), 1)]
    subtotal = sum((Decimal(line["unit_price"]) * line["quantity"] for line in lines), Decimal(0))
    shipping = Decimal("4.90") if kind == "goods" and subtotal < 60 else Decimal(0)
    total = subtotal + shipping
    address = {
        "recipient": person.name, "street": person.street, "city": person.city, "postcode": person.postcode,
        "region": person.region, "country": person.country,
    }  # fmt: skip
    order = {
        "id": f"JO{serial}", "number": f"#{10000 + serial % 90000}", "placed_at": placed, "currency": CURRENCY,
        "total": str(total), "subtotal": str(subtotal), "shipping": str(shipping),
        "tax": str((total * 19 / 119).quantize(Decimal("0.01"))), "email": person.email, "locale": person.locale,
        "customer": {
            "email": person.email, "name": person.name, "phone": person.phone or None, "locale": person.locale,
            "time_zone": person.time_zone, "country": person.country,
            "consents": [{"purpose": "marketing", "granted": True, "source": "checkout"}] if chance.random() < 0.4 else [],
        },
        "lines": lines, "shipping_address": address, "billing_address": address,
    }  # fmt: skip
    if kind == "goods":
        days = _PROMISED_AT_HOME if person.country == _HOME else _PROMISED_ABROAD
        order["promised_by"] = (placed + timedelta(days=days)).replace(hour=19, minute=0)
    if kind == "goods" and chance.random() < 0.05:
        order["gift"] = {"recipient": "Robin", "email": f"robin.{serial}@example.org", "message": "Happy birthday"}
    if chance.random() < 0.04:
        order["po_number"] = f"PO-{serial % 9000 + 1000}"
    return order


def _basket(kind: str, chance: random.Random) -> list[ProductIn]:
    shelf = _catalogue()
    if kind == "digital":
        return [chance.choice(shelf["digital"])]
    if kind == "visit":
        return [chance.choice(shelf["service"])]
    goods = shelf["goods"] + shelf["consumable"]
    return chance.sample(goods, k=chance.choices((1, 2, 3, 4), (52, 30, 13, 5))[0])


def _line(number: int, product: ProductIn, chance: random.Random) -> dict[str, Any]:
    variant = chance.choice(product.variants)
    return {
        "id": str(number), "title": product.title, "variant_title": variant.title, "sku": variant.sku,
        "product": product.id, "variant": variant.id, "unit_price": str(variant.price),
        "quantity": chance.choices((1, 2, 4), (84, 12, 4))[0] if product.kind != "service" else 1,
        "image_url": product.image_url,
    }  # fmt: skip


def _sent(order: dict[str, Any], placed: datetime, chance: random.Random) -> Iterator[Entry]:
    """Packed and handed to the carrier, mostly; sometimes cancelled, waiting for goods, in two parcels, refunded later."""
    fate = chance.random()
    if fate < 0.03:
        cancelled = placed + _hours(chance, 1, 20)
        reason = chance.choice(["Ordered by mistake", "Found it elsewhere", "Takes too long"])
        yield Entry(cancelled, "order", {
            **order, "cancelled_at": cancelled, "cancel_reason": reason, "payment": "refunded",
            "refunds": [{"id": "r1", "amount": order["total"], "at": cancelled + _hours(chance, 1, 3), "reason": reason}],
        })  # fmt: skip
        return
    start = placed
    if fate < 0.07:
        start = placed + _hours(chance, 2, 8)
        yield Entry(start, "order", _with(order, [_fulfilment("f1", "shipment", "back_ordered", start)]))
        start += timedelta(days=chance.randint(2, 6))
    parts = _parts(order["lines"], chance)
    packed = when_people_work(start + _hours(chance, 3, 26))
    fulfilments = [_fulfilment(f"f{n}", "shipment", "packed", packed, lines) for n, lines in enumerate(parts, 1)]
    latest = _with(order, fulfilments)
    yield Entry(packed, "order", latest)
    for number, lines in enumerate(parts, 1):
        announced = packed + timedelta(hours=number * 2 + chance.random())
        yield Entry(announced, "shipment", _parcel(order, number, lines, announced, chance))
    if chance.random() < 0.035:
        back = packed + timedelta(days=chance.randint(6, 12))
        line = order["lines"][0]
        refund = {"id": "r1", "amount": line["unit_price"], "at": back, "reason": "Returned"}
        yield Entry(back, "order", {**latest, "refunds": [refund], "payment": "partially_refunded"})


def _parts(lines: list[dict[str, Any]], chance: random.Random) -> list[list[dict[str, Any]]]:
    if len(lines) > 1 and chance.random() < 0.3:
        return [lines[:1], lines[1:]]
    return [lines]


def _parcel(
    order: dict[str, Any], number: int, lines: list[dict[str, Any]], announced: datetime, chance: random.Random
) -> dict[str, Any]:
    serial = int(order["id"][2:]) * 2 + number
    worth = Decimal(order["total"])
    # Apart from the story's own chance, so that it stays the same story.
    is_booked = random.Random(f"service of {order['id']}").random() < _BOOKED  # noqa: S311 -- a story, not a secret
    service = "signature, insured, in person" if worth >= _VALUABLE and is_booked else "standard"
    abroad = order["shipping_address"]["country"] != "DE"
    return {
        "id": f"{order['id']}-{number}", "order": order["id"], "fulfilment": f"f{number}", "carrier": "simulated",
        "carrier_name": chance.choice(["Postbote", "Kite Express"]), "service": service,
        "tracking_number": new_number(serial % 10**9), "created_at": announced,
        "lines": [{"line": line["id"], "quantity": line["quantity"]} for line in lines],
        "expected_from": announced + timedelta(days=3 if abroad else 1),
        "expected_by": announced + timedelta(days=8 if abroad else 3),
        "origin": {"city": "Leipzig", "country": "DE", "postcode": "04103"}, "weight_g": 400 + chance.randrange(4000),
    }  # fmt: skip


def _collected(order: dict[str, Any], placed: datetime, chance: random.Random) -> Iterator[Entry]:
    place = {
        "recipient": "Juniper & Oak",
        "street": "Karl-Heine-Str. 61",
        "city": "Leipzig",
        "postcode": "04229",
        "country": "DE",
    }
    ready = when_people_work(placed + _hours(chance, 2, 20))
    yield Entry(
        ready,
        "order",
        _with(order, [{**_fulfilment("f1", "pickup", "ready", ready, order["lines"]), "location": place}]),
    )
    collected = when_people_work(ready + _hours(chance, 3, 70))
    status = "missed" if chance.random() < 0.06 else "completed"
    yield Entry(
        collected,
        "order",
        _with(order, [{**_fulfilment("f1", "pickup", status, collected, order["lines"]), "location": place}]),
    )


def _downloaded(order: dict[str, Any], placed: datetime, chance: random.Random) -> Iterator[Entry]:
    at = placed + timedelta(seconds=chance.randint(5, 60))
    yield Entry(at, "order", _with(order, [_fulfilment("f1", "digital", "completed", at, order["lines"])]))


def _visited(order: dict[str, Any], placed: datetime, chance: random.Random) -> Iterator[Entry]:
    begins = when_people_work(placed + timedelta(days=chance.randint(3, 9))).replace(minute=0, second=0, microsecond=0)
    slot = {"scheduled_from": begins, "scheduled_until": begins + 2 * HOUR}
    agreed = placed + _hours(chance, 1, 6)
    yield Entry(
        agreed, "order", _with(order, [{**_fulfilment("f1", "service_visit", "open", agreed, order["lines"]), **slot}])
    )
    leaving = begins - HOUR
    yield Entry(
        leaving,
        "order",
        _with(order, [{**_fulfilment("f1", "service_visit", "under_way", leaving, order["lines"]), **slot}]),
    )
    done = begins + HOUR
    status = "missed" if chance.random() < 0.08 else "completed"
    yield Entry(
        done, "order", _with(order, [{**_fulfilment("f1", "service_visit", status, done, order["lines"]), **slot}])
    )


def _with(order: dict[str, Any], fulfilments: list[dict[str, Any]]) -> dict[str, Any]:
    return {**order, "fulfilments": fulfilments}


def _fulfilment(
    key: str, kind: str, status: str, at: datetime, lines: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    chosen = [{"line": line["id"], "quantity": line["quantity"]} for line in lines or []]
    return {"id": key, "kind": kind, "status": status, "status_at": at, "lines": chosen}


def _hours(chance: random.Random, least: float, most: float) -> timedelta:
    return timedelta(hours=chance.uniform(least, most))


def when_people_work(at: datetime) -> datetime:
    """This moment, or the morning after it: the warehouse rests on Sundays and at night."""
    if at.hour < 6 or at.hour >= 17:
        at = (at + timedelta(days=at.hour >= 17)).replace(hour=7 + at.minute % 6)
    return at + timedelta(days=1) if at.weekday() == 6 else at
