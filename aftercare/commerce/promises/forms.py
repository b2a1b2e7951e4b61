"""What staff say of how orders reach the carrier."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.promises.models import Handling
from aftercare.foundation.stores.policy import DAYS

_MOST_CLOSED = 366
_NAMES = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


class HandlingForm(forms.Form):
    """Up to when and on which days orders leave, how long handling takes, and how long parcels are on the way."""

    cut_off = forms.TimeField(
        label=_("Ordered before"), initial="14:00", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("By the store's clock. What is ordered later counts from the next open day."),
    )  # fmt: skip
    weekdays = forms.MultipleChoiceField(
        label=_("Open days"), choices=list(zip(DAYS, _NAMES, strict=True)), initial=list(DAYS[:5]),
        widget=forms.CheckboxSelectMultiple, help_text=_("Public holidays of the store's country are closed anyway."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("Days of handling"), min_value=0, max_value=60, initial=0,
        help_text=_("Further open days until the carrier has it; 0 if it leaves the same day."),
    )  # fmt: skip
    closures = forms.CharField(
        label=_("Closed on"), required=False, max_length=6000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One day per line, such as 2026-12-24."),
    )  # fmt: skip
    transit_fewest = forms.IntegerField(
        label=_("Days on the way, at least"), required=False, min_value=0, max_value=90,
        help_text=_("Open days. Told to customers only until your own deliveries tell better."),
    )  # fmt: skip
    transit_most = forms.IntegerField(label=_("Days on the way, at most"), required=False, min_value=0, max_value=90)

    def clean_closures(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["closures"].splitlines() if line.strip()]
        if len(lines) > _MOST_CLOSED:
            raise forms.ValidationError(_("That is more than a year of days: take off what is past."))
        for line in lines:
            try:
                date.fromisoformat(line)
            except ValueError:
                raise forms.ValidationError(
                    _("“%(line)s” is not a day; write it as 2026-12-24."), params={"line": line[:40]}
                ) from None
        return sorted({date.fromisoformat(line).isoformat() for line in lines})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        fewest, most = cleaned.get("transit_fewest"), cleaned.get("transit_most")
        if (fewest is None) != (most is None):
            self.add_error("transit_most", _("Give both, or neither."))
        elif fewest is not None and most is not None and most < fewest:
            self.add_error("transit_most", _("These cannot be fewer days than those above."))
        return cleaned


def filled_in(handling: Handling | None) -> HandlingForm:
    """The form as it stands; with what is usual where nothing was said yet."""
    if handling is None:
        return HandlingForm()
    return HandlingForm(initial={
        "cut_off": handling.cut_off, "weekdays": handling.weekdays, "days": handling.days,
        "closures": "\n".join(handling.closures), "transit_fewest": handling.transit_fewest,
        "transit_most": handling.transit_most,
    })  # fmt: skip
