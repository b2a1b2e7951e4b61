"""The API of health: which parcels do not fare well, and why."""

from datetime import datetime
from typing import Annotated

from ninja import Query, Router
from pydantic import BaseModel, Field

from aftercare.commerce.health.models import Health
from aftercare.commerce.health.queries import HealthFilter, health_by_public_id, health_for_list
from aftercare.commerce.health.vocabulary import HealthReason, HealthState
from aftercare.commerce.shipments.policy import carrier_key
from aftercare.foundation.kit.schema import Short
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Shipments"])


class HealthOut(BaseModel):
    """How a parcel fares, and what that was concluded from."""

    shipment: Annotated[str, Field(description="The parcel's id here.", examples=["shp_0v6p3c9xk2m8d4ra"])]
    order: Annotated[str, Field(description="The order's id here.")]
    carrier: str
    state: HealthState
    why: HealthReason
    since: datetime
    deadline: Annotated[datetime | None, Field(description="By when it was to arrive.")]
    usual_hours: Annotated[
        int, Field(description="For how many hours such a parcel is silent at most, usually; hours carriers work.")
    ]
    due_at: Annotated[datetime | None, Field(description="When time alone may change this.")]


class HealthQuery(BaseModel):
    """What to narrow the list to; all that are in trouble, if nothing is said."""

    state: HealthState | None = None
    carrier: Short = ""


@router.get("/shipment-health", response=Listed[HealthOut])
@api_edge(Permission.SHIPMENTS_READ)
def list_troubled_shipments(
    request: ApiRequest, query: Query[HealthQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[HealthOut]:
    """Parcels that are in trouble, or in one state, the latest found first."""
    narrowed = HealthFilter(state=query.state or "", carrier=carrier_key(query.carrier) if query.carrier else "")
    found = health_for_list(narrowed=narrowed, after=cursor, limit=limit)
    return Listed(items=[_health_out(one) for one in found.rows], next=found.following)


@router.get("/shipments/{shipment}/health", response=HealthOut)
@api_edge(Permission.SHIPMENTS_READ)
def read_shipment_health(request: ApiRequest, shipment: PublicId) -> HealthOut:
    """How one parcel fares."""
    return _health_out(health_by_public_id(public_id=shipment))


def _health_out(health: Health) -> HealthOut:
    parcel = health.shipment
    return HealthOut(
        shipment=parcel.public_id, order=parcel.order.public_id, carrier=parcel.carrier, state=HealthState(health.state),
        why=HealthReason(health.why), since=health.since, deadline=health.deadline, usual_hours=health.usual_seconds // 3600,
        due_at=health.due_at,
    )  # fmt: skip
