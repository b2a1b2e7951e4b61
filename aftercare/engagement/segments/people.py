"""Finding customers by what a list calls them."""

from collections.abc import Sequence
from typing import NamedTuple

from aftercare.commerce.customers.models import Customer, Identity
from aftercare.commerce.customers.policy import phone_number
from aftercare.foundation.kit.schema import normal_email
from aftercare.foundation.stores.models import Store


class Called(NamedTuple):
    """What a row says of a customer; whatever it leaves out is empty. `customer` is our id, or theirs at any source."""

    email: str = ""
    phone: str = ""
    customer: str = ""

    @property
    def is_anybody(self) -> bool:
        return any(self)


def find_called(*, store: Store, called: Sequence[Called]) -> list[int | None]:
    """The row id of each, None where nobody is called so; the surest word first. Two queries, whatever their number."""
    wanted = {key for one in called for key in _keys(one, store)}
    values = {value for _kind, value in wanted}
    ids = dict(Customer.objects.filter(public_id__in={one.customer for one in called}).values_list("public_id", "pk"))
    owners: dict[tuple[str, str], int] = {}
    found = Identity.objects.filter(kind__in={kind for kind, _value in wanted}, value__in=values)
    for kind, value, owner in found.order_by("-pk").values_list("kind", "value", "customer_id"):
        owners[kind, value] = owner
    return [
        ids.get(one.customer) or next((owners[key] for key in _keys(one, store) if key in owners), None)
        for one in called
    ]  # fmt: skip


def _keys(one: Called, store: Store) -> list[tuple[str, str]]:
    keys = [(Identity.Kind.ACCOUNT.value, one.customer)] if one.customer else []
    if one.email:
        keys.append((Identity.Kind.EMAIL.value, normal_email(one.email)))
    phone = phone_number(one.phone, store.country) if one.phone else ""
    return [*keys, (Identity.Kind.PHONE.value, phone)] if phone else keys
