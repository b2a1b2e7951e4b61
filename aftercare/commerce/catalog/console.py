"""The console's pages about products."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.catalog.forms import ProductListFilters
from aftercare.commerce.catalog.overview import product_detail, products_in_list
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, View, cursor_of, listing
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.panels import render_panels
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_COLUMNS = (
    Column(_("Product")),
    Column(_("Kind")),
    Column(_("Category")),
    Column(_("Variants"), number=True),
    Column(_("Warranty"), number=True),
    Column(_("Added")),
)
_VIEWS = (View(_("All")), View(_("Listed"), {"archived": "no"}), View(_("Archived"), {"archived": "yes"}))


@staff_page(Permission.CATALOG_READ)
def products(request: StaffRequest) -> HttpResponse:
    """What the shop sells, the latest first."""
    filters = ProductListFilters(request)
    found = products_in_list(filters=filters.narrowed(), after=cursor_of(request))
    context = {"listing": listing(request, filters=filters, page=found, columns=_COLUMNS, views=_VIEWS)}
    return render(request, "catalog/console/products.html", context)


@staff_page(Permission.CATALOG_READ)
def product(request: StaffRequest, public_id: str) -> HttpResponse:
    """One product with its variants, relations, and what else is known of it."""
    detail = product_detail(public_id=public_id)
    context = {
        "detail": detail,
        "product": detail.product,
        "panels": render_panels(place="console.product.side", about=detail, request=request),
    }
    return render(request, "catalog/console/product.html", context)


urlpatterns = [
    path("products/", products, name="products"),
    path("products/<str:public_id>/", product, name="product"),
]

register_entry(
    Entry(
        group="Orders",
        position=40,
        label=_("Products"),
        icon="tag",
        url_name="products",
        permission=Permission.CATALOG_READ,
    )
)
