"""What the settings of conditions offer to choose from."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercare.commerce.catalog.models import Product
from aftercare.commerce.customers.models import Consent
from aftercare.engagement.segments.models import Segment
from aftercare.engagement.segments.vocabulary import Bound, SegmentKind
from aftercare.foundation.events.base import Event, catalogue
from aftercare.foundation.events.timelines import grouped
from aftercare.foundation.kit.choices import Offer

# What happens to things and people other than customers, and what segments themselves record.
_OTHER_FAMILIES = frozenset({
    "carrier_connection", "event", "journey", "mail", "mass_incident", "message_template", "product", "segment",
    "shop_connection", "staff", "store", "token", "webhook_endpoint",
})  # fmt: skip


def countable() -> Iterable[type[Event]]:
    """Types of events that happen to customers, and are counted."""
    return (one for one in catalogue if is_countable(one.type))


def is_countable(type_name: str) -> bool:
    """Whether events of this type are counted for whoever they are about."""
    return type_name.partition(".")[0] not in _OTHER_FAMILIES


def event_choices() -> Offer:
    return grouped(countable())


def bound_choices() -> Offer:
    return Bound.choices


def age_choices() -> Offer:
    """What is as long ago as was said, or less."""
    return [(bound.value, bound.label) for bound in (Bound.AT_LEAST, Bound.AT_MOST)]


def purpose_choices() -> Offer:
    return Consent.Purpose.choices


def category_choices() -> Offer:
    """Those of the store's products. One query."""
    found = Product.objects.exclude(category="").order_by("category").values_list("category", flat=True).distinct()
    return [(category, category) for category in found]


def segment_choices() -> Offer:
    """The store's live segments and lists, by name. One query."""
    return list(Segment.objects.live().order_by("name").values_list("public_id", "name"))


def list_choices() -> Offer:
    """The store's live lists, by name. One query."""
    found = Segment.objects.live().filter(kind=SegmentKind.LIST)
    return list(found.order_by("name").values_list("public_id", "name"))


def words_or(words: Iterable[object]) -> str:
    """Several values in a sentence: "Germany or Austria", each in quotation marks."""
    return _(" or ").join(f"“{word}”" for word in words)


def days_in_words(days: int | None) -> str:
    """The window of a sentence, with a space before it; nothing where there is none."""
    return " " + _("in the last %(days)s days") % {"days": days} if days else ""


def times_in_words(bound: str, number: int) -> str:
    """How often: "at least 3 times"."""
    words = ngettext("%(bound)s once", "%(bound)s %(n)s times", number)
    return words % {"bound": Bound(bound).label, "n": number}


def number_in_words(bound: str, number: int) -> str:
    """How many: "at least 3"."""
    return f"{Bound(bound).label} {number}"
