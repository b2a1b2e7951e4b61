"""Programs that let customers and orders into journeys."""

from typing import Annotated, Any

from ninja.responses import Status
from pydantic import Field

from aftercare.commerce.customers.queries import customer_by_public_id
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.engagement.journeys.actions.call import Call, let_in
from aftercare.engagement.journeys.api.router import router
from aftercare.engagement.journeys.api.shapes import EnrolmentOut, enrolments_out
from aftercare.engagement.journeys.overview import journey_by_public_id
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.schema import Free, Incoming, Short, Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.parameters import PublicId

_EXAMPLE = {"key": "warranty-5512", "order": "ord_7d0xk2m9qv4t8r1n", "data": {"months": 24}}


class CallIn(Incoming):
    """Whom to let in, and about what."""

    key: Annotated[
        Text, Field(min_length=1, max_length=70, description="Your name for it: the same again lets nobody in twice.")
    ]
    customer: Annotated[Short, Field(description="The customer's id here; not needed where an order is named.")] = ""
    order: Annotated[Short, Field(description="The order's id here.")] = ""
    data: Annotated[Free, Field(description="What conditions and messages of the journey may use.")] = {}


@router.post(
    "/journeys/{journey}/enrolments", response={200: EnrolmentOut, 201: EnrolmentOut},
    openapi_extra=example_body(_EXAMPLE),
)  # fmt: skip
@api_edge(Permission.JOURNEYS_WRITE)
@idempotent
def let_into_journey(request: ApiRequest, journey: PublicId, body: CallIn) -> Any:
    """Let a customer or an order into a journey that begins when a program says so. 200: they are in already."""
    found = journey_by_public_id(public_id=journey)
    if not body.customer and not body.order:
        raise Invalid("Name a customer or an order.", field="customer")
    call = Call(
        key=body.key, data=body.data,
        customer=customer_by_public_id(public_id=body.customer) if body.customer else None,
        order=order_by_public_id(public_id=body.order) if body.order else None,
    )  # fmt: skip
    enrolment, is_new = let_in(journey=found, call=call, now=clock.now())
    return Status(201 if is_new else 200, enrolments_out([enrolment])[0])
