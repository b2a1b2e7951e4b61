"""The scheduler of journeys."""

from aftercare.engagement.journeys.actions.enter import SCHEDULER
from aftercare.engagement.journeys.actions.travel import move_due
from aftercare.foundation.jobs.loops import Loop, register_loop

register_loop(Loop("journeys", move_due, wake=SCHEDULER, idle=0.5))
