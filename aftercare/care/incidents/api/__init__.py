"""The API of incidents: what went wrong with orders, one by one and where many are one, and what is done about it."""

from ninja import Router

from aftercare.care.incidents.api import incidents, masses

router = Router()
for part in (incidents, masses):
    router.add_router("", part.router)
