"""Time passes: notices become due."""

from aftercare.commerce.visits.actions import NOTICES, give_notices
from aftercare.foundation.jobs.loops import Loop, register_loop

register_loop(Loop(name=NOTICES, work=give_notices, wake=NOTICES, idle=30.0))
