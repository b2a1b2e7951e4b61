"""Credit: store credit, gift cards and promotion codes, on one ledger that is only ever appended to.

An *entry* is one thing that happened to money; its *postings* add up to nothing, for whatever a customer is given comes
from somewhere (a refund, goodwill, a gift that was sold) and whatever they spend goes somewhere. What somebody holds lies
in *lots*, each with its origin and its day of expiry; what expires soonest is spent first. A *spending* may be *reserved*,
then *captured* or *released*; what is *given back* returns to the very lots it came from. To *claw back* takes what is
left of a grant and says what is gone; it never makes a debt. A *gift card* is a lot behind a code that we do not know; a
*promotion* is an offer with a budget, its *codes* let somebody have it, a *redemption* is a code used by one basket.

Invariants: every entry is balanced, and none is ever changed (the database refuses both); a wallet is the sum of its lots
and never negative; no more is given back than was spent; no budget is exceeded, however many come at once; the same key
with the same content gives the same answer, with another it is refused.
Events out: credit.granted, credit.spent, credit.restored, credit.clawed_back, credit.expiring, credit.expired,
gift_card.issued, gift_card.redeemed, gift_card.disabled, promotion.saved, promotion.ended, promotion.codes_made,
promotion.codes_revoked, code.redeemed, code.cancelled.
"""
