"""What the shop, or a capability, has noted about the customer."""

from enum import StrEnum
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field, model_validator

from aftercare.engagement.segments.asking import Question
from aftercare.engagement.segments.choices import words_or
from aftercare.engagement.segments.conditions import ConditionKind, register
from aftercare.engagement.segments.touching import PROFILE
from aftercare.foundation.kit.choices import Choices, Offer
from aftercare.foundation.kit.schema import Text


class TraitTest(StrEnum):
    """How a trait is held against what is said."""

    IS = "is"
    CONTAINS = "contains"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    KNOWN = "known"


_WORDS = {
    TraitTest.IS: (gettext_lazy("is"), gettext_lazy("is not")),
    TraitTest.CONTAINS: (gettext_lazy("contains"), gettext_lazy("does not contain")),
    TraitTest.AT_LEAST: (gettext_lazy("is at least"), gettext_lazy("is not at least")),
    TraitTest.AT_MOST: (gettext_lazy("is at most"), gettext_lazy("is not at most")),
    TraitTest.KNOWN: (gettext_lazy("is known"), gettext_lazy("is not known")),
}
_NUMBERS = {TraitTest.AT_LEAST: ">=", TraitTest.AT_MOST: "<="}


def _tests() -> Offer:
    return [(test.value, words[0]) for test, words in _WORDS.items()]


class TraitConfig(BaseModel):
    """The trait `name` held against `values`: one number for at least and at most, nothing for known."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[
        Text,
        Field(
            title=gettext_noop("Trait"), description=gettext_noop("Its name, as the shop sends it."), min_length=1,
            max_length=120,
        ),
    ]  # fmt: skip
    test: Annotated[TraitTest, Field(title=gettext_noop("It")), Choices(_tests)] = TraitTest.IS
    values: Annotated[
        tuple[str | int | float | bool, ...],
        Field(title=gettext_noop("Any of these"), description=gettext_noop("Separated by commas."), max_length=200),
    ] = ()

    @model_validator(mode="after")
    def _fits(self) -> "TraitConfig":
        if self.test in _NUMBERS:
            if len(self.values) != 1:
                raise ValueError(_("Give one number."))
            try:
                float(str(self.values[0]))
            except ValueError:
                raise ValueError(_("“%(value)s” is no number.") % {"value": self.values[0]}) from None
        elif self.test != TraitTest.KNOWN and not self.values:
            raise ValueError(_("Say what it is held against."))
        return self


@register
class Trait(ConditionKind[TraitConfig]):
    """True where the trait is as said; a customer without it does not fit."""

    key = "trait"
    label = gettext_lazy("Trait")
    hint = gettext_lazy("What the shop has noted about them")
    icon = "tag"
    Config = TraitConfig

    def describe(self, config: TraitConfig) -> str:
        return _sentence(config, str(_WORDS[config.test][0]))

    def describe_opposite(self, config: TraitConfig) -> str:
        return _sentence(config, str(_WORDS[config.test][1]))

    def holds(self, config: TraitConfig, question: Question) -> str:
        name = question.value(config.name)
        if config.test == TraitTest.KNOWN:
            return f"(c.traits ->> {name} IS NOT NULL)"
        if config.test == TraitTest.IS:
            return f"(c.traits ->> {name} = ANY({question.value([_written(one) for one in config.values])}) IS TRUE)"
        if config.test == TraitTest.CONTAINS:
            wanted = question.value([_written(one).lower() for one in config.values])
            return f"EXISTS (SELECT FROM unnest({wanted}::text[]) AS w WHERE position(w IN lower(c.traits ->> {name})) > 0)"
        number = question.value(float(str(config.values[0])))
        # In a CASE, for nothing else keeps PostgreSQL from reading words as numbers before it knows better.
        return (
            f"(CASE jsonb_typeof(c.traits -> {name}) WHEN 'number'"
            f" THEN (c.traits ->> {name})::float8 {_NUMBERS[config.test]} {number} ELSE FALSE END)"
        )

    def touched_by(self, config: TraitConfig) -> frozenset[str]:  # noqa: ARG002 -- the base's signature
        return PROFILE


def _written(value: object) -> str:
    """As PostgreSQL writes what stands in JSON."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sentence(config: TraitConfig, test: str) -> str:
    values = f" {words_or(config.values)}" if config.test != TraitTest.KNOWN else ""
    return _("the trait “%(name)s” %(test)s%(values)s") % {"name": config.name, "test": test, "values": values}
