"""How long ago something happened to the customer for the last, or the first, time."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.segments.asking import Passing, Question
from aftercare.engagement.segments.choices import age_choices
from aftercare.engagement.segments.conditions import ConditionKind, register
from aftercare.engagement.segments.naming import CountedEvent
from aftercare.engagement.segments.vocabulary import Bound
from aftercare.foundation.events.base import catalogue
from aftercare.foundation.kit.choices import Choices, Offer


class Which(StrEnum):
    """Of all the times it happened."""

    LAST = "last"
    FIRST = "first"


_LABELS = {Which.LAST: gettext_lazy("last time"), Which.FIRST: gettext_lazy("first time")}


def _whichs() -> Offer:
    return _LABELS.items()


class LastTimeConfig(BaseModel):
    """The last (or first) time was at least (or at most) so many days ago."""

    model_config = ConfigDict(extra="forbid")
    event: Annotated[CountedEvent, Field(title=gettext_noop("What happened"))]
    which: Annotated[Which, Field(title=gettext_noop("For the")), Choices(_whichs)] = Which.LAST
    bound: Annotated[
        Literal[Bound.AT_LEAST, Bound.AT_MOST], Field(title=gettext_noop("It was")), Choices(age_choices)
    ] = Bound.AT_LEAST
    days: Annotated[int, Field(title=gettext_noop("Days ago"), ge=1, le=3650)] = 90


@register
class LastTime(ConditionKind[LastTimeConfig]):
    """True where it happened, and was so long ago."""

    key = "last_time"
    label = gettext_lazy("Last or first time")
    hint = gettext_lazy("How long ago it was")
    icon = "history"
    Config = LastTimeConfig

    def describe(self, config: LastTimeConfig) -> str:
        return _("the %(which)s “%(event)s” happened was “%(bound)s %(days)s days” ago") % _words(config)

    def describe_opposite(self, config: LastTimeConfig) -> str:
        return _("the %(which)s “%(event)s” happened was not “%(bound)s %(days)s days” ago, or it never did") % _words(
            config
        )

    def holds(self, config: LastTimeConfig, question: Question) -> str:
        compared = "<=" if config.bound == Bound.AT_LEAST else ">"
        return (
            f"EXISTS (SELECT FROM segments_activity a WHERE a.store_id = %(store)s AND a.type = {question.value(config.event)}"
            f" AND a.customer_id = c.id AND a.{config.which.value}_at {compared} {question.ago(config.days)})"
        )

    def touched_by(self, config: LastTimeConfig) -> frozenset[str]:
        return frozenset({config.event})

    def shifted(self, config: LastTimeConfig, passing: Passing) -> Sequence[str]:
        aged = passing.turned(f"a.{config.which.value}_at", config.days)
        return [
            (
                "SELECT a.customer_id FROM segments_activity a"  # noqa: S608 -- placeholders only
                f" WHERE a.store_id = %(store)s AND a.type = {passing.value(config.event)} AND {aged}"
            )
        ]


def _words(config: LastTimeConfig) -> dict[str, object]:
    return {
        "which": _LABELS[config.which], "event": catalogue.label(config.event), "bound": config.bound.label,
        "days": config.days,
    }  # fmt: skip
