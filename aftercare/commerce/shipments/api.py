"""The API of shipments and of the scans of their parcels."""

from ninja import Router

router = Router(tags=["Shipments"])
