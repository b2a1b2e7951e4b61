"""Those whom a notice is for are told, batch by batch."""

from aftercare.engagement.notices.actions import NOTICES, send_due
from aftercare.foundation.jobs.loops import Loop, register_loop

register_loop(Loop(name=NOTICES, work=send_due, wake=NOTICES, idle=10.0))
