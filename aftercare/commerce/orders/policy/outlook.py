"""The answer to "where is my order?": which of its parts to speak of, and what can honestly be said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.orders.policy.arrivals import Arrival, Stage

_LONGEST_WINDOW = timedelta(hours=8)
_SHORTEST_WINDOW = timedelta(minutes=15)


class Headline(models.TextChoices):
    """The first line of an order's page. `{day}` and `{days}` are filled in the reader's language."""

    RECEIVED = "received", _("We have your order")
    UNPAID = "unpaid", _("We are waiting for your payment")
    VOIDED = "voided", _("Your payment did not go through")
    REFUNDED = "refunded", _("Your order was refunded")
    CANCELLED = "cancelled", _("Your order is cancelled")
    NOT_SENT = "not_sent", _("This will not be sent")
    PREPARING = "preparing", _("It is being prepared")
    BACK_ORDERED = "back_ordered", _("It takes a little longer")
    PACKED = "packed", _("Packed and ready to go")
    ANNOUNCED = "announced", _("Waiting for the carrier")
    ON_ITS_WAY = "on_its_way", _("On its way")
    ARRIVES_TODAY = "arrives_today", _("Arrives today")
    ARRIVES_TOMORROW = "arrives_tomorrow", _("Arrives tomorrow")
    ARRIVES_ON = "arrives_on", _("Arrives {day}")
    ARRIVES_BY = "arrives_by", _("Arrives by {day}")
    ARRIVES_BETWEEN = "arrives_between", _("Arrives {days}")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Arrives today")
    OUT_SINCE = "out_since", _("Out for delivery since {day}")
    WAITS = "waits", _("Your parcel waits for you")
    NOT_HANDED_OVER = "not_handed_over", _("The carrier could not hand it over")
    OVERDUE = "overdue", _("It is later than planned")
    DELAYED = "delayed", _("It is delayed")
    HELD = "held", _("It is on hold")
    RETURNING = "returning", _("It is going back to the sender")
    CALLED_OFF = "called_off", _("The shipment was called off")
    DELIVERED_TODAY = "delivered_today", _("Delivered today")
    DELIVERED = "delivered", _("Delivered {day}")
    PICKUP_FROM = "pickup_from", _("Ready to pick up {day}")
    PICKUP_READY = "pickup_ready", _("Ready to pick up")
    PICKUP_MISSED = "pickup_missed", _("It has not been picked up")
    PICKED_UP = "picked_up", _("Picked up {day}")
    VISIT_OPEN = "visit_open", _("We will agree on a date with you")
    VISIT_TODAY = "visit_today", _("We come today")
    VISIT_ON = "visit_on", _("We come {day}")
    VISIT_PAST = "visit_past", _("The appointment was {day}")
    VISIT_UNDER_WAY = "visit_under_way", _("We are on our way to you")
    VISIT_MISSED = "visit_missed", _("We missed each other")
    VISIT_DONE = "visit_done", _("Done {day}")
    DOWNLOAD_COMING = "download_coming", _("Your download is on its way")
    DOWNLOAD_SENT = "download_sent", _("Your download is in your inbox")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the outlook needs to know of the order itself."""

    payment: str
    is_cancelled: bool
    for_recipient: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """The answer, the part it speaks of, the days and the window of the day it names."""

    headline: Headline
    lead: Arrival | None = None
    first: date | None = None
    last: date | None = None
    window: tuple[datetime, datetime] | None = None
    arrived: int = 0
    parts: int = 0
    heard_at: datetime | None = None


