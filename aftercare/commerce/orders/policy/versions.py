"""Reading a version of an order: what the shop sent, checked and as states. Nothing is looked up here."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from aftercare.commerce.catalog.policy import Article, Articles
from aftercare.commerce.customers.policy import folded, phone_number
from aftercare.commerce.customers.schemas import AddressIn
from aftercare.commerce.orders.errors import (
    AmbiguousRest,
    AmountTooLarge,
    DuplicateId,
    MoreThanOrdered,
    RefundsExceedTotal,
    UnknownLine,
)
from aftercare.commerce.orders.policy.fulfilling import NOT_CARRYING
from aftercare.commerce.orders.policy.states import FulfilmentState, Header, LineState, OrderState, RefundState
from aftercare.commerce.orders.schemas import FulfilmentIn, LineIn, OrderIn
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.money import Money, exponent, minor_units

_LARGEST = 2**63 - 1
PAID = frozenset({"paid", "partially_refunded", "refunded"})


def read_version(order: OrderIn, *, articles: Articles, home: str, now: datetime) -> OrderState:
    """The order as this version has it; raises Invalid naming the field that cannot be true.

    `home` is the store's country, in which national phone numbers are read.
    """
    currency = order.currency
    lines = _lines(order, articles)
    carried = _carried(order, lines) if order.fulfilments else {}
    return OrderState(
        header=_header(order, lines, home),
        lines=lines,
        fulfilments=_fulfilments(order, now) if order.fulfilments else {},
        carried=carried,
        refunds=_refunds(order, currency) if order.refunds else {},
    )


def amount(value: Decimal, currency: str, name: str) -> int:
    """Minor units; raises Invalid naming the field."""
    if not value:
        return 0
    shifted = value.scaleb(exponent(currency))
    units = int(shifted)
    return units if units == shifted else minor_units(value, currency, field=name)


def adds_up(state: OrderState) -> bool:
    """Whether the total follows from the parts, with tax included or on top and the lines' discounts counted or not.

    Shops differ in all of these, so the total is trusted; this only tells whether to wonder.
    """
    header = state.header
    of_lines = sum([line.total for line in state.lines.values()])
    on_lines = sum([line.discount for line in state.lines.values()])
    base = of_lines + header.shipping - header.total
    for discount in {0, header.discount, header.discount - on_lines}:
        for tax in (0, header.tax):
            if abs(base - discount + tax) <= max(1, len(state.lines)):
                return True
    return not state.lines


def _header(order: OrderIn, lines: Mapping[str, LineState], home: str) -> Header:
    currency = order.currency
    shipping_address, billing_address = order.shipping_address, order.billing_address
    country = (shipping_address and shipping_address.country) or (billing_address and billing_address.country) or home
    email = order.email or (order.customer.email if order.customer else None) or ""
    return Header(
        number=order.number,
        email=email,
        phone=phone_number(order.phone, country) if order.phone else "",
        locale=order.locale,
        placed_at=order.placed_at,
        payment=order.payment,
        cancelled_at=order.cancelled_at,
        cancel_reason=order.cancel_reason,
        promised_by=order.promised_by,
        currency=currency,
        subtotal=_subtotal(order, lines),
        shipping=amount(order.shipping, currency, "shipping"),
        discount=amount(order.discount, currency, "discount"),
        tax=amount(order.tax, currency, "tax"),
        total=amount(order.total, currency, "total"),
        shipping_address=_parts_of(shipping_address),
        billing_address=_parts_of(billing_address),
        gift=order.gift.model_dump(exclude_defaults=True) if order.gift else {},
        po_number=order.po_number,
        note=order.note,
        tags=list(order.tags),
        search=_search(order, email),
        version_at=order.updated_at,
        paid_at=order.placed_at if order.payment in PAID else None,
    )


def _subtotal(order: OrderIn, lines: Mapping[str, LineState]) -> int:
    if order.subtotal is not None:
        return amount(order.subtotal, order.currency, "subtotal")
    return min(sum([line.total for line in lines.values()]), _LARGEST)


def _parts_of(address: AddressIn | None) -> Mapping[str, Any]:
    return {name: part for name, part in vars(address).items() if part} if address else {}


def _search(order: OrderIn, email: str) -> str:
    words = [order.number, email, order.customer.name if order.customer else "", order.po_number]
    for address in (order.shipping_address, order.billing_address):
        if address:
            words += [address.recipient, address.company, address.street, address.postcode, address.city]
    if order.gift:
        words.append(order.gift.recipient)
    return folded(" ".join(dict.fromkeys([word for word in words if word])))


def _lines(order: OrderIn, articles: Articles) -> dict[str, LineState]:
    lines: dict[str, LineState] = {}
    for index, line in enumerate(order.lines):
        if line.id in lines:
            raise DuplicateId(f"lines[{index}].id", line.id)
        lines[line.id] = _line(
            line, index, order.currency, articles.find(product=line.product, variant=line.variant, sku=line.sku)
        )
    return lines


def _line(line: LineIn, index: int, currency: str, article: Article | None) -> LineState:
    quantity = line.quantity
    for name in ("cancelled_quantity", "refunded_quantity"):
        given = getattr(line, name)
        if given > quantity:
            raise MoreThanOrdered(f"lines[{index}].{name}", given=given, at_most=quantity)
    unit_price = amount(line.unit_price, currency, f"lines[{index}].unit_price")
    discount = amount(line.discount, currency, f"lines[{index}].discount")
    total = unit_price * quantity - discount
    if total < 0:
        raise Invalid(
            "The discount is more than price times quantity.",
            field=f"lines[{index}].discount",
            remedy="Give the line's own discount; the order's belongs in discount.",
        )
    if total > _LARGEST:
        raise AmountTooLarge(f"lines[{index}].unit_price")
    return LineState(
        external_id=line.id,
        product_external_id=line.product or "",
        variant_external_id=line.variant or "",
        product_id=article.product_id if article else None,
        variant_id=article.variant_id if article else None,
        kind=line.kind or (article.kind if article else "goods"),
        sku=line.sku,
        title=line.title,
        variant_title=line.variant_title,
        image_url=line.image_url,
        quantity=quantity,
        cancelled_quantity=line.cancelled_quantity,
        refunded_quantity=line.refunded_quantity,
        unit_price=unit_price,
        discount=discount,
        tax=amount(line.tax, currency, f"lines[{index}].tax"),
        total=total,
        batch=line.batch.strip(),
        serials=" ".join(line.serials.split()),
    )


def _fulfilments(order: OrderIn, now: datetime) -> dict[str, FulfilmentState]:
    fulfilments: dict[str, FulfilmentState] = {}
    for index, told in enumerate(order.fulfilments):
        if told.id in fulfilments:
            raise DuplicateId(f"fulfilments[{index}].id", told.id)
        unsaid = order.placed_at if told.status == "open" else order.updated_at or now
        fulfilments[told.id] = FulfilmentState(
            external_id=told.id,
            kind=told.kind,
            status=told.status,
            status_at=told.status_at or unsaid,
            scheduled_from=told.scheduled_from,
            scheduled_until=told.scheduled_until,
            location=_parts_of(told.location),
        )
    return fulfilments


def _carried(order: OrderIn, lines: Mapping[str, LineState]) -> dict[str, dict[str, int]]:
    """What each fulfilment carries; the one that does not say so carries the rest."""
    carried: dict[str, dict[str, int]] = {}
    left = {key: line.wanted for key, line in lines.items()}
    takes_rest = None
    for index, told in enumerate(order.fulfilments):
        if told.lines:
            carried[told.id] = _named_lines(told, index, lines, left)
        elif told.status in NOT_CARRYING:
            carried[told.id] = {}
        elif takes_rest is not None:
            raise AmbiguousRest(f"fulfilments[{index}].lines")
        else:
            takes_rest = told.id
    if takes_rest is not None:
        carried[takes_rest] = {key: quantity for key, quantity in left.items() if quantity > 0}
    return carried


def _named_lines(
    told: FulfilmentIn, index: int, lines: Mapping[str, LineState], left: dict[str, int]
) -> dict[str, int]:
    named: dict[str, int] = {}
    for place, item in enumerate(told.lines):
        name = f"fulfilments[{index}].lines[{place}]"
        if item.line not in lines:
            raise UnknownLine(f"{name}.line", item.line)
        if item.line in named:
            raise DuplicateId(f"{name}.line", item.line)
        named[item.line] = item.quantity
        if told.status in NOT_CARRYING:
            continue
        left[item.line] -= item.quantity
        # Shops leave cancelled pieces in a fulfilment, so the bound is what was ordered.
        if left[item.line] < -lines[item.line].cancelled_quantity:
            at_most = item.quantity + left[item.line] + lines[item.line].cancelled_quantity
            raise MoreThanOrdered(f"{name}.quantity", given=item.quantity, at_most=at_most)
    return named


def _refunds(order: OrderIn, currency: str) -> dict[str, RefundState]:
    refunds: dict[str, RefundState] = {}
    for index, told in enumerate(order.refunds):
        if told.id in refunds:
            raise DuplicateId(f"refunds[{index}].id", told.id)
        given = amount(told.amount, currency, f"refunds[{index}].amount")
        refunds[told.id] = RefundState(told.id, given, told.reason, told.at)
    check_refunds(refunds.values(), total=amount(order.total, currency, "total"), currency=currency)
    return refunds


def check_refunds(refunds: Iterable[RefundState], *, total: int, currency: str) -> None:
    """Raises RefundsExceedTotal where more was given back than was paid."""
    refunded = sum([refund.amount for refund in refunds])
    if refunded > total:
        raise RefundsExceedTotal(
            refunded=str(Money(refunded, currency).decimal()), total=str(Money(total, currency).decimal())
        )
