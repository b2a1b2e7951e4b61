"""Promises: when a parcel arrives, as a range of days learned from this store's own deliveries.

A *promise* is a range (earliest, latest) with the likeliest moment between them, for a shipment, or for an order that
has none yet. Its *basis* says how narrow the history is that it rests on: this lane, a wider one, the carrier, the
store. Its *coverage* is the share of parcels that are to arrive within it, and *calibration* is how many really did.

Invariants: a promise rests only on what was known when it was made; the first one made is kept beside the latest, so
that what was said can be held against what came.
Events in: order.placed, shipment.created and every milestone of a shipment. Events out: order.promised,
shipment.promised.
"""
