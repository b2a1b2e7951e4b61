"""By whose clocks a date is told."""

from enum import StrEnum

from django.utils.translation import gettext_lazy

from aftercare.foundation.kit.choices import Offer


class Clocks(StrEnum):
    """Whose clocks say when a day begins."""

    CUSTOMER = "customer"
    STORE = "store"


def clocks_choices() -> Offer:
    return [
        (Clocks.CUSTOMER.value, gettext_lazy("the customer's clocks")),
        (Clocks.STORE.value, gettext_lazy("the shop's clocks")),
    ]
