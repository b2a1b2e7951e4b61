"""One dry run from beginning to end, on this connection."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aftercare.engagement.journeys.dry_run.arrivals import arrivals_of
from aftercare.engagement.journeys.dry_run.findings import Found, ledger
from aftercare.engagement.journeys.dry_run.replay import Replay
from aftercare.engagement.journeys.dry_run.world import Tried, world
from aftercare.foundation.stores.queries import stores_by_id


def _nobody_listens(_share: float) -> None:
    pass


@contextmanager
def tried(what: Tried, *, tell: Callable[[float], None] = _nobody_listens) -> Iterator[Found]:
    """Within, after the run: what came of it, with `findings.everything_said` and `keep_sample` at hand.

    `tell` hears how far it is, from 0 to 1; what it raises ends the run.
    """
    began = time.monotonic()
    zone = stores_by_id(ids={what.store_id})[what.store_id].time_zone
    with world(what) as seen, arrivals_of(what) as arrivals, ledger() as kept:
        Replay(seen, arrivals, kept, tell).go()
        found = kept.found(time_zone=zone)
        found.events, found.imported = arrivals.count, arrivals.imported
        found.seconds = round(time.monotonic() - began, 2)
        yield found
