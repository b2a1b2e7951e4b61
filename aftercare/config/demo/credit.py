"""Credit in the demo: a promotion with its codes, gift cards, and customers who got, spent and got back."""

from datetime import datetime, timedelta
from itertools import cycle

from aftercare.commerce.orders.models import Order
from aftercare.engagement.credit.actions import (
    Grant,
    add_codes,
    generate_codes,
    give_back,
    grant_many,
    issue_card,
    save_promotion,
    spend_credit,
)
from aftercare.engagement.credit.models import Lot
from aftercare.engagement.credit.origins import Origin
from aftercare.engagement.credit.schemas import PromotionIn
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope

_BY = "system"
_BUYERS = 24
_WHY = (
    (Origin.REFUND, "Return taken as credit", 3490, 365), (Origin.BONUS, "Ten percent on top", 349, 10),
    (Origin.GOODWILL, "Two days late", 500, 180), (Origin.REWARD, "A review with a photo", 250, None),
)  # fmt: skip
_SPENT = 800
_WINTER = {
    "name": "Ten percent for winter", "discount": "percent", "percent": "10", "stacking": "with_credit",
    "minimum": "30", "budget_amount": "2500", "currency": "EUR",
}  # fmt: skip
_SHIPPING = {
    "name": "Free shipping for friends",
    "discount": "free_shipping",
    "stacking": "with_others",
    "currency": "EUR",
}


def tell_of_credit(*, store: Store, until: datetime) -> None:
    """Within the last weeks of the shop's history; some of it expires soon."""
    with store_scope(store.pk):
        orders = list(
            Order.objects.filter(customer__isnull=False).select_related("customer").order_by("-placed_at")[:_BUYERS]
        )
        at = until - timedelta(days=3)
        grants = [
            Grant(
                order.customer_id or 0, Money(amount, store.currency), kind, reason, f"demo:{order.number}", order_id=order.pk,
                expires_at=at + timedelta(days=days) if days else None,
            )
            for order, (kind, reason, amount, days) in zip(orders, cycle(_WHY), strict=False)
        ]  # fmt: skip
        lots = grant_many(store_id=store.pk, grants=grants, by=_BY, now=at)
        _spend([lot for lot in lots if lot.amount > _SPENT], store, at + timedelta(days=1))
        for number, value in enumerate((2500, 5000, 10_000)):
            issue_card(store=store, amount=Money(value, store.currency), key=f"demo:card:{number}", by=_BY, now=at)
        winter = save_promotion(store=store, told=PromotionIn.model_validate(_WINTER), by=_BY, now=at)
        generate_codes(promotion=winter, count=500, prefix="WINTER-", batch="newsletter", by=_BY, now=at)
        friends = save_promotion(store=store, told=PromotionIn.model_validate(_SHIPPING), by=_BY, now=at)
        add_codes(promotion=friends, codes=["FRIENDS"], limit=200, by=_BY, now=at)


def _spend(lots: list[Lot], store: Store, at: datetime) -> None:
    """Half of them buy something, and one of these sends it back."""
    for place, lot in enumerate(lots[::2]):
        paid = spend_credit(
            customer=lot.account.customer, amount=Money(_SPENT, store.currency), key=f"demo:{lot.public_id}", by=_BY,
            now=at, reference="At the checkout",
        )  # fmt: skip
        if place == 0:
            give_back(spending=paid, key=f"demo:back:{lot.public_id}", reason="Sent back", by=_BY, now=at)
