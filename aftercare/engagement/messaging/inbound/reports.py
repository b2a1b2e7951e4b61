"""Delivery reports: what mail servers send back about mail they could not deliver (RFC 3464), or did (RFC 3461)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from typing import Any

from aftercare.engagement.messaging.news import News
from aftercare.engagement.messaging.reputation import NewsKind, Severity, severity_of

_KINDS = {"failed": NewsKind.BOUNCED, "delayed": NewsKind.DEFERRED, "delivered": NewsKind.DELIVERED}


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """What became of the mail for one recipient."""

    kind: NewsKind
    recipient: str
    status: str
    diagnostic: str


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery report, and the Message-ID of what it reports on, where it brought that along."""

    recipients: tuple[RecipientReport, ...]
    about: str = ""


def report_in(message: Message) -> Report | None:
    """The delivery report that a mail is; None where it is none."""
    if message.get_content_type() != "multipart/report" or str(message.get_param("report-type")) != "delivery-status":
        return None
    recipients = [found for part in _parts(message, "message/delivery-status") for found in _recipients(part)]
    originals = [*_parts(message, "message/rfc822"), *_parts(message, "text/rfc822-headers")]
    about = next((found for part in originals if (found := _message_id(part))), "")
    return Report(tuple(recipients), about) if recipients else None


def news_in_report(*, key: str, report: Report, message: str, now: datetime) -> list[News]:
    """What a report says, as news of our `message`; of mail that is none of ours it says nothing we act on.

    Anybody can send us a report: only one that names a message of ours (whose id is random) is believed.
    """
    if not message:
        return []
    return [
        News(
            key=f"{key[:29]}{place:03d}", kind=one.kind, at=now, recipient="", provider_id="", public_id=message,
            severity=_severity(one), answer=f"{one.status} {one.diagnostic}".strip()[:300],
        )
        for place, one in enumerate(report.recipients[:1])
    ]  # fmt: skip


def _severity(one: RecipientReport) -> Severity | None:
    if one.kind != NewsKind.BOUNCED:
        return None
    return severity_of(provider_says=None, reject_reason="bounced", answer=f"{one.status} {one.diagnostic}")


def _parts(message: Message, kind: str) -> Iterator[Message]:
    return (part for part in message.walk() if part.get_content_type() == kind)


def _recipients(status: Message) -> Iterator[RecipientReport]:
    """The parser makes a message of each block of fields; the first is of the whole report."""
    blocks: Any = status.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        kind = _KINDS.get(_field(block, "Action").lower())
        if kind is not None:
            recipient = _typed(_field(block, "Original-Recipient") or _field(block, "Final-Recipient"))
            diagnostic = _typed(_field(block, "Diagnostic-Code"))
            yield RecipientReport(kind, recipient[:254], _field(block, "Status")[:12], diagnostic[:280])


def _message_id(part: Message) -> str:
    payload: Any = part.get_payload()
    if isinstance(payload, list):
        return _field(payload[0], "Message-ID") if payload else ""
    for line in str(payload).splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() == "message-id":
            return value.strip()
    return ""


def _field(block: Message, name: str) -> str:
    return " ".join(str(block.get(name, "")).replace("\0", "").split())


def _typed(value: str) -> str:
    """Without the type that stands before it: `rfc822; sam@example.com`, `smtp; 550 5.1.1 …`."""
    return value.partition(";")[2].strip() if ";" in value else value
