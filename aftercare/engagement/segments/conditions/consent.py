"""What the customer has agreed to."""

from enum import StrEnum
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.commerce.customers.events import ConsentChanged
from aftercare.commerce.customers.models import Consent
from aftercare.engagement.segments.asking import Question
from aftercare.engagement.segments.choices import purpose_choices
from aftercare.engagement.segments.conditions import ConditionKind, register
from aftercare.foundation.kit.choices import Choices, Offer


class Said(StrEnum):
    """Their last word."""

    YES = "yes"
    NO = "no"


def _answers() -> Offer:
    return [(Said.YES.value, _("yes")), (Said.NO.value, _("no"))]


class ConsentConfig(BaseModel):
    """Their last word on a purpose and channel."""

    model_config = ConfigDict(extra="forbid")
    purpose: Annotated[Consent.Purpose, Field(title=gettext_noop("To")), Choices(purpose_choices)] = (
        Consent.Purpose.MARKETING
    )
    channel: Annotated[
        str, Field(title=gettext_noop("By"), description=gettext_noop("email, sms, push …"), pattern="^[a-z_]{2,20}$")
    ] = "email"
    said: Annotated[Said, Field(title=gettext_noop("They said")), Choices(_answers)] = Said.YES


@register
class Agreed(ConditionKind[ConsentConfig]):
    """True where this was their last word. Whoever has said nothing said neither yes nor no."""

    key = "consent"
    label = gettext_lazy("Consent")
    hint = gettext_lazy("What they agreed to")
    icon = "shield-check"
    Config = ConsentConfig

    def describe(self, config: ConsentConfig) -> str:
        sentence = (
            _("said yes to %(purpose)s by %(channel)s")
            if config.said == Said.YES
            else _("said no to %(purpose)s by %(channel)s")
        )
        return sentence % _words(config)

    def describe_opposite(self, config: ConsentConfig) -> str:
        sentence = (
            _("has not said yes to %(purpose)s by %(channel)s")
            if config.said == Said.YES
            else _("has not said no to %(purpose)s by %(channel)s")
        )
        return sentence % _words(config)

    def holds(self, config: ConsentConfig, question: Question) -> str:
        return (
            "EXISTS (SELECT FROM customers_consent k WHERE k.customer_id = c.id"
            f" AND k.purpose = {question.value(config.purpose.value)} AND k.channel = {question.value(config.channel)}"
            f" AND k.granted = {question.value(config.said == Said.YES)})"
        )

    def touched_by(self, config: ConsentConfig) -> frozenset[str]:  # noqa: ARG002 -- the base's signature
        return frozenset({ConsentChanged.type})


def _words(config: ConsentConfig) -> dict[str, str]:
    return {"purpose": f"“{config.purpose.label}”", "channel": f"“{config.channel}”"}
