"""How a fulfilment moves on: never backwards, whatever order the news arrives in."""

from collections.abc import Mapping
from datetime import datetime

from aftercare.commerce.orders.policy.states import FulfilmentState, OrderState

_STATUSES = ("open", "back_ordered", "packed", "ready", "under_way", "missed", "cancelled", "completed")
NOT_CARRYING = frozenset({"cancelled", "missed"})
_IN_VAIN = frozenset({"under_way", "missed"})
_RANK = {status: rank for rank, status in enumerate(_STATUSES)}


def the_rest(state: OrderState) -> dict[str, int]:
    """How many of which line no fulfilment that still stands carries."""
    left = {key: line.wanted for key, line in state.lines.items()}
    for fulfilment in state.fulfilments.values():
        if fulfilment.status not in NOT_CARRYING:
            for key, quantity in state.carried.get(fulfilment.external_id, {}).items():
                left[key] -= quantity
    return {key: quantity for key, quantity in left.items() if quantity > 0}


def with_contents(state: OrderState, key: str, told: Mapping[str, int] | None, *, now: datetime) -> OrderState:
    """The order with a fulfilment that carries at least what is told of it; without word, what is in no other.

    Parcels tell of their contents one by one and sometimes again, so that nothing is added up here. What the order
    does not have (a gift in the box) is left out.
    """
    carried = dict(state.carried.get(key, {}))
    if key not in state.fulfilments and told is None:
        carried = the_rest(state)
    for line, quantity in (told or {}).items():
        if line in state.lines:
            carried[line] = max(quantity, carried.get(line, 0))
    fulfilment = state.fulfilments.get(key) or FulfilmentState(key, "shipment", "open", now, None, None, {})
    return OrderState(
        header=state.header,
        lines=state.lines,
        fulfilments={**state.fulfilments, key: fulfilment},
        carried={**state.carried, key: carried},
        refunds=state.refunds,
        customer_id=state.customer_id,
    )


def first_seen(said: FulfilmentState) -> FulfilmentState:
    """A fulfilment nobody had spoken of before."""
    return _reach(said, said.status, said.status_at)


def joined(known: FulfilmentState, said: FulfilmentState) -> FulfilmentState:
    """What is known after the shop said this: its description as told, its status only onwards."""
    described = said._replace(
        status=known.status, status_at=known.status_at, completed_at=known.completed_at, reached=known.reached
    )
    return advanced(described, said.status, said.status_at)


def advanced(known: FulfilmentState, status: str, at: datetime) -> FulfilmentState:
    """The fulfilment after news of a status, or as it was where the news is old."""
    if not _moves_on(known, status, at):
        return known
    return _reach(known, status, at)


def standing_again(known: FulfilmentState, at: datetime) -> FulfilmentState:
    """A visit that was missed, or set out in vain, and is yet to come."""
    if known.status not in _IN_VAIN:
        return known
    reached = {status: when for status, when in known.reached.items() if status not in _IN_VAIN}
    return known._replace(status="open", status_at=at, reached=reached)


def _moves_on(known: FulfilmentState, status: str, at: datetime) -> bool:
    if status == known.status:
        return False
    if known.status == "missed" and _RANK[status] < _RANK["missed"]:
        # A new appointment after the missed one; what was said before it is old news.
        return at > known.status_at
    if status == "missed" and _RANK[known.status] < _RANK["missed"]:
        return at >= known.status_at
    return _RANK[status] > _RANK[known.status]


def _reach(known: FulfilmentState, status: str, at: datetime) -> FulfilmentState:
    reached = dict(known.reached)
    if known.status == "missed" and _RANK[status] < _RANK["missed"]:
        del reached["missed"]  # the new appointment can be missed as well
    if status != "open":
        reached.setdefault(status, at.isoformat())
    completed_at = at if status == "completed" else None
    return known._replace(status=status, status_at=at, completed_at=completed_at, reached=reached)
