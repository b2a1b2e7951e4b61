"""What customers show on console pages that are not their own: the search finds them."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy

from aftercare.commerce.customers.queries import CustomerFilters, customers_for_list
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.search import Hit, Searchable, register_search


def _find(store: Store, words: str, limit: int) -> Sequence[Hit]:
    found = customers_for_list(filters=CustomerFilters(words=words), limit=limit)
    return [
        Hit(url=reverse("customer", args=[store.slug, customer.public_id]), title=str(customer), text=customer.email)
        for customer in found.rows
    ]


register_search(
    Searchable(20, gettext_lazy("Customers"), icon="users", permission=Permission.CUSTOMERS_READ, find=_find)
)
