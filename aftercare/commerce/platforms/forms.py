"""What the console's pages about imports and connections ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.platforms.connectors import Connector
from aftercare.commerce.platforms.models import Delivery, ImportRun
from aftercare.foundation.web.listing import Filters


class ImportFilters(Filters):
    """Imports by state; the search is for the file's name."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *ImportRun.State.choices], required=False)


class DeliveryFilters(Filters):
    """Deliveries by state and shop; the search is for the topic, or the platform's id of the message."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *Delivery.State.choices], required=False)
    connection = forms.CharField(label=_("Connection"), required=False, max_length=24, widget=forms.HiddenInput)


class RotateForm(forms.Form):
    """Another secret to sign with."""

    secret = forms.CharField(label=_("New secret"), max_length=200, widget=forms.PasswordInput)
    has_leaked = forms.BooleanField(
        label=_("The old one has leaked: refuse it at once"), required=False,
        help_text=_("Otherwise both are accepted for three days."),
    )  # fmt: skip


class DropForm(forms.Form):
    """Why nothing will be made of a delivery."""

    reason = forms.CharField(
        label=_("Why is it dropped?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip


class NoteForm(forms.Form):
    """What was done about a privacy request."""

    note = forms.CharField(label=_("What was done"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


def set_up_form(connector: Connector, data: Any) -> forms.Form:
    """What a connector needs to know, and what we call the shop."""
    form = connector.SettingsForm(data)
    form.fields["source"] = forms.CharField(
        label=_("Name of the source"), max_length=40, initial=connector.key, strip=True,
        help_text=_("Orders of this shop are kept under this name; it does not change later."),
    )  # fmt: skip
    return form
