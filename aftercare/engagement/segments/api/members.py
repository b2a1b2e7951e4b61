"""Who is in a segment, which segments a customer is in, and who is on a list."""

from ninja import Router

from aftercare.commerce.customers.queries import customer_by_public_id, person_ids, surviving
from aftercare.engagement.segments.actions import put_on_list, take_off_list
from aftercare.engagement.segments.api.shapes import (
    CalledMany,
    ListedOut,
    MemberOut,
    MembershipOut,
    member_out,
)
from aftercare.engagement.segments.models import Segment
from aftercare.engagement.segments.people import Called, find_called
from aftercare.engagement.segments.queries import members_for_list, segment_by_public_id, segments_of
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Segments"])
_NAMED = {"customers": [{"email": "sam@example.com"}, {"customer": "cus_2y2k6wp8r3c0ft9e"}]}


@router.get("/segments/{segment}/members", response=Listed[MemberOut])
@api_edge(Permission.SEGMENTS_READ)
def list_members(request: ApiRequest, segment: PublicId, cursor: Cursor = "", limit: Limit = 50) -> Listed[MemberOut]:
    """Who is in it, the latest first."""
    found = members_for_list(segment=segment_by_public_id(public_id=segment), after=cursor, limit=limit)
    return Listed(items=[member_out(one) for one in found.rows], next=found.following)


@router.post("/lists/{list_id}/members", response=ListedOut, openapi_extra=example_body(_NAMED))
@api_edge(Permission.SEGMENTS_WRITE)
@idempotent
def put_customers_on_list(request: ApiRequest, list_id: PublicId, body: CalledMany) -> ListedOut:
    """Put customers on a list, up to 500 at once. Who is on it already stays; who is not known is answered by place."""
    found, ids = _found(request, list_id, body)
    put = put_on_list(segment=found, customer_ids=[one for one in ids if one], now=clock.now())
    return _answer(put, ids)


@router.post("/lists/{list_id}/members/remove", response=ListedOut, openapi_extra=example_body(_NAMED))
@api_edge(Permission.SEGMENTS_WRITE)
@idempotent
def take_customers_off_list(request: ApiRequest, list_id: PublicId, body: CalledMany) -> ListedOut:
    """Take customers off a list, up to 500 at once."""
    found, ids = _found(request, list_id, body)
    taken = take_off_list(segment=found, customer_ids=[one for one in ids if one], now=clock.now())
    return _answer(taken, ids)


@router.get("/customers/{customer}/segments", response=Listed[MembershipOut])
@api_edge(Permission.SEGMENTS_READ)
def list_segments_of_customer(request: ApiRequest, customer: PublicId) -> Listed[MembershipOut]:
    """The segments and lists a customer is in, by name; of one who was merged, those of whom they live on as."""
    person = surviving(customer=customer_by_public_id(public_id=customer))
    found = segments_of(customer_ids=person_ids(customer=person))
    return Listed(
        items=[
            MembershipOut(segment=one.segment.public_id, name=one.segment.name, since=one.since) for one in found
        ]
    )  # fmt: skip


def _found(request: ApiRequest, list_id: str, body: CalledMany) -> tuple[Segment, list[int | None]]:
    called = [Called(one.email, one.phone, one.customer) for one in body.customers]
    return segment_by_public_id(public_id=list_id), find_called(store=request.store, called=called)


def _answer(changed: int, ids: list[int | None]) -> ListedOut:
    return ListedOut(changed=changed, unknown=[place for place, row_id in enumerate(ids) if row_id is None])
