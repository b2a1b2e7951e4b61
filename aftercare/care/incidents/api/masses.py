"""Mass incidents for programs: which there are, what customers and staff are told of them, and their end."""

from datetime import datetime
from typing import Annotated

from ninja import Query, Router
from pydantic import BaseModel, Field

from aftercare.care.incidents.actions import close_mass, word_mass
from aftercare.care.incidents.models import MassIncident
from aftercare.care.incidents.queries import mass_by_public_id, masses_for_list
from aftercare.care.incidents.wording import macro_of, said_of_mass
from aftercare.commerce.shipments.policy import carrier_key
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.schema import Incoming, Short, Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Incidents"])
_WORDS = {"banner": "Parcel Post is on strike until Friday.", "macro": ""}


class MassWordsIn(Incoming):
    """The shop's own words; empty takes ours, in the language of whoever reads them."""

    banner: Annotated[Text, Field(max_length=600, description="On the page of every order that is held up.")] = ""
    macro: Annotated[Text, Field(max_length=2000, description="What staff answer to whoever asks.")] = ""


class MassIncidentOut(BaseModel):
    """Many incidents that are one: of a carrier, of one of its hubs, or of one of its lanes."""

    id: Annotated[str, Field(examples=["mas_7d0xk2m9qv4t8r1n"])]
    carrier: str
    carrier_name: str
    place: Annotated[str, Field(description="The hub where most were heard of last; empty where it is everywhere.")]
    lane: Annotated[
        str, Field(description="From where to where, such as DE-FR; empty where it is any.", examples=["DE-FR"])
    ]
    incidents: Annotated[int, Field(description="All that were ever part of it.")]
    open_incidents: int
    usual_per_day: Annotated[float, Field(description="How many such troubles there usually are in a day.")]
    banner: Annotated[str, Field(description="What customers read, in the store's language.")]
    macro: Annotated[str, Field(description="What to answer whoever asks.")]
    opened_at: datetime
    closed_at: datetime | None


class MassQuery(BaseModel):
    """What to narrow the list to; open ones, if nothing is said."""

    closed: Annotated[bool, Field(description="Those that are over instead.")] = False
    carrier: Short = ""


@router.get("/mass-incidents", response=Listed[MassIncidentOut])
@api_edge(Permission.ORDERS_READ)
def list_mass_incidents(
    request: ApiRequest, query: Query[MassQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[MassIncidentOut]:
    """Mass incidents, the latest first. Their incidents are listed with `mass_incident`."""
    carrier = carrier_key(query.carrier) if query.carrier else ""
    found = masses_for_list(closed=query.closed, carrier=carrier, after=cursor, limit=limit)
    return Listed(items=[_mass_out(one) for one in found.rows], next=found.following)


@router.get("/mass-incidents/{mass_incident}", response=MassIncidentOut)
@api_edge(Permission.ORDERS_READ)
def read_mass_incident(request: ApiRequest, mass_incident: PublicId) -> MassIncidentOut:
    """One mass incident."""
    return _mass_out(mass_by_public_id(public_id=mass_incident))


@router.put("/mass-incidents/{mass_incident}/words", response=MassIncidentOut, openapi_extra=example_body(_WORDS))
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def word_mass_incident(request: ApiRequest, mass_incident: PublicId, body: MassWordsIn) -> MassIncidentOut:
    """Say it in the shop's own words. Each customer has had one message; the pages of their orders say this at once."""
    word_mass(mass=mass_by_public_id(public_id=mass_incident), banner=body.banner, macro=body.macro)
    return _mass_out(mass_by_public_id(public_id=mass_incident))


@router.post("/mass-incidents/{mass_incident}/close", response=MassIncidentOut)
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def close_mass_incident(request: ApiRequest, mass_incident: PublicId) -> MassIncidentOut:
    """It is settled, with all that is open of it. It also ends by itself with its last incident."""
    close_mass(mass=mass_by_public_id(public_id=mass_incident), by=request.who, now=clock.now())
    return _mass_out(mass_by_public_id(public_id=mass_incident))


def _mass_out(mass: MassIncident) -> MassIncidentOut:
    carrier = mass.carrier_name or mass.carrier
    return MassIncidentOut(
        id=mass.public_id, carrier=mass.carrier, carrier_name=mass.carrier_name, place=mass.place, lane=mass.lane,
        incidents=mass.count, open_incidents=mass.open_count, usual_per_day=mass.usual_per_day,
        banner=said_of_mass(carrier=carrier, banner=mass.banner).doing, macro=macro_of(carrier=carrier, macro=mass.macro),
        opened_at=mass.opened_at, closed_at=mass.closed_at,
    )  # fmt: skip
