"""Finding imports, connections and what came through them. All within a store's scope, unless they say otherwise."""

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from aftercare.commerce.platforms.errors import NotConnected, SettingsLocked
from aftercare.commerce.platforms.models import Backfill, Connection, Delivery, ImportRun, PrivacyRequest
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.kit.sealing import Unsealable, unseal
from aftercare.foundation.stores.scope import across_stores


def imports_for_list(*, words: str = "", state: str = "", after: str = "", limit: int = 50) -> Page[ImportRun]:
    """A page of imports, the latest first. One query."""
    found = ImportRun.objects.filter(file_name__icontains=words) if words else ImportRun.objects.all()
    if state:
        found = found.filter(state=state)
    return page(found, by="started_at", after=after, limit=limit)


def import_by_public_id(*, public_id: str) -> ImportRun:
    """An import; raises NotFound."""
    found = ImportRun.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such import.", field="import")
    return found


def connection_called(*, public_id: str) -> Connection:
    """The connection a shop's call is addressed to, in whichever store; raises NotConnected."""
    with across_stores("a shop's call names nothing but its connection"):
        found = Connection.objects.filter(public_id=public_id).exclude(state=Connection.State.ENDED).first()
    if found is None:
        raise NotConnected("No shop is connected at this address.", field="connection")
    return found


def settings_of(connection: Connection) -> dict[str, Any]:
    """What a connection was set up with, secrets included; raises SettingsLocked."""
    try:
        return unseal(connection.sealed_settings)
    except Unsealable:
        raise SettingsLocked(
            "The connection's settings were stored under another SECRET_KEY.", remedy="Connect the shop again."
        ) from None


def connections_of_store() -> QuerySet[Connection]:
    """Every connection with `waiting` and `parked`, how many deliveries are; those in use first. One query."""
    return Connection.objects.annotate(
        waiting=_number_in(Delivery.State.WAITING), parked=_number_in(Delivery.State.PARKED)
    ).order_by("state", "-connected_at", "-pk")


def connection_by_public_id(*, public_id: str) -> Connection:
    """A connection of the store; raises NotFound."""
    found = connections_of_store().filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such connection.", field="connection")
    return found


def connection_of_source(*, source: str) -> Connection:
    """The connection in use under this name; raises NotFound with the names there are."""
    in_use = Connection.objects.exclude(state=Connection.State.ENDED)
    found = in_use.filter(source=source).first()
    if found is None:
        known = ", ".join(in_use.order_by("source").values_list("source", flat=True)[:20]) or "none"
        raise NotFound(f"No shop is connected as '{source}'.", field="source", remedy=f"Connected: {known}.")
    return found


def backfills_of(connection: Connection) -> QuerySet[Backfill]:
    """Every run, the latest first."""
    return Backfill.objects.filter(connection=connection).order_by("-started_at")


def latest_backfill(connection: Connection) -> Backfill | None:
    """The run that was started last."""
    return backfills_of(connection).first()


def backfill_by_id(*, row_id: int) -> Backfill:
    """A run with its connection, in whichever store; raises NotFound."""
    with across_stores("a task names nothing but the run"):
        found = Backfill.objects.select_related("connection").filter(pk=row_id).first()
    if found is None:
        raise NotFound("There is no such run.", field="backfill")
    return found


def deliveries_for_list(
    *, words: str = "", state: str = "", connection: str = "", after: str = "", limit: int = 50
) -> Page[Delivery]:
    """A page of deliveries without their bodies, the latest first. One query."""
    found = Delivery.objects.select_related("connection").defer("body")
    if words:
        found = found.filter(Q(topic__icontains=words) | Q(message_id=words))
    if state:
        found = found.filter(state=state)
    if connection:
        found = found.filter(connection__public_id=connection)
    return page(found, by="received_at", after=after, limit=limit)


def delivery_by_public_id(*, public_id: str) -> Delivery:
    """A delivery; raises NotFound."""
    found = Delivery.objects.select_related("connection").filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such delivery.", field="delivery")
    return found


def parked_deliveries() -> int:
    """How many deliveries need a person."""
    return Delivery.objects.filter(state=Delivery.State.PARKED).count()


def open_privacy_requests() -> QuerySet[PrivacyRequest]:
    """Those nobody has settled, the most urgent first."""
    return PrivacyRequest.objects.filter(settled_at=None).order_by("due_at", "pk")


def privacy_request_by_id(*, row_id: int) -> PrivacyRequest:
    """A request; raises NotFound."""
    found = PrivacyRequest.objects.filter(pk=row_id).first()
    if found is None:
        raise NotFound("There is no such request.", field="request")
    return found


def _number_in(state: Delivery.State) -> Coalesce:
    """How many deliveries of a connection are in a state; read from the partial indexes, which are short."""
    of_connection = Delivery.objects.filter(connection=OuterRef("pk"), state=state).order_by().values("connection")
    return Coalesce(Subquery(of_connection.annotate(number=Count("pk")).values("number")), 0)
