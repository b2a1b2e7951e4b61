"""Wait for an event of the same order, shipment or customer, but not for ever."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.journeys.choices import SUBJECTS, event_choices, subject_choices
from aftercare.engagement.journeys.objections import Objection, Surroundings, Weight
from aftercare.engagement.journeys.outline import NEXT
from aftercare.engagement.journeys.queries import First, first_events
from aftercare.engagement.journeys.steps import Awaited, Sort, Step, register
from aftercare.engagement.journeys.travel import Advance, Move, Traveller, WaitFor
from aftercare.engagement.journeys.triggers import subjects_of
from aftercare.foundation.events.base import catalogue
from aftercare.foundation.kit.choices import Choices, Hours


class WaitForConfig(BaseModel):
    """Any one of `events` ends the wait; after `timeout_hours` the journey goes on by the way "timeout"."""

    model_config = ConfigDict(extra="forbid")
    events: Annotated[
        tuple[str, ...],
        Field(
            title=gettext_noop("Until"),
            description=gettext_noop("Any one of them ends the wait."),
            min_length=1,
            max_length=8,
        ),
        Choices(event_choices),
    ]
    by: Annotated[
        Literal["order", "shipment", "customer"],
        Field(title=gettext_noop("Of"), description=gettext_noop("Whose event it has to be.")),
        Choices(subject_choices),
    ] = "order"
    timeout_hours: Annotated[
        int,
        Field(
            title=gettext_noop("At most"), ge=1, le=24 * 365,
            description=gettext_noop("Then the journey goes on by the way “If it takes too long”."),
        ),
        Hours(),
    ]  # fmt: skip
    apart: Annotated[
        bool,
        Field(
            title=gettext_noop("A way of its own for each event"),
            description=gettext_noop("Whichever happens first decides how the journey goes on."),
        ),
    ] = False


@register
class WaitForEvent(Step[WaitForConfig]):
    """The primitive that post-purchase lives on: "order placed, wait for *its* delivery, then ask"."""

    key = "wait_for"
    label = gettext_lazy("Wait for an event")
    hint = gettext_lazy("Such as the delivery, but not for ever")
    icon = "bell"
    only_waits = True
    sort = Sort.WAIT
    branches = ("next", "timeout")
    Config = WaitForConfig

    def describe(self, config: WaitForConfig) -> str:
        days, hours = divmod(config.timeout_hours, 24)
        span = ngettext("%(n)d day", "%(n)d days", days) if days else ngettext("%(n)d hour", "%(n)d hours", hours)
        return _("Wait until “%(event)s” for the same %(by)s, at most %(span)s") % {
            "event": _(" or ").join(catalogue.label(name) for name in config.events),
            "by": SUBJECTS[config.by],
            "span": span % {"n": days or hours},
        }

    def ways(self, config: WaitForConfig) -> tuple[str, ...]:
        return (*config.events, "timeout") if config.apart else self.branches

    def way_label(self, config: WaitForConfig, way: str) -> str:
        return catalogue.label(way) if config.apart and way in config.events else ""

    def awaits(self, config: WaitForConfig) -> Awaited:
        return Awaited(config.events, config.by)

    def span(self, config: WaitForConfig) -> None:
        """What follows is caused by the event."""

    def check(self, config: WaitForConfig, around: Surroundings) -> Iterator[Objection]:
        if config.by not in subjects_of(trigger=around.trigger):
            yield Objection(
                _("What starts this journey is about no %(by)s, so this never happens.") % {"by": SUBJECTS[config.by]},
                field="by",
            )
        if not config.apart and around.ways.get("timeout") == around.ways.get("next"):
            yield Objection(
                _("If it takes too long, the journey goes on as if it had happened. Say what to do then."),
                Weight.ADVICE,
            )
        for name in config.events:
            if catalogue.get(name) is None:
                yield Objection(_("There is no event “%(name)s”.") % {"name": name}, field="events")

    def run(self, batch: Sequence[Traveller], config: WaitForConfig, *, now: datetime) -> list[Move]:
        happened = first_events(batch, types=config.events, by=config.by)
        return [_move(traveller, happened.get(traveller.id), config, now) for traveller in batch]


def _move(traveller: Traveller, happened: First | None, config: WaitForConfig, now: datetime) -> Move:
    if happened is not None:
        way = happened.type if config.apart else NEXT
        return Advance("happened", branch=way, anchor_at=max(happened.at, traveller.anchor_at))
    until = traveller.anchor_at + timedelta(hours=config.timeout_hours)
    if until <= now:
        return Advance("timed_out", branch="timeout", anchor_at=until)
    return WaitFor(events=config.events, by=config.by, until=until, way=config.events[0] if config.apart else NEXT)
