"""The API of shipments and the scans of their parcels, and of the carriers that tell of them."""

from ninja import Router

from aftercare.commerce.shipments.api import carriers, shipments

router = Router()
for part in (shipments, carriers):
    router.add_router("", part.router)
