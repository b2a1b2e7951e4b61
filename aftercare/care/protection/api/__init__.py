"""The API of protection: rules and plans, what orders ask and parcels have, and claims."""

from ninja import Router

from aftercare.care.protection.api.claims import router as claims
from aftercare.care.protection.api.evidence import router as evidence
from aftercare.care.protection.api.orders import router as orders
from aftercare.care.protection.api.terms import router as terms

router = Router(tags=["Protection"])
for part in (terms, orders, claims, evidence):
    router.add_router("", part)
