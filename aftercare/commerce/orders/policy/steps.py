"""The four steps of an order's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from aftercare.commerce.orders.policy.arrivals import Arrival, Stage


@dataclass(frozen=True, slots=True)
class Step:
    """One of them."""

    label: Any
    state: Literal["done", "current", "todo"]


_LADDERS: dict[str, Sequence[Any]] = {
    "shipment": (_("Ordered"), _("Packed"), _("On its way"), _("Delivered")),
    "pickup": (_("Ordered"), _("Packed"), _("Ready"), _("Picked up")),
    "service_visit": (_("Booked"), _("Date agreed"), _("On our way"), _("Done")),
}
_REACHED = {
    Stage.ORDERED: 0,
    Stage.PREPARING: 0,
    Stage.BACK_ORDERED: 0,
    Stage.PACKED: 1,
    Stage.ANNOUNCED: 1,
    Stage.UNDER_WAY: 2,
    Stage.ARRIVING: 2,
    Stage.WAITING: 2,
    Stage.MISSED: 2,
    Stage.DELAYED: 2,
    Stage.HELD: 2,
    Stage.ARRIVED: 4,
}


def steps_of(*, lead: Arrival | None) -> list[Step]:
    """How far the part that the answer speaks of has come; none where steps would mislead.

    Nothing known yet means: ordered. A download has no steps, and what goes back has left the ladder.
    """
    kind, stage = (lead.kind, lead.stage) if lead else ("shipment", Stage.ORDERED)
    if kind not in _LADDERS or stage not in _REACHED:
        return []
    reached = _REACHED[stage]
    if kind == "service_visit" and stage is Stage.PREPARING and lead and lead.earliest:
        reached = 1
    return [
        Step(label, "done" if place < reached else "current" if place == reached else "todo")
        for place, label in enumerate(_LADDERS[kind])
    ]
