"""What is done about credit: one import for whoever gives, spends or takes it."""

from aftercare.engagement.credit.actions.cards import Issued, disable_card, issue_card, redeem_card
from aftercare.engagement.credit.actions.clawing import ClawedBack, claw_back
from aftercare.engagement.credit.actions.expiring import expire_due, tell_expiring
from aftercare.engagement.credit.actions.granting import Grant, grant_credit, grant_many
from aftercare.engagement.credit.actions.promotions import (
    add_codes,
    end_promotion,
    generate_codes,
    give_codes,
    revoke_codes,
    save_promotion,
)
from aftercare.engagement.credit.actions.redeeming import (
    cancel_due,
    cancel_redemption,
    confirm_redemption,
    reserve_codes,
)
from aftercare.engagement.credit.actions.restoring import GivenBack, give_back
from aftercare.engagement.credit.actions.spending import capture, release, release_due, spend_credit

__all__ = [
    "ClawedBack", "GivenBack", "Grant", "Issued", "add_codes", "cancel_due", "cancel_redemption", "capture",
    "claw_back", "confirm_redemption", "disable_card", "end_promotion", "expire_due", "generate_codes", "give_back",
    "give_codes", "grant_credit", "grant_many", "issue_card", "redeem_card", "release", "release_due", "reserve_codes",
    "revoke_codes", "save_promotion", "spend_credit", "tell_expiring",
]  # fmt: skip
