"""A webhook's call, verified by anymail's own view and read into plain values.

Verification is over the raw bytes. A call that is not genuine, cannot be read, or belongs to the other webhook is
refused with what is wrong; nothing a caller sends raises anything else.
"""

import re
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import structlog
from anymail.exceptions import (  # type: ignore[import-untyped]
    AnymailConfigurationError,
    AnymailError,
    AnymailNotSupportedWarning,
    AnymailWebhookValidationFailure,
)
from anymail.inbound import AnymailInboundMessage  # type: ignore[import-untyped]
from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent  # type: ignore[import-untyped]
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.module_loading import import_string

from aftercare.engagement.messaging.errors import NotGenuine, UnreadableEvent, WebhookNotSetUp
from aftercare.engagement.messaging.news import News, key_of, moment_heard
from aftercare.engagement.messaging.providers import MailProvider, MailWebhook
from aftercare.engagement.messaging.reputation import NewsKind, severity_of
from aftercare.foundation.kit.schema import LONGEST_EMAIL, normal_email

_KINDS = {
    "delivered": NewsKind.DELIVERED, "deferred": NewsKind.DEFERRED, "bounced": NewsKind.BOUNCED,
    "rejected": NewsKind.REJECTED, "failed": NewsKind.REJECTED, "complained": NewsKind.COMPLAINED,
    "unsubscribed": NewsKind.UNSUBSCRIBED, "opened": NewsKind.OPENED, "clicked": NewsKind.CLICKED,
}  # fmt: skip
_MESSAGE = re.compile(r"msg_[0-9a-z]{16}")
# What reading a call of the wrong shape ends in, in views that expect the right one.
_MISSHAPEN = (
    ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError,
    AnymailError, SuspiciousOperation, MultiPartParserError,
)  # fmt: skip
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail that came in, whole, and what its envelope said."""

    key: str
    message: AnymailInboundMessage
    recipient: str
    sender: str


@dataclass(frozen=True, slots=True)
class Read:
    """All that one call told; `ignored` counts what is of no use to us."""

    news: Sequence[News] = ()
    arrived: Sequence[Arrived] = ()
    ignored: int = 0


def read_call(
    *,
    request: HttpRequest,
    provider: MailProvider,
    webhook: MailWebhook,
    settings: Mapping[str, Any],
    url: str,
    now: datetime,
) -> Read:
    """Raises NotGenuine, WebhookNotSetUp or UnreadableEvent."""
    view = _view(webhook, settings, url)
    view.setup(request)
    try:
        view.run_validators(request)
    except AnymailWebhookValidationFailure as failure:
        raise NotGenuine(str(failure.args[0])) from None
    except AnymailConfigurationError as error:
        raise _not_set_up(webhook) from error
    except _MISSHAPEN as error:
        raise NotGenuine("What it is signed with cannot be read.") from error
    try:
        events = view.parse_events(request)
        return _read(events, provider, now)
    except AnymailConfigurationError as error:
        raise UnreadableEvent(str(error), remedy="Use the other one of the two addresses.") from error
    except _MISSHAPEN as error:
        log.info("webhook unreadable", provider=provider.key, error=type(error).__name__)
        raise UnreadableEvent(f"This is no event of {provider.label}.") from error


def _view(webhook: MailWebhook, settings: Mapping[str, Any], url: str) -> Any:
    # Nothing but what it checks with: a view takes any other word for an attribute of its own.
    key = settings.get(webhook.signed_by) if webhook.signed_by else None
    told = {webhook.signed_by: key} if key else {}
    # Without a signature the password is what shows who calls: there is always one of the two.
    passwords = [] if key else [f"aftercare:{settings['webhook_password']}"]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AnymailNotSupportedWarning)
            return import_string(webhook.view)(webhook_secret=passwords, webhook_url=url, **told)
    except (AnymailConfigurationError, ValueError, TypeError) as error:
        raise _not_set_up(webhook) from error


def _not_set_up(webhook: MailWebhook) -> WebhookNotSetUp:
    return WebhookNotSetUp(
        f"This webhook needs the setting '{webhook.signed_by}'.", remedy="Enter it on the connection's page."
    )


def _read(events: Sequence[Any], provider: MailProvider, now: datetime) -> Read:
    news, arrived, ignored = [], [], 0
    for event in events:
        if isinstance(event, AnymailInboundEvent):
            if event.message is None:
                ignored += 1
                continue
            arrived.append(_arrived(event))
        elif event.event_type in _KINDS:
            news.append(_news(event, provider, now))
        else:
            ignored += 1
    return Read(news, arrived, ignored)


def _news(event: AnymailTrackingEvent, provider: MailProvider, now: datetime) -> News:
    kind, answer = _KINDS[event.event_type], _text(event.mta_response) or _text(event.description)
    metadata = event.metadata if isinstance(event.metadata, Mapping) else {}
    named = [metadata.get("message_id"), *(event.tags if isinstance(event.tags, list) else [])]
    raw, reason = event.esp_event, _text(event.reject_reason)
    # A refusal before sending says what the provider remembers of the address, not what its server said now.
    says = provider.severity(raw) if kind == NewsKind.BOUNCED else None
    return News(
        key=_key(event), kind=kind, at=moment_heard(event.timestamp, now=now), recipient=_address(event.recipient),
        provider_id=_text(event.message_id)[:200], public_id=_ours(named),
        severity=severity_of(provider_says=says, reject_reason=reason, answer=answer)
        if kind in {NewsKind.BOUNCED, NewsKind.REJECTED} else None,
        reject_reason=reason, answer=" ".join(answer.split())[:300], url=_text(event.click_url)[:500],
        is_machine=provider.is_machine(raw),
    )  # fmt: skip


def _arrived(event: AnymailInboundEvent) -> Arrived:
    message = event.message
    return Arrived(
        key=_key(event), message=message, recipient=_address(message.envelope_recipient),
        sender=_address(message.envelope_sender),
    )  # fmt: skip


def _ours(names: Sequence[Any]) -> str:
    """The first that is an id of ours: anybody's software may send by the same provider."""
    return next((name for name in names if isinstance(name, str) and _MESSAGE.fullmatch(name)), "")


def _key(event: Any) -> str:
    """Not every provider numbers its events, and not every number is of one event only."""
    parts = [event.event_type, _text(event.event_id), str(event.timestamp)]
    if isinstance(event, AnymailTrackingEvent):
        parts += [_text(event.message_id), _text(event.recipient), _text(event.click_url)]
    elif not event.event_id:
        parts.append(_content(event.message))
    if not event.event_id and isinstance(event.esp_event, dict):
        parts.append(orjson.dumps(event.esp_event, default=str, option=orjson.OPT_SORT_KEYS).decode())
    return key_of(*parts)


def _content(message: AnymailInboundMessage) -> str:
    """All of a mail, or its header where the rest cannot be written down again."""
    with suppress(*_MISSHAPEN):
        return bytes(message).hex()
    return repr(list(message.raw_items()))


def _address(value: Any) -> str:
    """Nothing where it is longer than an address may be, also once its case is folded ("ß" becomes "ss")."""
    told = _text(value)
    return told if max(len(told), len(normal_email(told))) <= LONGEST_EMAIL else ""


def _text(value: Any) -> str:
    """As PostgreSQL takes it: what cannot be kept is left out."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return text.replace("\0", "").encode("utf-8", "ignore").decode()
