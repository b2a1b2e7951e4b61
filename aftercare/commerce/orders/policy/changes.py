"""What a new version of an order changes, and what therefore happened."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from aftercare.commerce.orders import events
from aftercare.commerce.orders.errors import CurrencyChanged
from aftercare.commerce.orders.policy.appointments import VISIT, appointments
from aftercare.commerce.orders.policy.fulfilling import advanced, first_seen, joined, standing_again
from aftercare.commerce.orders.policy.progress import settle
from aftercare.commerce.orders.policy.states import Header, LineState, OrderState
from aftercare.commerce.orders.policy.versions import check_refunds
from aftercare.foundation.events.base import Event

_LINE_EDITS = ("quantity", "title", "variant_title", "sku", "kind", "unit_price", "discount", "tax")
_FULFILMENT_EDITS = ("kind", "location")
_DATES = ("scheduled_from", "scheduled_until")  # an event of its own tells of a visit's
_BY_STATUS: dict[str, type[events.FulfilmentEvent]] = {
    "back_ordered": events.FulfilmentBackOrdered,
    "packed": events.FulfilmentPacked,
    "ready": events.FulfilmentReady,
    "under_way": events.FulfilmentUnderWay,
    "completed": events.FulfilmentCompleted,
    "cancelled": events.FulfilmentCancelled,
    "missed": events.FulfilmentMissed,
}


class Happening(NamedTuple):
    """Something that happened, and when."""

    at: datetime
    event: Event


class Move(NamedTuple):
    """News of a fulfilment, named by its id at the shop."""

    fulfilment: str
    status: str
    at: datetime


class Appointment(NamedTuple):
    """A date for a visit, named by the fulfilment's id at the shop."""

    fulfilment: str
    starts: datetime
    ends: datetime | None


@dataclass(slots=True)
class Change:
    """An order after a version, and what happened by it, in the order of time."""

    after: OrderState
    happenings: list[Happening] = field(default_factory=list)


def check_against(known: OrderState, version: OrderState) -> None:
    """Raises Invalid where a version contradicts what can no longer change."""
    header = version.header
    if header.currency != known.header.currency:
        raise CurrencyChanged(known=known.header.currency)
    if version.refunds:
        together = {**known.refunds, **version.refunds}
        check_refunds(together.values(), total=header.total, currency=header.currency)


def is_stale(known: OrderState, version: OrderState) -> bool:
    """Whether the shop has since told us something newer."""
    known_at, version_at = known.header.version_at, version.header.version_at
    return known_at is not None and version_at is not None and version_at < known_at


def placed(version: OrderState) -> Change:
    """An order seen for the first time: as it stands, and what of its past is known with its time."""
    header = version.header
    if header.cancelled_at is None and _nothing_left(version.lines.values()):
        # When that was nobody says; long ago is safer than now, for nobody is written to about it.
        version.header = header = header._replace(cancelled_at=header.version_at or header.placed_at)
    version.fulfilments = {key: first_seen(fulfilment) for key, fulfilment in version.fulfilments.items()}
    after = settle(version)
    event = events.OrderPlaced(header.number, header.total, header.currency, len(after.lines))
    agreed = (Happening(header.version_at or header.placed_at, told) for told in appointments(None, after))
    happened = [Happening(header.placed_at, event), *agreed]
    if header.cancelled_at:
        happened.append(_cancelled_whole(after, list(after.lines), header.cancelled_at))
    return Change(after, _in_time([*happened, *_since(None, after)]))


