"""Connecting mail providers: who sends for a store, how they are set up, and letting them go."""

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
from aftercare.engagement.messaging.events import MailSendingChanged
from aftercare.engagement.messaging.models import MailConnection
from aftercare.engagement.messaging.providers import Provider, Setting, provider_called
from aftercare.engagement.messaging.queries import settings_of
from aftercare.foundation.database.bulk import fetch, lock_for_transaction
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.errors import Invalid, Refusal
from aftercare.foundation.kit.sealing import seal

_LONGEST = 4000
_MOVE = """
    UPDATE messaging_outboxentry SET channel = %s WHERE store_id = %s AND channel = %s RETURNING message_id
"""
log = structlog.get_logger(__name__)


@transaction.atomic
def connect_provider(
    *, store_id: int, provider: str, settings: Mapping[str, Any], reply_domain: str = "", by: str, now: datetime
) -> MailConnection:
    """Send the store's mail by this provider from now on; whoever sent until now goes on reporting.

    One without an API only takes in what arrives. Raises NotFound for an unknown provider, Invalid naming the setting.
    """
    chosen = provider_called(provider)
    accepted = {**accepted_settings(provider=chosen, settings=settings), PASSWORD: secrets.token_urlsafe(24)}
    made = MailConnection(
        store_id=store_id, provider=provider, sealed_settings=seal(accepted), by=by[:80], connected_at=now,
        reply_domain=accepted_domain(reply_domain), state=MailConnection.State.LISTENING,
    )  # fmt: skip
    made.save(force_insert=True)
    if chosen.backend:
        _let_send(made)
    _tell(store_id, "connected", made, by=by, now=now)
    return made


@transaction.atomic
def send_by_connection(*, connection: MailConnection, by: str, now: datetime) -> None:
    """Let this one send; what waits in the outbox goes by it too."""
    if connection.state == MailConnection.State.ENDED or not provider_called(connection.provider).backend:
        raise Invalid("Nothing can be sent by this one.", field="connection")
    _let_send(connection)
    _tell(connection.store_id, "chosen", connection, by=by, now=now)


def _let_send(connection: MailConnection) -> None:
    lock_for_transaction("mail connections", connection.store_id)
    _of_store(connection.store_id).filter(state=MailConnection.State.SENDING).update(
        state=MailConnection.State.LISTENING
    )
    connection.state = MailConnection.State.SENDING
    connection.save(update_fields=["state"])
    _move(connection.store_id, MAIL, channels[MAIL].own_lane)


@transaction.atomic
def send_by_relay(*, store_id: int, by: str, now: datetime) -> None:
    """Send by the installation's relay again; the provider goes on reporting of what it sent."""
    _let_relay_send(store_id)
    _tell(store_id, "relay", None, by=by, now=now)


def _let_relay_send(store_id: int) -> None:
    lock_for_transaction("mail connections", store_id)
    _of_store(store_id).filter(state=MailConnection.State.SENDING).update(state=MailConnection.State.LISTENING)
    _move(store_id, channels[MAIL].own_lane, MAIL)


@transaction.atomic
def change_connection(
    *, connection: MailConnection, settings: Mapping[str, Any], reply_domain: str, by: str, now: datetime
) -> None:
    """Other settings; a secret that is left empty stays as it was."""
    provider, before = provider_called(connection.provider), settings_of(connection)
    kept = {setting.name: before.get(setting.name, "") for setting in provider.settings if setting.secret}
    told = kept | {name: value for name, value in settings.items() if value or name not in kept}
    accepted = {**accepted_settings(provider=provider, settings=told), PASSWORD: before[PASSWORD]}
    connection.sealed_settings = seal(accepted)
    connection.reply_domain = accepted_domain(reply_domain)
    connection.trouble, connection.trouble_since = "", None
    connection.save(update_fields=["sealed_settings", "reply_domain", "trouble", "trouble_since"])
    _tell(connection.store_id, "changed", connection, by=by, now=now)


@transaction.atomic
def disconnect_provider(*, connection: MailConnection, by: str, now: datetime) -> None:
    """Forget its secrets: it sends nothing more, and what it reports is turned away. What it told us stays."""
    if connection.state == MailConnection.State.SENDING:
        _let_relay_send(connection.store_id)
    connection.state = MailConnection.State.ENDED
    connection.sealed_settings = ""
    connection.save(update_fields=["state", "sealed_settings"])
    _tell(connection.store_id, "disconnected", connection, by=by, now=now)


def note_heard(*, connection: MailConnection, count: int, now: datetime) -> None:
    """Count what a call brought."""
    MailConnection.objects.filter(pk=connection.pk).update(heard=F("heard") + count, last_heard_at=now)


def note_refusal(*, connection: MailConnection, refusal: Refusal, now: datetime) -> None:
    """Count a call that was turned away, where staff will see it."""
    log.warning("mail webhook turned away", connection=connection.public_id, code=refusal.code)
    MailConnection.objects.filter(pk=connection.pk).update(
        refused=F("refused") + 1,
        last_refusal=f"{refusal.sentence} {refusal.remedy}"[:300],
        last_refused_at=now,
    )


def accepted_settings(*, provider: Provider, settings: Mapping[str, Any]) -> dict[str, str]:
    """The settings this provider knows, each as it may be; raises Invalid naming the one that may not."""
    return {setting.name: _accepted(setting, settings.get(setting.name)) for setting in provider.settings}


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


def _tell(store_id: int, change: str, connection: MailConnection | None, *, by: str, now: datetime) -> None:
    provider, name = (connection.provider, connection.public_id) if connection else ("", "")
    event = MailSendingChanged(change, provider, name)
    record([Fact(event=event, store_id=store_id, occurred_at=now, actor=by)], now=now)


def _of_store(store_id: int) -> Any:
    return MailConnection.objects.filter(store_id=store_id)


def _move(store_id: int, lane: str, to: str) -> None:
    fetch(_MOVE, [to, store_id, lane])
