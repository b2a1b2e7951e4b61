"""Give the customer store credit."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field, field_validator

from aftercare.engagement.credit.actions import Grant, grant_many
from aftercare.engagement.credit.origins import Origin
from aftercare.engagement.journeys.steps import Step, register
from aftercare.engagement.journeys.travel import Advance, Move, Traveller
from aftercare.foundation.kit.money import Money, minor_units
from aftercare.foundation.stores.models import Store

_SKIPPED, _DONE = "skipped", "credited"


class GiveCreditConfig(BaseModel):
    """How much, in the store's currency, and for how long."""

    model_config = ConfigDict(extra="forbid")
    amount: Annotated[
        str,
        Field(title=gettext_noop("Amount"), description=gettext_noop("In the store's currency."),
              pattern=r"^[0-9]{1,6}([.][0-9]{1,3})?$"),
    ]  # fmt: skip
    expires_days: Annotated[
        int, Field(title=gettext_noop("Expires after so many days"), description=gettext_noop("0: it does not."), ge=0, le=3650)
    ] = 365  # fmt: skip
    reason: Annotated[str, Field(title=gettext_noop("Reason"), max_length=200)] = ""

    @field_validator("amount")
    @classmethod
    def _is_something(cls, value: str) -> str:
        if not Decimal(value):
            message = "is nothing"
            raise ValueError(message)
        return value


@register
class GiveCredit(Step[GiveCreditConfig]):
    """Once for each who comes by; a journey without a customer just goes on."""

    key = "give_credit"
    label = gettext_lazy("Give store credit")
    hint = gettext_lazy("To spend at the shop")
    icon = "wallet"
    Config = GiveCreditConfig

    def describe(self, config: GiveCreditConfig) -> str:
        return _("Give %(amount)s of store credit") % {"amount": config.amount}

    def run(self, batch: Sequence[Traveller], config: GiveCreditConfig, *, now: datetime) -> list[Move]:
        store = Store.objects.get(pk=batch[0].store_id)  # one step of one version is of one store
        amount = Money(minor_units(config.amount, store.currency), store.currency)
        until = now + timedelta(days=config.expires_days) if config.expires_days else None
        grants = [
            Grant(
                one.customer_id, amount, Origin.OFFER, config.reason, f"journey:{one.public_id}:{one.step}",
                expires_at=until, order_id=one.order_id,
            )
            for one in batch
            if one.customer_id
        ]  # fmt: skip
        if grants:
            grant_many(store_id=store.pk, grants=grants, by=f"journey:{batch[0].journey_key}", now=now)
        return self.try_out(batch, config, now=now)

    def try_out(self, batch: Sequence[Traveller], config: GiveCreditConfig, *, now: datetime) -> list[Move]:  # noqa: ARG002 -- the base's signature
        return [Advance(_DONE if one.customer_id else _SKIPPED) for one in batch]
