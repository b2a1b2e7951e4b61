"""What staff say of credit, gift cards and promotions, and a shopper of a gift card."""

import csv
import io
import secrets
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.catalog.models import Product
from aftercare.engagement.content.overview import categories_offered
from aftercare.engagement.credit.models import Promotion
from aftercare.engagement.credit.origins import Origin
from aftercare.engagement.credit.schemas import PromotionIn
from aftercare.engagement.credit.vocabulary import Discount, Stacking
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.money import Money, is_currency
from aftercare.foundation.web.amounts import AmountField
from aftercare.foundation.web.listing import DayField

MOST_UPLOADED = 10_000_000
# What staff give by hand; a gift is a card, and what was brought along came with an import.
BY_HAND = (Origin.GOODWILL, Origin.REFUND, Origin.BONUS, Origin.REWARD, Origin.OFFER)


def new_form_key() -> str:
    """A form that is sent twice is done once."""
    return f"form:{secrets.token_hex(12)}"


def end_of_day(day: Any) -> datetime | None:
    """The last moment of a day, where the store is; a thing that expires that day is good until its end."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day else None


class KeyedForm(forms.Form):
    """The base of forms that move money."""

    key = forms.CharField(max_length=120, widget=forms.HiddenInput, initial=new_form_key)


class ValueForm(KeyedForm):
    """An amount in a currency, with the day on which it expires."""

    amount = AmountField(label=_("Amount"))
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)
    expires_on = DayField(label=_("Expires on"))
    reason = forms.CharField(label=_("Reason"), max_length=200)
    field_order: tuple[str, ...] = ("amount", "currency", "reason", "expires_on")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].initial = currency
        told = str(self.data.get("currency") or currency).upper()
        self.fields["amount"].currency = told if is_currency(told) else currency  # type: ignore[attr-defined]

    def clean_currency(self) -> str:
        """Its code."""
        told = str(self.cleaned_data["currency"]).upper()
        if not is_currency(told):
            raise forms.ValidationError(_("No currency has this code."))
        return told

    def clean_expires_on(self) -> Any:
        """Later than now."""
        until = end_of_day(self.cleaned_data["expires_on"])
        if until is not None and until <= clock.now():
            raise forms.ValidationError(_("Choose a later day."))
        return self.cleaned_data["expires_on"]

    def money(self) -> Money:
        return Money(self.cleaned_data["amount"], self.cleaned_data["currency"])

    def until(self) -> datetime | None:
        return end_of_day(self.cleaned_data["expires_on"])


class GiveForm(ValueForm):
    """Credit for a customer."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, kind.label) for kind in BY_HAND])
    field_order = ("amount", "currency", "kind", "reason", "expires_on")


class TakeForm(KeyedForm):
    """Why a grant is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class CardForm(ValueForm):
    """A gift card."""


class PercentField(forms.DecimalField):
    """With a comma or a point."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(str(value).replace(",", ".") if value else None)


