"""The evidence pack by the API."""

from django.http import HttpResponse
from ninja import Router

from aftercare.care.protection.evidence import gather, pack_zip
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Protection"])
_ZIP = {"type": "string", "format": "binary"}
_ANSWER = {"responses": {200: {"description": "A ZIP.", "content": {"application/zip": {"schema": _ZIP}}}}}


@router.get("/orders/{order}/evidence", openapi_extra=_ANSWER)
@api_edge(Permission.ORDERS_READ)
def read_evidence(request: ApiRequest, order: PublicId) -> HttpResponse:
    """All that is known of an order in one ZIP: a PDF, and the raw pieces. The same data make the same bytes."""
    pack = gather(order=order_by_public_id(public_id=order), store=request.store)
    response = HttpResponse(pack_zip(pack), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{pack.name}.zip"'
    return response
