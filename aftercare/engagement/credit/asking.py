"""Asking for a gift card by its code, at any edge: guesses are limited, for each who asks and for the store."""

from datetime import datetime

from aftercare.engagement.credit.errors import UnknownCard
from aftercare.engagement.credit.models import GiftCard
from aftercare.engagement.credit.queries.cards import card_of_code
from aftercare.foundation.web.ratelimit import Limit, take

# Of 80 random bits nobody guesses one in a lifetime; these keep it from being tried at our cost.
_GUESSES = Limit("wrong gift card code", burst=10, seconds=600)
_GUESSES_OF_ALL = Limit("wrong gift card codes of a store", burst=500, seconds=3600)


def ask_by_code(*, code: str, store_id: int, who: str, now: datetime) -> GiftCard:
    """The card; raises UnknownCard, alike for no such card and for one that cannot be used, or TooMany."""
    try:
        return card_of_code(code=code, store_id=store_id)
    except UnknownCard:
        take(limit=_GUESSES, who=f"{store_id}:{who}", now=now)
        take(limit=_GUESSES_OF_ALL, who=str(store_id), now=now)
        raise