class PromotionForm(forms.Form):
    """A promotion as staff write it."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For you; shoppers see the codes alone."))
    discount = forms.ChoiceField(label=_("What it gives"), choices=Discount.choices)
    percent = PercentField(label=_("Percent off"), min_value=0, max_value=100, decimal_places=2, required=False)
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)
    amount = forms.CharField(label=_("Amount off"), max_length=20, required=False)
    minimum = forms.CharField(label=_("From a basket of"), max_length=20, required=False)
    products = forms.CharField(
        label=_("Products"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One title on each line. Without products and collections it counts for everything."),
    )  # fmt: skip
    categories = forms.MultipleChoiceField(label=_("Collections"), required=False, widget=forms.CheckboxSelectMultiple)
    once_per_customer = forms.BooleanField(label=_("Once for each customer"), required=False, initial=True)
    stacking = forms.ChoiceField(label=_("May be used"), choices=Stacking.choices, initial=Stacking.WITH_CREDIT)
    budget_amount = forms.CharField(label=_("Gives altogether at most"), max_length=20, required=False)
    budget_uses = forms.IntegerField(label=_("Used altogether at most"), min_value=1, required=False)
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until the end of"))

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].initial = currency
        field = self.fields["categories"]
        field.choices = [(name, name) for name in categories_offered(without=())]  # type: ignore[attr-defined]

    def clean_products(self) -> list[str]:
        """Their ids."""
        lines = [line.strip() for line in str(self.cleaned_data["products"]).splitlines() if line.strip()]
        found = []
        for title in lines:
            product = Product.objects.filter(title__iexact=title).order_by("archived_at", "pk").first()
            if product is None:
                raise forms.ValidationError(_("No product is called “%(title)s”."), params={"title": title})
            found.append(product.public_id)
        return found

    def promotion(self) -> PromotionIn:
        """As it is kept; raises ValueError (of the schema) where it does not fit."""
        said = dict(self.cleaned_data)
        starts, ends = said.pop("starts_on"), said.pop("ends_on")
        amounts = {name: str(said[name] or "0").replace(",", ".") for name in ("amount", "minimum")}
        budget = str(said["budget_amount"] or "").replace(",", ".") or None
        return PromotionIn.model_validate(
            said | amounts | {
                "budget_amount": budget, "percent": said["percent"] or None, "ends_at": end_of_day(ends),
                "starts_at": timezone.make_aware(datetime.combine(starts, time.min)) if starts else None,
            }
        )  # fmt: skip


def as_form(one: Promotion) -> dict[str, Any]:
    """A promotion as its form begins."""

    def major(amount: int | None) -> str:
        return str(Money(amount, one.currency).decimal()) if amount else ""

    titles = Product.objects.filter(public_id__in=one.products).order_by("title").values_list("title", flat=True)
    return {
        "name": one.name, "discount": one.discount, "percent": one.percent, "currency": one.currency,
        "amount": major(one.amount), "minimum": major(one.minimum), "products": "\n".join(titles),
        "categories": one.categories, "once_per_customer": one.once_per_customer, "stacking": one.stacking,
        "budget_amount": major(one.budget_amount), "budget_uses": one.budget_uses,
        "starts_on": timezone.localdate(one.starts_at) if one.starts_at else None,
        "ends_on": timezone.localdate(one.ends_at) if one.ends_at else None,
    }  # fmt: skip


class PoolForm(forms.Form):
    """Codes to be made."""

    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=100_000, initial=100)
    begin = forms.CharField(label=_("They begin with"), max_length=20, required=False)
    batch = forms.CharField(label=_("Batch"), max_length=40, required=False, help_text=_("To find or revoke them by."))


class OwnCodesForm(forms.Form):
    """Codes of the shop's own, typed or in a file."""

    codes = forms.CharField(label=_("Codes"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(label=_("or a CSV file"), required=False, help_text=_("The first column counts."))
    limit = forms.IntegerField(
        label=_("Each may be used"), min_value=1, max_value=2_000_000_000, required=False, initial=1,
        help_text=_("Empty: as often as the promotion allows."),
    )  # fmt: skip
    batch = forms.CharField(label=_("Batch"), max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        """Both together, without the head of a column."""
        said = dict(super().clean() or {})
        codes = str(said.get("codes") or "").split()
        upload = said.get("file")
        if upload is not None:
            codes += self._read(upload)
        if not self.errors and not codes:
            self.add_error("codes", _("There is no code."))
        said["all"] = codes
        return said

    def _read(self, upload: Any) -> list[str]:
        if upload.size > MOST_UPLOADED:
            self.add_error("file", _("The file is too large."))
            return []
        try:
            text = upload.read().decode("utf-8-sig")
            rows = [row[0].strip() for row in csv.reader(io.StringIO(text)) if row and row[0].strip()]
        except (UnicodeDecodeError, csv.Error):
            self.add_error("file", _("This is no CSV file in UTF-8."))
            return []
        return rows[1:] if rows and rows[0].casefold() == "code" else rows


class RevokeForm(forms.Form):
    """What counts no more."""

    code = forms.CharField(label=_("Code"), max_length=40, required=False)
    batch = forms.CharField(label=_("or a whole batch"), max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        """One of both."""
        said = dict(super().clean() or {})
        if bool(said.get("code")) == bool(said.get("batch")):
            self.add_error("code", _("Give a code or a batch."))
        return said
