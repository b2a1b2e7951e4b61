"""The scheduler of journeys, who looks whose day it is, and who starts dry runs."""

from aftercare.engagement.journeys.actions.dates import enter_by_date
from aftercare.engagement.journeys.actions.dry_runs import DRY_RUNS
from aftercare.engagement.journeys.actions.travel import move_due
from aftercare.engagement.journeys.dry_run.starting import look_for_dry_runs
from aftercare.engagement.journeys.scheduling import SCHEDULER
from aftercare.foundation.jobs.loops import Loop, register_loop

register_loop(Loop("journeys", move_due, wake=SCHEDULER, idle=0.5))
register_loop(Loop("journeys.dates", enter_by_date, wake=SCHEDULER, idle=20.0))
register_loop(Loop("dry_runs", look_for_dry_runs, wake=DRY_RUNS, idle=5.0))
