"""What parcels show on pages of others: their part in the order's answer, notices, and a card each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import HttpRequest

from aftercare.commerce.orders.arrivals import tells_arrivals
from aftercare.commerce.orders.page_rows import page_drawn_from
from aftercare.commerce.orders.policy.arrivals import Arrival, Stage
from aftercare.commerce.orders.showing import Item, ShownOrder
from aftercare.commerce.shipments import wording
from aftercare.commerce.shipments.models import Scan, Shipment
from aftercare.commerce.shipments.queries import parcels_of_orders
from aftercare.commerce.shipments.vocabulary import Status
from aftercare.foundation.web.panels import Panel, register_panel


class _Look(NamedTuple):
    """How a carrier's status is shown."""

    stage: Stage
    icon: str


_LOOKS = {
    Status.PENDING: _Look(Stage.ANNOUNCED, icon="tag"),
    Status.PICKED_UP: _Look(Stage.UNDER_WAY, icon="package"),
    Status.IN_TRANSIT: _Look(Stage.UNDER_WAY, icon="truck"),
    Status.OUT_FOR_DELIVERY: _Look(Stage.ARRIVING, icon="map-pin"),
    Status.READY_FOR_PICKUP: _Look(Stage.WAITING, icon="store"),
    Status.DELIVERED: _Look(Stage.ARRIVED, icon="package-check"),
    Status.DELIVERY_FAILED: _Look(Stage.MISSED, icon="door-closed"),
    Status.DELIVERY_DELAYED: _Look(Stage.DELAYED, icon="clock-alert"),
    Status.ON_HOLD: _Look(Stage.HELD, icon="circle-pause"),
    Status.RETURN_TO_SENDER: _Look(Stage.RETURNING, icon="undo-2"),
    Status.CANCELLED: _Look(Stage.CANCELLED, icon="circle-x"),
    Status.UNKNOWN: _Look(Stage.ANNOUNCED, icon="circle-dot"),
}
_TONES = {
    Stage.ANNOUNCED: "neutral", Stage.UNDER_WAY: "information", Stage.ARRIVING: "information", Stage.ARRIVED: "good",
    Stage.CANCELLED: "neutral", Stage.WAITING: "attention", Stage.MISSED: "attention", Stage.DELAYED: "attention",
    Stage.HELD: "attention", Stage.RETURNING: "problem",
}  # fmt: skip
_NOTICED = {Stage.WAITING, Stage.MISSED, Stage.DELAYED, Stage.HELD, Stage.RETURNING}


@dataclass(frozen=True, slots=True)
class ParcelCard:
    """One parcel as the shopper sees it. `items` are told once, with the first parcel of a fulfilment.

    `signed_by` and `proof_url` are told once it has arrived, and an address only if nobody on the way can look at it.
    """

    parcel: Shipment
    number: int
    label: str
    tone: str
    items: Sequence[Item]
    shares_items: bool
    latest: dict[str, Any] | None
    earlier: Sequence[dict[str, Any]]
    signed_by: str
    proof_url: str


@tells_arrivals
def _arrivals(order_ids: Sequence[int]) -> Mapping[int, Sequence[Arrival]]:
    parcels = parcels_of_orders(order_ids=order_ids)
    return {order_id: [arrival_of(parcel) for parcel in found] for order_id, found in parcels.items()}


def arrival_of(parcel: Shipment) -> Arrival:
    """How far a parcel is, in the words that all parts of an order share."""
    stage = _LOOKS[Status(parcel.status)].stage
    # Carriers whose words nobody could translate still have the parcel once they were given it.
    if stage is Stage.ANNOUNCED and parcel.handed_over_at:
        stage = Stage.UNDER_WAY
    return Arrival(
        kind="shipment", stage=stage, at=parcel.delivered_at or parcel.status_at, fulfilment_id=parcel.fulfilment_id,
        heard_at=parcel.last_scan_at, earliest=parcel.expected_from, latest=parcel.expected_by,
        place=parcel.status_place, about=parcel,
    )  # fmt: skip


def _told(shown: ShownOrder) -> list[Arrival]:
    return [arrival for arrival in shown.arrivals if isinstance(arrival.about, Shipment)]


def _notices(shown: ShownOrder, request: HttpRequest) -> dict[str, Any] | None:  # noqa: ARG001 -- every panel's signature
    """What went wrong with a parcel, or waits for somebody to come."""
    told = _told(shown)
    notices = []
    for number, arrival in enumerate(told, start=1):
        parcel = arrival.about
        if arrival.stage not in _NOTICED or not isinstance(parcel, Shipment):
            continue
        notices.append({
            "parcel": parcel, "number": number if len(told) > 1 else 0, "place": parcel.status_place,
            "headline": wording.headline(parcel.status, parcel.reason),
            "advice": wording.advice(parcel.status, parcel.reason),
        })  # fmt: skip
    return {"notices": notices} if notices else None


def _cards(shown: ShownOrder, request: HttpRequest) -> dict[str, Any] | None:  # noqa: ARG001 -- every panel's signature
    """One card per parcel."""
    told = _told(shown)
    if not told:
        return None
    by_fulfilment = [arrival.fulfilment_id for arrival in told]
    cards = [
        _card(arrival, number, shown.items.get(arrival.fulfilment_id, []), by_fulfilment)
        for number, arrival in enumerate(told, start=1)
    ]
    return {"cards": cards, "now": shown.now}


def _card(arrival: Arrival, number: int, items: Sequence[Item], by_fulfilment: Sequence[int]) -> ParcelCard:
    parcel = arrival.about
    assert isinstance(parcel, Shipment), "cards are made of what was told from parcels"
    entries = [_entry(scan) for scan in parcel.scans.all()]
    has_arrived = parcel.delivered_at is not None
    is_first = by_fulfilment.index(arrival.fulfilment_id) == number - 1
    return ParcelCard(
        parcel=parcel, number=number, label=str(Status(parcel.status).label), tone=_TONES[arrival.stage],
        items=items if is_first else [], shares_items=by_fulfilment.count(arrival.fulfilment_id) > 1,
        latest=entries[0] if entries else None, earlier=entries[1:],
        signed_by=parcel.signed_by if has_arrived else "",
        proof_url=parcel.proof_url if has_arrived and parcel.proof_url.lower().startswith("https://") else "",
    )  # fmt: skip


def _entry(scan: Scan) -> dict[str, Any]:
    """A scan in plain words; the carrier's own words stand below."""
    status = Status(scan.status)
    said = [words for words in (scan.text, scan.place) if words]
    return {
        "icon": _LOOKS[status].icon, "title": wording.headline(scan.status, scan.reason), "at": scan.occurred_at,
        "text": " · ".join(said), "tone": "good" if status is Status.DELIVERED else "neutral",
    }  # fmt: skip


page_drawn_from(
    "shipments_shipment AS r WHERE r.order_id = o.id",
    "shipments_scan AS r JOIN shipments_shipment AS s ON s.id = r.shipment_id WHERE s.order_id = o.id",
)
register_panel(Panel("portal.order.main", "shipments.notices", 10, "shipments/portal/notices.html", _notices))
register_panel(Panel("portal.order.main", "shipments.parcels", 20, "shipments/portal/parcels.html", _cards))
