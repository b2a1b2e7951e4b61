"""What rules decide, as values: one about each thing. A thing is an aspect, mostly of an outcome or a method."""

from dataclasses import dataclass
from typing import NamedTuple

from aftercare.care.return_policies.vocabulary import Anchor, Aspect, Processing


@dataclass(frozen=True, slots=True)
class Thing:
    """Such as the window of a refund, or the postage of a prepaid label."""

    aspect: Aspect
    of: str = ""


@dataclass(frozen=True, slots=True)
class Permit:
    """Offered or not; the reason is the store's own, for shoppers."""

    is_given: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """So many days from an anchor on."""

    number: int
    counted_from: Anchor


@dataclass(frozen=True, slots=True)
class YearDay:
    """The first such day after the order was placed."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount in minor units; asked of shoppers only where the return is their own decision, unless `always`."""

    amount: int
    always: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Hundredths of a percent of the value, plus an amount in minor units."""

    points: int = 0
    amount: int = 0
    always: bool = False

    def of(self, value: int) -> int:
        """Rounded to the smallest unit, half upwards."""
        return (value * self.points + 5000) // 10000 + self.amount


Value = Permit | Days | YearDay | Cost | Part | Processing | int | bool | str


class Ruling(NamedTuple):
    """What a rule says of a thing. With a currency it says so only of orders in it."""

    thing: Thing
    value: Value
    currency: str = ""
