"""Some days after everything of an order has arrived."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from pydantic import BaseModel, ConfigDict, Field

from aftercare.commerce.orders.models import Order
from aftercare.engagement.journeys.clocks import Clocks, clocks_choices
from aftercare.engagement.journeys.dates import DateKind, Found, Occasion, Window, register
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit.choices import Choices

_FIND = """
    SELECT o.id, o.customer_id, o.delivered_at, coalesce(c.time_zone, '')
    FROM orders_order o LEFT JOIN customers_customer c ON c.id = o.customer_id
    WHERE o.store_id = %s AND o.delivered_at >= %s AND o.delivered_at < %s AND o.progress <> %s AND o.id > %s
    ORDER BY o.id LIMIT %s
"""


class AfterDeliveryConfig(BaseModel):
    """Whole days, counted from the day of the delivery."""

    model_config = ConfigDict(extra="forbid")
    days: Annotated[int, Field(title=gettext_noop("Days after the delivery"), ge=1, le=3650)] = 5
    at: Annotated[time, Field(title=gettext_noop("Time of day"))] = time(10)
    clocks: Annotated[Clocks, Field(title=gettext_noop("By")), Choices(clocks_choices)] = Clocks.CUSTOMER


@register
class AfterDelivery(DateKind[AfterDeliveryConfig]):
    """Each order once, however it was delivered."""

    key = "date.after_delivery"
    label = gettext_lazy("Some days after an order was delivered")
    about = frozenset({"order", "customer"})
    like = "order.delivered"
    Config = AfterDeliveryConfig

    def describe(self, config: AfterDeliveryConfig) -> str:
        text = ngettext(
            "it is %(n)d day after an order was delivered, at %(time)s",
            "it is %(n)d days after an order was delivered, at %(time)s", config.days,
        )  # fmt: skip
        return text % {"n": config.days, "time": f"{config.at:%H:%M}"}

    def find(self, config: AfterDeliveryConfig, *, window: Window, after: int, limit: int) -> Found:
        days, dates = timedelta(days=config.days), window.local_dates()
        # A day more on either side: somewhere it is another date already, or still.
        first, last = dates[0] - days - timedelta(days=1), dates[-1] - days + timedelta(days=2)
        rows = fetch(_FIND, [
            window.store_id, datetime.combine(first, time(), UTC), datetime.combine(last, time(), UTC),
            Order.Progress.CANCELLED, after, limit,
        ])  # fmt: skip
        found = []
        for order_id, customer_id, delivered_at, own_zone in rows:
            zone = (own_zone if config.clocks == Clocks.CUSTOMER else "") or window.zone
            day = delivered_at.astimezone(ZoneInfo(zone)).date()
            moment = window.moment(day + days, config.at, zone)
            if window.holds(moment):
                data = {"delivered": day.isoformat()}
                found.append(Occasion(f"date:{order_id}", moment, customer_id, order_id, data=data))
        return Found(found, rows[-1][0] if len(rows) == limit else None)
