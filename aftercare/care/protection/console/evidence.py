"""The evidence pack of an order, as a download."""

from django.http import HttpResponse
from django.urls import path

from aftercare.care.protection.evidence import gather, pack_zip
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page


@staff_page(Permission.ORDERS_READ)
def evidence(request: StaffRequest, public_id: str) -> HttpResponse:
    """All that is known of an order, in one ZIP."""
    pack = gather(order=order_by_public_id(public_id=public_id), store=request.store)
    response = HttpResponse(pack_zip(pack), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{pack.name}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


urlpatterns = [path("orders/<str:public_id>/evidence/", evidence, name="evidence")]
