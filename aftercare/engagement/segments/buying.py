"""What the conditions have in common that ask whether the customer has bought some of a set of products."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Annotated, TypeVar

from django.utils.translation import gettext_noop
from pydantic import BaseModel, Field

from aftercare.engagement.segments.asking import Passing, Question
from aftercare.engagement.segments.conditions import ConditionKind
from aftercare.engagement.segments.purchases import aged_products, bought
from aftercare.engagement.segments.touching import PURCHASES

WithinDays = Annotated[
    int | None,
    Field(title=gettext_noop("In the last so many days"), description=gettext_noop("Empty: ever."), ge=1, le=3650),
]
Settings = TypeVar("Settings", bound=BaseModel)


class BoughtOf(ConditionKind[Settings]):
    """True where one of the products is in an order that was not cancelled."""

    @abstractmethod
    def products(self, config: Settings, question: Question) -> str:
        """A SELECT of their row ids."""

    @abstractmethod
    def within_days(self, config: Settings) -> int | None:
        """In how many days, the last ones; None: ever."""

    def holds(self, config: Settings, question: Question) -> str:
        return bought(question, of=self.products(config, question), days=self.within_days(config))

    def touched_by(self, config: Settings) -> frozenset[str]:  # noqa: ARG002 -- the base's signature
        return PURCHASES

    def shifted(self, config: Settings, passing: Passing) -> Sequence[str]:
        return aged_products(passing, of=self.products(config, passing), days=self.within_days(config))
