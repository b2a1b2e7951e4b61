"""What the list of customers is narrowed to, and what staff tell about a customer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.customers.models import Consent
from aftercare.commerce.customers.queries import CustomerFilters
from aftercare.foundation.web.listing import Filters

PURPOSES: dict[str, Any] = {
    Consent.Purpose.SERVICE: _("Service: care tips, surveys on a purchase"),
    Consent.Purpose.MARKETING: _("Marketing: news and offers"),
}


class CustomerListFilters(Filters):
    """Customers by country."""

    country = forms.RegexField(
        r"^[A-Za-z]{2}$", label=_("Country"), required=False, widget=forms.TextInput(attrs={"maxlength": 2, "size": 2})
    )

    def narrowed(self) -> CustomerFilters:
        """As the query takes them."""
        return CustomerFilters(words=self.chosen("q") or "", country=self.chosen("country") or "")


class ConsentForm(forms.Form):
    """What the customer has told a member of staff, in which words."""

    purpose = forms.ChoiceField(label=_("Kind of message"), choices=list(PURPOSES.items()))
    channel = forms.RegexField(r"^[a-z_]{2,20}$", label=_("Channel"), initial="email")
    granted = forms.TypedChoiceField(
        label=_("The customer says"), choices=[("yes", _("Yes")), ("no", _("No"))], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    wording = forms.CharField(
        label=_("What was said, and where"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept as the proof, for example “asked on the phone on 3 May to get no more news”."),
    )  # fmt: skip
