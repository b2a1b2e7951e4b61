"""The outbox's loops: send, decide again, and let holds end."""

from functools import partial

from aftercare.engagement.messaging.actions.decide_again import decide_again
from aftercare.engagement.messaging.actions.delivery import deliver_by_own_carriers, deliver_due
from aftercare.engagement.messaging.actions.hold import DECIDE_AGAIN, end_holds
from aftercare.engagement.messaging.actions.poking import CHAINS
from aftercare.engagement.messaging.actions.ways import go_on
from aftercare.engagement.messaging.actions.writing import OUTBOX
from aftercare.engagement.messaging.channels import channels
from aftercare.foundation.jobs.loops import Loop, register_loop

register_loop(Loop("outbox", deliver_due, wake=OUTBOX))
for channel in channels:
    if channel.own_lane:
        deliver = partial(deliver_by_own_carriers, channel=channel.key)
        register_loop(Loop(f"outbox of {channel.own_lane}", deliver, wake=OUTBOX))
register_loop(Loop("chains", go_on, wake=CHAINS))
register_loop(Loop("messages that wait", decide_again, wake=DECIDE_AGAIN))
register_loop(Loop("holds that end", end_holds, wake=DECIDE_AGAIN, idle=20.0))
