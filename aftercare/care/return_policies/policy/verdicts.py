"""What comes out: for each outcome of a line whether it is offered, until when, how, and for how much; and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aftercare.care.return_policies.policy.law import Withdrawal
from aftercare.care.return_policies.policy.tracing import Trace
from aftercare.care.return_policies.vocabulary import Method, Outcome, Processing


class Why(StrEnum):
    """Why an outcome is not offered."""

    BY_RULE = "by_rule"
    NOT_OFFERED = "not_offered"
    OVER = "over"
    NOT_DELIVERED = "not_delivered"
    NOTHING_LEFT = "nothing_left"
    WORTH_MORE = "worth_more"
    NO_WAY_BACK = "no_way_back"


@dataclass(frozen=True, slots=True)
class Refused:
    """The reason, the rule that said so by its place, what it says to shoppers, and when the time was over."""

    why: Why
    rule: int | None = None
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One way back: what it costs, and what is left of the amount (never less than nothing)."""

    method: Method
    fee: int
    net: int


@dataclass(frozen=True, slots=True)
class Offer:
    """One outcome. Amounts in minor units of the order's currency.

    `amount` is what was paid for the quantity and not paid back yet; `restocking` of it is kept back; each way takes its
    fee off the rest; `bonus` is added to credit and exchanges. `until` None: without end.
    """

    outcome: Outcome
    refused: Refused | None
    until: datetime | None = None
    amount: int = 0
    restocking: int = 0
    bonus: int = 0
    processing: Processing = Processing.INSPECTED
    ways: tuple[Way, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.refused is None

    @property
    def best(self) -> int:
        """What the shopper is left with in the cheapest way, with the bonus."""
        return max((way.net for way in self.ways), default=0) + self.bonus


@dataclass(frozen=True, slots=True)
class Verdict:
    """All outcomes of one line, in the order of the vocabulary."""

    line: str
    currency: str
    quantity: int
    offers: tuple[Offer, ...]
    needs_review: bool
    photos: int
    destination: str
    reason_group: str
    refunds_shipping: bool
    withdrawal: Withdrawal | None
    version: int
    trace: Trace

    def offer(self, outcome: Outcome) -> Offer:
        return next(one for one in self.offers if one.outcome is outcome)

    @property
    def open_offers(self) -> tuple[Offer, ...]:
        """Those the shopper can choose from."""
        return tuple(one for one in self.offers if one.is_open)

    @property
    def is_returnable(self) -> bool:
        return any(one.is_open for one in self.offers)

    @property
    def until(self) -> datetime | None:
        """The latest end of what is open; None where one has no end, or nothing is open."""
        ends = [one.until for one in self.open_offers]
        return max(end for end in ends if end is not None) if ends and None not in ends else None
