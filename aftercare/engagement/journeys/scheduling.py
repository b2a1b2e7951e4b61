"""The name by which the scheduler's loop is woken."""

SCHEDULER = "journeys"
