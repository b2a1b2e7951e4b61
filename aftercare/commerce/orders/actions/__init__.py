"""Everything that changes orders."""

from aftercare.commerce.orders.actions.recording import record_orders

__all__ = ["record_orders"]
