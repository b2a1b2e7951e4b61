"""Shipments as what events are about."""

from aftercare.commerce.shipments.queries import public_ids_of_shipments
from aftercare.foundation.events.subjects import Subject, register_subject

register_subject(Subject(prefix="shp", name="shipment", key="shipment_id", public_ids=public_ids_of_shipments))
