"""A parcel and its scans as the API's description shows them; the tests send them after the example of an order."""

from typing import Any

SCAN = {"at": "2025-11-21T07:40:00Z", "status": "in_transit", "code": "AE", "text": "Processed", "place": "Berlin"}
SHIPMENT: dict[str, Any] = {
    "id": "P-1042",
    "order": "1042",
    "carrier": "DHL",
    "tracking_number": "00340434161094042557",
    "lines": [{"line": "1", "quantity": 1}],
    "expected_by": "2025-11-23T18:00:00Z",
}
SHIPMENTS = {"source": "shop", "shipments": [SHIPMENT]}
TRACKING = {"source": "shop", "updates": [{"tracking_number": "00340434161094042557", "scans": [SCAN]}]}
