"""Orders: a faithful mirror of what the shop sold. We never invent.

An *order* has *lines*; *fulfilments* (shipment, pick-up, digital or service visit) say how lines reach the customer,
possibly in part; *refunds* give money back. A gift order has a recipient who is not the buyer; a business order carries
the buyer's PO number. Everything that follows a delivery is anchored on the line's own `delivered_at`.

Invariants: an order is known by (source, external id); taking in the same order again changes nothing; a change is
written as one edit with its events; amounts are minor units of the order's currency; refunded is never more than paid.
Events out: order.placed, order.paid, order.edited, order.cancelled, order.refunded, order.delivered, fulfilment.*.
"""
