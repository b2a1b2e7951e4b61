"""What is learned and promised. `promise_orders` and `promise_parcels` work in sets; a store that has learned nothing
yet promises nothing."""

from aftercare.commerce.promises.actions.due import BATCH, PROMISES, claim_due, note_heard
from aftercare.commerce.promises.actions.handling import set_handling
from aftercare.commerce.promises.actions.learning import LEARNING, learn, learn_due
from aftercare.commerce.promises.actions.promising import promise_orders, promise_parcels

__all__ = [
    "BATCH",
    "LEARNING",
    "PROMISES",
    "claim_due",
    "learn",
    "learn_due",
    "note_heard",
    "promise_orders",
    "promise_parcels",
    "set_handling",
]
