"""The API of carriers: which the store has connected, and how that goes."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from aftercare.commerce.shipments.api.router import router
from aftercare.commerce.shipments.models import CarrierAccount
from aftercare.commerce.shipments.queries import carrier_accounts
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge


class CarrierOut(BaseModel):
    """A carrier the store has connected. Its secrets are told to nobody."""

    carrier: Annotated[str, Field(examples=["dhl"])]
    state: CarrierAccount.State
    connected_at: datetime
    heard: Annotated[int, Field(description="Messages it pushed and we took in.")]
    heard_at: datetime | None
    refused: Annotated[int, Field(description="Messages under its address that were turned away.")]
    refused_at: datetime | None
    refusal: str
    looked: Annotated[int, Field(description="Parcels it was asked about.")]
    looked_at: datetime | None
    failures: Annotated[int, Field(description="Times in a row that asking failed altogether.")]
    problem: Annotated[str, Field(description="Why asking failed the last time; empty if it did not.")]
    problem_at: datetime | None


class Carriers(BaseModel):
    """All of them: a store has a few."""

    items: list[CarrierOut]


@router.get("/carriers", response=Carriers)
@api_edge(Permission.SETTINGS_READ)
def list_carriers(request: ApiRequest) -> Carriers:
    """Every carrier the store has connected, by key."""
    names = CarrierOut.model_fields
    return Carriers(items=[CarrierOut(**{name: getattr(one, name) for name in names}) for one in carrier_accounts()])
