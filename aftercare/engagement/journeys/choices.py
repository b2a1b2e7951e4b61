"""What the fields of a step or a condition offer to choose from, so that a form can be made of its settings alone.

`channel: Annotated[str, Field(title="By"), Choices(channel_choices)]` becomes a list of the installed channels.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from aftercare.commerce.orders.models import Order
from aftercare.commerce.shipments.vocabulary import Status
from aftercare.engagement.journeys.triggers import subjects_of
from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.types import message_types
from aftercare.foundation.events.base import catalogue
from aftercare.foundation.events.timelines import topics

Offer = Iterable[tuple[str, Any]]

WEEKDAYS: Mapping[str, Any] = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}
SUBJECTS: Mapping[str, Any] = {
    "order": gettext_lazy("order"),
    "shipment": gettext_lazy("parcel"),
    "customer": gettext_lazy("customer"),
}


@dataclass(frozen=True)
class Choices:
    """Marks a field: it holds one, or in a tuple some, of the values that `offer` answers with their labels."""

    offer: Callable[[], Offer]


@dataclass(frozen=True)
class Hours:
    """Marks a number of hours: people may give it in days."""


def weekday_choices() -> Offer:
    return WEEKDAYS.items()


def subject_choices() -> Offer:
    return [(key, gettext_lazy("the same %(subject)s") % {"subject": label}) for key, label in SUBJECTS.items()]


def message_choices() -> Offer:
    return [(kind.key, kind.label) for kind in message_types()]


def channel_choices() -> Offer:
    return [(channel.key, channel.label) for channel in channels]


def order_stages() -> Offer:
    return Order.Progress.choices


def parcel_statuses() -> Offer:
    return Status.choices


def event_choices() -> Offer:
    """Every type of event that is about somebody, under the headings that timelines have."""
    grouped: dict[str, list[tuple[str, Any]]] = {}
    for event in (one for one in catalogue if subjects_of(trigger=one.type)):
        heading = next(
            (str(topic.label) for topic in topics() if event.type.startswith(topic.prefixes)),
            event.type.partition(".")[0].capitalize(),
        )
        grouped.setdefault(heading, []).append((event.type, event.label))
    return [(heading, tuple(types)) for heading, types in grouped.items()]
