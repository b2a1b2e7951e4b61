"""Connecting providers: who sends for a store on a channel, how they are set up, and letting them go."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import F

from aftercare.engagement.messaging.calling_back import PASSWORD
from aftercare.engagement.messaging.channels import MAIL, channels
from aftercare.engagement.messaging.email.addresses import envelope_address
from aftercare.engagement.messaging.events import SendingChanged
from aftercare.engagement.messaging.models import ChannelConnection
from aftercare.engagement.messaging.providing import Provider, Setting
from aftercare.engagement.messaging.queries import provider_called, provider_of, settings_of
from aftercare.foundation.database.bulk import fetch, lock_for_transaction
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.errors import Invalid, Refusal
from aftercare.foundation.kit.sealing import seal

_LONGEST = 4000
_LOCK = "channel connections"
_MOVE = """
    UPDATE messaging_outboxentry SET channel = %s WHERE store_id = %s AND channel = %s RETURNING message_id
"""
log = structlog.get_logger(__name__)


@transaction.atomic
def connect_provider(
    *, store_id: int, provider: str, settings: Mapping[str, Any], channel: str = MAIL, reply_domain: str = "", by: str,
    now: datetime,
) -> ChannelConnection:  # fmt: skip
    """Send the store's messages by this provider from now on; whoever sent until now goes on reporting.

    One without an API only takes in what arrives. Raises NotFound for an unknown provider, Invalid naming the setting.
    """
    chosen = provider_called(channel=channel, key=provider)
    accepted = accepted_settings(provider=chosen, settings=settings) | {PASSWORD: secrets.token_urlsafe(24)}
    accepted |= chosen.makes()
    made = ChannelConnection(
        store_id=store_id, channel=channel, provider=provider, sealed_settings=seal(accepted), by=by[:80], connected_at=now,
        reply_domain=accepted_domain(reply_domain), state=ChannelConnection.State.LISTENING,
    )  # fmt: skip
    made.save(force_insert=True)
    if chosen.can_send:
        _let_send(made)
    _tell(store_id, "connected", made, by=by, now=now)
    return made


@transaction.atomic
def send_by_connection(*, connection: ChannelConnection, by: str, now: datetime) -> None:
    """Let this one send; what waits in the outbox goes by it too."""
    if connection.state == ChannelConnection.State.ENDED or not provider_of(connection).can_send:
        raise Invalid("Nothing can be sent by this one.", field="connection")
    _let_send(connection)
    _tell(connection.store_id, "chosen", connection, by=by, now=now)


def _let_send(connection: ChannelConnection) -> None:
    lock_for_transaction(_LOCK, connection.store_id)
    _of_channel(connection.store_id, connection.channel).filter(state=ChannelConnection.State.SENDING).update(
        state=ChannelConnection.State.LISTENING
    )
    connection.state = ChannelConnection.State.SENDING
    connection.save(update_fields=["state"])
    channel = channels[connection.channel]
    _move(connection.store_id, channel.key, channel.own_lane)


@transaction.atomic
def send_by_relay(*, store_id: int, by: str, now: datetime) -> None:
    """Send by the installation's relay again; the provider goes on reporting of what it sent."""
    _let_own_rest(store_id, MAIL)
    _tell(store_id, "relay", None, by=by, now=now)


def _let_own_rest(store_id: int, channel: str) -> None:
    lock_for_transaction(_LOCK, store_id)
    _of_channel(store_id, channel).filter(state=ChannelConnection.State.SENDING).update(
        state=ChannelConnection.State.LISTENING
    )
    _move(store_id, channels[channel].own_lane, channel)


