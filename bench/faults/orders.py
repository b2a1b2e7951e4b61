"""Orders as a shop's program would send them: again and again until they are answered for."""

import time
from collections.abc import Callable, Sequence
from itertools import cycle

import httpx

from bench.faults.relay import REFUSED_FOREVER

_BATCH = 100
_REFUSED = 50  # every so many's address does not exist
_DELIVERED = {200, 201}


def send_orders(
    *, urls: Sequence[str], token: str, count: int, seconds: float, began: float, sent: Callable[[int], object]
) -> int:  # fmt: skip
    """Spread over so many seconds, or as fast as they are taken; answers how often one had to be sent again.

    Of several addresses each is asked in turn, and another where one does not answer.
    """
    repeated, turns = 0, cycle(urls)
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30 / len(urls)) as client:
        for first in range(0, count, _BATCH):
            time.sleep(max(0.0, began + seconds * first / count - time.time()))
            orders = [_order(number) for number in range(first, min(first + _BATCH, count))]
            while not _is_taken(client, next(turns), orders, key=f"batch-{first}"):
                repeated += 1
                time.sleep(0.2)
            sent(len(orders))
    return repeated


def _is_taken(client: httpx.Client, url: str, orders: list[dict[str, object]], *, key: str) -> bool:
    try:
        answer = client.post(
            f"{url}/api/v1/orders", json={"source": "shop", "orders": orders}, headers={"Idempotency-Key": key}
        )
    except httpx.HTTPError:
        return False
    if answer.status_code in _DELIVERED:
        assert not answer.json()["refused"], answer.text[:500]
        return True
    assert answer.status_code >= 409, answer.text[:500]
    return False


def _order(number: int) -> dict[str, object]:
    who = f"{REFUSED_FOREVER if number % _REFUSED == 0 else 'shopper'}{number}@example.com"
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {
        "id": str(number), "number": f"#{number}", "placed_at": moment, "currency": "EUR", "total": "93.90",
        "customer": {"id": str(number), "name": "Sam Okafor", "email": who},
        "lines": [{"id": "1", "title": "Linen throw", "sku": "THROW-01", "quantity": 1, "unit_price": "93.90"}],
    }  # fmt: skip
