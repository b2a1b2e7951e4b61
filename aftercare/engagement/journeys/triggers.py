"""What starts journeys: an event, a date, or a program that calls; and what is then known of: an order, a parcel, a customer."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.engagement.journeys.dates import DateKind, dates
from aftercare.engagement.journeys.kinds import parse_config
from aftercare.foundation.events.base import catalogue
from aftercare.foundation.events.timelines import grouped
from aftercare.foundation.kit.choices import Offer

CALLED = "called"
_CALLED_LABEL = gettext_lazy("A program lets somebody in")
_USUAL_EXAMPLE = "order.placed"
_OF_AN_ORDER = frozenset({"order", "customer"})
_EVERYTHING = frozenset({"order", "shipment", "customer"})
_BY_FAMILY = {
    CALLED: _OF_AN_ORDER,
    "order": _OF_AN_ORDER,
    "fulfilment": _OF_AN_ORDER,
    "visit": _OF_AN_ORDER,
    "shipment": _EVERYTHING,
    "customer": frozenset({"customer"}),
    "segment": frozenset({"customer"}),
    **dict.fromkeys(("product", "journey", "staff", "store", "token"), frozenset[str]()),
}


def types_about(*families: str) -> frozenset[str]:
    """Every event type of these families, such as `order`."""
    return frozenset(one.type for one in catalogue if one.type.partition(".")[0] in families)


def date_kind(trigger: str) -> DateKind[Any] | None:
    """The kind of date that this trigger is, if it is one."""
    return next((kind for kind in dates if kind.key == trigger), None)


def is_known(trigger: str) -> bool:
    """Whether anything can start a journey by it."""
    return trigger == CALLED or trigger in dates or catalogue.get(trigger) is not None


def subjects_of(*, trigger: str) -> frozenset[str]:
    """Which of order, shipment and customer such a start is about; all of them where nobody knows."""
    kind = date_kind(trigger)
    return kind.about if kind else _BY_FAMILY.get(trigger.partition(".")[0], _EVERYTHING)


def example_type(trigger: str) -> str:
    """The event type on which a journey of this trigger can be tried."""
    kind = date_kind(trigger)
    return kind.like if kind else _USUAL_EXAMPLE if trigger == CALLED else trigger


def trigger_text(trigger: str, settings: Mapping[str, Any]) -> str:
    """What stands after "When", also where its kind is gone or its settings do not fit."""
    if trigger == CALLED:
        return str(_CALLED_LABEL)
    kind = date_kind(trigger)
    if kind is None:
        return catalogue.label(trigger)
    config = parse_config(dates, trigger, settings)
    return kind.describe(config) if config is not None else str(kind.label)


def trigger_choices() -> Offer:
    """All that can start a journey: dates and programs, then events under the headings that timelines have."""
    others = [*((kind.key, kind.label) for kind in dates), (CALLED, _CALLED_LABEL)]
    return [
        (_("A date, or a program"), others),
        *grouped(one for one in catalogue if subjects_of(trigger=one.type)),
    ]
