"""Finding gift cards, and what is left on them."""

from datetime import datetime

from django.db.models import F, QuerySet

from aftercare.engagement.credit.codes import digests_of
from aftercare.engagement.credit.errors import UnknownCard
from aftercare.engagement.credit.models import GiftCard
from aftercare.engagement.credit.vocabulary import CardState
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.kit.money import Money


def card_of_code(*, code: str, store_id: int) -> GiftCard:
    """The active card with this code, and what is `left` on it; raises UnknownCard. One query."""
    found = _with_value().filter(digest__in=digests_of(code, store_id=store_id), state=CardState.ACTIVE).first()
    if found is None:
        raise UnknownCard
    return found


def card_by_public_id(*, public_id: str) -> GiftCard:
    """One card; raises NotFound."""
    found = _with_value().filter(public_id=public_id).first()
    if found is None:
        raise NotFound(f"There is no gift card '{public_id}'.", field="card")
    return found


def cards_for_list(*, last_four: str = "", after: str = "", limit: int = 50) -> Page[GiftCard]:
    """Gift cards, the latest first. One query."""
    found = _with_value()
    return page(found.filter(last_four=last_four) if last_four else found, by="issued_at", after=after, limit=limit)


def value_of(card: GiftCard, *, now: datetime) -> Money:
    """What one can still buy with it."""
    is_good = card.state == CardState.ACTIVE and (card.expires_at is None or card.expires_at > now)
    return Money(card.left if is_good else 0, card.currency)


def _with_value() -> "QuerySet[GiftCard]":
    return GiftCard.objects.select_related("buyer", "order").annotate(left=F("account__balance"))  # type: ignore[no-redef]
