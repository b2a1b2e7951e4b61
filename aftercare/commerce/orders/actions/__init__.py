"""Everything that changes orders."""

from aftercare.commerce.orders.actions.fulfilling import (
    complete_fulfilments,
    ensure_fulfilments,
    rearrange_fulfilment,
    report_fulfilment,
    start_fulfilments,
)
from aftercare.commerce.orders.actions.linking import link_lines
from aftercare.commerce.orders.actions.recording import record_orders
from aftercare.commerce.orders.actions.separating import give_back_orders

__all__ = [
    "complete_fulfilments",
    "ensure_fulfilments",
    "give_back_orders",
    "link_lines",
    "rearrange_fulfilment",
    "record_orders",
    "report_fulfilment",
    "start_fulfilments",
]
