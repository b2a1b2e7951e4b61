"""Finding customers and what belongs to them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from aftercare.commerce.customers.models import Consent, Customer, Identity, Merge
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.kit.schema import normal_email

_SURVIVORS = """
    WITH RECURSIVE chain AS (
        SELECT id AS start, merged_into_id AS id FROM customers_customer
        WHERE store_id = %s AND id = ANY(%s) AND merged_into_id IS NOT NULL
        UNION
        SELECT chain.start, c.merged_into_id FROM chain JOIN customers_customer c ON c.id = chain.id
        WHERE c.merged_into_id IS NOT NULL
    )
    SELECT start, chain.id FROM chain JOIN customers_customer c ON c.id = chain.id WHERE c.merged_into_id IS NULL
"""


@dataclass(frozen=True, slots=True)
class CustomerFilters:
    """What a list of customers is narrowed to; empty means all."""

    words: str = ""
    country: str = ""


def customer_by_public_id(*, public_id: str) -> Customer:
    """The customer, also one that was merged into another; raises NotFound."""
    customer = Customer.objects.filter(public_id=public_id).first()
    if customer is None:
        raise NotFound("There is no such customer.", field="customer")
    return customer


def customer_of_source(*, source: str, external_id: str) -> Customer:
    """Whose account at a source this is; raises NotFound."""
    account = Identity.objects.filter(kind=Identity.Kind.ACCOUNT, source=source, value=external_id)
    found = account.select_related("customer").first()
    if found is None:
        raise NotFound("There is no such customer.", field="customer")
    return found.customer


def customers_for_list(*, filters: CustomerFilters, after: str = "", limit: int = 50) -> Page[Customer]:
    """A page of those who were not merged into another, the latest first. One query."""
    found = Customer.objects.present().matching(filters.words)
    if filters.country:
        found = found.filter(country=filters.country.upper())
    return page(found, by="created_at", after=after, limit=limit)


def survivors(*, store_id: int, ids: Iterable[int]) -> dict[int, int]:
    """For each customer id the id it lives on under: its own, or the end of its chain of merges."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = fetch(_SURVIVORS, [store_id, list(wanted)])
    ends = dict(rows)
    return {customer_id: ends.get(customer_id, customer_id) for customer_id in wanted}


def surviving(*, customer: Customer) -> Customer:
    """The customer as whom this one lives on: itself, unless it was merged into another."""
    if customer.merged_into_id is None:
        return customer
    return Customer.objects.get(pk=survivors(store_id=customer.store_id, ids=[customer.pk])[customer.pk])


def public_ids_of_customers(*, ids: Collection[int]) -> dict[int, str]:
    """Public ids by row id."""
    return dict(Customer.objects.filter(pk__in=ids).values_list("pk", "public_id"))


def person_ids(*, customer: Customer) -> list[int]:
    """The customer's id and those of everybody merged into them: whose orders and events are theirs."""
    rows = fetch(
        "WITH RECURSIVE person AS (SELECT %s::bigint AS id"
        " UNION SELECT c.id FROM person JOIN customers_customer c ON c.merged_into_id = person.id AND c.store_id = %s)"
        " SELECT id FROM person ORDER BY id",
        [customer.pk, customer.store_id],
    )
    return [row[0] for row in rows]


def consents_of(*, customer: Customer) -> list[Consent]:
    """What the customer last said about each purpose and channel."""
    return list(Consent.objects.filter(customer=customer).order_by("purpose", "channel"))


def identities_of(*, customer: Customer) -> list[Identity]:
    """Every way to recognise the customer, accounts first."""
    return list(Identity.objects.filter(customer=customer).order_by("kind", "added_at", "id"))


def email_addresses_of(*, customer_ids: Iterable[int]) -> dict[int, list[str]]:
    """Every e-mail address of several customers, as compared, by customer id. One query."""
    addresses: dict[int, list[str]] = {}
    found = Identity.objects.filter(customer_id__in=list(customer_ids), kind=Identity.Kind.EMAIL)
    for customer_id, address in found.values_list("customer_id", "value"):
        addresses.setdefault(customer_id, []).append(address)
    return addresses


def merges_of(*, customer: Customer) -> list[Merge]:
    """The merges that still hold in which the customer took somebody in, latest first."""
    found = Merge.objects.filter(survivor=customer, undone_at=None).select_related("absorbed")
    return list(found.order_by("-merged_at", "-id"))


def customer_by_email(*, email: str) -> Customer | None:
    """Who this e-mail address belongs to."""
    identity = Identity.objects.filter(kind=Identity.Kind.EMAIL, source="", value=normal_email(email))
    found = identity.select_related("customer").first()
    return found.customer if found else None
