"""How far the order is now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field, field_validator

from aftercare.commerce.orders.models import Order
from aftercare.engagement.journeys.choices import order_stages
from aftercare.engagement.journeys.conditions import ConditionKind, register
from aftercare.engagement.journeys.travel import Traveller
from aftercare.engagement.journeys.triggers import types_about
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit.choices import Choices


class OrderProgressConfig(BaseModel):
    """Any of these stages."""

    model_config = ConfigDict(extra="forbid")
    stages: Annotated[
        tuple[str, ...], Field(title=gettext_noop("Any of these stages"), min_length=1), Choices(order_stages)
    ]

    @field_validator("stages")
    @classmethod
    def _are_stages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(value) - set(Order.Progress.values):
            raise ValueError(_("There is no stage “%(word)s”.") % {"word": min(unknown)})
        return value


@register
class OrderProgress(ConditionKind[OrderProgressConfig]):
    """True while the order is at one of these stages."""

    key = "order_progress"
    label = gettext_lazy("Order progress")
    recalls = True
    Config = OrderProgressConfig

    def describe(self, config: OrderProgressConfig) -> str:
        return _("the order is “%(stage)s”") % {"stage": _labels(config)}

    def describe_opposite(self, config: OrderProgressConfig) -> str:
        return _("the order is not “%(stage)s”") % {"stage": _labels(config)}

    def touched_by(self, config: OrderProgressConfig) -> frozenset[str]:  # noqa: ARG002 -- the base's signature
        return types_about("order", "fulfilment")

    def test(self, batch: Sequence[Traveller], config: OrderProgressConfig, *, now: datetime) -> list[bool]:  # noqa: ARG002 -- the base's signature
        ids = [traveller.order_id for traveller in batch if traveller.order_id]
        stages = dict(fetch("SELECT id, progress FROM orders_order WHERE id = ANY(%s)", [ids]))
        return [stages.get(traveller.order_id) in config.stages for traveller in batch]


def _labels(config: OrderProgressConfig) -> str:
    return _(" or ").join(str(Order.Progress(stage).label) for stage in config.stages)
