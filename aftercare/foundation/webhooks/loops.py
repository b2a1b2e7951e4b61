"""The loops that make calls: one for those who answer at once, one for those who keep us waiting."""

from datetime import datetime

from aftercare.foundation.jobs.loops import Loop, register_loop
from aftercare.foundation.webhooks.actions.calling import CALLS, make_due_calls


def _make_slow_calls(now: datetime) -> int:
    return make_due_calls(now, slow=True)


register_loop(Loop("webhook calls", make_due_calls, wake=CALLS))
register_loop(Loop("webhook calls to the slow", _make_slow_calls, wake=CALLS))
