"""Several ways on, each with a question: the first that is answered yes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field, field_validator

from aftercare.engagement.journeys.conditions import ConditionUse, describe_condition, holds_for
from aftercare.engagement.journeys.naming import OTHERWISE, WayName, check_names
from aftercare.engagement.journeys.objections import Objection, Surroundings
from aftercare.engagement.journeys.steps import Sort, Step, register
from aftercare.engagement.journeys.travel import Advance, Move, Traveller

MOST_WAYS = 8


class NamedWay(BaseModel):
    """One way, and for whom it is."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[WayName, Field(title=gettext_noop("Way"))]
    when: Annotated[ConditionUse, Field(title=gettext_noop("For whom"))]


class MultiSplitConfig(BaseModel):
    """Asked in this order; who fits none goes by the way "otherwise"."""

    model_config = ConfigDict(extra="forbid")
    ways: Annotated[tuple[NamedWay, ...], Field(title=gettext_noop("Ways"), min_length=1, max_length=MOST_WAYS)]

    @field_validator("ways")
    @classmethod
    def _have_names_of_their_own(cls, value: tuple[NamedWay, ...]) -> tuple[NamedWay, ...]:
        check_names([way.name for way in value])
        return value


@register
class MultiSplit(Step[MultiSplitConfig]):
    """Every question is asked of those only whom none before it took."""

    key = "multi_split"
    label = gettext_lazy("Split several ways")
    hint = gettext_lazy("Each way for those who fit, in order")
    icon = "network"
    sort = Sort.ASK
    branches = ()
    Config = MultiSplitConfig

    def describe(self, config: MultiSplitConfig) -> str:
        names = [f"“{way.name}”" for way in config.ways]
        return _("Split into %(ways)s or otherwise") % {"ways": ", ".join(names)}

    def ways(self, config: MultiSplitConfig) -> tuple[str, ...]:
        return (*(way.name for way in config.ways), OTHERWISE)

    def way_label(self, config: MultiSplitConfig, way: str) -> str:
        asked = next((one.when for one in config.ways if one.name == way), None)
        return f"{way}: {_('if %(condition)s') % {'condition': describe_condition(asked)}}" if asked else ""

    def questions(self, config: MultiSplitConfig) -> tuple[ConditionUse, ...]:
        return tuple(way.when for way in config.ways)

    def check(self, config: MultiSplitConfig, around: Surroundings) -> Iterator[Objection]:  # noqa: ARG002 -- the base's signature
        asked: list[ConditionUse] = []
        for way in config.ways:
            if way.when in asked:
                yield Objection(_("Nobody goes the way “%(way)s”: the same is asked before.") % {"way": way.name})
            asked.append(way.when)

    def run(self, batch: Sequence[Traveller], config: MultiSplitConfig, *, now: datetime) -> list[Move]:
        taken: dict[int, str] = {}
        for way in config.ways:
            left = [index for index in range(len(batch)) if index not in taken]
            if not left:
                break
            answers = holds_for([batch[index] for index in left], way.when, now=now)
            taken |= {index: way.name for index, met in zip(left, answers, strict=True) if met}
        chosen = [taken.get(index, OTHERWISE) for index in range(len(batch))]
        return [Advance(way, branch=way) for way in chosen]
