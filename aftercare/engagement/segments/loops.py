"""Segments that are new or changed are computed, and time passes."""

from aftercare.engagement.segments.actions import COMPUTING, pass_time, read_past_and_compute
from aftercare.foundation.jobs.loops import Loop, register_loop

register_loop(Loop(name=COMPUTING, work=read_past_and_compute, wake=COMPUTING, idle=5.0))
register_loop(Loop(name="segments over time", work=pass_time, wake="segments over time", idle=5.0))
