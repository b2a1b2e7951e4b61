"""Fetching what was before a shop was connected, by program."""

from datetime import datetime
from typing import Annotated

from ninja import Status
from pydantic import BaseModel, Field

from aftercare.commerce.platforms.actions import start_backfill
from aftercare.commerce.platforms.api.router import router
from aftercare.commerce.platforms.models import Backfill
from aftercare.commerce.platforms.queries import backfills_of, connection_by_public_id
from aftercare.commerce.platforms.tasks import fetch_history
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.parameters import PublicId


class HistoryOut(BaseModel):
    """How far fetching has come."""

    id: Annotated[str, Field(examples=["bfl_6t1v8x0z3n5q7w2k"])]
    state: Backfill.State
    resource: Annotated[str, Field(description="What is being fetched.", examples=["orders"])]
    pages: Annotated[int, Field(examples=[12])]
    records: Annotated[int, Field(examples=[1180])]
    failure: Annotated[str, Field(description="Why it stopped; started again it goes on there.", examples=[""])]
    started_at: datetime
    changed_at: datetime


class History(BaseModel):
    """Every run, the latest first."""

    items: list[HistoryOut]


_SAME = tuple(HistoryOut.model_fields.keys() - {"id"})


@router.post("/connections/{connection}/history", response={201: HistoryOut})
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def fetch_connection_history(request: ApiRequest, connection: PublicId) -> Status[HistoryOut]:
    """Fetch what was before in the background, or go on where that stopped."""
    found = connection_by_public_id(public_id=connection)
    run = start_backfill(connection=found, by=request.who, now=clock.now())
    # One after the other: whoever asks twice must not fetch everything twice.
    fetch_history.configure(lock=f"backfill {run.pk}").defer(backfill_id=run.pk)
    return Status(201, _history_out(run))


@router.get("/connections/{connection}/history", response=History)
@api_edge(Permission.SETTINGS_READ)
def list_connection_history(request: ApiRequest, connection: PublicId) -> History:
    """How far it has come, each time; empty where nothing was ever fetched."""
    runs = backfills_of(connection_by_public_id(public_id=connection))
    return History(items=[_history_out(run) for run in runs])


def _history_out(run: Backfill) -> HistoryOut:
    return HistoryOut(id=run.public_id, **{name: getattr(run, name) for name in _SAME})
