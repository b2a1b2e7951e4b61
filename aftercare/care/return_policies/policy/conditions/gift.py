"""Whether the order is a gift."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import BaseModel, ConfigDict

from aftercare.care.return_policies.policy.conditions import ConditionKind, Test, register


class GiftConfig(BaseModel):
    """Nothing to set."""

    model_config = ConfigDict(extra="forbid")


@register
class GiftCondition(ConditionKind[GiftConfig]):
    """True where somebody else receives it."""

    key = "gift"
    label = gettext_noop("Is a gift")
    icon = "gift"
    Config = GiftConfig

    def describe(self, config: GiftConfig) -> str:  # noqa: ARG002 -- the base's signature
        return _("orders that are a gift")

    def test(self, config: GiftConfig) -> Test:  # noqa: ARG002 -- the base's signature
        return lambda facts: facts.order.is_gift
