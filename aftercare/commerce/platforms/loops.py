"""The loop that works off what connected shops sent."""

from aftercare.commerce.platforms.actions import DELIVERIES, work_off
from aftercare.foundation.jobs.loops import Loop, register_loop

register_loop(Loop(DELIVERIES, work_off, wake=DELIVERIES, idle=5.0))
