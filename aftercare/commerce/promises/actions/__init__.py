"""What is learned and promised. `promise_orders` and `promise_parcels` work in sets; a store that has learned nothing
yet promises nothing."""

from aftercare.commerce.promises.actions.learning import LEARNING, learn, learn_due
from aftercare.commerce.promises.actions.promising import PROMISES, promise_due, promise_orders, promise_parcels

__all__ = ["LEARNING", "PROMISES", "learn", "learn_due", "promise_due", "promise_orders", "promise_parcels"]
