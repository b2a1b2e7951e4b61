"""The console's pages about orders."""

from collections.abc import Iterator, Sequence

from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.orders.forms import OrderListFilters
from aftercare.commerce.orders.links import order_page_url
from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.overview import order_detail
from aftercare.commerce.orders.queries import EVERY, orders_for_list
from aftercare.commerce.orders.troubles import in_trouble
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.money import Money
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.csv_export import ROWS_AT_ONCE, Chunk, csv_response
from aftercare.foundation.web.listing import Column, View, address, cursor_of, listing, sorting
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.panels import render_panels
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.timelines import order_timeline

_COLUMNS = (
    Column(_("Order")),
    Column(_("Customer")),
    Column(_("Progress")),
    Column(_("Payment")),
    Column(_("Placed"), sort="placed_at"),
    Column(_("Total"), sort="total", number=True),
)
_VIEWS = (
    View(_("All")),
    View(_("To pack"), {"progress": "placed"}),
    View(_("On its way"), {"progress": "on_its_way"}),
    View(_("Has a problem"), {"trouble": "any"}),
)
_CSV = (
    "number", "id", "source", "external_id", "placed_at", "progress", "payment", "customer", "email", "currency",
    "total", "refunded", "delivered_at", "cancelled_at", "promised_by",
)  # fmt: skip
_SORTS = ("placed_at", "total")


@staff_page(Permission.ORDERS_READ)
def orders(request: StaffRequest) -> HttpResponse:
    """All orders, narrowed and sorted as the address says."""
    filters = OrderListFilters(request)
    sort = sorting(request, allowed=_SORTS, default="-placed_at")
    found = orders_for_list(
        filters=filters.narrowed(), among=_among(filters, request.store), by=sort.by, ascending=sort.ascending,
        after=cursor_of(request),
    )  # fmt: skip
    context = {
        "listing": listing(request, filters=filters, page=found, columns=_COLUMNS, sort=sort, views=_VIEWS),
        "export_url": reverse("orders_csv", args=[request.store.slug]) + address(request).removeprefix(request.path),
    }
    return render(request, "orders/console/orders.html", context)


@staff_page(Permission.ORDERS_READ)
def orders_csv(request: StaffRequest) -> HttpResponseBase:
    """The same orders as a file, all of them, the latest first."""
    store, filters = request.store, OrderListFilters(request)
    narrowed = filters.narrowed()

    def read(cursor: str) -> Chunk:
        # Built within the scope that is open while this chunk is read.
        among = _among(filters, store)
        found = orders_for_list(filters=narrowed, among=among, after=cursor, limit=ROWS_AT_ONCE)
        return Chunk(_cells(found.rows), found.following)

    return csv_response(name=f"orders-{store.slug}", store_id=store.pk, header=_CSV, read=read)


@staff_page(Permission.ORDERS_READ)
def order(request: StaffRequest, public_id: str) -> HttpResponse:
    """One order: what was bought, how it reaches the customer, what was said about it, and all that happened."""
    detail = order_detail(public_id=public_id)
    context = {
        "detail": detail,
        "order": detail.order,
        "main_panels": render_panels(place="console.order.main", about=detail, request=request),
        "side_panels": render_panels(place="console.order.side", about=detail, request=request),
        "portal_url": _portal_url(request.store, detail.order),
        **order_timeline(request, detail.order.pk),
    }
    return render(request, "orders/console/order.html", context)


def _among(filters: OrderListFilters, store: Store) -> Q:
    trouble = filters.chosen("trouble")
    return in_trouble(trouble, store=store, now=clock.now()) if trouble else EVERY


def _portal_url(store: Store, shown: Order) -> str:
    return order_page_url(store_slug=store.slug, store_id=store.pk, order_public_id=shown.public_id)


def _cells(rows: Sequence[Order]) -> Iterator[list[object]]:
    for row in rows:
        total, refunded = Money(row.total, row.currency), Money(row.refunded, row.currency)
        times = [moment and moment.isoformat() for moment in (row.delivered_at, row.cancelled_at, row.promised_by)]
        yield [
            row.number, row.public_id, row.source, row.external_id, row.placed_at.isoformat(), row.progress,
            row.payment, str(row.customer or ""), row.email, row.currency, total.decimal(), refunded.decimal(), *times,
        ]  # fmt: skip


urlpatterns = [
    path("orders/", orders, name="orders"),
    path("orders/export.csv", orders_csv, name="orders_csv"),
    path("orders/<str:public_id>/", order, name="order"),
]

register_entry(
    Entry(
        group="Orders",
        position=10,
        label=_("Orders"),
        icon="shopping-bag",
        url_name="orders",
        permission=Permission.ORDERS_READ,
    )
)
