"""Browsers that ask for notifications, and those that are gone."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from aftercare.commerce.customers.models import Customer
from aftercare.engagement.messaging.actions.stating import Word, state
from aftercare.engagement.messaging.channels import PUSH
from aftercare.engagement.messaging.events import DeviceAdded, DeviceEnded
from aftercare.engagement.messaging.jws import base64url, from_base64url
from aftercare.engagement.messaging.models import Device
from aftercare.engagement.messaging.push.encryption import read_keys
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.errors import Invalid

_MOST = 20
_TAKEN = "UPDATE messaging_device SET taken_at = %s WHERE id = ANY(%s) RETURNING id"
_END = """
    UPDATE messaging_device AS d SET ended_at = %s, ended_because = v.why
    FROM unnest(%s::bigint[], %s::text[]) AS v(id, why) WHERE d.id = v.id AND d.ended_at IS NULL
    RETURNING d.public_id, d.store_id, d.customer_id, v.why
"""


@transaction.atomic
def add_device(
    *,
    customer: Customer,
    endpoint: str,
    key: str,
    secret: str,
    purposes: Mapping[str, str],
    browser: str,
    now: datetime,
) -> Device:
    """Keep a browser that asked, and what it asked for, with the words it was asked in; raises Invalid."""
    public, auth = _read(key, secret)
    device, _ = Device.objects.update_or_create(
        store_id=customer.store_id, digest=_digest(endpoint),
        defaults={
            "customer": customer, "endpoint": endpoint, "key": public, "secret": auth, "browser": browser[:60],
            "added_at": now, "ended_at": None, "ended_because": "",
        },
    )  # fmt: skip
    for old in Device.objects.filter(customer=customer, ended_at=None).order_by("-added_at")[_MOST:]:
        note_devices(taken=[], gone={old.pk: "They have too many"}, now=now)
    words = [Word(customer.pk, one, PUSH, granted=True, source="order page", at=now, wording=wording)
             for one, wording in purposes.items()]  # fmt: skip
    state(store_id=customer.store_id, words=words, now=now)
    added = DeviceAdded(device.public_id, device.browser)
    record(
        [Fact(added, store_id=customer.store_id, occurred_at=now, customer_id=customer.pk, actor="customer")], now=now
    )
    return device


def end_device(*, store_id: int, endpoint: str, now: datetime) -> None:
    """Its owner wants no more; whoever knows the endpoint is that browser."""
    found = Device.objects.filter(store_id=store_id, digest=_digest(endpoint), ended_at=None).first()
    if found is not None:
        note_devices(taken=[], gone={found.pk: "Switched off there"}, now=now)


@transaction.atomic
def note_devices(*, taken: Sequence[int], gone: Mapping[int, str], now: datetime) -> None:
    """Which took something, and which are no more, by row id."""
    if taken:
        fetch(_TAKEN, [now, list(taken)])
    if gone:
        ended = fetch(_END, [now, list(gone), [why[:120] for why in gone.values()]])
        record([
            Fact(DeviceEnded(device, why), store_id=store, occurred_at=now, customer_id=customer, actor=PUSH)
            for device, store, customer, why in ended
        ], now=now)  # fmt: skip


def _read(key: str, secret: str) -> tuple[str, str]:
    try:
        keys = read_keys(from_base64url(key), from_base64url(secret))
    except ValueError:
        raise Invalid("This is no subscription of a browser.", field="subscription") from None
    return base64url(keys.public), base64url(keys.secret)


def _digest(endpoint: str) -> bytes:
    return hashlib.blake2b(endpoint.encode(), digest_size=16).digest()