# What needs the customer comes first, then what comes next, then what is stuck; a download never hides a parcel.
_URGENCY = {
    stage: rank
    for rank, stage in enumerate((
        Stage.MISSED, Stage.WAITING, Stage.ARRIVING, Stage.UNDER_WAY, Stage.DELAYED, Stage.HELD, Stage.ANNOUNCED,
        Stage.PACKED, Stage.RETURNING, Stage.PREPARING, Stage.BACK_ORDERED, Stage.ORDERED,
    ))
}  # fmt: skip
_NEEDS_NOBODY = _URGENCY[Stage.ARRIVING]
# Stages in which the day is what people want to know; in the others the stage itself is the news.
_AT_HOME = frozenset({Stage.ORDERED, Stage.PREPARING, Stage.BACK_ORDERED, Stage.PACKED, Stage.ANNOUNCED})
_DATED = _AT_HOME - {Stage.BACK_ORDERED} | {Stage.UNDER_WAY, Stage.DELAYED, Stage.ARRIVING}
_FOR_RECIPIENTS = {
    Headline.RECEIVED: Headline.PREPARING, Headline.UNPAID: Headline.PREPARING, Headline.VOIDED: Headline.NOT_SENT,
    Headline.REFUNDED: Headline.NOT_SENT, Headline.CANCELLED: Headline.NOT_SENT,
}  # fmt: skip
_PARCEL = {
    Stage.MISSED: Headline.NOT_HANDED_OVER, Stage.WAITING: Headline.WAITS, Stage.UNDER_WAY: Headline.ON_ITS_WAY,
    Stage.DELAYED: Headline.DELAYED, Stage.HELD: Headline.HELD, Stage.ANNOUNCED: Headline.ANNOUNCED,
    Stage.PACKED: Headline.PACKED, Stage.RETURNING: Headline.RETURNING, Stage.PREPARING: Headline.PREPARING,
    Stage.BACK_ORDERED: Headline.BACK_ORDERED, Stage.ORDERED: Headline.RECEIVED,
}  # fmt: skip
_OTHERS = {
    ("pickup", Stage.WAITING): Headline.PICKUP_READY, ("pickup", Stage.MISSED): Headline.PICKUP_MISSED,
    ("service_visit", Stage.MISSED): Headline.VISIT_MISSED, ("service_visit", Stage.ARRIVING): Headline.VISIT_UNDER_WAY,
    ("service_visit", Stage.PREPARING): Headline.VISIT_OPEN, ("digital", Stage.WAITING): Headline.DOWNLOAD_SENT,
    ("digital", Stage.PREPARING): Headline.DOWNLOAD_COMING, ("digital", Stage.UNDER_WAY): Headline.DOWNLOAD_COMING,
}  # fmt: skip
_OVER = {"pickup": Headline.PICKED_UP, "service_visit": Headline.VISIT_DONE, "digital": Headline.DOWNLOAD_SENT}


def outlook_of(*, standing: Standing, arrivals: Sequence[Arrival], now: datetime, zone: tzinfo) -> Outlook:
    """What to say first; days are those of `zone`."""
    answer = _answer(standing, arrivals, now, zone)
    headline = _FOR_RECIPIENTS.get(answer.headline, answer.headline) if standing.for_recipient else answer.headline
    return Outlook(
        headline, answer.lead, answer.first, answer.last, answer.window,
        arrived=sum(arrival.stage is Stage.ARRIVED for arrival in arrivals),
        parts=sum(arrival.stage is not Stage.CANCELLED for arrival in arrivals),
        heard_at=max((arrival.heard_at for arrival in arrivals if arrival.heard_at), default=None),
    )  # fmt: skip


def _answer(standing: Standing, arrivals: Sequence[Arrival], now: datetime, zone: tzinfo) -> Outlook:
    if standing.is_cancelled:
        return Outlook(Headline.CANCELLED)
    awaited = [arrival for arrival in arrivals if arrival.is_open]
    arrived = [arrival for arrival in arrivals if arrival.stage is Stage.ARRIVED]
    nothing_left_the_house = not arrived and all(arrival.stage in _AT_HOME for arrival in awaited)
    if nothing_left_the_house and standing.payment in {"pending", "voided", "refunded"}:
        early = {"pending": Headline.UNPAID, "voided": Headline.VOIDED, "refunded": Headline.REFUNDED}
        return Outlook(early[standing.payment])
    if awaited:
        return _awaited(min(awaited, key=lambda arrival: _urgency(arrival, now, zone)), now, zone)
    if arrived:
        return _over(max(arrived, key=lambda arrival: (arrival.kind != "digital", arrival.at)), now, zone)
    return Outlook(Headline.CALLED_OFF if arrivals else Headline.RECEIVED)


def _urgency(arrival: Arrival, now: datetime, zone: tzinfo) -> tuple[bool, float, date, datetime]:
    due = _due(arrival, now, zone)
    rank: float = _URGENCY[arrival.stage]
    if due and rank > _NEEDS_NOBODY:
        rank = _NEEDS_NOBODY + 0.5
    return arrival.kind == "digital", rank, due or date.max, arrival.at


