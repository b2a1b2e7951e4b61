"""Everything that writes parcels, scans and carrier accounts. Works in sets: thousands of rows per statement."""

from aftercare.commerce.shipments.actions.carriers import (
    change_settings,
    connect_carrier,
    disconnect_carrier,
    pause_carrier,
    receive_webhook,
)
from aftercare.commerce.shipments.actions.looks import LOOKS, look_due, look_now, want_test
from aftercare.commerce.shipments.actions.naming import correct_carrier
from aftercare.commerce.shipments.actions.scans import record_scans
from aftercare.commerce.shipments.actions.shipments import record_shipments

__all__ = [
    "LOOKS",
    "change_settings",
    "connect_carrier",
    "correct_carrier",
    "disconnect_carrier",
    "look_due",
    "look_now",
    "pause_carrier",
    "receive_webhook",
    "record_scans",
    "record_shipments",
    "want_test",
]
