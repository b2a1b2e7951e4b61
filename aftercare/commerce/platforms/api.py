"""The API of connections: which shops tell us what happens, and how that goes."""

from datetime import datetime
from typing import Annotated

from ninja import Router
from pydantic import BaseModel, Field

from aftercare.commerce.platforms.models import Connection
from aftercare.commerce.platforms.queries import connection_by_public_id, connections_of_store
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Connections"])


class ConnectionOut(BaseModel):
    """A shop that tells us what happens there. Its secrets are told to nobody."""

    id: Annotated[str, Field(examples=["con_3n8w0dq5t1v7x2zb"])]
    platform: Annotated[str, Field(examples=["shopify"])]
    source: Annotated[str, Field(description="The name under which its ids are kept.", examples=["shop"])]
    state: Connection.State
    ending: Annotated[str, Field(description="Why it ended.")]
    connected_at: datetime
    last_received_at: datetime | None
    waiting: Annotated[int, Field(description="What came in and is not worked off yet.")]
    parked: Annotated[int, Field(description="What needs a person.")]
    worked_off: Annotated[int, Field(examples=[1042])]
    refused: Annotated[int, Field(description="Calls that were turned away.")]
    last_refusal: str
    last_refused_at: datetime | None


class Connections(BaseModel):
    """All of them: a store has a few."""

    items: list[ConnectionOut]


@router.get("/connections", response=Connections)
@api_edge(Permission.SETTINGS_READ)
def list_connections(request: ApiRequest) -> Connections:
    """Every shop that is or was connected, those in use first."""
    return Connections(items=[_connection_out(one) for one in connections_of_store()])


@router.get("/connections/{connection}", response=ConnectionOut)
@api_edge(Permission.SETTINGS_READ)
def read_connection(request: ApiRequest, connection: PublicId) -> ConnectionOut:
    """A connected shop."""
    return _connection_out(connection_by_public_id(public_id=connection))


def _connection_out(connection: Connection) -> ConnectionOut:
    same = ConnectionOut.model_fields.keys() - {"id"}
    return ConnectionOut(id=connection.public_id, **{name: getattr(connection, name) for name in same})
