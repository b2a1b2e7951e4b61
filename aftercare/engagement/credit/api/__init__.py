"""The API of credit: wallets, gift cards, promotions and codes."""

from ninja import Router

from aftercare.engagement.credit.api.cards import router as cards
from aftercare.engagement.credit.api.codes import router as codes
from aftercare.engagement.credit.api.promotions import router as promotions
from aftercare.engagement.credit.api.wallets import router as wallets

router = Router()
for part in (wallets, cards, promotions, codes):
    router.add_router("", part)
