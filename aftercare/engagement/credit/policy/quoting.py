"""What a basket gets with a list of codes, and why a code does not count. Pure.

Codes are looked at in the order in which they were typed: the first that counts decides what may come beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from aftercare.engagement.credit.vocabulary import Discount, Stacking


class Why(StrEnum):
    """Why a code does not count."""

    UNKNOWN = "unknown"
    TWICE = "twice"
    REVOKED = "revoked"
    NOT_YET = "not_yet"
    OVER = "over"
    NOT_YOURS = "not_yours"
    WHO_ARE_YOU = "who_are_you"
    USED_BEFORE = "used_before"
    USED_UP = "used_up"
    CURRENCY = "currency"
    NOTHING_COVERED = "nothing_covered"
    MINIMUM = "minimum"
    NOT_TOGETHER = "not_together"
    NOT_WITH_CREDIT = "not_with_credit"


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A position: what it costs altogether, in minor units."""

    amount: int
    product: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Basket:
    """What is about to be bought. `redeemer` is who buys, as far as that is known."""

    currency: str
    lines: Sequence[BasketLine]
    shipping: int = 0
    uses_credit: bool = False
    redeemer: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A code with its promotion, and what is left of both. `owner` is the only one who may use it, if there is one."""

    code: str
    promotion_id: int
    discount: Discount
    currency: str
    stacking: Stacking
    percent: Decimal = Decimal(0)
    amount: int = 0
    minimum: int = 0
    products: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    once_per_customer: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_ended: bool = False
    is_revoked: bool = False
    owner: str = ""
    uses_left: int | None = None
    amount_left: int | None = None
    used_before: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What one code gives, in minor units; or why it does not count, with `needed` for a minimum."""

    code: str
    amount: int = 0
    why: Why | None = None
    needed: int = 0


@dataclass(frozen=True, slots=True)
class Quote:
    """An answer for each code, in their order."""

    answers: list[Answer]

    @property
    def total(self) -> int:
        """What is taken off."""
        return sum(answer.amount for answer in self.answers)

    @property
    def refused(self) -> Answer | None:
        """The first code that does not count."""
        return next((answer for answer in self.answers if answer.why is not None), None)


@dataclass(slots=True)
class _Left:
    """What is still to be paid, while one code after the other takes something off."""

    lines: list[int]
    shipping: int
    counted: list[Offer] = field(default_factory=list)


def quote(*, basket: Basket, offers: Sequence[Offer | str], now: datetime) -> Quote:
    """What each code gives this basket; a text among the offers is a code that nobody knows."""
    left = _Left([line.amount for line in basket.lines], basket.shipping)
    answers = []
    for offer in offers:
        if isinstance(offer, str):
            answers.append(Answer(offer, why=Why.UNKNOWN))
            continue
        answer = _answer(basket, offer, left, now)
        if answer.why is None:
            left.counted.append(offer)
        answers.append(answer)
    return Quote(answers)


def _answer(basket: Basket, offer: Offer, left: _Left, now: datetime) -> Answer:
    why = _not_at_all(basket, offer, now) or _not_beside(basket, offer, left.counted)
    if why is not None:
        return Answer(offer.code, why=why)
    covered = [place for place, line in enumerate(basket.lines) if _covers(offer, line.product, line.category)]
    worth = sum(basket.lines[place].amount for place in covered)
    if covered and worth < offer.minimum:
        return Answer(offer.code, why=Why.MINIMUM, needed=offer.minimum - worth)
    taken = _taken_off(offer, left, covered)
    if taken == 0:
        return Answer(offer.code, why=Why.NOTHING_COVERED)
    if offer.amount_left is not None and taken > offer.amount_left:
        _put_back(offer, left, covered, taken, basket)
        return Answer(offer.code, why=Why.USED_UP)
    return Answer(offer.code, taken)


def _not_at_all(basket: Basket, offer: Offer, now: datetime) -> Why | None:
    """Why it counts for nobody now, or not for them: the first of these."""
    checks = (
        (offer.is_revoked, Why.REVOKED),
        (offer.starts_at is not None and now < offer.starts_at, Why.NOT_YET),
        (offer.is_ended or (offer.ends_at is not None and now >= offer.ends_at), Why.OVER),
        (offer.currency != basket.currency, Why.CURRENCY),
        (bool(offer.owner) and not basket.redeemer, Why.WHO_ARE_YOU),
        (bool(offer.owner) and offer.owner != basket.redeemer, Why.NOT_YOURS),
        (offer.once_per_customer and not basket.redeemer, Why.WHO_ARE_YOU),
        (offer.once_per_customer and offer.used_before, Why.USED_BEFORE),
        (offer.uses_left is not None and offer.uses_left <= 0, Why.USED_UP),
    )
    return next((why for is_so, why in checks if is_so), None)


def _not_beside(basket: Basket, offer: Offer, counted: Sequence[Offer]) -> Why | None:
    """Why it does not count with what counts already."""
    if any(other.code == offer.code or other.promotion_id == offer.promotion_id for other in counted):
        return Why.TWICE
    if counted and any(one.stacking != Stacking.WITH_OTHERS for one in (offer, *counted)):
        return Why.NOT_TOGETHER
    return Why.NOT_WITH_CREDIT if basket.uses_credit and offer.stacking == Stacking.ALONE else None


def _covers(offer: Offer, product: str, category: str) -> bool:
    everything = not offer.products and not offer.categories
    return everything or product in offer.products or category in offer.categories


def _taken_off(offer: Offer, left: _Left, covered: Sequence[int]) -> int:
    """How much it takes off, taken off."""
    if offer.discount == Discount.FREE_SHIPPING:
        taken, left.shipping = (left.shipping if covered else 0), (0 if covered else left.shipping)
        return taken
    open_amount = sum(left.lines[place] for place in covered)
    if offer.discount == Discount.PERCENT:
        share = Decimal(open_amount) * offer.percent / 100
        taken = min(open_amount, int(share.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)))
    else:
        taken = min(open_amount, offer.amount)
    missing = taken
    for place in covered:
        part = min(left.lines[place], missing)
        left.lines[place] -= part
        missing -= part
    return taken


def _put_back(offer: Offer, left: _Left, covered: Sequence[int], taken: int, basket: Basket) -> None:
    """It does not count after all: what it took off is to be paid again."""
    if offer.discount == Discount.FREE_SHIPPING:
        left.shipping += taken
        return
    missing = taken
    for place in covered:
        part = min(basket.lines[place].amount - left.lines[place], missing)
        left.lines[place] += part
        missing -= part
