"""The router that the API of shipments and that of carriers share."""

from ninja import Router

router = Router(tags=["Shipments"])
