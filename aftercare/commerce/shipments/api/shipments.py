"""The API of shipments and of the scans of their parcels."""

from typing import Annotated

from ninja import Query, Router
from ninja.responses import Status as Answer
from pydantic import BaseModel, Field

from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.commerce.shipments.actions import record_scans, record_shipments
from aftercare.commerce.shipments.api.examples import SHIPMENT, SHIPMENTS, TRACKING
from aftercare.commerce.shipments.api.shapes import ParcelOut, ShipmentOut, parcel_out, shipments_out
from aftercare.commerce.shipments.queries import (
    ShipmentFilter,
    public_ids_of_shipments,
    shipment_by_public_id,
    shipment_of_source,
    shipments_for_list,
)
from aftercare.commerce.shipments.schemas import ShipmentIn, TrackingIn
from aftercare.commerce.shipments.vocabulary import Status
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.intake import Outcome
from aftercare.foundation.kit.schema import Incoming, Short
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.batches import Batch, BatchResult, Source, batch_result, only, read_batch
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import NAMES_A_THING, example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import ExternalId, PublicId, SourceName, check_same_id
from aftercare.foundation.web.preconditions import if_unchanged

router = Router(tags=["Shipments"])


class ShipmentBatch(Incoming):
    """Parcels of one source; `order` and `fulfilment` are ids at the same source."""

    source: Source
    shipments: Batch[ShipmentIn]


class TrackingBatch(Incoming):
    """News of parcels that are known already."""

    source: Source
    updates: Batch[TrackingIn]


class TrackingResult(BatchResult):
    """What became of the updates, and how many scans were new in all."""

    scans: int


class ShipmentQuery(BaseModel):
    """What to narrow the list to."""

    status: Status | None = None
    carrier: Short = ""
    tracking_number: Annotated[Short, Field(description="Or its beginning.")] = ""
    source: Short = ""
    order: Annotated[Short, Field(description="The order's id here.")] = ""


def _as_it_stands(source: str, external_id: str) -> ParcelOut:
    return parcel_out(shipment_of_source(source=source, external_id=external_id))


@router.post("/shipments", response=BatchResult, openapi_extra=example_body(SHIPMENTS))
@api_edge(Permission.SHIPMENTS_WRITE)
@idempotent
def record_many_shipments(request: ApiRequest, body: ShipmentBatch) -> BatchResult:
    """Up to 500 parcels, with or without scans, each with an answer of its own. The order comes first."""
    batch = read_batch(ShipmentIn, body.shipments, name="shipments")
    intake = record_shipments(store_id=request.store.pk, source=body.source, shipments=batch.things, now=clock.now())
    return batch_result(batch, intake, public_ids=public_ids_of_shipments)


@router.put(
    "/shipments/from/{source}/{path:external_id}",
    response={200: ParcelOut, 201: ParcelOut},
    openapi_extra=example_body(SHIPMENT),
)
@api_edge(Permission.SHIPMENTS_WRITE)
@idempotent
@if_unchanged(_as_it_stands)
def record_shipment(
    request: ApiRequest, source: SourceName, external_id: ExternalId, body: ShipmentIn
) -> Answer[ParcelOut]:
    """One parcel: created (201), changed, or left as it is; its scans are added to those that are known."""
    check_same_id(address=external_id, body=body.id)
    outcome = only(record_shipments(store_id=request.store.pk, source=source, shipments=[body], now=clock.now()))
    return Answer(201 if outcome is Outcome.CREATED else 200, _as_it_stands(source, body.id))


@router.post("/tracking", response=TrackingResult, openapi_extra=example_body(TRACKING))
@api_edge(Permission.SHIPMENTS_WRITE)
@idempotent
def record_tracking(request: ApiRequest, body: TrackingBatch) -> TrackingResult:
    """Scans of up to 500 parcels, found by your id or by tracking number.

    Scans may come late, twice and in any order: the parcel's status follows from all of them together.
    """
    batch = read_batch(TrackingIn, body.updates, name="updates")
    intake = record_scans(store_id=request.store.pk, source=body.source, updates=batch.things, now=clock.now())
    return TrackingResult(scans=intake.scans, **dict(batch_result(batch, intake, public_ids=public_ids_of_shipments)))


@router.get("/shipments", response=Listed[ShipmentOut], openapi_extra=NAMES_A_THING)
@api_edge(Permission.SHIPMENTS_READ)
def list_shipments(
    request: ApiRequest, query: Query[ShipmentQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[ShipmentOut]:
    """Parcels without their scans, the latest first."""
    narrowed = ShipmentFilter(
        status=query.status or "", carrier=query.carrier, number=query.tracking_number, source=query.source,
        order_id=order_by_public_id(public_id=query.order).pk if query.order else None,
    )  # fmt: skip
    found = shipments_for_list(narrowed=narrowed, after=cursor, limit=limit)
    return Listed(items=shipments_out(found.rows), next=found.following)


@router.get("/shipments/from/{source}/{path:external_id}", response=ParcelOut)
@api_edge(Permission.SHIPMENTS_READ)
def read_shipment_by_own_id(request: ApiRequest, source: SourceName, external_id: ExternalId) -> ParcelOut:
    """A parcel with its scans, by your own id."""
    return _as_it_stands(source, external_id)


@router.get("/shipments/{shipment}", response=ParcelOut)
@api_edge(Permission.SHIPMENTS_READ)
def read_shipment(request: ApiRequest, shipment: PublicId) -> ParcelOut:
    """A parcel with its scans."""
    return parcel_out(shipment_by_public_id(public_id=shipment))
