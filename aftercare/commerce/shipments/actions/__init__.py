"""Everything that writes parcels, scans and carrier accounts. Works in sets: thousands of rows per statement."""

from aftercare.commerce.shipments.actions.carriers import connect_carrier, disconnect_carrier, receive_webhook
from aftercare.commerce.shipments.actions.naming import correct_carrier
from aftercare.commerce.shipments.actions.scans import record_scans
from aftercare.commerce.shipments.actions.shipments import record_shipments

__all__ = [
    "connect_carrier",
    "correct_carrier",
    "disconnect_carrier",
    "receive_webhook",
    "record_scans",
    "record_shipments",
]
