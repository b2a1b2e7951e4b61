"""Several ways on, by chance, each with its share."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field, field_validator

from aftercare.engagement.journeys.naming import WayName, check_names
from aftercare.engagement.journeys.objections import Objection, Surroundings, Weight
from aftercare.engagement.journeys.steps import Sort, Step, register
from aftercare.engagement.journeys.travel import Advance, Move, Traveller

_RANGE = 2**64


class Share(BaseModel):
    """One way, and its weight beside the others."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[WayName, Field(title=gettext_noop("Way"))]
    weight: Annotated[int, Field(title=gettext_noop("Weight"), ge=1, le=10_000)] = 1


class RandomSplitConfig(BaseModel):
    """Weights are set against their sum: 1 and 1 are halves, as 50 and 50 are."""

    model_config = ConfigDict(extra="forbid")
    shares: Annotated[
        tuple[Share, ...],
        Field(
            title=gettext_noop("Ways"), min_length=2, max_length=8,
            description=gettext_noop("Each with its weight beside the others: 1 and 1 are halves, 9 and 1 are 90 % and 10 %."),
        ),
    ]  # fmt: skip

    @field_validator("shares")
    @classmethod
    def _have_names_of_their_own(cls, value: tuple[Share, ...]) -> tuple[Share, ...]:
        check_names([share.name for share in value])
        return value


@register
class RandomSplit(Step[RandomSplitConfig]):
    """Drawn from who travels and where they stand, never from dice: whoever is asked again goes the same way."""

    key = "random_split"
    label = gettext_lazy("Split at random")
    hint = gettext_lazy("To see which way does better")
    icon = "dices"
    sort = Sort.ASK
    branches = ()
    Config = RandomSplitConfig

    def describe(self, config: RandomSplitConfig) -> str:
        shares = [f"“{share.name}” {percent(config, share.name)}" for share in config.shares]
        return _("Split at random: %(shares)s") % {"shares": ", ".join(shares)}

    def ways(self, config: RandomSplitConfig) -> tuple[str, ...]:
        return tuple(share.name for share in config.shares)

    def way_label(self, config: RandomSplitConfig, way: str) -> str:
        return f"{way} · {percent(config, way)}"

    def check(self, config: RandomSplitConfig, around: Surroundings) -> Iterator[Objection]:
        if len({around.ways[share.name] for share in config.shares}) == 1:
            yield Objection(_("All ways lead to the same step, so nothing is tried."), Weight.ADVICE)

    def run(self, batch: Sequence[Traveller], config: RandomSplitConfig, *, now: datetime) -> list[Move]:  # noqa: ARG002 -- the base's signature
        drawn = [draw(config, f"{one.journey_key}:{one.step}:{one.entry_key}") for one in batch]
        return [Advance(way, branch=way) for way in drawn]


def draw(config: RandomSplitConfig, lot: str) -> str:
    """The way of this lot: the same whenever it is drawn, as long as the shares are the same."""
    mark = int.from_bytes(blake2b(lot.encode(), digest_size=8).digest()) * _total(config) // _RANGE
    for share in config.shares:
        mark -= share.weight
        if mark < 0:
            return share.name
    raise AssertionError("the marks lie below the sum of the weights")


def percent(config: RandomSplitConfig, way: str) -> str:
    """How many of a hundred go this way."""
    weight = next(share.weight for share in config.shares if share.name == way)
    return f"{round(100 * weight / _total(config), 1):g} %"


def _total(config: RandomSplitConfig) -> int:
    return sum(share.weight for share in config.shares)
