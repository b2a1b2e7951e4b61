"""What a whole return comes to: chosen outcomes of several lines, each way's fee once, never more than is left of the order."""

from collections.abc import Sequence
from dataclasses import dataclass

from aftercare.care.return_policies.policy.facts import LineFacts, OrderFacts
from aftercare.care.return_policies.policy.verdicts import Verdict
from aftercare.care.return_policies.vocabulary import WITH_BONUS, Method, Outcome


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the shopper chose for a line, of its verdict."""

    verdict: Verdict
    outcome: Outcome
    method: Method


@dataclass(frozen=True, slots=True)
class SettledLine:
    """One line: `value` is what is given back for it, after what is kept back and before fees; `bonus` comes on top."""

    line: str
    outcome: Outcome
    method: Method
    value: int
    restocking: int
    bonus: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """All of it. `refund` goes to the original payment, `credit` stays with the shop; `fee` has been taken off them."""

    currency: str
    lines: tuple[SettledLine, ...]
    shipping: int
    fee: int
    refund: int
    credit: int

    @property
    def bonus(self) -> int:
        return sum(line.bonus for line in self.lines)


def settle(*, order: OrderFacts, lines: Sequence[LineFacts], chosen: Sequence[Chosen]) -> Settlement:
    """Add it up. `lines` are all of the order's, to see whether all of it goes back."""
    left, settled = order.refundable, []
    for one in chosen:
        offer = one.verdict.offer(one.outcome)
        amount = min(offer.amount, left)
        restocking = min(offer.restocking, amount)
        left -= amount
        bonus = offer.bonus if amount == offer.amount else offer.bonus * amount // max(offer.amount, 1)
        settled.append(SettledLine(one.verdict.line, one.outcome, one.method, amount - restocking, restocking, bonus))
    shipping = min(order.shipping, left) if _is_all(lines, chosen) and any(
        one.verdict.refunds_shipping for one in chosen
    ) else 0  # fmt: skip
    credit = sum(line.value for line in settled if line.outcome in WITH_BONUS)
    refund = sum(line.value for line in settled if line.outcome not in WITH_BONUS) + shipping
    fee = min(_fee(chosen), refund + credit)
    # What goes back by one label costs one label; it is taken off money first.
    off_refund = min(fee, refund)
    return Settlement(
        order.currency, tuple(settled), shipping, fee, refund - off_refund, credit - (fee - off_refund)
    )  # fmt: skip


def _fee(chosen: Sequence[Chosen]) -> int:
    """The dearest of each way, once."""
    fees: dict[Method, int] = {}
    for one in chosen:
        for way in one.verdict.offer(one.outcome).ways:
            if way.method is one.method:
                fees[way.method] = max(fees.get(way.method, 0), way.fee)
    return sum(fees.values())


def _is_all(lines: Sequence[LineFacts], chosen: Sequence[Chosen]) -> bool:
    going = {one.verdict.line: one.verdict.quantity for one in chosen}
    return bool(chosen) and all(line.returned + going.get(line.key, 0) >= line.quantity for line in lines)
