"""The API of promises: when an order or a parcel arrives. The same stands within orders and shipments."""

from ninja import Router
from pydantic import BaseModel

from aftercare.commerce.orders.promised import PromiseOut
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.commerce.promises.queries import promised_of_orders, promised_of_parcels
from aftercare.commerce.shipments.queries import shipment_by_public_id
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Shipments"])


class PromisedOut(BaseModel):
    """What is promised, or nothing: a store promises once it has learned from enough deliveries."""

    promise: PromiseOut | None


@router.get("/orders/{order}/promise", response=PromisedOut)
@api_edge(Permission.SHIPMENTS_READ)
def read_promise_of_order(request: ApiRequest, order: PublicId) -> PromisedOut:
    """When an order arrives, as it was promised before its first parcel was announced."""
    row_id = order_by_public_id(public_id=order).pk
    return PromisedOut(promise=promised_of_orders([row_id]).get(row_id))


@router.get("/shipments/{shipment}/promise", response=PromisedOut)
@api_edge(Permission.SHIPMENTS_READ)
def read_promise_of_shipment(request: ApiRequest, shipment: PublicId) -> PromisedOut:
    """When a parcel arrives; once it has, what was promised last."""
    row_id = shipment_by_public_id(public_id=shipment).pk
    return PromisedOut(promise=promised_of_parcels([row_id]).get(row_id))
