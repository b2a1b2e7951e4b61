"""The outbox's loops: send, and decide again."""

from aftercare.engagement.messaging.actions.decide_again import decide_again
from aftercare.engagement.messaging.actions.delivery import deliver_by_own_carriers, deliver_due
from aftercare.engagement.messaging.actions.hold import DECIDE_AGAIN
from aftercare.engagement.messaging.actions.request import OUTBOX
from aftercare.foundation.jobs.loops import Loop, register_loop

register_loop(Loop("outbox", deliver_due, wake=OUTBOX))
register_loop(Loop("outbox by own carriers", deliver_by_own_carriers, wake=OUTBOX))
register_loop(Loop("messages that wait", decide_again, wake=DECIDE_AGAIN))
