"""A field for an amount of money, as people write it: with a comma or a point, and as many decimals as they like to."""

from typing import Any

from django import forms

from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.money import Money, minor_units


class AmountField(forms.CharField):
    """Cleaned into minor units of its currency, which `set_currency` tells it; `when_empty` where nothing was written."""

    currency = ""

    def __init__(self, *, when_empty: int | None = None, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self._when_empty = when_empty

    def clean(self, value: Any) -> int | None:
        text = str(super().clean(value) or "").replace(",", ".")
        try:
            return minor_units(text, self.currency) if text else self._when_empty
        except Invalid as error:
            raise forms.ValidationError(error.sentence) from None


def set_currency(form: forms.Form, name: str, *, currency: str, label: Any, amount: int | None = None) -> None:
    """Let the field of this name take amounts in `currency`, which its label names, and begin with `amount` minor units."""
    field = form.fields[name]
    assert isinstance(field, AmountField)
    field.currency = currency
    field.label = label % {"currency": currency}
    if amount is not None:
        field.initial = str(Money(amount, currency).decimal())
