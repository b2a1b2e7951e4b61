"""How a fulfilment moves on: never backwards, whatever order the news arrives in."""

from datetime import datetime

from aftercare.commerce.orders.policy.states import FulfilmentState

_STATUSES = ("open", "back_ordered", "packed", "ready", "under_way", "missed", "cancelled", "completed")
_RANK = {status: rank for rank, status in enumerate(_STATUSES)}


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
