"""Calls: the list staff call from, and what those who were called answer by a key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from aftercare.engagement.messaging.actions.hearing import take_news
from aftercare.engagement.messaging.actions.stating import Word, state
from aftercare.engagement.messaging.actions.suppress import Silence, suppress
from aftercare.engagement.messaging.channels import VOICE
from aftercare.engagement.messaging.events import CallAnswered, CallMade
from aftercare.engagement.messaging.gateways import Pressed
from aftercare.engagement.messaging.models import CallTask, ChannelConnection, Message, new_call_id
from aftercare.engagement.messaging.news import News, key_of
from aftercare.engagement.messaging.policy import SuppressionCause
from aftercare.engagement.messaging.preferences import PURPOSES
from aftercare.engagement.messaging.reputation import NewsKind, Severity
from aftercare.engagement.messaging.voice import Digit
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.errors import Invalid

MOST_TRIES = 3
_AGAIN_AFTER = timedelta(hours=2)
_ADD = """
    INSERT INTO messaging_calltask
        (public_id, store_id, message_id, customer_id, phone, name, text, asked_back, state, tries, due_at, made_by,
         note, changed_at)
    SELECT v.*, 'open', 0, %s, '', '', %s
    FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::boolean[])
        AS v(public_id, store_id, message_id, customer_id, phone, name, text, asked_back)
    ON CONFLICT (message_id) DO UPDATE SET asked_back = messaging_calltask.asked_back OR excluded.asked_back,
        state = CASE WHEN excluded.asked_back THEN 'open' ELSE messaging_calltask.state END
    RETURNING id
"""


@dataclass(frozen=True, slots=True)
class ToCall:
    """Somebody staff are to call, and what to say."""

    store_id: int
    message_id: int
    customer_id: int | None
    phone: str
    name: str
    text: str
    asked_back: bool = False


@transaction.atomic
def put_on_list(*, calls: Sequence[ToCall], now: datetime) -> int:
    """Let staff call; a message is on the list once. Answers how many."""
    if not calls:
        return 0
    rows = [
        (
            new_call_id(),
            one.store_id,
            one.message_id,
            one.customer_id,
            one.phone[:16],
            one.name,
            one.text,
            one.asked_back,
        )
        for one in calls
    ]
    return len(fetch(_ADD, [now, now, *(list(column) for column in zip(*rows, strict=True))]))


@transaction.atomic
def note_call(*, task: CallTask, reached: bool, note: str, by: str, now: datetime) -> None:
    """Staff called: it arrived, or is tried again in two hours, three times in all. Raises Invalid for one that is over."""
    task = CallTask.objects.select_for_update().select_related("message").get(pk=task.pk)
    if task.state != CallTask.State.OPEN:
        raise Invalid("This call is over.", field="call")
    task.tries += 1
    is_over = reached or task.tries >= MOST_TRIES
    task.state = CallTask.State.DONE if reached else CallTask.State.GIVEN_UP if is_over else CallTask.State.OPEN
    task.due_at = task.due_at if is_over else now + _AGAIN_AFTER
    task.note, task.made_by, task.changed_at = note[:300], by[:80], now
    task.save()
    message = task.message
    made = CallMade(message.public_id, message.message_type, message.channel, reached, task.tries)
    record([Fact(
        event=made, store_id=task.store_id, occurred_at=now, customer_id=task.customer_id, order_id=message.order_id,
        actor=by,
    )], now=now)  # fmt: skip
    if is_over:
        _hear(message, reached=reached, key=key_of(task.public_id, task.state), note=note, now=now)


@transaction.atomic
def take_pressed(*, connection: ChannelConnection, pressed: Pressed, now: datetime) -> str:
    """What a key means, once; answers what is said before hanging up."""
    message = Message.objects.filter(store_id=connection.store_id, public_id=pressed.public_id, channel=VOICE).first()
    if message is None:
        return ""
    news = News(
        key=pressed.key,
        kind=NewsKind.DELIVERED,
        at=pressed.at,
        recipient="",
        provider_id="",
        public_id=message.public_id,
    )
    is_new = bool(take_news(store_id=message.store_id, connection=connection, news=[news], now=now))
    if is_new and pressed.digit:
        event = CallAnswered(message.public_id, message.message_type, message.channel, pressed.digit)
        record([Fact(
            event=event, store_id=message.store_id, occurred_at=pressed.at, customer_id=message.customer_id,
            order_id=message.order_id, actor="customer",
        )], now=now)  # fmt: skip
    with translation.override(str(message.context.get("locale", "")) or None):
        return _done(message, pressed.digit, now)


def _done(message: Message, digit: str, now: datetime) -> str:
    match digit:
        case Digit.CALL_BACK:
            back = ToCall(
                message.store_id, message.pk, message.customer_id, message.recipient, message.recipient_name,
                message.subject, asked_back=True,
            )  # fmt: skip
            put_on_list(calls=[back], now=now)
            return _("We call you back. Goodbye.")
        case Digit.STOP:
            _stop(message, now)
            return _("We do not call you again. Goodbye.")
    return _("Thank you. Goodbye.")


def _stop(message: Message, now: datetime) -> None:
    silence = Silence(message.store_id, message.recipient, SuppressionCause.STOPPED, "Pressed 9")
    suppress(channel=VOICE, silences=[silence], now=now)
    if message.customer_id is not None:
        said = [
            Word(message.customer_id, purpose.key, VOICE, granted=False, source="phone call", at=now)
            for purpose in PURPOSES
        ]
        state(store_id=message.store_id, words=said, now=now)


def _hear(message: Message, *, reached: bool, key: str, note: str, now: datetime) -> None:
    news = News(
        key=key, kind=NewsKind.DELIVERED if reached else NewsKind.BOUNCED, at=now, recipient=message.recipient,
        provider_id="", public_id=message.public_id, severity=None if reached else Severity.SOFT, answer=note[:300],
    )  # fmt: skip
    take_news(store_id=message.store_id, connection=None, news=[news], now=now, channel=VOICE)
