"""Shipments."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from aftercare.commerce.platforms.importable import Importable, register
from aftercare.commerce.shipments.actions import record_shipments
from aftercare.commerce.shipments.schemas import ShipmentIn
from aftercare.foundation.kit.intake import Intake


@register
class Shipments(Importable[ShipmentIn]):
    """The parcels of orders that are in already, with what carriers said of them."""

    key = "shipments"
    title = "Shipments"
    schema = ShipmentIn
    keys = ("id",)
    examples: ClassVar = (
        {
            "id": "S-7001",
            "order": "450789469",
            "fulfilment": "F1",
            "lines": [{"line": "1", "quantity": 2}],
            "carrier": "dhl",
            "carrier_name": "DHL Paket",
            "service": "standard",
            "tracking_number": "00340434292135100186",
            "tracking_url": "https://carrier.example/00340434292135100186",
            "created_at": "2026-11-02T08:00:00+01:00",
            "expected_from": "2026-11-03T08:00:00+01:00",
            "expected_by": "2026-11-04T18:00:00+01:00",
            "origin": {"company": "Juniper & Oak", "city": "Berlin", "postcode": "10119", "country": "DE"},
            "weight_g": 1900,
            "scans": [
                {
                    "at": "2026-11-02T16:20:00+01:00",
                    "status": "picked_up",
                    "reason": "",
                    "code": "PU",
                    "text": "Parcel accepted",
                    "place": "Berlin",
                    "zone_known": True,
                }
            ],
        },
    )

    def record(self, *, store_id: int, source: str, things: Sequence[ShipmentIn], now: datetime) -> Intake:
        return record_shipments(store_id=store_id, source=source, shipments=things, now=now)
