"""Give the customer a code of their own, which later messages of the journey can show."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.credit.actions import give_codes
from aftercare.engagement.credit.choices import promotion_choices
from aftercare.engagement.credit.queries.promotions import promotion_of_store
from aftercare.engagement.journeys.steps import Step, register
from aftercare.engagement.journeys.travel import Advance, Move, Traveller
from aftercare.foundation.kit.choices import Choices
from aftercare.foundation.kit.schema import Key

_SKIPPED, _DONE = "skipped", "coded"


class GiveCodeConfig(BaseModel):
    """Of which promotion, and how long it works."""

    model_config = ConfigDict(extra="forbid")
    promotion: Annotated[Key, Field(title=gettext_noop("Promotion")), Choices(promotion_choices)]
    expires_days: Annotated[
        int,
        Field(title=gettext_noop("Works for so many days"), description=gettext_noop("0: as long as the promotion."),
              ge=0, le=3650),
    ] = 30  # fmt: skip


@register
class GiveCode(Step[GiveCodeConfig]):
    """A single-use code for each; templates of later messages read it as `event.code`."""

    key = "give_code"
    label = gettext_lazy("Give a code of their own")
    hint = gettext_lazy("Single use; messages show it as event.code")
    icon = "ticket-percent"
    Config = GiveCodeConfig

    def describe(self, config: GiveCodeConfig) -> str:
        names = dict(promotion_choices())
        return _("Give a code of “%(promotion)s”") % {"promotion": names.get(config.promotion, config.promotion)}

    def run(self, batch: Sequence[Traveller], config: GiveCodeConfig, *, now: datetime) -> list[Move]:
        promotion = promotion_of_store(store_id=batch[0].store_id, public_id=config.promotion)
        if promotion is None:
            return [Advance(_SKIPPED)] * len(batch)
        until = now + timedelta(days=config.expires_days) if config.expires_days else None
        codes = give_codes(
            promotion=promotion, customer_ids=[one.customer_id for one in batch if one.customer_id],
            batch=f"journey:{batch[0].version_id}:{batch[0].step}"[:40], by=f"journey:{batch[0].journey_key}", now=now,
            expires_at=until,
        )  # fmt: skip
        told = {"promotion": promotion.public_id, "expires_at": until.isoformat() if until else ""}
        return [
            Advance(_DONE, data={**told, "code": codes[one.customer_id]}) if one.customer_id else Advance(_SKIPPED)
            for one in batch
        ]

    def try_out(self, batch: Sequence[Traveller], config: GiveCodeConfig, *, now: datetime) -> list[Move]:  # noqa: ARG002 -- the base's signature
        return [Advance(_DONE, data={"code": "0000000000"}) if one.customer_id else Advance(_SKIPPED) for one in batch]
