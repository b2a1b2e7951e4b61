"""What settings may name, told in the words of whoever names what is not there."""

from django.utils.translation import gettext as _

from aftercare.engagement.segments.choices import is_countable
from aftercare.foundation.events.base import catalogue


def event_named(value: str) -> str:
    """The event's type; raises ValueError where no such thing happens to customers."""
    if catalogue.get(value) is None or not is_countable(value):
        raise ValueError(_("Nothing called “%(event)s” happens to customers.") % {"event": value})
    return value
