"""How promises read on a timeline."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime

from aftercare.commerce.promises import events
from aftercare.foundation.events.timelines import Told, tells


@tells(events.OrderPromised)
def _order(data: Mapping[str, Any]) -> Told:
    return Told(_days(data)) if "latest" in data else Told()


@tells(events.ShipmentPromised)
def _shipment(data: Mapping[str, Any]) -> Told:
    return Told(_days(data), page=("shipment", data["shipment"])) if "latest" in data else Told()


def _days(data: Mapping[str, Any]) -> str:
    first, last = (
        date_format(localtime(datetime.fromisoformat(data[name])), "MONTH_DAY_FORMAT")
        for name in ("earliest", "latest")
    )
    return first if first == last else f"{first} \N{EN DASH} {last}"
