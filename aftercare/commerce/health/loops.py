"""Time passes: parcels whose silence or deadline makes them due are judged, and lanes are measured once a day."""

from aftercare.commerce.health.actions import HEALTH, judge_due, measure_due
from aftercare.foundation.jobs.loops import Loop, register_loop

register_loop(Loop(name=HEALTH, work=judge_due, wake=HEALTH, idle=5.0))
register_loop(Loop(name="lanes measured", work=measure_due, wake="lanes measured", idle=60.0))
