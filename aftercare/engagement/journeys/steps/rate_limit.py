"""So many an hour or a day; the others wait in line."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.journeys.actions.lines import stand_in_line
from aftercare.engagement.journeys.choices import PACES, pace_choices
from aftercare.engagement.journeys.steps import Sort, Step, register
from aftercare.engagement.journeys.travel import Advance, Move, Traveller, WaitUntil
from aftercare.foundation.kit.choices import Choices


class RateLimitConfig(BaseModel):
    """In any hour, or any day, no more than this many pass."""

    model_config = ConfigDict(extra="forbid")
    most: Annotated[int, Field(title=gettext_noop("At most"), ge=1, le=10_000)]
    per: Annotated[str, Field(title=gettext_noop("In any")), Choices(pace_choices)] = "hour"

    @property
    def span(self) -> timedelta:
        return timedelta(**{f"{self.per}s": 1})


@register
class RateLimit(Step[RateLimitConfig]):
    """Everybody on the journey stands in one line here, whichever version they are on."""

    key = "rate_limit"
    label = gettext_lazy("Let through so many an hour")
    hint = gettext_lazy("The others wait in line")
    icon = "gauge"
    sort = Sort.WAIT
    Config = RateLimitConfig

    def describe(self, config: RateLimitConfig) -> str:
        text = ngettext("Let %(n)d through in any %(per)s", "Let %(n)d through in any %(per)s", config.most)
        return text % {"n": config.most, "per": PACES[config.per]} + _("; the others wait in line")

    def run(self, batch: Sequence[Traveller], config: RateLimitConfig, *, now: datetime) -> list[Move]:
        times = stand_in_line(batch=batch, most=config.most, span=config.span, now=now)
        return [Advance("passed", anchor_at=max(now, one.anchor_at)) if at <= now else WaitUntil(at, _("in line"))
                for one, at in zip(batch, times, strict=True)]  # fmt: skip
