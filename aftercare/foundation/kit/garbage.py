"""Keeping Python's cycle collector out of bulk work."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Young objects before the first look; looks before the second; the third, over everything, hardly ever.
_RARELY = (100_000, 50, 1000)


def keep_imported() -> None:
    """What is here stays; the collector need not look at it, and so need not copy the pages that forks share."""
    gc.collect()
    gc.freeze()


def collect_rarely() -> None:
    """From now on the collector runs rarely: batches make objects by the thousand that die by their reference count."""
    gc.set_threshold(*_RARELY)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Within, the collector runs rarely and passes over what was there before.

    An import makes objects by the hundred thousand that all die by their reference count. Looking among them, and
    through the whole application again and again, cost half of the time spent on checking.
    """
    before = gc.get_threshold()
    gc.freeze()
    collect_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
