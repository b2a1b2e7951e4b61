"""Note something about the customer, for segments and messages to use."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field, model_validator

from aftercare.commerce.customers.actions import publish_traits, raise_traits
from aftercare.engagement.journeys.steps import Step, register
from aftercare.engagement.journeys.travel import Advance, Move, Traveller
from aftercare.foundation.kit.choices import Choices, Offer

_BY = "journey"
_NOBODY = "nobody"


class Change(StrEnum):
    """What becomes of the trait."""

    SET = "set"
    RAISE = "raise"
    CLEAR = "clear"


def _changes() -> Offer:
    return [
        (Change.SET.value, gettext_lazy("Set it to the value")),
        (Change.RAISE.value, gettext_lazy("Raise it by the value")),
        (Change.CLEAR.value, gettext_lazy("Clear it")),
    ]


class TraitConfig(BaseModel):
    """`value` is taken as a number, as yes or no, or as words, by how it is written."""

    model_config = ConfigDict(extra="forbid")
    trait: Annotated[
        str,
        Field(
            title=gettext_noop("Trait"), description=gettext_noop("Its name: small letters, digits and _."),
            pattern="^[a-z][a-z0-9_]{0,59}$", max_length=60,
        ),
    ]  # fmt: skip
    change: Annotated[Change, Field(title=gettext_noop("Change")), Choices(_changes)] = Change.SET
    value: Annotated[
        str,
        Field(
            title=gettext_noop("Value"), max_length=200, pattern=r"^[^\x00]*$",
            description=gettext_noop("A word, a number, or true or false."),
        ),
    ] = ""  # fmt: skip

    @model_validator(mode="after")
    def _fits(self) -> "TraitConfig":
        if self.change == Change.SET and not self.value:
            raise ValueError(_("Say what it is set to."))
        if self.change == Change.RAISE and isinstance(self.parsed, str | bool):
            raise ValueError(_("It can be raised by a number only."))
        return self

    @property
    def parsed(self) -> str | int | float | bool:
        if self.value in {"true", "false"}:
            return self.value == "true"
        if re.fullmatch(r"-?[0-9]{1,15}", self.value):
            return int(self.value)
        return float(self.value) if re.fullmatch(r"-?[0-9]{1,12}\.[0-9]{1,6}", self.value) else self.value


@register
class UpdateTrait(Step[TraitConfig]):
    """Of whoever was merged, the one they live on as is changed."""

    key = "trait"
    label = gettext_lazy("Note about the customer")
    hint = gettext_lazy("Set, raise or clear a trait")
    icon = "tag"
    Config = TraitConfig

    def describe(self, config: TraitConfig) -> str:
        texts = {
            Change.SET: _("Set the customer's “%(trait)s” to “%(value)s”"),
            Change.RAISE: _("Raise the customer's “%(trait)s” by %(value)s"),
            Change.CLEAR: _("Clear the customer's “%(trait)s”"),
        }
        return texts[config.change] % {"trait": config.trait, "value": config.value}

    def run(self, batch: Sequence[Traveller], config: TraitConfig, *, now: datetime) -> list[Move]:
        told = defaultdict(list)
        value = None if config.change == Change.CLEAR else config.parsed
        for one in batch:
            if one.customer_id:
                told[one.store_id].append((one.customer_id, {config.trait: value}))
        write: Callable[..., int] = raise_traits if config.change == Change.RAISE else publish_traits
        for store_id, rows in told.items():
            write(store_id=store_id, rows=rows, by=_BY, now=now)
        return self.try_out(batch, config, now=now)

    def try_out(self, batch: Sequence[Traveller], config: TraitConfig, *, now: datetime) -> list[Move]:  # noqa: ARG002 -- the base's signature
        return [Advance("noted" if one.customer_id else _NOBODY) for one in batch]
