"""How events of tasks read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from aftercare.care.staff_tasks.events import StaffTaskAssigned, StaffTaskDone, StaffTaskOpened
from aftercare.foundation.events.timelines import Told, tells, topic

topic("staff_tasks", gettext_lazy("Tasks"), "staff_task.")


@tells(StaffTaskOpened, StaffTaskAssigned, StaffTaskDone)
def _task(data: Mapping[str, Any]) -> Told:
    return Told(" · ".join(filter(None, [str(data.get("title", "")), str(data.get("note", ""))])))
