"""Which lots a spending takes from, and which it is given back to."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

EXPIRES_SOON = timedelta(days=14)
# Who was told of a grant just now need not hear on the same day that it expires soon.
NO_NEWS_WITHIN = timedelta(days=1)


class Share(NamedTuple):
    """So much of one lot, which lies in this account."""

    account_id: int
    lot_id: int
    amount: int


def taken(left: Sequence[Share], amount: int) -> list[Share] | None:
    """`amount` from what is left, in the order given (what expires soonest first); None where it is not enough."""
    shares = []
    missing = amount
    for one in left:
        if missing <= 0:
            break
        part = min(one.amount, missing)
        shares.append(one._replace(amount=part))
        missing -= part
    return None if missing > 0 else shares


def given_back(spent: Sequence[Share], amount: int) -> list[Share]:
    """`amount` back to the lots it came from: what was taken last, and lasts longest, first."""
    found = taken(list(reversed(spent)), amount)
    assert found is not None, "no more is given back than was taken"
    return found
