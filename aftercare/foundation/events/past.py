"""The log as it was known at a moment of the past; what is tried out adds nothing to it."""

from aftercare.foundation.database.stand_ins import AS_OF, Past, known_at, register_stand_in

KNOWN = known_at(happened="t.occurred_at", heard="t.recorded_at")

register_stand_in(Past("events_event", where=f"{KNOWN} <= {AS_OF}", swallows=True))
