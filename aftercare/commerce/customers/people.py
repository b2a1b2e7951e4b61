"""A person as their page shows them: one customer and whoever was merged into them."""

from dataclasses import dataclass

from aftercare.commerce.customers.models import Consent, Customer, Identity, Merge
from aftercare.commerce.customers.queries import (
    CustomerFilters,
    consents_of,
    customer_by_public_id,
    customers_for_list,
    identities_of,
    merges_of,
    person_ids,
)
from aftercare.foundation.kit.errors import NotFound

CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Person:
    """`ids` are the row ids of the customer and of everybody merged into them: whose orders and events are theirs."""

    customer: Customer
    ids: list[int]
    identities: list[Identity]
    consents: list[Consent]
    merges: list[Merge]


def person(*, public_id: str) -> Person:
    """The person of a customer id; raises NotFound. Six queries."""
    customer = customer_by_public_id(public_id=public_id)
    return Person(
        customer=customer,
        ids=person_ids(customer=customer),
        identities=identities_of(customer=customer),
        consents=consents_of(customer=customer),
        merges=merges_of(customer=customer),
    )


def merge_candidates(*, customer: Customer, words: str) -> list[Customer]:
    """Customers that these words find and that the customer could be merged with."""
    found = customers_for_list(filters=CustomerFilters(words=words), limit=CANDIDATES + 1)
    return [other for other in found.rows if other.pk != customer.pk][:CANDIDATES]


def merge_of(*, customer: Customer, row_id: int) -> Merge:
    """One of the customer's merges that still hold; raises NotFound."""
    found = next((merge for merge in merges_of(customer=customer) if merge.pk == row_id), None)
    if found is None:
        raise NotFound("This merge is not there, or has been undone.", field="merge")
    return found
