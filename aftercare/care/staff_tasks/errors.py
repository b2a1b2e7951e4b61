"""Refusals of tasks."""

from aftercare.foundation.kit.errors import Refusal


class AlreadyDone(Refusal):
    """Somebody has seen to it."""

    code = "task_done"

    def __init__(self) -> None:
        super().__init__("This task is done.", field="task", remedy="Make another one.")
