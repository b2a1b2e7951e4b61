"""Settings that many effects share: which outcomes, and how their sentences begin."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.care.return_policies.phrases import words_and
from aftercare.care.return_policies.vocabulary import Outcome
from aftercare.foundation.kit.choices import Choices, Offer
from aftercare.foundation.kit.schema import Short


def _outcomes() -> Offer:
    return Outcome.choices


SomeOutcomes = Annotated[
    tuple[Outcome, ...],
    Field(title=gettext_noop("Of what"), description=gettext_noop("Nothing ticked: of everything.")),
    Choices(_outcomes),
]
ShopperReason = Annotated[
    Short,
    Field(
        title=gettext_noop("Reason, for shoppers"),
        description=gettext_noop(
            "A sentence they read, such as: Earrings cannot be returned once opened, for hygiene."
        ),
    ),
]
Percent = Annotated[Decimal, Field(title=gettext_noop("Percent"), ge=0, le=100, decimal_places=2)]


class Settings(BaseModel):
    """The base of settings of effects: unknown ones are refused."""

    model_config = ConfigDict(extra="forbid")


def those(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Those chosen, or all where none is."""
    return tuple(outcomes) or tuple(Outcome)


def of_what(outcomes: Iterable[Outcome], sentence: str) -> str:
    """The sentence, with what it is about before it where it is not about everything."""
    named = words_and(outcome.label for outcome in outcomes)
    return f"{named}: {sentence}" if named else sentence


def points_of(percent: Decimal) -> int:
    """Hundredths of a percent."""
    return int(percent * 100)
