"""From the order to the carrier: when an order is handed over if all goes as the store says."""

import numpy as np

from aftercare.commerce.promises.estimating.columns import Floats


def ready_at(*, placed: Floats, cut_offs: Floats, days: int) -> Floats:
    """The cut-off by which each order leaves: the first one after it was placed, and `days` more.

    `cut_offs` are those of all open days, in order; what lies beyond the last is ready when it is placed.
    """
    if len(cut_offs) == 0:
        return placed
    at = np.searchsorted(cut_offs, placed, "left") + days
    ready: Floats = np.where(at < len(cut_offs), cut_offs[np.minimum(at, len(cut_offs) - 1)], placed)
    return ready
