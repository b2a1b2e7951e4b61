"""For how long something has been so: it began, and has not ended since."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.segments.asking import Passing, Question
from aftercare.engagement.segments.conditions import ConditionKind, register
from aftercare.engagement.segments.naming import CountedEvent
from aftercare.foundation.events.base import catalogue


class StateConfig(BaseModel):
    """`begins` happened, `ends` has not happened since, and that has been so for at least so many days."""

    model_config = ConfigDict(extra="forbid")
    begins: Annotated[CountedEvent, Field(title=gettext_noop("It began with"))]
    ends: Annotated[CountedEvent, Field(title=gettext_noop("And would have ended with"))]
    days: Annotated[
        int,
        Field(
            title=gettext_noop("For at least so many days"), ge=0, le=3650,
            description=gettext_noop("0: however short."),
        ),
    ] = 7  # fmt: skip


@register
class State(ConditionKind[StateConfig]):
    """True while it lasts. It counts from the first beginning after the last end."""

    key = "state"
    label = gettext_lazy("Has lasted for so long")
    hint = gettext_lazy("It began, and has not ended since")
    icon = "hourglass"
    Config = StateConfig

    def describe(self, config: StateConfig) -> str:
        return _("“%(begins)s” happened “%(days)s days” ago or earlier, and “%(ends)s” not since") % _words(config)

    def describe_opposite(self, config: StateConfig) -> str:
        return _(
            "it is not so that “%(begins)s” happened “%(days)s days” ago or earlier, and “%(ends)s” not since"
        ) % _words(config)

    def holds(self, config: StateConfig, question: Question) -> str:
        begins, ends = question.value(config.begins), question.value(config.ends)
        # Where it never ended it counts from the very first time; of the rest, from what is kept of the latest times.
        began = (
            "CASE WHEN b.last_at IS NULL THEN a.first_at"
            " ELSE (SELECT min(t) FROM unnest(a.recent) AS t WHERE t > b.last_at) END"
        )
        return (
            "EXISTS (SELECT FROM segments_activity a LEFT JOIN segments_activity b"
            f" ON b.customer_id = a.customer_id AND b.type = {ends} AND b.store_id = %(store)s"
            f" WHERE a.store_id = %(store)s AND a.type = {begins} AND a.customer_id = c.id"
            f" AND (b.last_at IS NULL OR a.last_at > b.last_at) AND {began} <= {question.ago(config.days)})"
        )

    def touched_by(self, config: StateConfig) -> frozenset[str]:
        return frozenset({config.begins, config.ends})

    def shifted(self, config: StateConfig, passing: Passing) -> Sequence[str]:
        if not config.days:
            return ()
        begins = passing.value(config.begins)
        aged = passing.turned("t", config.days)
        return [
            (
                "SELECT a.customer_id FROM segments_activity a"  # noqa: S608 -- placeholders only
                f" WHERE a.store_id = %(store)s AND a.type = {begins} AND {passing.turned('a.first_at', config.days)}"
            ),
            (
                "SELECT a.customer_id FROM segments_activity a, unnest(a.recent) AS t"  # noqa: S608 -- placeholders only
                f" WHERE a.store_id = %(store)s AND a.type = {begins}"
                f" AND a.last_at > {passing.value(passing.since)} - make_interval(days => {config.days}) AND {aged}"
            ),
        ]


def _words(config: StateConfig) -> dict[str, object]:
    return {
        "begins": catalogue.label(config.begins), "ends": catalogue.label(config.ends), "days": config.days,
    }  # fmt: skip
