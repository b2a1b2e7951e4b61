"""How a verdict came about: steps in their order, as values that are the same for the same facts, byte for byte."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aftercare.care.return_policies.policy.law import Exemption
from aftercare.care.return_policies.policy.rulings import Thing
from aftercare.care.return_policies.vocabulary import Outcome


@dataclass(frozen=True, slots=True)
class Overridden:
    """A thing an earlier rule had decided already, by its place."""

    thing: Thing
    by: int


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One rule: whether it applied, what it decided, and what others had decided before it."""

    place: int
    name: str
    applies: bool
    decided: tuple[Thing, ...] = ()
    overridden: tuple[Overridden, ...] = ()
    # Amounts in another currency than the order's say nothing.
    passed_over: tuple[Thing, ...] = ()


@dataclass(frozen=True, slots=True)
class OverrideStep:
    """What somebody of the staff decided otherwise, and why."""

    by: str
    reason: str
    outcomes: tuple[Outcome, ...] = ()
    waives_fees: bool = False


class Gives(StrEnum):
    """What came of the law."""

    NOTHING = "nothing"
    EXEMPT = "exempt"
    OVER = "over"
    REFUND = "refund"
    LONGER = "longer"
    NO_RESTOCKING = "no_restocking"
    NO_POSTAGE = "no_postage"
    OWN_CARRIER = "own_carrier"
    NO_CONDITIONS = "no_conditions"
    SOONER = "sooner"
    SHIPPING = "shipping"


@dataclass(frozen=True, slots=True)
class LawStep:
    """One thing the law changed, or why it changes nothing."""

    law: str
    gives: Gives
    until: datetime | None = None
    exemption: Exemption | None = None


Step = RuleStep | OverrideStep | LawStep
Trace = tuple[Step, ...]
