"""A question about customers while it becomes SQL: the text is ours, and whatever people wrote travels beside it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aftercare.foundation.stores.models import Store


@dataclass
class Question:
    """Collects the parameters of one statement. Conditions speak of the customer as `c`, a row of customers_customer.

    `few` tells that it is asked about some customers and not about everybody, where that is best asked differently.
    """

    store: Store
    now: datetime
    few: bool = False
    parameters: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parameters |= {"store": self.store.pk, "now": self.now}

    def value(self, value: object) -> str:
        """A placeholder for the value."""
        name = f"v{len(self.parameters)}"
        self.parameters[name] = value
        return f"%({name})s"

    def ago(self, days: int) -> str:
        """A placeholder for the moment so many days before now."""
        return self.value(self.now - timedelta(days=days))


@dataclass
class Passing(Question):
    """What the passing of time, after `since` and until now, has changed."""

    since: datetime = field(kw_only=True)

    def turned(self, column: str, days: int) -> str:
        """That what happened at `column` became so many days old meanwhile."""
        span = timedelta(days=days)
        return f"({column} > {self.value(self.since - span)} AND {column} <= {self.value(self.now - span)})"
