"""A mail that came in as plain values: who wrote, what, and what it belongs to. Whatever a mail holds, this reads it."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from email.utils import getaddresses
from typing import Any, TypeVar

import nh3

from aftercare.engagement.messaging.inbound.reports import Report, report_in
from aftercare.engagement.messaging.providers.receiving import Arrived
from aftercare.engagement.messaging.tags import messages_in, orders_in, tag_in
from aftercare.foundation.kit.schema import normal_email

T = TypeVar("T")
_LONGEST = 200_000
_MOST_ATTACHMENTS = 50
_ATTRIBUTES = {**{tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}}
_BROKEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
# What out-of-office notices say of themselves where they do not say it by RFC 3834.
_AUTOMATIC_FIELDS = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")
_AUTOMATIC_SUBJECT = re.compile(
    r"^\s*(auto(matic|mated)?[ -]?(reply|response)|out of (the )?office|abwesenheit|automatische antwort"
    r"|réponse automatique|respuesta automática|resposta automática)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mail:
    """All we keep of a mail. `use` and `messages` are what its addresses and references name, nearest first."""

    sender: str
    sender_name: str
    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    use: str
    messages: list[str]
    orders: list[str]
    is_automatic: bool
    report: Report | None
    attachments: list[dict[str, Any]] = field(default_factory=list)


def read_mail(*, arrived: Arrived) -> Mail:
    """The mail as far as it can be read; what cannot is left out."""
    message = arrived.message
    name, sender = _first_address(message)
    recipients = [arrived.recipient, *_addresses(message, "To"), *_addresses(message, "Delivered-To")]
    use, tagged = tag_in(recipients)
    report = _tried(lambda: report_in(message), None)
    references = [*_header(message, "In-Reply-To").split(), *reversed(_header(message, "References").split())]
    references += [report.about] if report else []
    subject = _clean(_header(message, "Subject"))[:300]
    return Mail(
        sender=sender[:254],
        sender_name=_clean(name)[:200],
        recipient=_clean(recipients[0] or next(iter(recipients[1:]), ""))[:254],
        subject=subject,
        text=_clean(_tried(lambda: message.text or "", ""))[:_LONGEST],
        html=safe_html(_clean(_tried(lambda: message.html or "", ""))[:_LONGEST]),
        message_id=_clean(_header(message, "Message-ID"))[:300],
        use=use,
        messages=[*([tagged] if tagged else []), *messages_in(references)],
        orders=orders_in(references),
        is_automatic=is_automatic(message, subject),
        report=report,
        attachments=_tried(lambda: _attachments(message), []),
    )


def safe_html(html: str) -> str:
    """HTML that runs nothing, fetches nothing by itself and leads nowhere without a click."""
    return nh3.clean(html, tags=nh3.ALLOWED_TAGS - {"img"}, attributes=_ATTRIBUTES, link_rel="noopener noreferrer")


def is_automatic(message: Message, subject: str) -> bool:
    """Whether no person wrote it (RFC 3834 §5, and what is common besides)."""
    said = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    precedence = _header(message, "Precedence").lower()
    return (
        said not in {"", "no"}
        or precedence in {"bulk", "junk", "auto_reply"}
        or any(_header(message, name) for name in _AUTOMATIC_FIELDS)
        or _AUTOMATIC_SUBJECT.match(subject) is not None
    )


def _attachments(message: Any) -> list[dict[str, Any]]:
    found = [*message.attachments, *message.inlines][:_MOST_ATTACHMENTS]
    return [
        {
            "name": _clean(part.get_filename() or "")[:200],
            "type": _clean(part.get_content_type())[:100],
            "size": len(_tried(part.get_content_bytes, b"") or b""),
        }
        for part in found
    ]


def _first_address(message: Message) -> tuple[str, str]:
    name, address = _tried(lambda: getaddresses([_header(message, "From")])[0], ("", ""))
    return name, _tried(lambda: normal_email(_clean(address)), "")


def _addresses(message: Message, name: str) -> list[str]:
    return _tried(lambda: [address for _, address in getaddresses(map(str, message.get_all(name, [])))], [])


def _header(message: Message, name: str) -> str:
    """A header decoded and on one line; headers that cannot be parsed are as good as none."""
    return _tried(lambda: " ".join(str(message.get(name, "")).split()), "")


def _clean(text: str) -> str:
    """As PostgreSQL takes it."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _tried(read: Callable[[], T], otherwise: T) -> T:
    with suppress(*_BROKEN):
        return read()
    return otherwise
