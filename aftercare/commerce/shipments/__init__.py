"""Shipments: parcels, and what carriers say of them.

A *shipment* is one parcel of a fulfilment. What a carrier reports is a *scan*: its raw code and text are kept apart
from the canonical *status*, the canonical *reason* and who is *responsible*. *Carriers* are a folder of kinds that
only translate.

Invariants: a scan is known by its content, so the same scan again changes nothing; the status follows from the set of
scans alone, whatever order they arrived in; each milestone becomes an event once.
Events in: none. Events out: shipment.created, shipment.handed_over, shipment.out_for_delivery, shipment.attempt_failed,
shipment.ready_for_pickup, shipment.delivered, shipment.held, shipment.delayed, shipment.returning, shipment.cancelled,
shipment.carrier_corrected.
"""
