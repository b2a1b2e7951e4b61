"""What is done about what customers own."""

from aftercare.engagement.ownership.actions.owning import UNUSED, find_unused, own_lines, set_usage_rule
from aftercare.engagement.ownership.actions.scheduling import (
    SERVICES,
    end_schedule,
    find_due,
    schedule_service,
)
from aftercare.engagement.ownership.actions.servicing import mark_done, snooze
from aftercare.engagement.ownership.actions.using import Signal, note_signals, record_usage

__all__ = [
    "SERVICES", "UNUSED", "Signal", "end_schedule", "find_due", "find_unused", "mark_done", "note_signals", "own_lines",
    "record_usage", "schedule_service", "set_usage_rule", "snooze",
]  # fmt: skip
