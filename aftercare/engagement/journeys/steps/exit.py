"""The end, with a name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.journeys.steps import Sort, Step, register
from aftercare.engagement.journeys.travel import Exit, Move, Traveller


class ExitConfig(BaseModel):
    """`outcome` is what reports count."""

    model_config = ConfigDict(extra="forbid")
    outcome: Annotated[
        str,
        Field(
            title=gettext_noop("Counted as"), pattern="^[a-z0-9_]{1,40}$", max_length=40,
            description=gettext_noop("A word for reports: small letters, digits and _, such as never_arrived."),
        ),
    ] = "exit"  # fmt: skip


@register
class ExitJourney(Step[ExitConfig]):
    """Ends the journey for whoever gets here."""

    key = "exit"
    label = gettext_lazy("Leave the journey")
    hint = gettext_lazy("With a word that reports count")
    icon = "log-out"
    sort = Sort.ASK
    branches = ()
    Config = ExitConfig

    def describe(self, config: ExitConfig) -> str:
        return _("Leave the journey (%(outcome)s)") % {"outcome": config.outcome}

    def run(self, batch: Sequence[Traveller], config: ExitConfig, *, now: datetime) -> list[Move]:  # noqa: ARG002 -- the base's signature
        return [Exit(config.outcome)] * len(batch)
