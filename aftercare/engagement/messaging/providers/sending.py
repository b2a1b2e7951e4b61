"""Prepared messages handed to a provider's API: several at once, each with what became of it.

No provider but one takes our bytes as they are, so the parts and headers of those bytes are handed over and the
provider writes the MIME around them. What we keep, and show, are the bytes.
"""

import re
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import requests
from anymail.exceptions import (  # type: ignore[import-untyped]
    AnymailConfigurationError,
    AnymailError,
    AnymailNotSupportedWarning,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
)
from anymail.message import AnymailMessage  # type: ignore[import-untyped]
from django.utils.module_loading import import_string

from aftercare.engagement.messaging.handing import asked_to_wait, hand_over
from aftercare.engagement.messaging.providers import Handed, MailProvider
from aftercare.engagement.messaging.providers.guard import TIMEOUT, PrivateAddress, guard
from aftercare.engagement.messaging.receipts import Receipt

_NOT_LET_IN = frozenset({401, 403})
_SERVERS_FAULT = 500
_LONGEST_REPLY = 300
_LINK = re.compile(r"<https://[^>]+>")
# What anymail is told by fields of its own, and what the provider writes itself.
_ELSEWHERE = frozenset(
    {"from", "to", "subject", "reply-to", "date", "mime-version", "content-type", "content-transfer-encoding"}
    | {"dkim-signature"}
)


def send_by(
    *, provider: MailProvider, settings: Mapping[str, Any], handed: Sequence[Handed], connection: str = ""
) -> Iterator[Receipt]:
    """A receipt for each message, in their order, as soon as it is there; raises for none of them.

    Opens no transaction and reads no row.
    """
    batch = _Batch(provider, settings)
    try:
        yield from hand_over(items=handed, send=batch.send, label=provider.label, connection=connection)
    finally:
        batch.close()


class _Batch:
    """One call's worth: a connection per thread."""

    def __init__(self, provider: MailProvider, settings: Mapping[str, Any]) -> None:
        self._provider = provider
        self._settings = settings
        self._own = threading.local()
        self._backends: list[Any] = []

    def send(self, handed: Handed) -> Receipt:
        message = composed(handed, self._provider)
        try:
            backend = self._backend()
            if self._provider.idempotency_header:
                backend.session.headers[self._provider.idempotency_header] = handed.public_id
            backend.send_messages([message])
        except AnymailRecipientsRefused as refusal:
            is_dead = message.anymail_status.status == {"invalid"}
            return Receipt("refused", _said(refusal), address_is_dead=is_dead)
        except AnymailRequestsAPIError as error:
            return self._not_taken(error)
        except AnymailConfigurationError as error:
            return self._stop(str(error).partition("\n")[0])
        except (AnymailError, ValueError, TypeError) as error:
            return Receipt("refused", str(error)[:_LONGEST_REPLY])
        status = message.anymail_status
        provider_id = status.message_id if isinstance(status.message_id, str) else ""
        return Receipt("sent", f"{self._provider.label}: {provider_id}"[:_LONGEST_REPLY], provider_id=provider_id)

    def close(self) -> None:
        for backend in self._backends:
            backend.close()

    def _not_taken(self, error: AnymailRequestsAPIError) -> Receipt:
        status = error.status_code
        if isinstance(error, PrivateAddress):
            return self._stop(str(error.__cause__))
        if wait := asked_to_wait(status=status or 0, retry_after=_retry_after(error), label=self._provider.label):
            return wait
        if status is None or status >= _SERVERS_FAULT:
            return Receipt("later", _said(error))
        if status in _NOT_LET_IN:
            return self._stop(_said(error))
        return Receipt("refused", _said(error))

    def _stop(self, reason: str) -> Receipt:
        reason = reason[:_LONGEST_REPLY]
        return Receipt("later", reason, trouble=reason, stops=True)

    def _backend(self) -> Any:
        backend = getattr(self._own, "backend", None)
        if backend is None:
            backend = backend_of(provider=self._provider, settings=self._settings)
            backend.open()
            guard(backend.session, headers={})
            self._own.backend = backend
            self._backends.append(backend)
        return backend


def backend_of(*, provider: MailProvider, settings: Mapping[str, Any]) -> Any:
    """Anymail's backend, set up with this store's settings and nothing of the installation's."""
    known = {setting.name for setting in provider.settings} | {"api_url"}
    told = {name: value for name, value in settings.items() if name in known and value}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AnymailNotSupportedWarning)
        return import_string(provider.backend)(timeout=TIMEOUT, ignore_unsupported_features=True, **told)


def composed(handed: Handed, provider: MailProvider) -> AnymailMessage:
    """The message as anymail takes it, from the bytes that are kept."""
    raw = handed.payload.replace(b"\r\n..", b"\r\n.")  # SMTP doubles leading dots on the way only
    mail = message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    message = AnymailMessage(
        subject=str(mail["Subject"]),
        body=_part(mail, "plain"),
        from_email=str(mail["From"]),
        to=[str(mail["To"])],
        reply_to=[str(mail["Reply-To"])] if mail["Reply-To"] else None,
        headers={name: str(value) for name, value in mail.items() if _is_handed_over(name, provider)},
        **{"tags": [handed.public_id]} if provider.tagged else {"metadata": {"message_id": handed.public_id}},
    )
    if provider.unsubscribe_field and (link := _LINK.search(str(mail["List-Unsubscribe"] or ""))):
        message.esp_extra = {provider.unsubscribe_field: link[0]}
    message.attach_alternative(_part(mail, "html"), "text/html")
    return message


def _is_handed_over(name: str, provider: MailProvider) -> bool:
    return name in provider.only_headers if provider.only_headers else name.lower() not in _ELSEWHERE


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body(preferencelist=(kind,))
    return str(body.get_content()).replace("\r\n", "\n") if body is not None else ""


def _retry_after(error: AnymailRequestsAPIError) -> str:
    response = error.response
    return response.headers.get("Retry-After", "") if isinstance(response, requests.Response) else ""


def _said(error: AnymailError) -> str:
    """The provider's own words, without what was sent to it."""
    response = error.response
    if isinstance(response, requests.Response):
        text = " ".join(response.text.split())
        return f"{response.status_code} {text}"[:_LONGEST_REPLY]
    cause = error.__cause__
    return (f"{type(cause).__name__}: {cause}" if cause else str(error.args[0]))[:_LONGEST_REPLY]
