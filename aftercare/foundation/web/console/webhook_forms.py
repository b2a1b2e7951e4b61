"""What the pages about webhooks ask for."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import catalogue
from aftercare.foundation.web.listing import Filters
from aftercare.foundation.webhooks.models import Call

SPANS = {"1": _("the last hour"), "24": _("the last day"), "168": _("the last week"), "720": _("the last 30 days")}


def _types() -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """Event types by what they are about."""
    for about, events in groupby(catalogue, key=lambda event: event.type.partition(".")[0]):
        yield about.replace("_", " "), [(event.type, f"{event.label} · {event.type}") for event in events]


class EndpointForm(forms.Form):
    """Whom to tell of what."""

    url = forms.CharField(
        label=_("Address"), max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://example.com/aftercare", "autocomplete": "off"}),
        help_text=_("A public https address that takes a POST and answers 2xx within ten seconds."),
    )  # fmt: skip
    description = forms.CharField(
        label=_("What it is for"), max_length=120, required=False, help_text=_("Such as “Data warehouse”.")
    )
    types = forms.MultipleChoiceField(
        label=_("Events"), choices=_types, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none to be told of every event, also of those that come to be later."),
    )  # fmt: skip


class RotateSecretForm(forms.Form):
    """Another secret to sign with."""

    has_leaked = forms.BooleanField(
        label=_("The old one has leaked: stop signing with it at once"), required=False,
        help_text=_("Otherwise both sign for a day, so that the receiver can be changed at leisure."),
    )  # fmt: skip


class RecoverForm(forms.Form):
    """How far back to tell again."""

    hours = forms.ChoiceField(label=_("Events of"), choices=list(SPANS.items()), initial="24")


class CallFilters(Filters):
    """Calls by state and endpoint; the search is for the event's type."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *Call.State.choices], required=False)
    endpoint = forms.CharField(label=_("Endpoint"), required=False, max_length=24, widget=forms.HiddenInput)
