"""What many conditions have in common: one of several words, one of a vocabulary, a number or amount with a bound."""

from abc import abstractmethod
from collections.abc import Collection
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from django.db.models import TextChoices
from django.utils.translation import gettext_noop
from pydantic import BaseModel, ConfigDict, Field, create_model

from aftercare.care.return_policies.phrases import amount, bounded, words_or
from aftercare.care.return_policies.policy.conditions import ConditionKind, Test
from aftercare.care.return_policies.policy.facts import ReturnFacts
from aftercare.engagement.segments.vocabulary import Bound
from aftercare.foundation.kit.choices import Choices, Offer
from aftercare.foundation.kit.money import minor_units
from aftercare.foundation.kit.schema import Currency, Key


def _bounds() -> Offer:
    return [(bound.value, bound.label) for bound in (Bound.AT_LEAST, Bound.AT_MOST)]


class WordsConfig(BaseModel):
    """Any of these words, in whatever case."""

    model_config = ConfigDict(extra="forbid")
    words: Annotated[
        tuple[Key, ...],
        Field(
            title=gettext_noop("Any of these"), description=gettext_noop("Separated by commas."), min_length=1,
            max_length=500,
        ),
    ]  # fmt: skip


class NumberConfig(BaseModel):
    """At least or at most."""

    model_config = ConfigDict(extra="forbid")
    bound: Annotated[Bound, Field(title=gettext_noop("Is")), Choices(_bounds)] = Bound.AT_LEAST
    number: Annotated[int, Field(title=gettext_noop("Number"), ge=0, le=1_000_000)]


class WordsCondition(ConditionKind[WordsConfig]):
    """True where one of the words found is one of those asked for. `phrase` holds %(words)s."""

    Config = WordsConfig
    phrase: ClassVar[Any]

    @abstractmethod
    def found(self, facts: ReturnFacts) -> Collection[str]:
        """The words of the facts."""

    def describe(self, config: WordsConfig) -> str:
        return str(self.phrase) % {"words": words_or(config.words)}

    def test(self, config: WordsConfig) -> Test:
        wanted, found = frozenset(word.casefold() for word in config.words), self.found
        return lambda facts: any(word.casefold() in wanted for word in found(facts))


class NumberCondition(ConditionKind[NumberConfig]):
    """True where a number of the facts is within the bound; what is not known is not. `phrase` holds %(number)s."""

    Config = NumberConfig
    phrase: ClassVar[Any]

    @abstractmethod
    def found(self, facts: ReturnFacts) -> int | None:
        """The number of the facts; None where nobody knows."""

    def describe(self, config: NumberConfig) -> str:
        return str(self.phrase) % {"number": bounded(config.bound, config.number)}

    def test(self, config: NumberConfig) -> Test:
        found, limit = self.found, config.number
        if config.bound == Bound.AT_LEAST:
            return lambda facts: (number := found(facts)) is not None and number >= limit
        return lambda facts: (number := found(facts)) is not None and number <= limit


class ChoicesConfig(BaseModel):
    """Any of these."""

    model_config = ConfigDict(extra="forbid")
    any_of: tuple[str, ...]


def choices_of(words: type[TextChoices]) -> type[ChoicesConfig]:
    """Settings that hold some words of a vocabulary."""
    marks = Field(title=gettext_noop("Any of these"), min_length=1, max_length=len(words))
    return create_model(
        f"{words.__name__}Config", __base__=ChoicesConfig,
        any_of=(Annotated[tuple[words, ...], marks, Choices(lambda: words.choices)], ...),  # type: ignore[valid-type, arg-type]  # made here
    )  # fmt: skip


class ChoicesCondition(ConditionKind[ChoicesConfig]):
    """True where one of the words found is one of those chosen. `phrase` holds %(words)s."""

    phrase: ClassVar[Any]
    offered: ClassVar[type[TextChoices]]

    @abstractmethod
    def found(self, facts: ReturnFacts) -> Collection[str]:
        """The words of the facts."""

    def describe(self, config: ChoicesConfig) -> str:
        return str(self.phrase) % {"words": words_or(self.offered(word).label for word in config.any_of)}

    def test(self, config: ChoicesConfig) -> Test:
        wanted, found = frozenset(config.any_of), self.found
        return lambda facts: not wanted.isdisjoint(found(facts))


class AmountConfig(BaseModel):
    """At least or at most an amount in major units of a currency."""

    model_config = ConfigDict(extra="forbid")
    bound: Annotated[Bound, Field(title=gettext_noop("Is")), Choices(_bounds)] = Bound.AT_LEAST
    amount: Annotated[Decimal, Field(title=gettext_noop("Amount"), ge=0, le=1_000_000_000)]
    currency: Annotated[Currency, Field(title=gettext_noop("Currency"))]

    @property
    def minor(self) -> int:
        """In minor units; raises Invalid where it has more decimals than the currency."""
        return minor_units(self.amount, self.currency, field="amount")


class AmountCondition(ConditionKind[AmountConfig]):
    """True where an amount of an order in that currency is within the bound. `phrase` holds %(number)s."""

    Config = AmountConfig
    phrase: ClassVar[Any]

    @abstractmethod
    def found(self, facts: ReturnFacts) -> int:
        """The amount in minor units of the order's currency."""

    def describe(self, config: AmountConfig) -> str:
        return str(self.phrase) % {"number": bounded(config.bound, amount(config.minor, config.currency))}

    def test(self, config: AmountConfig) -> Test:
        found, limit, currency = self.found, config.minor, config.currency
        if config.bound == Bound.AT_LEAST:
            return lambda facts: facts.order.currency == currency and found(facts) >= limit
        return lambda facts: facts.order.currency == currency and found(facts) <= limit
