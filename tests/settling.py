"""Waiting for the log's horizon: it lies below every transaction of the server, those of other tests among them."""

import time

from aftercare.foundation.database.bulk import fetch

PATIENCE_SECONDS = 60.0
_SETTLED = "SELECT coalesce(max(tx) < pg_snapshot_xmin(pg_current_snapshot()), true) FROM events_event"


def wait_until_settled() -> None:
    """Return once subscribers may see every event that is committed."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not fetch(_SETTLED)[0][0]:
        assert time.monotonic() < deadline, "another transaction on this server never ends"
        time.sleep(0.01)