@transaction.atomic
def change_connection(
    *, connection: ChannelConnection, settings: Mapping[str, Any], reply_domain: str, by: str, now: datetime
) -> None:
    """Other settings; a secret that is left empty stays as it was."""
    provider, before = provider_of(connection), settings_of(connection)
    entered = {setting.name for setting in provider.settings}
    kept = {setting.name: before.get(setting.name, "") for setting in provider.settings if setting.secret}
    told = kept | {name: value for name, value in settings.items() if value or name not in kept}
    made = {name: value for name, value in before.items() if name not in entered}
    accepted = made | accepted_settings(provider=provider, settings=told)
    connection.sealed_settings = seal(accepted)
    connection.reply_domain = accepted_domain(reply_domain)
    connection.trouble, connection.trouble_since = "", None
    connection.save(update_fields=["sealed_settings", "reply_domain", "trouble", "trouble_since"])
    _tell(connection.store_id, "changed", connection, by=by, now=now)


@transaction.atomic
def disconnect_provider(*, connection: ChannelConnection, by: str, now: datetime) -> None:
    """Forget its secrets: it sends nothing more, and what it reports is turned away. What it told us stays."""
    if connection.state == ChannelConnection.State.SENDING:
        _let_own_rest(connection.store_id, connection.channel)
    connection.state = ChannelConnection.State.ENDED
    connection.sealed_settings = ""
    connection.save(update_fields=["state", "sealed_settings"])
    _tell(connection.store_id, "disconnected", connection, by=by, now=now)


def note_heard(*, connection: ChannelConnection, count: int, now: datetime) -> None:
    """Count what a call brought."""
    ChannelConnection.objects.filter(pk=connection.pk).update(heard=F("heard") + count, last_heard_at=now)


def note_refusal(*, connection: ChannelConnection, refusal: Refusal, now: datetime) -> None:
    """Count a call that was turned away, where staff will see it."""
    log.warning("webhook turned away", connection=connection.public_id, code=refusal.code)
    ChannelConnection.objects.filter(pk=connection.pk).update(
        refused=F("refused") + 1,
        last_refusal=f"{refusal.sentence} {refusal.remedy}"[:300],
        last_refused_at=now,
    )


def accepted_settings(*, provider: Provider, settings: Mapping[str, Any]) -> dict[str, str]:
    """The settings this provider knows, each as it may be; raises Invalid naming the one that may not."""
    accepted = {setting.name: _accepted(setting, settings.get(setting.name)) for setting in provider.settings}
    provider.check(accepted)
    return accepted


def accepted_domain(domain: str) -> str:
    """A reply domain as DNS writes it; raises Invalid."""
    if not domain:
        return ""
    name = envelope_address(f"reply@{domain.strip().lower()}").partition("@")[2] if "@" not in domain else ""
    if "." not in name or len(name) > 200:
        raise Invalid(f"'{domain}' is no domain.", field="reply_domain", remedy="Such as in.shop.example.")
    return name


def _accepted(setting: Setting, value: Any) -> str:
    told = str(value or "").strip()
    if not told and not setting.optional and not setting.choices:
        raise Invalid(f"{setting.label} is missing.", field=setting.name)
    if len(told) > _LONGEST or not told.isascii() or not told.isprintable():
        raise Invalid(f"{setting.label} is not what it should be.", field=setting.name)
    if setting.choices and told not in setting.choices:
        if told:
            raise Invalid(f"{setting.label} is none of the choices.", field=setting.name)
        return next(iter(setting.choices))
    if setting.address:
        _check_address(setting, told)
    return told


def _check_address(setting: Setting, told: str) -> None:
    try:
        URLValidator(schemes=["http", "https"])(told)
    except ValidationError:
        raise Invalid(f"{setting.label} is no web address.", field=setting.name, remedy=setting.help) from None


def _tell(store_id: int, change: str, connection: ChannelConnection | None, *, by: str, now: datetime) -> None:
    provider, name = (connection.provider, connection.public_id) if connection else ("", "")
    event = SendingChanged(change, provider, name, connection.channel if connection else MAIL)
    record([Fact(event=event, store_id=store_id, occurred_at=now, actor=by)], now=now)


def _of_channel(store_id: int, channel: str) -> Any:
    return ChannelConnection.objects.filter(store_id=store_id, channel=channel)


def _move(store_id: int, lane: str, to: str) -> None:
    if to != lane:
        fetch(_MOVE, [to, store_id, lane])
