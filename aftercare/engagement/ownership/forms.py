"""How rules of use and schedules are written in the console."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.catalog.models import Product
from aftercare.engagement.content.overview import categories_offered
from aftercare.engagement.ownership.schemas import ScheduleIn
from aftercare.engagement.ownership.vocabulary import Unit


class ProductField(forms.CharField):
    """A product by its title, as the shop calls it, or by its id here."""

    def clean(self, value: Any) -> Product | None:
        words = super().clean(value)
        if not words:
            return None
        found = list(Product.objects.filter(public_id=words)[:1]) or list(
            Product.objects.filter(title__iexact=words).order_by("archived_at", "pk")[:1]
        )
        if not found:
            raise forms.ValidationError(_("No product is called so."))
        return found[0]


def _categories() -> list[tuple[str, str]]:
    return [("", "—"), *((name, name) for name in categories_offered(without=()))]


class AboutForm(forms.Form):
    """What something is about: a product or a category."""

    product = ProductField(label=_("Product"), required=False, max_length=255, help_text=_("Its title, as it is sold."))
    category = forms.ChoiceField(label=_("or collection"), required=False, choices=_categories)

    def clean(self) -> dict[str, Any]:
        """Not both."""
        said = dict(super().clean() or {})
        if said.get("product") and said.get("category"):
            self.add_error("category", _("Give a product or a collection, not both."))
        return said


class UsageRuleForm(AboutForm):
    """After how many days something counts as never used."""

    days = forms.IntegerField(
        label=_("Days without a sign of use"), min_value=1, max_value=3650, required=False,
        help_text=_("Empty: never. Without product and collection it holds for all else."),
    )  # fmt: skip


class ScheduleForm(AboutForm):
    """A schedule as staff write it."""

    title = forms.CharField(label=_("What is to be done"), max_length=160)
    text = forms.CharField(
        label=_("In a few words"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    every = forms.IntegerField(label=_("Every"), min_value=1, max_value=36_500)
    unit = forms.ChoiceField(label=_("Counted in"), choices=Unit.choices)
    guide = forms.SlugField(
        label=_("Guide"),
        max_length=80,
        required=False,
        help_text=_("The end of the address of the guide that says how."),
    )
    field_order = ("title", "text", "product", "category", "every", "unit", "guide")

    def clean(self) -> dict[str, Any]:
        """One of both."""
        said = super().clean()
        if not self.errors and not said.get("product") and not said.get("category"):
            self.add_error("product", _("Say what it is for."))
        return said

    def schedule(self) -> ScheduleIn:
        """As it is kept."""
        said = dict(self.cleaned_data)
        product = said.pop("product")
        return ScheduleIn(**said, product=product.public_id if product else None)
