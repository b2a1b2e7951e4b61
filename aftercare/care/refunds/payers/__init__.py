"""Payers: who gives money back, one file each. See docs/howto/payer.md.

A payer only translates: a refund into calls, and answers into plain values. It reads no row. Every call is made under the
refund's own id, so that one whose answer never came can be looked for.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import orjson

from aftercare.foundation.kit.money import Money
from aftercare.foundation.kit.registry import Registry
from aftercare.foundation.webhooks.outgoing import Answer

_SLOW_DOWN = 429
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class RefundLine:
    """So many of a line, by the shop's own id of it, and what is given back for them in minor units."""

    line: str
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be given back. `mark` is unique and stays with it; `payment` is the payer's own name of what was paid."""

    mark: str
    order: str
    money: Money
    lines: Sequence[RefundLine]
    shipping: int
    reason: str
    payment: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """It is made; `external_id` is the payer's own name for it."""

    external_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The payer will not, and why. Asking again would not help."""

    why: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """No answer, or none that says whether it was made. It is looked for before it is made again."""

    why: str


@dataclass(frozen=True, slots=True)
class NotMade:
    """Certainly not made; another time it may be."""

    why: str


Outcome = Made | Refused | Unclear | NotMade


class Payer(ABC):
    """The base of every payer."""

    key: ClassVar[str]
    label: ClassVar[Any]
    # The platform whose orders it pays back, with that shop's own connection; empty: an account of its own.
    platform: ClassVar[str] = ""

    def can(self, settings: Mapping[str, Any]) -> bool:
        """Whether these settings let it give money back."""
        return bool(settings)

    @abstractmethod
    def find(self, wanted: Wanted) -> Made | NotMade | Unclear:
        """Whether a refund with this mark was made."""

    @abstractmethod
    def make(self, wanted: Wanted) -> Outcome:
        """Give it back."""


payers: Registry[Payer] = Registry(__name__)
PayerClass = TypeVar("PayerClass", bound=type[Payer])


def register(payer_class: PayerClass) -> PayerClass:
    """Class decorator that adds a payer."""
    payers.register(payer_class.key, payer_class())
    return payer_class


def in_words(answer: Answer) -> str:
    """What was said, as staff read it."""
    return " ".join(f"{answer.status or ''} {answer.body.decode('utf-8', 'replace')}".split())[:_LONGEST]


def unless_taken(answer: Answer) -> Refused | Unclear | NotMade:
    """What an answer other than 2xx means for a call that was to make a refund."""
    if answer.status == _SLOW_DOWN:
        return NotMade(in_words(answer))
    if answer.status == 0 or answer.status >= 500:
        return Unclear(in_words(answer))
    return Refused(in_words(answer))


def told_in(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer; nothing where it is none."""
    told = _json(answer)
    return told if isinstance(told, dict) else {}


def listed_in(answer: Answer) -> list[dict[str, Any]] | None:
    """The JSON objects of an answer that is a list; None where it is none, and says nothing of what there is."""
    told = _json(answer)
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else None


def _json(answer: Answer) -> Any:
    try:
        return orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return None
