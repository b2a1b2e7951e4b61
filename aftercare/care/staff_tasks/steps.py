"""The step of journeys that gives staff something to do."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.care.staff_tasks.actions import NewTask, open_tasks
from aftercare.engagement.journeys.steps import Step, register
from aftercare.engagement.journeys.travel import Advance, Move, Traveller
from aftercare.foundation.kit.choices import Choices, Hours, Offer
from aftercare.foundation.staff.policy import ROLE_LABELS, Role


def _role_choices() -> Offer:
    return [("", gettext_lazy("anybody")), *((role.value, label) for role, label in ROLE_LABELS.items())]


class TaskConfig(BaseModel):
    """What, for whom, and by when."""

    model_config = ConfigDict(extra="forbid")
    title: Annotated[
        str,
        Field(
            title=gettext_noop("What is to be done"), min_length=1, max_length=200, pattern=r"^[^\x00]+$",
            description=gettext_noop("Order and customer stand beside it."),
        ),
    ]  # fmt: skip
    role: Annotated[str, Field(title=gettext_noop("By")), Choices(_role_choices)] = Role.AGENT.value
    within_hours: Annotated[int, Field(title=gettext_noop("Within"), ge=1, le=24 * 90), Hours()] = 24


@register
class CreateTask(Step[TaskConfig]):
    """Made once for each traveller, however often the step runs."""

    key = "task"
    label = gettext_lazy("Give staff a task")
    hint = gettext_lazy("It stands on Today until it is done")
    icon = "clipboard-list"
    Config = TaskConfig

    def describe(self, config: TaskConfig) -> str:
        whom = str(ROLE_LABELS[Role(config.role)]) if config.role else _("staff")
        return _("Task for %(whom)s: “%(title)s”") % {"whom": whom, "title": config.title}

    def run(self, batch: Sequence[Traveller], config: TaskConfig, *, now: datetime) -> list[Move]:
        first = batch[0]  # whoever stands at one step of one version is of one store and one journey
        due_at = now + timedelta(hours=config.within_hours)
        tasks = [
            NewTask(
                f"journey:{one.journey_key}:{one.entry_key}:{one.step}", config.title, due_at, config.role,
                one.order_id, one.customer_id,
            )
            for one in batch
        ]  # fmt: skip
        open_tasks(store_id=first.store_id, tasks=tasks, by=f"journey:{first.journey_key}", now=now)
        return self.try_out(batch, config, now=now)

    def try_out(self, batch: Sequence[Traveller], config: TaskConfig, *, now: datetime) -> list[Move]:  # noqa: ARG002 -- the base's signature
        return [Advance("task_made")] * len(batch)
