"""How events of health read on a timeline."""

from collections.abc import Mapping
from typing import Any

from aftercare.commerce.health import events
from aftercare.commerce.health.tones import TONES
from aftercare.commerce.health.vocabulary import HealthReason, HealthState
from aftercare.foundation.events.timelines import Told, tells


@tells(events.ShipmentHealthChanged)
def _changed(data: Mapping[str, Any]) -> Told:
    if "after" not in data:
        return Told()
    before, after = (str(HealthState(data[name]).label) for name in ("before", "after"))
    text = f"{before} → {after}: {HealthReason(data['why']).label}"
    return Told(text, TONES[data["after"]], ("shipment", data["shipment"]))
