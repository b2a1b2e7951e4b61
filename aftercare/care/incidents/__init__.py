"""Incidents: one object for each thing that goes wrong with an order.

An *incident* is the one task of the staff, the cause of one message to the customer, of one hold on everything that can
wait, and of one decision about *compensation*. Worse trouble *escalates* the same incident; its *recovery* closes it by
itself. *Blame* says whose act it was, for the shop's own books and for honest words. Incidents of one carrier, hub
or lane that pile up beyond the usual are a *mass incident*: one banner, one message per customer, one task.

Invariants: at most one open incident of a family (delivery, goods) for an order and parcel; a customer is told once of a
mass incident; holds end with the incident, and by themselves after two weeks.
Events in: shipment.health_changed. Events out: incident.opened, incident.escalated, incident.recovered, incident.closed,
incident.assigned, incident.compensation_approved, incident.compensation_declined, mass_incident.opened,
mass_incident.told, mass_incident.closed.
"""
