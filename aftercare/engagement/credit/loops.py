"""Time passes: reservations end, credit that expires soon is told of, what has expired goes."""

from aftercare.engagement.credit.actions import cancel_due, expire_due, release_due, tell_expiring
from aftercare.foundation.jobs.loops import Loop, register_loop

register_loop(Loop(name="credit reservations", work=release_due, wake="credit reservations", idle=30.0))
register_loop(Loop(name="credit expiring", work=tell_expiring, wake="credit expiring", idle=300.0))
register_loop(Loop(name="credit expired", work=expire_due, wake="credit expired", idle=60.0))
register_loop(Loop(name="kept codes", work=cancel_due, wake="kept codes", idle=30.0))
