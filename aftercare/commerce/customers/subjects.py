"""Customers as what events are about."""

from aftercare.commerce.customers.queries import customer_by_public_id, person_ids, public_ids_of_customers
from aftercare.foundation.events.subjects import Followed, register_subject


def _rows(public_id: str) -> list[int]:
    """Whom the customer absorbed counts too."""
    return person_ids(customer=customer_by_public_id(public_id=public_id))


register_subject(
    Followed(prefix="cus", name="customer", key="customer_id", public_ids=public_ids_of_customers, rows=_rows)
)