def changed(known: OrderState, version: OrderState, *, now: datetime) -> Change:
    """What is known joined with a newer version.

    A shop that dates its versions (`updated_at`) is mirrored as it is. Without dates a version may be a late one, so
    that what only ever grows (cancelled, refunded) is not taken back by it.
    """
    at = version.header.version_at or now
    dated = version.header.version_at is not None
    after = OrderState(
        header=version.header,
        lines=_joined_lines(known, version, dated=dated),
        fulfilments={
            **known.fulfilments,
            **{
                key: joined(known.fulfilments[key], said) if key in known.fulfilments else first_seen(said)
                for key, said in version.fulfilments.items()
            },
        },
        carried={**known.carried, **version.carried},
        refunds={**known.refunds, **version.refunds},
        customer_id=version.customer_id or known.customer_id,
    )
    after.header = _joined_header(known.header, after, at=at, dated=dated)
    after = settle(after)
    return Change(after, _in_time(_happened(known, after, at=at)))


def moved(known: OrderState, moves: Iterable[Move]) -> Change:
    """What is known after news of fulfilments from those who carry them out."""
    after = copy(known)
    after.fulfilments = dict(known.fulfilments)
    for key, status, at in moves:
        after.fulfilments[key] = advanced(after.fulfilments[key], status, at)
    after = settle(after)
    return Change(after, _in_time(_since(known, after)))


def rearranged(known: OrderState, appointment: Appointment, *, at: datetime) -> Change:
    """What is known after another date for a visit; one that was missed stands again."""
    key, starts, ends = appointment
    after = copy(known)
    visit = standing_again(known.fulfilments[key], at)._replace(scheduled_from=starts, scheduled_until=ends)
    after.fulfilments = {**known.fulfilments, key: visit}
    after = settle(after)
    told = [Happening(at, event) for event in appointments(known, after)]
    return Change(after, _in_time([*told, *_since(known, after)]))


def _joined_header(known: Header, after: OrderState, *, at: datetime, dated: bool) -> Header:
    said = after.header
    cancelled_at, reason = said.cancelled_at, said.cancel_reason
    if cancelled_at is None and known.cancelled_at and (not dated or _nothing_left(after.lines.values())):
        cancelled_at, reason = known.cancelled_at, known.cancel_reason
    elif cancelled_at is None and _nothing_left(after.lines.values()):
        cancelled_at = at
    return said._replace(
        cancelled_at=cancelled_at,
        cancel_reason=reason,
        version_at=said.version_at or known.version_at,
        paid_at=known.paid_at or (at if said.paid_at else None),
        refunded=known.refunded,
        progress=known.progress,
        delivered_at=known.delivered_at,
    )


def _nothing_left(lines: Iterable[LineState]) -> bool:
    lines = list(lines)
    return bool(lines) and all(line.wanted == 0 for line in lines)


def _joined_lines(known: OrderState, version: OrderState, *, dated: bool) -> dict[str, LineState]:
    """A line the version no longer has is cancelled, never deleted: events and parcels refer to it."""
    lines = {key: line._replace(cancelled_quantity=line.quantity) for key, line in known.lines.items()}
    for key, said in version.lines.items():
        before = known.lines.get(key)
        lines[key] = said if before is None else _joined_line(before, said, dated=dated)
    return lines


def _joined_line(known: LineState, said: LineState, *, dated: bool) -> LineState:
    cancelled, refunded = said.cancelled_quantity, said.refunded_quantity
    if not dated:
        cancelled = min(max(cancelled, known.cancelled_quantity), said.quantity)
        refunded = min(max(refunded, known.refunded_quantity), said.quantity)
    return said._replace(
        cancelled_quantity=cancelled,
        refunded_quantity=refunded,
        product_id=said.product_id or known.product_id,
        variant_id=said.variant_id or known.variant_id,
        # Known once from a warehouse, they are not in every version that a shop sends.
        batch=said.batch or known.batch,
        serials=said.serials or known.serials,
        fulfilled_quantity=known.fulfilled_quantity,
        delivered_at=known.delivered_at,
    )


def _happened(known: OrderState, after: OrderState, *, at: datetime) -> Iterable[Happening]:
    header = after.header
    if header.paid_at and not known.header.paid_at:
        yield Happening(header.paid_at, events.OrderPaid(header.number))
    if edited := _edits(known, after):
        yield Happening(at, events.OrderEdited(header.number, edited))
    yield from _cancellations(known, after, at=at)
    yield from (Happening(at, event) for event in appointments(known, after))
    yield from _since(known, after)


