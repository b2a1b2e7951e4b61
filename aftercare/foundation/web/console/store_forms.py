"""Forms about the store: who it is, how it looks, and when its people are there."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import available_timezones

import holidays
from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.foundation.kit.colour import Colour
from aftercare.foundation.kit.money import is_currency
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.policy import DAYS, OFFICE_HOURS

DAY_LABELS = dict(
    zip(
        DAYS,
        (
            gettext_lazy("Monday"),
            gettext_lazy("Tuesday"),
            gettext_lazy("Wednesday"),
            gettext_lazy("Thursday"),
            gettext_lazy("Friday"),
            gettext_lazy("Saturday"),
            gettext_lazy("Sunday"),
        ),
        strict=True,
    )
)
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*[-\u2013]\s*(24:00|([01]\d|2[0-3]):([0-5]\d))")
_LARGEST_LOGO = 60_000


class StoreForm(forms.Form):
    """The base: filled from a store, and answering with the store's own field names."""

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(store, name, None) for name in self.base_fields}
        super().__init__(*args, **kwargs)

    def changes(self) -> dict[str, Any]:
        """What is to be set on the store."""
        return dict(self.cleaned_data)


class GeneralForm(StoreForm):
    """Name, language, money, place and addresses."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    locale = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("Spoken to customers whose own language is not known."),
    )
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, help_text="EUR, GBP, USD …")
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=[(name, name) for name in sorted(available_timezones())]
    )
    country = forms.RegexField(r"^[A-Za-z]{2}$", label=gettext_lazy("Country"), help_text="DE, AT, FR …")
    region = forms.CharField(
        label=gettext_lazy("Region"),
        max_length=6,
        required=False,
        help_text=gettext_lazy("Decides which regional holidays are days off, such as BY for Bavaria."),
    )
    website = forms.URLField(label=gettext_lazy("Website"), required=False, assume_scheme="https")
    support_email = forms.EmailField(label=gettext_lazy("Where customers' answers go"), required=False)
    sender_email = forms.EmailField(label=gettext_lazy("From whom messages come"), required=False)
    postal_address = forms.CharField(
        label=gettext_lazy("Postal address"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Stands at the foot of marketing messages, as law asks."),
    )

    def clean_currency(self) -> str:
        code: str = self.cleaned_data["currency"].upper()
        if not is_currency(code):
            raise forms.ValidationError(_("This is no currency code, such as EUR."))
        return code

    def clean_country(self) -> str:
        code: str = self.cleaned_data["country"]
        return code.upper()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        region, country = cleaned.get("region", "").upper(), cleaned.get("country", "")
        known = holidays.list_supported_countries().get(country, [])
        if region and region not in known:
            few = ", ".join(known) or _("none")
            self.add_error("region", _("There is no such region. Known here: %(regions)s.") % {"regions": few})
        return {**cleaned, "region": region}


class LookForm(StoreForm):
    """Colour and logo."""

    brand_color = forms.CharField(
        label=gettext_lazy("Brand colour"),
        max_length=7,
        widget=forms.TextInput(attrs={"type": "color", "class": "max-w-24 p-1"}),
        help_text=gettext_lazy("Where it could not be read it is made darker or lighter, just enough."),
    )
    logo = forms.CharField(
        label=gettext_lazy("Logo as SVG"),
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy("Paste the drawing itself; empty shows the name. At most 60 kB."),
    )

    def clean_brand_color(self) -> str:
        try:
            return str(Colour.parse(self.cleaned_data["brand_color"]))
        except ValueError:
            raise forms.ValidationError(_("This is no colour, such as #3f5d4b.")) from None

    def clean_logo(self) -> str:
        logo: str = self.cleaned_data["logo"]
        if len(logo.encode()) > _LARGEST_LOGO:
            raise forms.ValidationError(_("The drawing is larger than 60 kB."))
        if logo and not (logo.startswith(("<svg", "<?xml")) and logo.endswith("</svg>")):
            raise forms.ValidationError(_("This is no SVG; it begins with <svg and ends with </svg>."))
        return logo


class HoursForm(StoreForm):
    """When people are there, extra days off, and when customers are left in peace."""

    days = DAYS
    closures = forms.CharField(
        label=gettext_lazy("Extra days off"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "2026-12-24"}),
        help_text=gettext_lazy("One date on each line. Public holidays are known."),
    )
    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("What can wait is not sent from here …"),
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("Quiet until"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("… until here, where the customer is."),
    )

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, store=store, **kwargs)
        self.initial["closures"] = "\n".join(store.closures)
        weekly = store.weekly_hours or OFFICE_HOURS
        for day in DAYS:
            shown = ", ".join(f"{start}\N{EN DASH}{end}" for start, end in weekly.get(day, []))
            self.fields[day] = forms.CharField(
                label=DAY_LABELS[day], required=False, max_length=100, initial=shown,
                widget=forms.TextInput(attrs={"placeholder": _("closed")}),
            )  # fmt: skip
        self.order_fields([*DAYS, "closures", "quiet_from", "quiet_until"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        weekly = {}
        for day in DAYS:
            try:
                weekly[day] = list(_spans(cleaned.pop(day, "")))
            except ValueError:
                self.add_error(day, _("Write spans such as 09:00-12:30, 13:30-17:00, or nothing where it is closed."))
        return {**cleaned, "weekly_hours": weekly}

    def clean_closures(self) -> list[str]:
        try:
            return sorted({date.fromisoformat(line).isoformat() for line in self.cleaned_data["closures"].split()})
        except ValueError:
            raise forms.ValidationError(_("Write dates such as 2026-12-24, one on each line.")) from None


def _spans(text: str) -> Iterator[list[str]]:
    """Spans in their order; raises ValueError where one is none, ends before it starts, or overlaps the one before."""
    last = ""
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = _SPAN.fullmatch(part)
        if match is None:
            raise ValueError(part)
        start, end = f"{match[1]}:{match[2]}", match[3]
        if not last <= start < end:
            raise ValueError(part)
        last = end
        yield [start, end]
