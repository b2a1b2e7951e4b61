"""Refusals of tasks."""

from aftercare.foundation.kit.errors import Refusal


class AlreadyDone(Refusal):
    """Somebody has seen to it."""

    code = "task_done"