def _edits(known: OrderState, after: OrderState) -> list[str]:
    told_otherwise = _told_by_other_events(known, after)
    edited = [
        name
        for name, old, new in zip(Header._fields, known.header, after.header, strict=True)
        if old != new and name not in told_otherwise
    ]
    if known.customer_id != after.customer_id:
        edited.append("customer")
    if any(_line_edited(known.lines.get(key), line) for key, line in after.lines.items()):
        edited.append("lines")
    if any(_fulfilment_edited(known, after, key) for key in after.fulfilments):
        edited.append("fulfilments")
    if any(known.refunds.get(key, refund) != refund for key, refund in after.refunds.items()):
        edited.append("refunds")
    return edited


def _told_by_other_events(known: OrderState, after: OrderState) -> set[str]:
    """Fields whose change an event of its own tells, and those that mean nothing to people."""
    told = {"paid_at", "refunded", "progress", "delivered_at", "version_at", "search"}
    if after.refunds.keys() - known.refunds.keys() or (after.header.paid_at and not known.header.paid_at):
        told.add("payment")
    if after.header.cancelled_at and not known.header.cancelled_at:
        told |= {"cancelled_at", "cancel_reason"}
    return told


def _line_edited(known: LineState | None, line: LineState) -> bool:
    return known is None or any(getattr(known, name) != getattr(line, name) for name in _LINE_EDITS)


def _fulfilment_edited(known: OrderState, after: OrderState, key: str) -> bool:
    before, now = known.fulfilments.get(key), after.fulfilments[key]
    if before is None:
        return not now.reached and not (now.kind == VISIT and now.scheduled_from)  # otherwise another event tells of it
    names = _FULFILMENT_EDITS if now.kind == VISIT else (*_FULFILMENT_EDITS, *_DATES)
    return known.carried.get(key) != after.carried.get(key) or any(
        getattr(before, name) != getattr(now, name) for name in names
    )


def _cancellations(known: OrderState, after: OrderState, *, at: datetime) -> Iterable[Happening]:
    lines = [
        key
        for key, line in after.lines.items()
        if line.cancelled_quantity > (known.lines[key].cancelled_quantity if key in known.lines else 0)
    ]
    if after.header.cancelled_at and not known.header.cancelled_at:
        yield _cancelled_whole(after, lines, after.header.cancelled_at)
    elif lines and not after.header.cancelled_at:
        event = events.OrderCancelled(after.header.number, whole=False, reason=after.header.cancel_reason, lines=lines)
        yield Happening(at, event)


def _cancelled_whole(after: OrderState, lines: list[str], at: datetime) -> Happening:
    header = after.header
    return Happening(at, events.OrderCancelled(header.number, whole=True, reason=header.cancel_reason, lines=lines))


def _since(known: OrderState | None, after: OrderState) -> Iterable[Happening]:
    """Refunds, steps of fulfilments and the complete delivery that were not known before."""
    header = after.header
    for key, refund in after.refunds.items():
        if known is None or key not in known.refunds:
            event = events.OrderRefunded(header.number, key, refund.amount, header.currency, refund.reason)
            yield Happening(refund.refunded_at, event)
    for key, fulfilment in after.fulfilments.items():
        before = known.fulfilments.get(key) if known else None
        for status, reached_at in fulfilment.reached.items():
            if before is None or status not in before.reached:
                step = _BY_STATUS[status](header.number, key, fulfilment.kind)
                yield Happening(datetime.fromisoformat(reached_at), step)
    if header.delivered_at and not (known and known.header.delivered_at):
        yield Happening(header.delivered_at, events.OrderDelivered(header.number))


def _in_time(happenings: Iterable[Happening]) -> list[Happening]:
    return sorted(happenings, key=lambda happening: happening.at)
