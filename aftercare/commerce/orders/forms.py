"""What the list of orders is narrowed to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.overview import sources_of_orders
from aftercare.commerce.orders.queries import OrderFilters
from aftercare.commerce.orders.troubles import ANY, troubles
from aftercare.foundation.stores.scope import active_store_id
from aftercare.foundation.web.listing import DayField, Filters

_ALL: list[tuple[str, Any]] = [("", _("All"))]


def _troubles() -> list[tuple[str, Any]]:
    return [*_ALL, (ANY, _("Any problem")), *((trouble.key, trouble.label) for trouble in troubles())]


class OrderListFilters(Filters):
    """Orders by progress, payment, problem, source and when they were placed."""

    progress = forms.ChoiceField(label=_("Progress"), choices=[*_ALL, *Order.Progress.choices], required=False)
    payment = forms.ChoiceField(label=_("Payment"), choices=[*_ALL, *Order.Payment.choices], required=False)
    trouble = forms.ChoiceField(label=_("Problem"), choices=_troubles, required=False)
    source = forms.ChoiceField(label=_("Source"), required=False)
    placed_from = DayField(label=_("Placed from"))
    placed_until = DayField(label=_("Placed until"))

    def offer(self) -> None:
        sources = sources_of_orders(store_id=active_store_id())
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*_ALL, *((source, source) for source in sources)]

    def narrowed(self) -> OrderFilters:
        """As the query takes them."""
        return OrderFilters(
            words=self.chosen("q") or "",
            progress=self.chosen("progress") or "",
            payment=self.chosen("payment") or "",
            source=self.chosen("source") or "",
            placed_from=self.start_of("placed_from"),
            placed_until=self.end_of("placed_until"),
        )
