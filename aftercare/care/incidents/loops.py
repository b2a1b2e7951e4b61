"""Time passes: what has held up many for too long is no sudden trouble any more."""

from aftercare.care.incidents.actions import end_old_masses
from aftercare.foundation.jobs.loops import Loop, register_loop

register_loop(Loop(name="mass incidents", work=end_old_masses, wake="mass incidents", idle=600.0))
