"""A notice as staff write it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.notices.models import Notice
from aftercare.engagement.notices.schemas import NoticeIn
from aftercare.engagement.notices.vocabulary import Severity
from aftercare.engagement.ownership.forms import ProductField


class NoticeForm(forms.Form):
    """What it says, and whom it is for."""

    severity = forms.ChoiceField(
        label=_("What it is"), choices=Severity.choices,
        help_text=_("A recall and a safety notice reach everybody; an update only who wants to hear of their purchases."),
    )  # fmt: skip
    title = forms.CharField(label=_("Title"), max_length=160)
    text = forms.CharField(
        label=_("What owners must know and do"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8})
    )
    product = ProductField(label=_("Product"), max_length=255, help_text=_("Its title, as it is sold."))
    sku = forms.CharField(label=_("Only the variant with this SKU"), max_length=120, required=False)
    batches = forms.CharField(
        label=_("Only these batches"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("With commas between them. Without batches and serial numbers it is for every one that was sold."),
    )  # fmt: skip
    serial_from = forms.CharField(label=_("And serial numbers from"), max_length=120, required=False)
    serial_to = forms.CharField(label=_("to"), max_length=120, required=False)

    @staticmethod
    def said_of(notice: Notice) -> dict[str, Any]:
        """A notice as the form shows it."""
        said = {name: getattr(notice, name) for name in NoticeForm.base_fields if name not in {"product", "sku"}}
        return {**said, "product": notice.product.title, "sku": notice.variant.sku if notice.variant else ""}

    def notice(self) -> NoticeIn:
        """As it is kept."""
        return NoticeIn(**{**self.cleaned_data, "product": self.cleaned_data["product"].public_id})
