"""Everything that changes orders."""

from aftercare.commerce.orders.actions.fulfilling import complete_fulfilments, ensure_fulfilments, start_fulfilments
from aftercare.commerce.orders.actions.recording import record_orders

__all__ = ["complete_fulfilments", "ensure_fulfilments", "record_orders", "start_fulfilments"]
