"""What the list of parcels is narrowed to, and what staff put right of a parcel or a connection."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.shipments.faring import fare_choices
from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.numbers import candidates
from aftercare.commerce.shipments.queries import ShipmentFilter
from aftercare.commerce.shipments.vocabulary import Status
from aftercare.foundation.web.listing import Filters


class CarrierForm(forms.Form):
    """Who really carries a parcel."""

    carrier = forms.CharField(label=_("Carrier"), max_length=40)
    tracking_url = forms.URLField(
        label=_("Page at the carrier"), required=False, max_length=500, assume_scheme="https",
        help_text=_("Left empty, we take the carrier's page if we know it."),
    )  # fmt: skip

    def __init__(self, *args: Any, shipment: Shipment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carrier"].initial = shipment.carrier_name or shipment.carrier
        names = ", ".join(one.name for one in candidates(shipment.tracking_number))
        if names:
            self.fields["carrier"].help_text = _("The number could be of: %(names)s") % {"names": names}


class ShipmentListFilters(Filters):
    """Parcels by status, by how they fare and by carrier; the search finds the beginning of a tracking number."""

    status = forms.ChoiceField(label=_("Status"), choices=[("", _("All")), *Status.choices], required=False)
    fares = forms.ChoiceField(label=_("How it fares"), required=False)
    carrier = forms.CharField(label=_("Carrier"), required=False, max_length=40)

    def offer(self) -> None:
        self.fields["fares"].choices = [("", _("All")), *fare_choices()]  # type: ignore[attr-defined]  # a ChoiceField

    def narrowed(self) -> ShipmentFilter:
        """As the query takes them."""
        return ShipmentFilter(
            status=self.chosen("status") or "",
            carrier=self.chosen("carrier") or "",
            number=self.chosen("q") or "",
            fares=self.chosen("fares") or "",
        )


def form_for_change(form_class: type[forms.Form] | None, data: Any, *, kept: Mapping[str, Any]) -> forms.Form:
    """A carrier's settings to be changed: what is left empty stays. Only switches and numbers are shown as they are."""
    form = (form_class or forms.Form)()
    changed = forms.Form(data)
    for name, field in form.fields.items():
        is_shown = isinstance(field, forms.BooleanField | forms.IntegerField)
        field.required, field.initial = False, kept.get(name) if is_shown else None
        changed.fields[name] = field
    return changed
