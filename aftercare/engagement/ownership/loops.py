"""Time passes: things that nobody used are noticed, and services fall due."""

from aftercare.engagement.ownership.actions import SERVICES, UNUSED, find_due, find_unused
from aftercare.foundation.jobs.loops import Loop, register_loop

register_loop(Loop(name=UNUSED, work=find_unused, wake=UNUSED, idle=60.0))
register_loop(Loop(name=SERVICES, work=find_due, wake=SERVICES, idle=30.0))
