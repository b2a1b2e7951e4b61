"""What the fields of a step or a condition offer to choose from, so that a form can be made of its settings alone."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from aftercare.commerce.orders.models import Order
from aftercare.commerce.shipments.vocabulary import Status
from aftercare.engagement.journeys.triggers import subjects_of
from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.requests import BEST
from aftercare.engagement.messaging.types import message_types
from aftercare.foundation.events.base import catalogue
from aftercare.foundation.events.timelines import grouped
from aftercare.foundation.kit.choices import Offer
from aftercare.foundation.staff.policy import ROLE_LABELS

WEEKDAYS: Mapping[str, Any] = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}
CUSTOMER = "customer"
SUBJECTS: Mapping[str, Any] = {
    "order": gettext_lazy("order"),
    "shipment": gettext_lazy("parcel"),
    CUSTOMER: gettext_lazy("customer"),
}

PACES: Mapping[str, Any] = {"hour": gettext_lazy("hour"), "day": gettext_lazy("day")}


def pace_choices() -> Offer:
    return PACES.items()


def role_choices() -> Offer:
    return [("", gettext_lazy("nobody by role")), *((role.value, label) for role, label in ROLE_LABELS.items())]


def weekday_choices() -> Offer:
    return WEEKDAYS.items()


def subject_choices() -> Offer:
    return [(key, gettext_lazy("the same %(subject)s") % {"subject": label}) for key, label in SUBJECTS.items()]


def message_choices() -> Offer:
    return [(kind.key, kind.label) for kind in message_types()]


def channel_choices() -> Offer:
    return [(BEST, gettext_lazy("the best way")), *((channel.key, channel.label) for channel in channels)]


def order_stages() -> Offer:
    return Order.Progress.choices


def parcel_statuses() -> Offer:
    return Status.choices


def event_choices() -> Offer:
    """Every type of event that is about somebody, under the headings that timelines have."""
    return grouped(one for one in catalogue if subjects_of(trigger=one.type))
