"""Where the customer lives."""

from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.segments.asking import Question
from aftercare.engagement.segments.choices import words_or
from aftercare.engagement.segments.conditions import ConditionKind, register
from aftercare.engagement.segments.touching import PROFILE
from aftercare.foundation.kit.schema import Country


class CountryConfig(BaseModel):
    """Any of these countries."""

    model_config = ConfigDict(extra="forbid")
    countries: Annotated[
        tuple[Country, ...],
        Field(
            title=gettext_noop("Any of these countries"), min_length=1, max_length=250,
            description=gettext_noop("By their two letters, separated by commas: DE, AT, CH."),
        ),
    ]  # fmt: skip


@register
class LivesIn(ConditionKind[CountryConfig]):
    """True where the customer's country is one of these."""

    key = "country"
    label = gettext_lazy("Country")
    hint = gettext_lazy("Where they live")
    icon = "map-pin"
    Config = CountryConfig

    def describe(self, config: CountryConfig) -> str:
        return _("lives in %(countries)s") % {"countries": words_or(config.countries)}

    def describe_opposite(self, config: CountryConfig) -> str:
        return _("does not live in %(countries)s") % {"countries": words_or(config.countries)}

    def holds(self, config: CountryConfig, question: Question) -> str:
        return f"c.country = ANY({question.value(list(config.countries))})"

    def touched_by(self, config: CountryConfig) -> frozenset[str]:  # noqa: ARG002 -- the base's signature
        return PROFILE
