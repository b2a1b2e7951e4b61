"""Answering for the demo's customers: most notifications are shown and most texts arrive, some never do."""

import zlib
from datetime import datetime, timedelta

from aftercare.config.demo.opening import SLUG
from aftercare.engagement.messaging.actions.hearing import take_news
from aftercare.engagement.messaging.channels import INBOX, PUSH, SMS
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.news import News, key_of
from aftercare.engagement.messaging.reputation import NewsKind
from aftercare.foundation.jobs.loops import Loop, register_loop
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope

_AFTER, _WITHIN = timedelta(minutes=2), timedelta(hours=1)
_MOST = 200
# Of ten: how many are seen.
_SEEN = {PUSH: 6, SMS: 8, INBOX: 3}
# The one that is told of by every channel finds nobody.
_NOBODY_LOOKS = "demo:every channel:"


def answer(now: datetime) -> int:
    """What has been lying for some minutes is seen, or it is not; answers how many were."""
    store = Store.objects.filter(slug=SLUG).first()
    if store is None:
        return 0
    with store_scope(store.pk):
        lying = Message.objects.filter(
            channel__in=_SEEN,
            state=Message.State.SENT,
            delivery="",
            sent_at__lte=now - _AFTER,
            sent_at__gt=now - _WITHIN,
        ).exclude(dedupe_key__startswith=_NOBODY_LOOKS)
        seen = [one for one in lying.only("public_id", "channel", "recipient")[:_MOST] if _is_seen(one)]
        return sum(_hear(store, one, now) for one in seen)


def _is_seen(message: Message) -> bool:
    return zlib.crc32(message.public_id.encode()) % 10 < _SEEN[message.channel]


def _hear(store: Store, message: Message, now: datetime) -> int:
    news = News(
        key=key_of(message.public_id, "phone"), kind=NewsKind.DELIVERED, at=now, recipient=message.recipient,
        provider_id="", public_id=message.public_id,
    )  # fmt: skip
    return take_news(store_id=store.pk, connection=None, news=[news], now=now, channel=message.channel)


register_loop(Loop("the demo's telephones", answer, wake="", idle=2))
