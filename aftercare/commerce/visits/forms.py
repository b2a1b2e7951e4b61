"""What the agenda is narrowed to, and what staff say of a visit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.orders.models import Fulfilment
from aftercare.commerce.visits.queries import VisitFilter
from aftercare.foundation.web.listing import DayField, Filters

_FORMAT = "%Y-%m-%dT%H:%M"
STATUSES = [
    (Fulfilment.Status.OPEN, _("Agreed")), (Fulfilment.Status.UNDER_WAY, _("On the way")),
    (Fulfilment.Status.COMPLETED, _("Done")), (Fulfilment.Status.MISSED, _("Nobody there")),
    (Fulfilment.Status.CANCELLED, _("Called off")),
]  # fmt: skip


class VisitFilters(Filters):
    """Visits by status and day. The search is for order and customer."""

    status = forms.ChoiceField(label=_("Status"), choices=[("", _("All")), *STATUSES], required=False)
    starts_from = DayField(label=_("From"))
    starts_until = DayField(label=_("Until"))

    def narrowed(self) -> VisitFilter:
        """As the query takes them."""
        return VisitFilter(
            starts_from=self.start_of("starts_from"), starts_until=self.end_of("starts_until"),
            status=self.chosen("status") or "", words=self.chosen("q") or "",
        )  # fmt: skip


class DateForm(forms.Form):
    """When somebody comes, in the store's time."""

    starts = forms.DateTimeField(
        label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_FORMAT)
    )
    ends = forms.DateTimeField(
        label=_("Until"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_FORMAT)
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("starts") and said.get("ends") and said["ends"] <= said["starts"]:
            self.add_error("ends", _("It ends after it starts."))
        return said
