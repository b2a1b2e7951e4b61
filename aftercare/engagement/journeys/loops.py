"""The scheduler of journeys, and the calls they make."""

from aftercare.engagement.journeys.actions.calls import CALLS, make_due_calls
from aftercare.engagement.journeys.actions.enter import SCHEDULER
from aftercare.engagement.journeys.actions.travel import move_due
from aftercare.foundation.jobs.loops import Loop, register_loop

register_loop(Loop("journeys", move_due, wake=SCHEDULER, idle=0.5))
register_loop(Loop("calls of journeys", make_due_calls, wake=CALLS, idle=5))
