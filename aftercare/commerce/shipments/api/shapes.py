"""What parcels and scans look like to programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from aftercare.commerce.orders.promised import PromiseOut, promises_of
from aftercare.commerce.shipments.models import Scan, Shipment
from aftercare.commerce.shipments.queries import asking_of
from aftercare.commerce.shipments.vocabulary import NamedBy, Status


class ScanOut(BaseModel):
    """One thing a carrier said: `code` and `text` are its own, `status` and `reason` the same words for all."""

    at: datetime
    zone_known: bool
    status: Status
    reason: str
    code: str
    text: str
    place: str
    source: str
    received_at: datetime


class ShipmentOut(BaseModel):
    """A parcel. Its status follows from its scans, whatever order they arrived in."""

    id: Annotated[str, Field(examples=["shp_0v6p3c9xk2m8d4ra"])]
    source: str
    external_id: Annotated[str, Field(description="Your id, as you sent it.")]
    order: Annotated[str, Field(description="The order's id here.")]
    fulfilment: Annotated[str, Field(description="The id here of the fulfilment that it carries out.")]
    carrier: str
    carrier_name: str
    service: str
    tracking_number: str
    tracking_url: str
    named_by: Annotated[
        NamedBy, Field(description="Who said which carrier; `number` where we guessed from the number.")
    ]
    status: Status
    status_at: datetime
    status_text: str
    status_place: str
    reason: str
    responsible: Annotated[str, Field(description="Whose act or omission the reason is; empty where nobody can say.")]
    handed_over_at: datetime | None
    delivered_at: datetime | None
    last_scan_at: datetime | None
    expected_from: datetime | None
    expected_by: datetime | None
    promise: Annotated[
        PromiseOut | None,
        Field(
            description="When it arrives, foretold from the store's own deliveries; expected_* is what the carrier says."
        ),
    ]
    signed_by: str
    proof_url: Annotated[str, Field(description="The carrier's photo of the delivery, or empty.")]
    weight_g: int | None
    looked_at: Annotated[datetime | None, Field(description="When its carrier was last asked, where we have to ask.")]
    next_look_at: Annotated[
        datetime | None, Field(description="When its carrier will be asked again, at the earliest.")
    ]
    looks_stopped: Annotated[
        str, Field(description="Why its carrier is asked no more: delivered, returned, cancelled, silent, not_asked.")
    ]
    created_at: datetime


class ParcelOut(ShipmentOut):
    """A parcel with all its scans, the newest first."""

    scans: list[ScanOut]


_AS_THEY_ARE = ShipmentOut.model_fields.keys() - {
    "id", "order", "fulfilment", "promise", "looked_at", "next_look_at", "looks_stopped",
}  # fmt: skip


def shipments_out(shipments: Sequence[Shipment]) -> list[ShipmentOut]:
    """Parcels without their scans. One query, however many parcels."""
    promised = promises_of("parcel", [shipment.pk for shipment in shipments])
    return [ShipmentOut(**_fields(shipment, promised.get(shipment.pk))) for shipment in shipments]


def parcel_out(shipment: Shipment) -> ParcelOut:
    """The parcel with its scans, which have been fetched with it. One query."""
    promise = promises_of("parcel", [shipment.pk]).get(shipment.pk)
    return ParcelOut(scans=[_scan_out(scan) for scan in shipment.scans.all()], **_fields(shipment, promise))


def _scan_out(scan: Scan) -> ScanOut:
    return ScanOut(
        at=scan.occurred_at, zone_known=scan.zone_known, status=Status(scan.status), reason=scan.reason, code=scan.code,
        text=scan.text, place=scan.place, source=scan.source, received_at=scan.received_at,
    )  # fmt: skip


def _fields(shipment: Shipment, promise: PromiseOut | None) -> dict[str, Any]:
    looks = asking_of(shipment)
    return {
        "id": shipment.public_id,
        "promise": promise,
        "looked_at": looks.looked_at if looks else None,
        "next_look_at": looks.next_at if looks else None,
        "looks_stopped": looks.stopped if looks else "",
        "order": shipment.order.public_id,
        "fulfilment": shipment.fulfilment.public_id,
        **{name: getattr(shipment, name) for name in _AS_THEY_ARE},
    }
