"""For how long the shop has known the customer."""

from collections.abc import Sequence
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.segments.asking import Passing, Question
from aftercare.engagement.segments.choices import age_choices
from aftercare.engagement.segments.conditions import ConditionKind, register
from aftercare.engagement.segments.touching import PROFILE
from aftercare.engagement.segments.vocabulary import Bound
from aftercare.foundation.kit.choices import Choices


class KnownSinceConfig(BaseModel):
    """First seen so many days ago."""

    model_config = ConfigDict(extra="forbid")
    bound: Annotated[Literal[Bound.AT_LEAST, Bound.AT_MOST], Field(title=gettext_noop("For")), Choices(age_choices)] = (
        Bound.AT_LEAST
    )
    days: Annotated[int, Field(title=gettext_noop("Days"), ge=1, le=36500)] = 30


@register
class KnownSince(ConditionKind[KnownSinceConfig]):
    """True where they were first seen at least, or at most, so long ago."""

    key = "known_since"
    label = gettext_lazy("Known since")
    hint = gettext_lazy("When they were first seen")
    icon = "user-plus"
    Config = KnownSinceConfig

    def describe(self, config: KnownSinceConfig) -> str:
        return _("has been known for “%(bound)s %(days)s days”") % {"bound": config.bound.label, "days": config.days}

    def describe_opposite(self, config: KnownSinceConfig) -> str:
        return _("has not been known for “%(bound)s %(days)s days”") % {
            "bound": config.bound.label,
            "days": config.days,
        }

    def holds(self, config: KnownSinceConfig, question: Question) -> str:
        compared = "<=" if config.bound == Bound.AT_LEAST else ">"
        return f"c.created_at {compared} {question.ago(config.days)}"

    def touched_by(self, config: KnownSinceConfig) -> frozenset[str]:  # noqa: ARG002 -- the base's signature
        return PROFILE

    def shifted(self, config: KnownSinceConfig, passing: Passing) -> Sequence[str]:
        aged = passing.turned("k.created_at", config.days)
        return [f"SELECT k.id FROM customers_customer k WHERE k.store_id = %(store)s AND {aged}"]  # noqa: S608 -- placeholders only
