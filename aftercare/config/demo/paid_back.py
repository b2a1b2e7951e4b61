"""Money that the demo shop's staff gave back, and what waits for one of them."""

from datetime import datetime, timedelta

from aftercare.care.refunds.actions.asking import NewRefund, ask_refund
from aftercare.care.refunds.actions.by_hand import note_made
from aftercare.care.refunds.queries import left_to_refund
from aftercare.commerce.orders.models import Order
from aftercare.foundation.kit.money import Money
from aftercare.foundation.staff.queries import staff_of
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope

_DAY = timedelta(days=1)
# Of what was paid so many parts of twelve, why, and what has become of it.
_STORIES = (
    (3, "The glaze has a scratch; they keep it for a quarter less", "made"),
    (1, "Shipping back was promised to be free", "confirmed"),
    (2, "Express was paid for, and it came as usual", "asked"),
)


def tell_what_was_paid_back(*, store: Store, until: datetime) -> None:
    """Once, after the shop's history has been played."""
    with store_scope(store.pk):
        by = f"staff:{staff_of(store=store)[0].user.public_id}"
        delivered = Order.objects.filter(delivered_at__lt=until - 2 * _DAY, refunded=0, total__gt=0)
        for order, (parts, reason, state) in zip(delivered.order_by("-delivered_at")[:3], _STORIES, strict=False):
            _tell(order, parts, reason, state, by=by, at=until - _DAY)


def _tell(order: Order, parts: int, reason: str, state: str, *, by: str, at: datetime) -> None:
    amount = min(order.total * parts // 12, left_to_refund(order=order))
    wanted = NewRefund(key=f"demo:{order.public_id}", money=Money(amount, order.currency), reason=reason)
    asked = ask_refund(order=order, wanted=wanted, is_confirmed=state != "asked", by=by, now=at, by_hand=True)
    if state == "made":
        note_made(refund=asked, external_id="", note="By bank transfer", by=by, now=at + _DAY / 8)
