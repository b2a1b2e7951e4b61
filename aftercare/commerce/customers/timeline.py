"""How events of customers read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.commerce.customers.events import (
    ConsentChanged,
    CustomerCreated,
    CustomerMerged,
    CustomerUnmerged,
    CustomerUpdated,
)
from aftercare.foundation.events.timelines import Told, tells, topic

topic("customers", gettext_lazy("Customer"), "customer.")


@tells(CustomerCreated)
def _created(data: Mapping[str, Any]) -> Told:
    return Told(_("By %(source)s") % {"source": data.get("source", "")})


@tells(CustomerUpdated)
def _updated(data: Mapping[str, Any]) -> Told:
    return Told(", ".join(name.replace("_", " ") for name in data.get("changed", [])))


@tells(CustomerMerged, CustomerUnmerged)
def _merged(data: Mapping[str, Any]) -> Told:
    other = data.get("absorbed", "")
    return Told(other, page=("customer", other) if other else None)


@tells(ConsentChanged)
def _consent(data: Mapping[str, Any]) -> Told:
    sentence = _("Yes to %(purpose)s by %(channel)s") if data.get("granted") else _("No to %(purpose)s by %(channel)s")
    text = sentence % {"purpose": data.get("purpose", ""), "channel": data.get("channel", "")}
    return Told(
        f"{text} ({data['source']})" if data.get("source") else text, "good" if data.get("granted") else "neutral"
    )
