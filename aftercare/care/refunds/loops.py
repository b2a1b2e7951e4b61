"""The loop that makes what is due."""

from aftercare.care.refunds.actions.asking import REFUNDS
from aftercare.care.refunds.actions.making import make_due
from aftercare.foundation.jobs.loops import Loop, register_loop

register_loop(Loop(name=REFUNDS, work=make_due, wake=REFUNDS, idle=15.0))
