"""Feeding on after the database went away for a moment, and saying what to do when it stays away."""

from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError

from aftercare.commerce.platforms.errors import DatabaseLost
from aftercare.foundation.database.persistence import persistently

Result = TypeVar("Result")


def feed_persistently(work: Callable[[], Result], *, after_loss: Callable[[], object] | None = None) -> Result:
    """`persistently`; raises DatabaseLost when patience ends."""
    try:
        return persistently(work, after_loss=after_loss)
    except (OperationalError, InterfaceError) as error:
        raise DatabaseLost(
            f"The database does not answer: {str(error).strip()}.",
            remedy="Feed the file again when it does: what is in stays unchanged.",
        ) from error
