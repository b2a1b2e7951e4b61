"""What `carrier_answers` needs of the product: connections to every carrier karrio knows, and one parcel to record on."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.shipments.actions import record_scans, record_shipments
from aftercare.commerce.shipments.carriers import Fetched, registry
from aftercare.commerce.shipments.carriers.karrio import Karrio
from aftercare.commerce.shipments.carriers.karrio.credentials import fields_of
from aftercare.commerce.shipments.carriers.karrio.interpreter import THE_INTERPRETER
from aftercare.commerce.shipments.models import Scan, Shipment
from aftercare.commerce.shipments.policy import fold, seen
from aftercare.commerce.shipments.schemas import ShipmentIn, TrackingIn
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.scope import store_scope

ZONE = ZoneInfo("UTC")


class Desk:
    """Asks as a worker does."""

    def __init__(self, *, gateway: str, now: datetime) -> None:
        settings.CARRIER_GATEWAY = gateway
        self.now = now
        self.connectors = {kind.key: kind for kind in registry if isinstance(kind, Karrio)}
        self.store = open_store(slug="answers", name="Answers", now=now)
        order = {
            "id": "1", "number": "1", "placed_at": now - timedelta(days=3000), "currency": "EUR", "total": "1.00",
            "lines": [{"id": "1", "title": "Mug", "quantity": 1, "unit_price": "1.00"}],
        }  # fmt: skip
        record_orders(store_id=self.store.pk, source="bench", orders=[OrderIn.model_validate(order)], now=now)
        parcel = ShipmentIn.model_validate({"id": "p", "order": "1", "tracking_number": "N1", "created_at": now})
        record_shipments(store_id=self.store.pk, source="bench", shipments=[parcel], now=now)

    def close(self) -> None:
        """Let the interpreter go."""
        THE_INTERPRETER.stop()

    def fetch(self, connector: str, number: str) -> Fetched:
        """What came of asking about a number."""
        kind = self.connectors[connector]
        config = {field.name: field.default or "1234567" for field in fields_of(connector)}
        return kind.fetch(numbers=[number], config=config, zone=ZONE, now=self.now)

    def ask(self, connector: str, number: str) -> tuple[str, str, TrackingIn | None]:
        """Taken or refused, in which words, and the update."""
        fetched = self.fetch(connector, number)
        told = next(iter(fetched.updates.values()), None)
        if told is not None:
            return "taken", f"{len(told.scans)} scans, {told.scans[0].status}", told
        words = fetched.trouble.sentence if fetched.trouble else fetched.quiet.get(number, "")
        return "refused", words or "without a reason", None

    def record(self, connector: str) -> str:
        """Ask, record it on the parcel, see that the parcel follows from its scans, and undo it."""
        fetched = self.fetch(connector, "N1")
        if not fetched.updates:
            return "refused"
        with store_scope(self.store.pk), transaction.atomic():
            recorded = record_scans(
                store_id=self.store.pk, source=connector, updates=list(fetched.updates.values()), now=self.now
            )
            parcel = Shipment.objects.get(external_id="p")
            scans = list(Scan.objects.filter(shipment=parcel))
            state = fold(
                [
                    seen(at=one.occurred_at, status=one.status, reason=one.reason, code=one.code, text=one.text,
                         place=one.place)
                    for one in scans
                ],
                zone=ZoneInfo(self.store.time_zone),
            )  # fmt: skip
            assert (parcel.status, parcel.last_scan_at) == (state.status, state.last_scan_at), "half-written"
            assert bool(recorded.refused) == (not scans), "half-refused"
            transaction.set_rollback(True)
        return "refused when recorded" if recorded.refused else "taken"

    def finer(self, expected: Any, told: TrackingIn) -> str:
        """Where our table hears something else in a code than karrio does."""
        pairs = zip([one for one in expected[0][0]["events"] if one.get("date")], told.scans, strict=False)
        heard = {
            f"{event.get('code')}: {scan.status}, not {event.get('status')}"
            for event, scan in pairs
            if event.get("status") and event["status"] != scan.status
        }
        return "; ".join(sorted(heard))
