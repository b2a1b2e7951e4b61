"""Marks on the settings of a kind, from which its form is made.

`channel: Annotated[str, Field(title="By"), Choices(channel_choices)]` becomes a list of the installed channels.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Offer = Iterable[tuple[str, Any]]


@dataclass(frozen=True)
class Choices:
    """Marks a field: it holds one, or in a tuple some, of the values that `offer` answers with their labels."""

    offer: Callable[[], Offer]


@dataclass(frozen=True)
class Hours:
    """Marks a number of hours: people may give it in days."""
