"""What happens to products."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@event
@dataclass(frozen=True)
class ProductChanged(Event):
    type: ClassVar = "product.changed"
    label: ClassVar = _("Product added or changed")
    icon: ClassVar = "package-search"
    product: str
    created: bool
