"""Who wants to know of parcels that were heard of, even where that is no fact for the log.

A scan in one more depot is nobody's news, unless the parcel had been silent for too long. Capabilities above, which
know of that, register here; they are called within the transaction that records the scans, so they must be quick.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol


class Follower(Protocol):
    """Takes the row ids of parcels with new scans, and of those whose status, reason or expected time has changed."""

    def __call__(self, *, heard: Collection[int], changed: Collection[int], now: datetime) -> None: ...


_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Let it know of every batch from now on."""
    assert follower not in _followers, "a follower is told once"
    _followers.append(follower)


def tell_followers(*, heard: Collection[int], changed: Collection[int], now: datetime) -> None:
    """Tell all of them, where there is anything to tell."""
    if heard or changed:
        for follower in _followers:
            follower(heard=heard, changed=changed, now=now)