def _due(arrival: Arrival, now: datetime, zone: tzinfo) -> date | None:
    """The last day on which it is expected, if that has not passed."""
    if arrival.stage not in _DATED or not (arrival.latest or arrival.earliest):
        return None
    last = _day(arrival.latest or arrival.earliest, zone)
    return last if last and last >= _today(now, zone) else None


def _awaited(arrival: Arrival, now: datetime, zone: tzinfo) -> Outlook:
    if arrival.kind == "service_visit" and arrival.stage is Stage.PREPARING and arrival.earliest:
        return _visit(arrival, now, zone)
    if arrival.kind == "pickup" and arrival.stage in {Stage.PREPARING, Stage.PACKED} and _due(arrival, now, zone):
        return Outlook(Headline.PICKUP_FROM, arrival, first=_day(arrival.earliest or arrival.latest, zone))
    other = _OTHERS.get((arrival.kind, arrival.stage))
    if other:
        hours = None if arrival.stage is Stage.MISSED else _window(arrival, zone)
        return Outlook(other, arrival, last=_day(arrival.latest, zone), window=hours)
    if arrival.stage is Stage.ARRIVING:
        return _out_for_delivery(arrival, now, zone)
    if _due(arrival, now, zone):
        return _dated(arrival, now, zone)
    is_overdue = arrival.latest is not None and arrival.stage in _DATED - {Stage.DELAYED}
    headline = Headline.OVERDUE if is_overdue else _PARCEL[arrival.stage]
    return Outlook(headline, arrival, last=_day(arrival.latest, zone))


def _dated(arrival: Arrival, now: datetime, zone: tzinfo) -> Outlook:
    today = _today(now, zone)
    first, last = _day(arrival.earliest, zone), _day(arrival.latest, zone) or _day(arrival.earliest, zone)
    assert last is not None, "what is due has a day"
    if last == today:
        headline = Headline.ARRIVES_TODAY
    elif first is None:
        headline = Headline.ARRIVES_BY
    elif max(first, today) < last:
        return Outlook(Headline.ARRIVES_BETWEEN, arrival, max(first, today), last)
    else:
        headline = Headline.ARRIVES_TOMORROW if last == today + timedelta(days=1) else Headline.ARRIVES_ON
    return Outlook(headline, arrival, last, last, _window(arrival, zone))


def _out_for_delivery(arrival: Arrival, now: datetime, zone: tzinfo) -> Outlook:
    """Out since yesterday without a word is not "arrives today"."""
    out_on = _day(arrival.at, zone)
    if out_on == _today(now, zone):
        return Outlook(Headline.OUT_FOR_DELIVERY, arrival, window=_window(arrival, zone))
    return Outlook(Headline.OUT_SINCE, arrival, first=out_on)


def _visit(arrival: Arrival, now: datetime, zone: tzinfo) -> Outlook:
    on, today = _day(arrival.earliest, zone), _today(now, zone)
    assert on is not None, "a visit with a date has a day"
    if on < today:
        return Outlook(Headline.VISIT_PAST, arrival, on, on)
    return Outlook(Headline.VISIT_TODAY if on == today else Headline.VISIT_ON, arrival, on, on, _window(arrival, zone))


def _over(arrival: Arrival, now: datetime, zone: tzinfo) -> Outlook:
    on = _day(arrival.at, zone)
    if arrival.kind in _OVER:
        return Outlook(_OVER[arrival.kind], arrival, on, on)
    return Outlook(Headline.DELIVERED_TODAY if on == _today(now, zone) else Headline.DELIVERED, arrival, on, on)


def _window(arrival: Arrival, zone: tzinfo) -> tuple[datetime, datetime] | None:
    """The hours of the day, where they say more than the day."""
    if arrival.earliest is None or arrival.latest is None:
        return None
    start, end = arrival.earliest.astimezone(zone), arrival.latest.astimezone(zone)
    tells = start.date() == end.date() and _SHORTEST_WINDOW <= end - start <= _LONGEST_WINDOW
    return (start, end) if tells else None


def _day(moment: datetime | None, zone: tzinfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None


def _today(now: datetime, zone: tzinfo) -> date:
    return now.astimezone(zone).date()
