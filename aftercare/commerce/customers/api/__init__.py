"""The API of customers: who they are, what they agreed to, and who turned out to be the same person."""

from typing import Annotated

from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from aftercare.commerce.customers.actions import (
    ConsentStatement,
    merge_customers,
    record_consents,
    record_customers,
    unmerge,
)
from aftercare.commerce.customers.api.examples import CONSENT, CUSTOMER, CUSTOMERS, MERGE
from aftercare.commerce.customers.api.shapes import CustomerOut, MergeIn, PersonOut, customer_out, person_out
from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.people import person
from aftercare.commerce.customers.queries import (
    CustomerFilters,
    customer_by_public_id,
    customer_of_source,
    customers_for_list,
    merges_of,
    public_ids_of_customers,
    surviving,
)
from aftercare.commerce.customers.schemas import ConsentIn, CustomerIn
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.kit.intake import Outcome
from aftercare.foundation.kit.schema import Country, Incoming, Short
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.batches import Batch, BatchResult, Source, batch_result, only, read_batch
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import ExternalId, PublicId, SourceName, check_same_id
from aftercare.foundation.web.preconditions import if_unchanged

router = Router(tags=["Customers"])


class CustomerBatch(Incoming):
    """Customers of one source."""

    source: Source
    customers: Batch[CustomerIn]


class CustomerQuery(BaseModel):
    """What to narrow the list to."""

    q: Annotated[Short, Field(description="Words of the name, e-mail address or phone number.")] = ""
    country: Country | None = None


def _of_source(source: str, external_id: str) -> PersonOut:
    return person_out(person(public_id=customer_of_source(source=source, external_id=external_id).public_id))


@router.post("/customers", response=BatchResult, openapi_extra=example_body(CUSTOMERS))
@api_edge(Permission.CUSTOMERS_WRITE)
@idempotent
def record_many_customers(request: ApiRequest, body: CustomerBatch) -> BatchResult:
    """Up to 500 customers as your shop knows them, each with an answer of its own.

    A customer is found by your id, else by e-mail address, else by phone number, so each person is here once.
    """
    batch = read_batch(CustomerIn, body.customers, name="customers")
    intake = record_customers(store_id=request.store.pk, source=body.source, customers=batch.things, now=clock.now())
    return batch_result(batch, intake, public_ids=public_ids_of_customers)


@router.put(
    "/customers/from/{source}/{path:external_id}",
    response={200: PersonOut, 201: PersonOut},
    openapi_extra=example_body(CUSTOMER),
)
@api_edge(Permission.CUSTOMERS_WRITE)
@idempotent
@if_unchanged(_of_source)
def record_customer(
    request: ApiRequest, source: SourceName, external_id: ExternalId, body: CustomerIn
) -> Status[PersonOut]:
    """One customer as your shop knows them: created (201), changed, or left as they are."""
    check_same_id(address=external_id, body=body.id)
    outcome = only(record_customers(store_id=request.store.pk, source=source, customers=[body], now=clock.now()))
    return Status(201 if outcome is Outcome.CREATED else 200, _of_source(source, external_id))


@router.get("/customers", response=Listed[CustomerOut])
@api_edge(Permission.CUSTOMERS_READ)
def list_customers(
    request: ApiRequest, query: Query[CustomerQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[CustomerOut]:
    """Customers, the latest first, without those who were merged into another."""
    filters = CustomerFilters(words=query.q, country=query.country or "")
    found = customers_for_list(filters=filters, after=cursor, limit=limit)
    return Listed(items=[customer_out(customer) for customer in found.rows], next=found.following)


@router.get("/customers/from/{source}/{path:external_id}", response=PersonOut)
@api_edge(Permission.CUSTOMERS_READ)
def read_customer_by_own_id(request: ApiRequest, source: SourceName, external_id: ExternalId) -> PersonOut:
    """A customer by your own id; if they were merged, who they live on as."""
    return _of_source(source, external_id)


@router.get("/customers/{customer}", response=PersonOut)
@api_edge(Permission.CUSTOMERS_READ)
def read_customer(request: ApiRequest, customer: PublicId) -> PersonOut:
    """A customer with identities, consents and merges."""
    return person_out(person(public_id=customer))


@router.post("/customers/{customer}/consents", response=PersonOut, openapi_extra=example_body(CONSENT))
@api_edge(Permission.CUSTOMERS_WRITE)
@idempotent
def record_consent(request: ApiRequest, customer: PublicId, body: ConsentIn) -> PersonOut:
    """What the customer said about a purpose and channel, with the words as its proof. The latest word holds."""
    speaker = surviving(customer=customer_by_public_id(public_id=customer))
    statement = ConsentStatement(speaker.pk, body, by=request.who)
    record_consents(store_id=request.store.pk, statements=[statement], now=clock.now())
    return person_out(person(public_id=speaker.public_id))


@router.post("/customers/{customer}/merge", response=PersonOut, openapi_extra=example_body(MERGE))
@api_edge(Permission.CUSTOMERS_WRITE)
@idempotent
def merge_customer(request: ApiRequest, customer: PublicId, body: MergeIn) -> PersonOut:
    """Let another customer live on as this one. It can be undone."""
    survivor = customer_by_public_id(public_id=customer)
    merge_customers(survivor=survivor, absorbed=_absorbed(body), by=request.who, now=clock.now())
    return person_out(person(public_id=customer))


@router.post("/customers/{customer}/unmerge", response=PersonOut, openapi_extra=example_body(MERGE))
@api_edge(Permission.CUSTOMERS_WRITE)
@idempotent
def unmerge_customer(request: ApiRequest, customer: PublicId, body: MergeIn) -> PersonOut:
    """Let the two be two again, each with what was theirs."""
    survivor = customer_by_public_id(public_id=customer)
    merge = next((one for one in merges_of(customer=survivor) if one.absorbed.public_id == body.absorbed), None)
    if merge is None:
        raise NotFound("This customer absorbed no such customer.", field="absorbed")
    unmerge(merge=merge, by=request.who, now=clock.now())
    return person_out(person(public_id=customer))


def _absorbed(body: MergeIn) -> Customer:
    try:
        return customer_by_public_id(public_id=body.absorbed)
    except NotFound as refusal:
        raise NotFound(refusal.sentence, field="absorbed") from None
