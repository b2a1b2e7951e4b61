"""How often something happened to the customer, ever or lately. "Never" is the opposite of at least once."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field, model_validator

from aftercare.engagement.segments.asking import Passing, Question
from aftercare.engagement.segments.choices import (
    bound_choices,
    days_in_words,
    times_in_words,
)
from aftercare.engagement.segments.conditions import ConditionKind, register
from aftercare.engagement.segments.counting import KEPT, AtLeast, bounded
from aftercare.engagement.segments.naming import CountedEvent
from aftercare.engagement.segments.vocabulary import Bound
from aftercare.foundation.events.base import catalogue
from aftercare.foundation.kit.choices import Choices


class PerformedConfig(BaseModel):
    """An event and how often; without a window, ever."""

    model_config = ConfigDict(extra="forbid")
    event: Annotated[CountedEvent, Field(title=gettext_noop("What happened"))]
    bound: Annotated[Bound, Field(title=gettext_noop("How often")), Choices(bound_choices)] = Bound.AT_LEAST
    times: Annotated[int, Field(title=gettext_noop("Times"), ge=0, le=1_000_000)] = 1
    within_days: Annotated[
        int | None,
        Field(title=gettext_noop("In the last so many days"), description=gettext_noop("Empty: ever."), ge=1, le=3650),
    ] = None

    @model_validator(mode="after")
    def _countable(self) -> "PerformedConfig":
        if self.within_days and self.times >= KEPT:
            raise ValueError(_("Within a number of days, at most %(most)s times can be told.") % {"most": KEPT - 1})
        return self


@register
class Performed(ConditionKind[PerformedConfig]):
    """True where it happened so often."""

    key = "performed"
    label = gettext_lazy("Happened so often")
    hint = gettext_lazy("Ever, never, or in the last days")
    icon = "activity"
    Config = PerformedConfig

    def describe(self, config: PerformedConfig) -> str:
        return _sentence(config, _("“%(event)s” happened “%(times)s”%(days)s"))

    def describe_opposite(self, config: PerformedConfig) -> str:
        if config.bound == Bound.AT_LEAST and config.times == 1:
            return _sentence(config, _("“%(event)s” never happened%(days)s"))
        return _sentence(config, _("“%(event)s” did not happen “%(times)s”%(days)s"))

    def holds(self, config: PerformedConfig, question: Question) -> str:
        return bounded(config.bound, config.times, AtLeast(question, config.event, config.within_days))

    def touched_by(self, config: PerformedConfig) -> frozenset[str]:
        return frozenset({config.event})

    def shifted(self, config: PerformedConfig, passing: Passing) -> Sequence[str]:
        if config.within_days is None:
            return ()
        counted = {config.times, config.times + 1} if config.bound != Bound.AT_LEAST else {config.times}
        row = f"FROM segments_activity a WHERE a.store_id = %(store)s AND a.type = {passing.value(config.event)}"
        # Where the n-th last has grown too old, the last one is no older.
        latest = f"a.last_at > {passing.value(passing.since)} - make_interval(days => {config.within_days})"
        return [
            f"SELECT a.customer_id {row} AND {latest} AND {passing.turned(f'a.recent[{number}]', config.within_days)}"
            for number in sorted(counted)
            if number > 0
        ]


def _sentence(config: PerformedConfig, sentence: str) -> str:
    return sentence % {
        "event": catalogue.label(config.event), "times": times_in_words(config.bound, config.times),
        "days": days_in_words(config.within_days),
    }  # fmt: skip
