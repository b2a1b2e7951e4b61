"""Which events change what conditions read."""

from aftercare.commerce.customers.events import CustomerCreated, CustomerMerged, CustomerUnmerged, CustomerUpdated
from aftercare.commerce.orders.events import OrderCancelled, OrderEdited, OrderPlaced, OrderRefunded

# Who somebody is: asked of every segment, and what happened to the others becomes theirs.
JOINED = frozenset({CustomerMerged.type, CustomerUnmerged.type})
ARRIVED = frozenset({CustomerCreated.type})
PROFILE = frozenset({CustomerCreated.type, CustomerUpdated.type})
PURCHASES = frozenset({OrderPlaced.type, OrderEdited.type, OrderCancelled.type, OrderRefunded.type})
