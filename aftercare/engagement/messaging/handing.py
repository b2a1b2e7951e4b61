"""Handing a batch to somebody else's servers: several at once, for as long as they take any."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from aftercare.engagement.messaging.receipts import Receipt

Item = TypeVar("Item")
_AT_ONCE = 8
# A batch is leased for two minutes: what has not begun by then is left for the next one.
_BEGUN_WITHIN = 45.0


def hand_over(*, items: Sequence[Item], send: Callable[[Item], Receipt], label: str) -> Iterator[Receipt]:
    """A receipt for each, in their order, as soon as it is there. Once one says so, the rest waits for another time."""
    until, put_off = time.monotonic() + _BEGUN_WITHIN, ""

    def one(item: Item) -> Receipt:
        nonlocal put_off
        if put_off or time.monotonic() > until:
            return Receipt("later", put_off or f"{label} is slow")
        receipt = send(item)
        if receipt.stops:
            put_off = receipt.reply
        return receipt

    with ThreadPoolExecutor(min(_AT_ONCE, len(items) or 1)) as threads:
        yield from threads.map(one, items)
