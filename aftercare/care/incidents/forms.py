"""What incidents are narrowed to, and what staff say of them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.care.incidents.queries import IncidentFilter
from aftercare.care.incidents.vocabulary import BY_HAND, IncidentKind, IncidentState
from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.policy import carrier_key
from aftercare.foundation.web.amounts import AmountField, set_currency
from aftercare.foundation.web.listing import Filters

_ME = "me"


class IncidentFilters(Filters):
    """Incidents by state, kind and carrier; mine alone. The search is for order, customer and tracking number."""

    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("Not settled")), *IncidentState.choices], required=False
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *IncidentKind.choices], required=False)
    carrier = forms.CharField(label=_("Carrier"), required=False, max_length=40)
    assignee = forms.ChoiceField(
        label=_("Looked into by"), choices=[("", _("Anybody")), (_ME, _("Me"))], required=False
    )

    def narrowed(self, *, who: str, mass_id: int | None = None) -> IncidentFilter:
        """As the query takes them. Of a mass incident the list shows one line, unless it is asked for."""
        state = self.chosen("state") or ""
        carrier = self.chosen("carrier") or ""
        words = self.chosen("q") or ""
        return IncidentFilter(
            words=words, state=state, kind=self.chosen("kind") or "", carrier=carrier_key(carrier) if carrier else "",
            assignee=who if self.chosen("assignee") == _ME else "", mass_id=mass_id,
            alone=mass_id is None and state == "" and not words,
        )  # fmt: skip


class OpenForm(forms.Form):
    """What a colleague, a customer or a photo told."""

    kind = forms.ChoiceField(label=_("What is the matter"), choices=[(kind.value, kind.label) for kind in BY_HAND])
    shipment = forms.ChoiceField(label=_("Parcel"), required=False)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For colleagues; the customer does not see it."),
    )  # fmt: skip
    tells = forms.BooleanField(label=_("Tell the customer by a message"), required=False, initial=True)

    def __init__(self, *args: Any, parcels: list[Shipment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(parcel.public_id, str(parcel)) for parcel in parcels]
        field = self.fields["shipment"]
        field.choices = [("", _("The order as a whole")), *choices]  # type: ignore[attr-defined]  # a ChoiceField
        if len(parcels) == 1:
            field.initial = parcels[0].public_id


class NoteForm(forms.Form):
    """What colleagues should know."""

    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class MoneyForm(forms.Form):
    """What is paid."""

    amount = AmountField(label=_("Amount"))

    def __init__(self, *args: Any, currency: str, suggested: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_currency(self, "amount", currency=currency, label=_("Amount in %(currency)s"), amount=suggested)


class BudgetForm(forms.Form):
    """What may be approved in a month; empty takes the limit away."""

    amount = AmountField(label=_("Approved in a month at most"), required=False)

    def __init__(self, *args: Any, currency: str, budget: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("Approved in a month at most, in %(currency)s")
        set_currency(self, "amount", currency=currency, label=label, amount=budget)


class MassForm(forms.Form):
    """The shop's own words for what holds up many."""

    banner = forms.CharField(
        label=_("On the pages of orders"), required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What customers read under the headline. Left empty, our own words stand there, in their language."),
    )  # fmt: skip
    macro = forms.CharField(
        label=_("Answer for whoever asks"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Left empty, our own words."),
    )  # fmt: skip
