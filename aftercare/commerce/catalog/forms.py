"""What the list of products is narrowed to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.catalog.models import Product
from aftercare.commerce.catalog.overview import ProductFilters
from aftercare.foundation.web.listing import Filters


class ProductListFilters(Filters):
    """Products by kind, and whether the shop still lists them."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Product.Kind.choices], required=False)
    archived = forms.ChoiceField(
        label=_("In the shop"),
        choices=[("", _("All")), ("no", _("Listed")), ("yes", _("Archived"))],
        required=False,
    )

    def narrowed(self) -> ProductFilters:
        """As the query takes them."""
        return ProductFilters(
            words=self.chosen("q") or "",
            kind=self.chosen("kind") or "",
            archived={"yes": True, "no": False}.get(self.chosen("archived") or ""),
        )
