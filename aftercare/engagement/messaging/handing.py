"""Handing a batch to somebody else's servers: several at once, for as long as they take any."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from aftercare.engagement.messaging.receipts import Receipt
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.retry import wait_asked_for

Item = TypeVar("Item")
_AT_ONCE = 8
_SLOW_DOWN, _UNAVAILABLE = 429, 503
# A batch is leased for two minutes: what has not begun by then is left for the next one.
_BEGUN_WITHIN = 45.0
_NEVER, _LONGEST_REST = datetime.min.replace(tzinfo=UTC), timedelta(hours=1)


# Carriers that asked to be left alone, by connection, and until when: the batches that follow need not ask once more.
_left_alone: dict[str, datetime] = {}


def hand_over(
    *, items: Sequence[Item], send: Callable[[Item], Receipt], label: str, connection: str = ""
) -> Iterator[Receipt]:
    """A receipt for each, in their order, as soon as it is there. Once one says so, the rest waits for another time, and
    what else goes by the same `connection` (empty: by several) as long as was asked for."""
    resting = _left_alone.get(connection, _NEVER) - clock.now()
    if resting > timedelta(0):
        return iter([Receipt("later", f"{label} asks to slow down", is_tried=False, again_in=resting)] * len(items))
    return _handed(items, send, label, connection)


def asked_to_wait(*, status: int, retry_after: str, label: object) -> Receipt | None:
    """What stops a batch, for as long as the provider asks for; None where its answer says nothing of the kind.

    It costs no attempt, not even that of the message that met it: else a throttled message would be given up.
    """
    asked_for = wait_asked_for(retry_after, now=clock.in_the_world(clock.now()))
    if status == _SLOW_DOWN or (status == _UNAVAILABLE and asked_for is not None):
        return Receipt("later", f"{label} asks to slow down", stops=True, again_in=asked_for, is_tried=False)
    return None


def _handed(items: Sequence[Item], send: Callable[[Item], Receipt], label: str, connection: str) -> Iterator[Receipt]:
    until, stopped = time.monotonic() + _BEGUN_WITHIN, Receipt("later", f"{label} is slow", is_tried=False)

    def one(item: Item) -> Receipt:
        nonlocal stopped, until
        if time.monotonic() > until:
            return stopped
        receipt = send(item)
        if receipt.stops:
            stopped = Receipt("later", receipt.reply, is_tried=False, again_in=receipt.again_in)
            until = 0.0
            if connection and receipt.again_in:
                _left_alone[connection] = clock.now() + min(receipt.again_in, _LONGEST_REST)
        return receipt

    with ThreadPoolExecutor(min(_AT_ONCE, len(items) or 1)) as threads:
        yield from threads.map(one, items)
