"""How events of refunds read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from aftercare.care.refunds.events import RefundAsked, RefundDropped, RefundFailed, RefundMade
from aftercare.foundation.events.timelines import Told, tells, topic
from aftercare.foundation.kit.money import Money

topic("refunds", gettext_lazy("Refunds"), "refund.")


@tells(RefundAsked, RefundMade, RefundFailed, RefundDropped)
def _refund(data: Mapping[str, Any]) -> Told:
    money = Money(int(data.get("amount", 0)), str(data.get("currency", ""))).format("en")
    more = (str(data.get(name, "")) for name in ("reason", "trouble", "note"))
    return Told(" · ".join(filter(None, [money, *more])))
