"""A worker's part in dry runs: it starts a process for each, at the lowest priority, one at a time.

Trying tens of thousands of ways through a journey keeps a processor busy for a minute: in the worker's own process all
that is live would wait for it.
"""

import subprocess
import sys
from datetime import datetime

from aftercare.engagement.journeys.actions.dry_runs import claim_dry_run

_PROCESS = "aftercare.engagement.journeys.dry_run"
_started: list[subprocess.Popen[bytes]] = []


def look_for_dry_runs(now: datetime) -> int:
    """Start the next one, if none of this worker's is under way; answers how many were started."""
    _started[:] = [child for child in _started if child.poll() is None]
    if _started:
        return 0
    public_id = claim_dry_run(now)
    if not public_id:
        return 0
    _started.append(subprocess.Popen([sys.executable, "-m", _PROCESS, public_id]))  # noqa: S603 -- ourselves
    return 1
