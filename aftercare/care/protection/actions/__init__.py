"""Everything that writes protection. What follows from orders and parcels works in sets; claims are moved one at a time."""

from aftercare.care.protection.actions.booking import book_protection, settle_lapses
from aftercare.care.protection.actions.claiming import Opened, Statement, open_claim
from aftercare.care.protection.actions.lapsing import judge_parcels
from aftercare.care.protection.actions.moving import Decision, move_claim
from aftercare.care.protection.actions.safeguarding import safeguard_orders
from aftercare.care.protection.actions.writing import change_plans, change_rules

__all__ = [
    "Decision",
    "Opened",
    "Statement",
    "book_protection",
    "change_plans",
    "change_rules",
    "judge_parcels",
    "move_claim",
    "open_claim",
    "safeguard_orders",
    "settle_lapses",
]
