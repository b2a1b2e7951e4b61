"""What karrio answers in our words: its tracking details become updates, its messages say why there is none.

Karrio writes every local time with a "Z", whatever its zone was; so its times are read as having none.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from pydantic import Field

from aftercare.commerce.shipments.carriers import Fetched
from aftercare.commerce.shipments.errors import CarrierTroubled, TurnedAway, Unreadable
from aftercare.commerce.shipments.messages import Pushed, Said, parse
from aftercare.commerce.shipments.policy import normal_number
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from aftercare.commerce.shipments.translation import (
    Meaning,
    Proof,
    Window,
    meaning,
    meanings,
    news_of,
    scan_of,
)
from aftercare.commerce.shipments.vocabulary import Reason
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.retry import wait_asked_for

MEANINGS = meanings("karrio")
_REASONS = frozenset(Reason)
_TROUBLED = frozenset({"on_hold", "delivery_failed", "delivery_delayed", "return_to_sender", "cancelled"})
_TIMES = ("%H:%M", "%I:%M %p", "%H:%M:%S", "%I:%M:%S %p", "%H:%M %p")
_PATIENCE = timedelta(minutes=5)
_LONGEST_PATIENCE = timedelta(days=1)
_SENTENCE = 300


class Event(Pushed):
    """One event of a parcel; `timestamp` is `date` and `time` once more."""

    date: Said = ""
    time: Said = ""
    timestamp: Said = ""
    description: Said = ""
    code: Said = ""
    status: Said = ""
    reason: Said = ""
    location: Said = ""


class Images(Pushed):
    """What a carrier photographed: as an address, or as the picture itself, which is not kept."""

    delivery_image: Said = ""
    signature_image: Said = ""


class Info(Pushed):
    """What else is known of a parcel."""

    signed_by: Said = ""
    expected_delivery: Said = ""


class Details(Pushed):
    """One parcel as karrio understood its carrier."""

    tracking_number: Said = ""
    status: Said = ""
    delivered: bool | None = None
    estimated_delivery: Said = ""
    events: tuple[Event, ...] | None = None
    images: Images | None = None
    info: Info | None = None


class Answer(Pushed):
    """What came of one request: `calls` are status (0 where there was no answer), Retry-After, and words."""

    numbers: tuple[str, ...]
    details: tuple[dict[str, Any] | None, ...] | None = None
    messages: tuple[dict[str, Any] | None, ...] | None = None
    error: Said = ""
    calls: tuple[tuple[int, str, str], ...] = Field(default=())


class _Hindrance(NamedTuple):
    refusal: Refusal
    wait: timedelta | None = None


def read_answers(answers: Sequence[Mapping[str, Any]], *, connector: str, zone: tzinfo, now: datetime) -> Fetched:
    """Updates by the number that was asked about; what is about no number asked is passed over."""
    fetched = Fetched()
    for said in answers:
        answer = parse(Answer, said)
        updates, sentences = _updates(answer, connector, zone)
        hindrance = None if updates else _hindrance(answer, now)
        if hindrance is None:
            fetched.updates.update(updates)
            quiet = "; ".join(sentences) or _words(answer) or "The carrier knows nothing of this number yet."
            fetched.quiet.update({number: quiet[:_SENTENCE] for number in answer.numbers if number not in updates})
        else:
            fetched.trouble, fetched.wait = hindrance
            break
    return fetched


def _updates(answer: Answer, connector: str, zone: tzinfo) -> tuple[dict[str, TrackingIn], list[str]]:
    """What is told of the numbers asked; and sentences about what is told and cannot be understood."""
    updates, sentences = {}, []
    told = [one for one in answer.details or () if one]
    for one in told:
        try:
            details = parse(Details, one)
            number = _asked(details, answer, alone=len(told) == 1)
            news = news_of(
                number=number, scans=list(_scans(details, connector, zone)), window=Window(by=_expected(details)),
                proof=_proof(details), zone=zone,
            )  # fmt: skip
        except Unreadable as refusal:
            sentences.append(f"{refusal.sentence} ({refusal.field})")
            continue
        if number and news:
            updates[number] = news[0]
    return updates, sentences


def _asked(details: Details, answer: Answer, *, alone: bool) -> str:
    """The number asked that an answer is about: one question has one answer, whatever number the carrier gives it."""
    given = normal_number(details.tracking_number)
    if given in answer.numbers:
        return given
    return answer.numbers[0] if alone and len(answer.numbers) == 1 else ""


def _scans(details: Details, connector: str, zone: tzinfo) -> Iterator[ScanIn]:
    placed = [(at, event) for event in details.events or () if (at := _at(event)) is not None]
    heard = [_meaning(event, connector) for _, event in placed]
    # Some connectors hear that a parcel has arrived and not which scan said so: nothing is told after it, so the last.
    if details.delivered and heard and not any(means.status == "delivered" for means in heard):
        latest = max(range(len(placed)), key=lambda place: placed[place][0])
        heard[latest] = MEANINGS["delivered"]
    for (at, event), means in zip(placed, heard, strict=True):
        yield scan_of(
            at=at, zone=zone, means=means, codes=(event.code,), text=event.description.strip(), place=(event.location,)
        )


def _meaning(event: Event, connector: str) -> Meaning:
    means = meaning(MEANINGS, f"{connector}/{event.code.lower()}", event.status)
    # Its codes of reasons and of ordinary scans overlap: "AR" is an arrival and an access that was restricted.
    says_more = means.status in _TROUBLED and event.reason in _REASONS and event.reason != Reason.UNKNOWN
    return means._replace(reason=event.reason) if says_more else means


def _at(event: Event) -> datetime | None:
    """When it happened, by the clock there; None for what cannot be placed in time."""
    try:
        return datetime.fromisoformat(event.timestamp).replace(tzinfo=None)
    except ValueError:
        pass
    try:
        day = datetime.fromisoformat(event.date[:10])
    except ValueError:
        return None
    for shape in _TIMES:
        try:
            return datetime.combine(day, datetime.strptime(event.time, shape).time())  # noqa: DTZ007 -- a local time
        except ValueError:
            continue
    return day


def _expected(details: Details) -> datetime | None:
    said = details.estimated_delivery or (details.info or Info()).expected_delivery
    try:
        return datetime.fromisoformat(said).replace(tzinfo=None)
    except ValueError:
        return None


def _proof(details: Details) -> Proof:
    images = details.images or Images()
    address = next((one for one in (images.delivery_image, images.signature_image) if one.startswith("https://")), "")
    return Proof((details.info or Info()).signed_by, address)


def _hindrance(answer: Answer, now: datetime) -> _Hindrance | None:
    """What keeps us from asking on; None where it lies with these numbers only."""
    for status, retry_after, words in answer.calls:
        if status == 429 or (status == 503 and retry_after):
            return _Hindrance(CarrierTroubled("The carrier asks for patience."), _patience(retry_after, now))
        if status in {401, 403}:
            return _Hindrance(_turned_away(answer))
        if status == 0:
            return _Hindrance(CarrierTroubled(f"The carrier cannot be reached: {words}"[:_SENTENCE]))
        if status >= 500:
            return _Hindrance(CarrierTroubled(f"The carrier answers with an error of its own ({status} {words})."))
    # Thrown where karrio asks for an access token and is not given one.
    if answer.error.startswith("ParsedMessagesError"):
        return _Hindrance(_turned_away(answer))
    return None


def _turned_away(answer: Answer) -> TurnedAway:
    words = _words(answer)
    return TurnedAway(
        f"The carrier does not let us in: {words}"[:_SENTENCE] if words else "The carrier does not let us in.",
        remedy="Check the keys, and whether they are for tracking.",
    )


def _words(answer: Answer) -> str:
    told = [[one.get("code"), one.get("message")] for one in answer.messages or () if one]
    sentences = [" ".join(str(part) for part in parts if part) for parts in told]
    if answer.error and not sentences:
        sentences = [f"The answer could not be read: {answer.error}"]
    return "; ".join(dict.fromkeys(filter(None, sentences)))


def _patience(retry_after: str, now: datetime) -> timedelta:
    """What is missing becomes five minutes, what is absurd a day."""
    wait = wait_asked_for(retry_after, now=now)
    return max(timedelta(seconds=1), min(_PATIENCE if wait is None else wait, _LONGEST_PATIENCE))
