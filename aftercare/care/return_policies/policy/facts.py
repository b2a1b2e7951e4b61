"""What is known of a return when it is judged. Plain values: whoever asks gathers them."""

from dataclasses import dataclass, field
from datetime import datetime

from aftercare.care.return_policies.vocabulary import Blame, ItemState, LineKind, Nature

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """The buyer, over all their orders; `return_rate` in percent of what they bought, of the last twelve months."""

    orders: int = 0
    returns: int = 0
    return_rate: int = 0
    kept_items: int = 0
    tags: frozenset[str] = _NOTHING
    segments: frozenset[str] = _NOTHING


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """The order; amounts in minor units. `all_delivered_at` is None until the last of it has arrived."""

    placed_at: datetime
    currency: str
    total: int
    country: str = ""
    source: str = ""
    shipping: int = 0
    refunded: int = 0
    all_delivered_at: datetime | None = None
    codes: frozenset[str] = _NOTHING
    tags: frozenset[str] = _NOTHING
    is_gift: bool = False
    returns_from: str = ""

    @property
    def refundable(self) -> int:
        return max(self.total - self.refunded, 0)


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line; `paid` is for all its `quantity` after discounts. What went back before is `returned` and `refunded`."""

    key: str
    quantity: int
    paid: int
    product: str = ""
    sku: str = ""
    categories: frozenset[str] = _NOTHING
    tags: frozenset[str] = _NOTHING
    vendor: str = ""
    kind: str = LineKind.GOODS.value
    natures: frozenset[Nature] = field(default_factory=frozenset)
    delivered_at: datetime | None = None
    # A service that was rendered in full, a download that was begun.
    is_performed: bool = False
    returned: int = 0
    refunded: int = 0

    @property
    def unit_paid(self) -> int:
        return self.paid // self.quantity if self.quantity else 0


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What the shopper asks; `reasons` from the root of the tree of reasons down to the chosen one."""

    quantity: int = 1
    reasons: tuple[str, ...] = ()
    state: ItemState = ItemState.UNOPENED
    blame: Blame = Blame.SHOPPER
    photos: int = 0


@dataclass(frozen=True, slots=True)
class ReturnFacts:
    """All of it, for one line."""

    order: OrderFacts
    line: LineFacts
    customer: CustomerFacts = CustomerFacts()
    request: RequestFacts = RequestFacts()
