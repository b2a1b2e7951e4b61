"""Everything that writes the health of parcels and what is usual on their lanes. Works in sets."""

from aftercare.commerce.health.actions.judging import HEALTH, follow_parcels, judge_due, judge_parcels, note_heard
from aftercare.commerce.health.actions.lanes import measure_due, measure_lanes

__all__ = ["HEALTH", "follow_parcels", "judge_due", "judge_parcels", "measure_due", "measure_lanes", "note_heard"]
