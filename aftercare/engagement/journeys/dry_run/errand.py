"""What the process of a dry run does: the run it was started for, and no more."""

import structlog

from aftercare.engagement.journeys.actions.dry_runs import Stopped, carry_out
from aftercare.engagement.journeys.dry_run.models import DryRun
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.scope import across_stores

log = structlog.get_logger(__name__)


def run_errand(public_id: str) -> None:
    """Carry it out, unless it was stopped meanwhile."""
    with across_stores("a worker serves all stores"):
        run = DryRun.objects.select_related("journey").get(public_id=public_id)
    try:
        carry_out(run=run, clock=clock.now)
    except Stopped:
        log.info("dry run stopped", run=public_id)
