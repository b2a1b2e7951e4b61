"""Who bought, as far as an order tells; and what is doubtful about an order that is taken in all the same."""

from collections.abc import Iterable
from typing import NamedTuple

from aftercare.commerce.customers.schemas import AddressIn, CustomerIn
from aftercare.commerce.orders.policy.states import OrderState
from aftercare.commerce.orders.policy.versions import adds_up
from aftercare.commerce.orders.schemas import OrderIn


class Buyer(NamedTuple):
    """The customer of an order; `hearsay` where the shop told of an order only, not of a customer."""

    customer: CustomerIn
    hearsay: bool


class Doubt(NamedTuple):
    """What to wonder about, with a code that groups such doubts."""

    code: str
    sentence: str
    field: str


def buyer_of(order: OrderIn) -> Buyer | None:
    """The customer as told, completed by the order's own e-mail and phone; a guest by those alone; else nobody."""
    told = order.customer
    if told and (told.id or told.email or told.phone):
        email, phone = told.email or order.email, told.phone or order.phone
        if (email, phone) != (told.email, told.phone):
            told = told.model_copy(update={"email": email, "phone": phone})
        return Buyer(told, hearsay=False)
    if order.email is None and order.phone is None:
        return None
    address = _address_of_buyer(order)
    guest = CustomerIn.model_construct(
        email=order.email,
        phone=order.phone,
        name=(told.name if told else "") or (address.recipient[:200] if address else ""),
        locale=order.locale,
        country=address.country if address else None,
    )
    return Buyer(guest, hearsay=True)


def _address_of_buyer(order: OrderIn) -> AddressIn | None:
    """A gift goes to somebody else's address."""
    return order.billing_address or (None if order.gift else order.shipping_address)


def doubts(order: OrderIn, version: OrderState, *, has_buyer: bool) -> Iterable[Doubt]:
    """What an attentive clerk would ask the shop about."""
    if not has_buyer:
        sentence = "Without customer, e-mail and phone nobody can be told about this order."
        yield Doubt("no_customer", sentence, "email")
    if not adds_up(version):
        sentence = "The total does not follow from lines, shipping, discount and tax."
        yield Doubt("total_does_not_add_up", sentence, "total")
    for index, fulfilment in enumerate(order.fulfilments):
        if fulfilment.status_at is None and fulfilment.status != "open":
            sentence = f"When it became '{fulfilment.status}' is not said; taken as " + (
                "the order's updated_at." if order.updated_at else "now."
            )
            yield Doubt("status_time_missing", sentence, f"fulfilments[{index}].status_at")
