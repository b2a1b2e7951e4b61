"""Going on after the database went away for a moment, and not waiting for its disk where nothing is lost by it."""

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import Error, InterfaceError, OperationalError, connection

# Seconds. A restart of the server takes a few; a failover about half a minute.
PAUSES = (0.2, 0.5, 1.0, 3.0, 10.0, 20.0)
Result = TypeVar("Result")
log = structlog.get_logger(__name__)


def persistently(work: Callable[[], Result], *, after_loss: Callable[[], object] | None = None) -> Result:
    """Do `work`, again after each loss of the connection; `after_loss` restores what the connection held.

    Work must be such that doing it twice does it once. Raises what the database said when patience ends, and at once
    within a transaction of the caller's, which is lost with its connection.
    """
    for pause in PAUSES:
        try:
            return work()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block:
                raise
            log.warning("database_lost", error=str(error).strip(), again_in_seconds=pause)
            connection.close()
            time.sleep(pause)
            _restore(after_loss)
    try:
        return work()
    except (OperationalError, InterfaceError):
        connection.close()
        raise


def will_be_done_again() -> None:
    """This transaction need not reach the disk before it counts as committed.

    For work that only moves rows on, whose claim is part of the transaction: should the server itself die within the
    next moments, it never happened, and is done again. What leaves the house is claimed by transactions that do wait,
    and what those read has reached the disk before them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")


def _restore(after_loss: Callable[[], object] | None) -> None:
    """A failure here shows again in the work itself, which is then tried again."""
    if after_loss is not None:
        try:
            after_loss()
        except Error:
            connection.close()
