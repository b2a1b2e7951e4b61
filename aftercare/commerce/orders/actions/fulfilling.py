"""Moving fulfilments on from where their parcels are known: in sets, each step once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from django.db import transaction

from aftercare.commerce.orders.actions.loading import KnownOrder, load_orders
from aftercare.commerce.orders.actions.telling import tell
from aftercare.commerce.orders.actions.writing import Writing, write
from aftercare.commerce.orders.policy.changes import Appointment, Change, Move, moved, rearranged
from aftercare.commerce.orders.policy.fulfilling import with_contents
from aftercare.commerce.orders.policy.progress import settle
from aftercare.commerce.orders.policy.states import OrderState
from aftercare.foundation.database.bulk import fetch, lock_for_transaction

NeededFulfilment = tuple[int, str, Mapping[str, int] | None]


@transaction.atomic(savepoint=False)
def ensure_fulfilments(*, store_id: int, needed: Sequence[NeededFulfilment], now: datetime) -> list[int]:
    """Row ids of fulfilments by parcel, in order; made where the shop has not named them.

    Each is (order row id, the fulfilment's id at the shop, quantities by line id); None for the quantities stands for
    whatever is in no other fulfilment.
    """
    lock_for_transaction("commerce", store_id)
    orders = load_orders({order_id for order_id, _, _ in needed}, store_id=store_id)
    writings = {row_id: _writing(order) for row_id, order in orders.items()}
    for order_id, key, contents in needed:
        writing = writings[order_id]
        writing.after = with_contents(writing.after, key, contents, now=now)
    for writing in writings.values():
        settle(writing.after)
    write(list(writings.values()), store_id=store_id, now=now)
    return [writings[order_id].fulfilment_ids[key] for order_id, key, _ in needed]


def start_fulfilments(*, store_id: int, ids_and_times: Sequence[tuple[int, datetime]], now: datetime) -> None:
    """These fulfilments (by row id) were handed over at these times; those further on already stay as they are."""
    _move(store_id, [(row_id, "under_way", at) for row_id, at in ids_and_times], "shipments", now)


def complete_fulfilments(*, store_id: int, completions: Sequence[tuple[int, datetime]], now: datetime) -> None:
    """These fulfilments (by row id) were completed at these times: their lines have arrived, perhaps their orders."""
    _move(store_id, [(row_id, "completed", at) for row_id, at in completions], "shipments", now)


def report_fulfilment(*, store_id: int, row_id: int, status: str, at: datetime, actor: str, now: datetime) -> None:
    """Somebody says how far a fulfilment is; one that is further on already stays as it is."""
    _move(store_id, [(row_id, status, at)], actor, now)


def rearrange_fulfilment(
    *, store_id: int, row_id: int, starts: datetime, ends: datetime | None, actor: str, now: datetime
) -> None:
    """Somebody agreed on a date, or on another."""

    def rearrange(order: OrderState, key: str) -> Change:
        return rearranged(order, Appointment(key, starts, ends), at=now)

    with _locked(store_id):
        ((order_id, key),) = _places([row_id], store_id).values()
        _change(store_id, {order_id: partial(rearrange, key=key)}, actor, now)


def _move(store_id: int, news: Sequence[tuple[int, str, datetime]], actor: str, now: datetime) -> None:
    with _locked(store_id):
        places = _places([row_id for row_id, _, _ in news], store_id)
        moves: dict[int, list[Move]] = {}
        for row_id, status, at in news:
            order_id, key = places[row_id]
            moves.setdefault(order_id, []).append(Move(key, status, at))
        _change(store_id, {order_id: partial(moved, moves=steps) for order_id, steps in moves.items()}, actor, now)


@contextmanager
def _locked(store_id: int) -> Iterator[None]:
    with transaction.atomic(savepoint=False):
        lock_for_transaction("commerce", store_id)
        yield


def _change(store_id: int, changes: Mapping[int, Callable[[OrderState], Change]], actor: str, now: datetime) -> None:
    orders = load_orders(set(changes), store_id=store_id)
    told = []
    for order_id, work in changes.items():
        change = work(orders[order_id].state)
        writing = _writing(orders[order_id])
        writing.after = change.after
        told.append((writing, change.happenings))
    write([writing for writing, _ in told], store_id=store_id, now=now)
    tell(told, store_id=store_id, actor=actor, now=now)


def _places(fulfilment_ids: Sequence[int], store_id: int) -> dict[int, tuple[int, str]]:
    rows = fetch(
        "SELECT id, order_id, external_id FROM orders_fulfilment WHERE store_id = %s AND id = ANY(%s)",
        [store_id, list(fulfilment_ids)],
    )
    return {row_id: (order_id, key) for row_id, order_id, key in rows}


def _writing(order: KnownOrder) -> Writing:
    return Writing(after=order.state, digest=order.digest, known=order, id=order.id)
