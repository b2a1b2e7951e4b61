"""Where the parcel is now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field, field_validator

from aftercare.commerce.shipments.vocabulary import Status
from aftercare.engagement.journeys.choices import parcel_statuses
from aftercare.engagement.journeys.conditions import ConditionKind, register
from aftercare.engagement.journeys.travel import Traveller
from aftercare.engagement.journeys.triggers import types_about
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit.choices import Choices


class ShipmentStatusConfig(BaseModel):
    """Any of these statuses."""

    model_config = ConfigDict(extra="forbid")
    statuses: Annotated[
        tuple[str, ...], Field(title=gettext_noop("Any of these"), min_length=1), Choices(parcel_statuses)
    ]

    @field_validator("statuses")
    @classmethod
    def _are_statuses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(value) - set(Status.values):
            raise ValueError(_("There is no status “%(word)s”.") % {"word": min(unknown)})
        return value


@register
class ShipmentStatus(ConditionKind[ShipmentStatusConfig]):
    """True while the parcel's present status is one of these: a message about yesterday's status is not sent."""

    key = "shipment_status"
    label = gettext_lazy("Parcel status")
    recalls = True
    Config = ShipmentStatusConfig

    def describe(self, config: ShipmentStatusConfig) -> str:
        return _("the parcel is “%(status)s”") % {"status": _labels(config)}

    def describe_opposite(self, config: ShipmentStatusConfig) -> str:
        return _("the parcel is not “%(status)s”") % {"status": _labels(config)}

    def touched_by(self, config: ShipmentStatusConfig) -> frozenset[str]:  # noqa: ARG002 -- the base's signature
        return types_about("shipment")

    def test(self, batch: Sequence[Traveller], config: ShipmentStatusConfig, *, now: datetime) -> list[bool]:  # noqa: ARG002 -- the base's signature
        ids = [traveller.shipment_id for traveller in batch if traveller.shipment_id]
        statuses = dict(fetch("SELECT id, status FROM shipments_shipment WHERE id = ANY(%s)", [ids]))
        return [statuses.get(traveller.shipment_id) in config.statuses for traveller in batch]


def _labels(config: ShipmentStatusConfig) -> str:
    return _(" or ").join(str(Status(status).label) for status in config.statuses)
