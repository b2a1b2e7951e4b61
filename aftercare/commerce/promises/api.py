"""The API of promises: when an order or a parcel arrives."""

from datetime import datetime
from typing import Annotated

from ninja import Router
from pydantic import BaseModel, Field

from aftercare.commerce.promises.models import OrderPromise, Promise
from aftercare.commerce.promises.policy import Basis
from aftercare.commerce.promises.queries import promise_of_order, promise_of_parcel
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Shipments"])


class PromiseOut(BaseModel):
    """A range of days, learned from the store's own deliveries. `first_*` is what was said at first."""

    earliest: datetime
    likely: datetime
    latest: datetime
    coverage: Annotated[float, Field(description="The share that is to arrive within the range.", examples=[0.8])]
    basis: Annotated[Basis, Field(description="How wide the history is that it rests on.")]
    made_at: Annotated[datetime, Field(description="It is made anew at every scan, and once a day.")]
    first_earliest: datetime
    first_likely: datetime
    first_latest: datetime
    first_made_at: datetime


class PromisedOut(BaseModel):
    """What is promised, or nothing: a store promises once it has learned from enough deliveries."""

    promise: PromiseOut | None


@router.get("/orders/{order}/promise", response=PromisedOut)
@api_edge(Permission.SHIPMENTS_READ)
def read_promise_of_order(request: ApiRequest, order: PublicId) -> PromisedOut:
    """When an order arrives, as it was promised before its first parcel was announced."""
    return _out(promise_of_order(public_id=order))


@router.get("/shipments/{shipment}/promise", response=PromisedOut)
@api_edge(Permission.SHIPMENTS_READ)
def read_promise_of_shipment(request: ApiRequest, shipment: PublicId) -> PromisedOut:
    """When a parcel arrives; once it has, what was promised last."""
    return _out(promise_of_parcel(public_id=shipment))


def _out(promise: Promise | OrderPromise | None) -> PromisedOut:
    if promise is None:
        return PromisedOut(promise=None)
    return PromisedOut(promise=PromiseOut(**{name: getattr(promise, name) for name in PromiseOut.model_fields}))
