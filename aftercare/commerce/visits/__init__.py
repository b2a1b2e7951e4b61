"""Visits: what reaches a customer by somebody who comes, at an agreed time.

A *visit* is a fulfilment of that kind: the shop says when, that somebody is on the way, that it is done or that nobody was
there. This capability adds what a date needs: an *agenda* for staff who move and conclude visits, a calendar entry for
the customer, and *notices*, events that say a visit is near, for messages to follow. What follows a delivery follows a
visit that is done, for it is anchored on the lines.

Invariants: a notice is given once for each date, and none for a date that was moved, missed or called off meanwhile.
Events in: fulfilment.scheduled, fulfilment.moved and whatever ends a visit. Events out: visit.coming_up.
"""
