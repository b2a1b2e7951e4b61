"""Health: how each parcel fares, derived from what is known of it and from the passing of time.

Carriers say where a parcel is; *health* says whether that is well: on time, at risk, late, stalled, lost suspected, needs
the customer, delivered. A *lane* is how long parcels of a carrier usually stay silent in a status; *silence* is counted
in the time in which carriers work, so that a Sunday worries nobody.

Invariants: one row per parcel, judged in sets; the same facts at the same moment give the same health; whatever time
alone will change stands in `due_at`; a change of health is an event once, and a parcel that arrives without ever having
been in trouble has none.
Events in: shipment.*. Events out: shipment.health_changed.
"""
