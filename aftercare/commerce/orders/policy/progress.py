"""How far an order is: derived from its lines and fulfilments, never told."""

from datetime import datetime

from aftercare.commerce.orders.policy.states import FulfilmentState, LineState, OrderState

# A download or a service that no fulfilment speaks of does not hold up the rest.
_ARRIVES_UNREPORTED = frozenset({"digital", "service"})
_PROGRESS = {"under_way": "on_its_way", "ready": "ready", "packed": "packed"}


def settle(state: OrderState) -> OrderState:
    """Bring everything that is derived up to date, in place."""
    header = state.header
    if not (state.fulfilments or state.refunds or header.cancelled_at) and header.progress == "placed":
        return state
    if state.fulfilments or header.cancelled_at:
        arrivals = _arrivals(state)
        state.lines = {
            key: _with_arrivals(line, arrivals.get(key, []), order_cancelled=header.cancelled_at is not None)
            for key, line in state.lines.items()
        }
    progress, delivered_at = _progress(state)
    refunded = sum([refund.amount for refund in state.refunds.values()]) if state.refunds else 0
    # The first complete delivery stays the anchor of what follows it, also when the order grows afterwards.
    derived = (refunded, progress, header.delivered_at or delivered_at)
    if derived != (header.refunded, header.progress, header.delivered_at):
        state.header = header._replace(refunded=refunded, progress=progress, delivered_at=derived[2])
    return state


def _arrivals(state: OrderState) -> dict[str, list[tuple[datetime, int]]]:
    """For each line when how many of it arrived, in the order of time."""
    completed = [fulfilment for fulfilment in state.fulfilments.values() if fulfilment.completed_at]
    arrivals: dict[str, list[tuple[datetime, int]]] = {}
    for fulfilment in sorted(completed, key=_completion):
        for key, quantity in state.carried.get(fulfilment.external_id, {}).items():
            arrivals.setdefault(key, []).append((_completion(fulfilment), quantity))
    return arrivals


def _completion(fulfilment: FulfilmentState) -> datetime:
    assert fulfilment.completed_at
    return fulfilment.completed_at


def _with_arrivals(line: LineState, arrivals: list[tuple[datetime, int]], *, order_cancelled: bool) -> LineState:
    fulfilled = min(sum([quantity for _, quantity in arrivals]), line.quantity)
    cancelled = line.cancelled_quantity
    if order_cancelled:  # what has not arrived of a cancelled order is cancelled
        cancelled = max(cancelled, line.quantity - fulfilled)
    delivered_at, arrived = None, 0
    for at, quantity in arrivals:
        arrived += quantity
        if delivered_at is None and arrived >= line.quantity - cancelled > 0:
            delivered_at = at
    if (line.cancelled_quantity, line.fulfilled_quantity, line.delivered_at) == (cancelled, fulfilled, delivered_at):
        return line
    return line._replace(cancelled_quantity=cancelled, fulfilled_quantity=fulfilled, delivered_at=delivered_at)


def _progress(state: OrderState) -> tuple[str, datetime | None]:
    if state.header.cancelled_at:
        return "cancelled", None
    live = [fulfilment for fulfilment in state.fulfilments.values() if fulfilment.status != "cancelled"]
    if not live:
        return "placed", None
    awaited = _awaited(state, live)
    if awaited and None not in awaited:
        return "delivered", max(at for at in awaited if at)
    if any(line.fulfilled_quantity for line in state.lines.values()):
        return "partly_delivered", None
    statuses = {fulfilment.status for fulfilment in live}
    return next((progress for status, progress in _PROGRESS.items() if status in statuses), "placed"), None


def _awaited(state: OrderState, live: list[FulfilmentState]) -> list[datetime | None]:
    """When each thing that can arrive did."""
    if not state.lines:
        return [fulfilment.completed_at for fulfilment in live]
    carried = {key for fulfilment in live for key in state.carried.get(fulfilment.external_id, ())}
    return [
        line.delivered_at
        for key, line in state.lines.items()
        if line.wanted > 0 and (key in carried or line.kind not in _ARRIVES_UNREPORTED)
    ]
