"""Tracking."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from aftercare.commerce.platforms.importable import Importable, register
from aftercare.commerce.shipments.actions import record_scans
from aftercare.commerce.shipments.schemas import TrackingIn
from aftercare.foundation.kit.intake import Intake


@register
class Tracking(Importable[TrackingIn]):
    """What carriers said of parcels that are in already."""

    key = "tracking"
    title = "Tracking"
    schema = TrackingIn
    keys = ("shipment", "tracking_number")
    examples: ClassVar = (
        {
            "shipment": "S-7001",
            "tracking_number": "00340434292135100186",
            "carrier": "dhl",
            "carried_by": "dhl-germany",
            "expected_from": "2026-11-03T08:00:00+01:00",
            "expected_by": "2026-11-04T18:00:00+01:00",
            "signed_by": "Shopper",
            "proof_url": "https://carrier.example/photo/00340434292135100186",
            "scans": [
                {
                    "at": "2026-11-03T11:45:00+01:00",
                    "status": "delivered",
                    "reason": "",
                    "code": "DLV",
                    "text": "Delivered to the recipient",
                    "place": "Bremen",
                    "zone_known": True,
                }
            ],
        },
    )

    def record(self, *, store_id: int, source: str, things: Sequence[TrackingIn], now: datetime) -> Intake:
        return record_scans(store_id=store_id, source=source, updates=things, now=now)
