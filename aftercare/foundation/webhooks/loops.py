"""The loop that makes calls."""

from aftercare.foundation.jobs.loops import Loop, register_loop
from aftercare.foundation.webhooks.actions import CALLS, make_due_calls

register_loop(Loop("webhook calls", make_due_calls, wake=CALLS, idle=5))
