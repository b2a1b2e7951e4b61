"""At which events people leave a journey early, as a form asks for them: those that are its goal, and those that are not."""

from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.journeys.choices import event_choices, subject_choices
from aftercare.foundation.kit.choices import Choices

Subject = Literal["order", "shipment", "customer"]


class GoalConfig(BaseModel):
    """What the journey is for."""

    model_config = ConfigDict(extra="forbid")
    goal: Annotated[
        tuple[str, ...],
        Field(
            title=gettext_noop("Goal"), max_length=8,
            description=gettext_noop("Whoever reaches one of them leaves at once, and is counted. None: no goal."),
        ),
        Choices(event_choices),
    ] = ()  # fmt: skip
    goal_by: Annotated[Subject, Field(title=gettext_noop("Of")), Choices(subject_choices)] = "customer"


class ExitsConfig(BaseModel):
    """What makes it pointless."""

    model_config = ConfigDict(extra="forbid")
    exits: Annotated[
        tuple[str, ...],
        Field(
            title=gettext_noop("Leave at"), max_length=8,
            description=gettext_noop("Whoever this happens to leaves at once, wherever they stand."),
        ),
        Choices(event_choices),
    ] = ()  # fmt: skip
    exits_by: Annotated[Subject, Field(title=gettext_noop("Of")), Choices(subject_choices)] = "order"


LEAVING_FORMS: dict[str, type[BaseModel]] = {"goal": GoalConfig, "exits": ExitsConfig}
