"""Protection: what valuable orders ask of their delivery, and claims where a parcel is lost, stolen or damaged.

A *rule* asks for something from a value on: a signature, insurance, handing over in person. What an order's rules ask is
its *safeguards*; a *booking* is what the shop really bought for a parcel, and a *lapse* what went without what was asked.
A *plan* says when a parcel of a carrier can be *claimed* as what, until when, and when not. Rules and plans together are
the store's *terms*, kept version by version: an order stands under those in force when it was placed, a claim under
those in force when it was opened. The *evidence pack* is all that is known of an order, as one PDF and the raw pieces.

Invariants: a claim's window is decided by policy alone and kept with its trace; one open claim of a kind for a parcel;
a settled, denied or withdrawn claim never changes again; photos are stored anew, without what cameras write into them.
Events in: order.placed, order.edited, order.cancelled, shipment.created, shipment.carrier_corrected, shipment.handed_over,
shipment.delivered. Events out: protection.asked, protection.booked, protection.lapsed, protection.terms_changed,
claim.opened, claim.sent, claim.approved, claim.denied, claim.settled, claim.withdrawn.
"""
