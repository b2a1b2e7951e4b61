"""What settings may name, told in the words of whoever names what is not there."""

from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import AfterValidator

from aftercare.engagement.segments.choices import event_choices, is_countable
from aftercare.foundation.events.base import catalogue
from aftercare.foundation.kit.choices import Choices


def event_named(value: str) -> str:
    """The event's type; raises ValueError where no such thing happens to customers."""
    if catalogue.get(value) is None or not is_countable(value):
        raise ValueError(_("Nothing called “%(event)s” happens to customers.") % {"event": value})
    return value


CountedEvent = Annotated[str, AfterValidator(event_named), Choices(event_choices)]
