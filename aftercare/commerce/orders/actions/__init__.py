"""Everything that changes orders."""

from aftercare.commerce.orders.actions.fulfilling import complete_fulfilments, ensure_fulfilments, start_fulfilments
from aftercare.commerce.orders.actions.linking import link_lines
from aftercare.commerce.orders.actions.recording import record_orders
from aftercare.commerce.orders.actions.separating import give_back_orders

__all__ = [
    "complete_fulfilments",
    "ensure_fulfilments",
    "give_back_orders",
    "link_lines",
    "record_orders",
    "start_fulfilments",
]
