"""What the list of parcels is narrowed to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.shipments.queries import ShipmentFilter
from aftercare.commerce.shipments.vocabulary import Status
from aftercare.foundation.web.listing import Filters


class ShipmentListFilters(Filters):
    """Parcels by status and carrier; the search finds the beginning of a tracking number."""

    status = forms.ChoiceField(label=_("Status"), choices=[("", _("All")), *Status.choices], required=False)
    carrier = forms.CharField(label=_("Carrier"), required=False, max_length=40)

    def narrowed(self) -> ShipmentFilter:
        """As the query takes them."""
        return ShipmentFilter(
            status=self.chosen("status") or "",
            carrier=self.chosen("carrier") or "",
            number=self.chosen("q") or "",
        )
