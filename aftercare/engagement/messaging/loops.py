"""The outbox's loops: send, decide again, take back what a killed worker had claimed."""

from aftercare.engagement.messaging.actions.decide_again import decide_again
from aftercare.engagement.messaging.actions.delivery import deliver_due, take_back_expired
from aftercare.engagement.messaging.actions.hold import DECIDE_AGAIN
from aftercare.engagement.messaging.actions.request import OUTBOX
from aftercare.foundation.jobs.loops import Loop, register_loop

register_loop(Loop("outbox", deliver_due, wake=OUTBOX))
register_loop(Loop("messages that wait", decide_again, wake=DECIDE_AGAIN))
register_loop(Loop("expired leases of the outbox", take_back_expired, wake="", idle=15))
