"""What customers returned before. Until a room of returns tells it, what shops refunded stands for it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class History:
    """Of one customer, in the last twelve months."""

    returns: int = 0
    kept_items: int = 0


Teller = Callable[[Collection[int], datetime], Mapping[int, History]]
_tellers: list[Teller] = []


def register_history(teller: Teller) -> Teller:
    """Decorator: the function answers what is known of these customers (by row id) since a moment. In sets."""
    _tellers.append(teller)
    return teller


def histories_of(*, customer_ids: Collection[int], since: datetime) -> dict[int, History]:
    """Of those of whom anybody knows something; the last who tells is believed."""
    found: dict[int, History] = {}
    for teller in _tellers:
        found.update(teller(customer_ids, since))
    return found
