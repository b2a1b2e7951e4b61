"""Messages put together: everything a template version shares is prepared once, each message adds what is its own.

A message is multipart/alternative, text and HTML, both quoted-printable. Its bytes depend on the template version and
the `MessageInputs` alone, so storing those (and a digest) is storing the mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from aftercare.engagement.messaging.email import headers, quoted_printable
from aftercare.engagement.messaging.email.addresses import Address
from aftercare.engagement.messaging.email.content import WireContent
from aftercare.engagement.messaging.email.dkim import HeaderField, Signer
from aftercare.engagement.messaging.email.plain_text import html_to_text
from aftercare.engagement.messaging.email.problems import HeaderProblem
from aftercare.foundation.kit.liquid.limits import DEFAULT_LIMITS, Limits
from aftercare.foundation.kit.liquid.plain_data import Context, plain
from aftercare.foundation.kit.liquid.template import CompiledTemplate, compile_template

# The boundary holds "=_", which no quoted-printable text can: it cannot occur in a body, whatever the body says.
_BOUNDARY = "=_aftercare_"
_BODY_ENDS = b"</body>"
_PART = "Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
# Fields that assemble writes itself; a caller's extra field of the same name would make two.
_OWN_FIELDS = frozenset(
    {
        *(
            "from",
            "sender",
            "to",
            "cc",
            "bcc",
            "subject",
            "date",
            "message-id",
            "reply-to",
            "in-reply-to",
            "references",
        ),
        *("list-unsubscribe", "list-unsubscribe-post", "feedback-id", "auto-submitted", "dkim-signature"),
        *("mime-version", "content-type", "content-transfer-encoding"),
    }
)


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Where to unsubscribe: an https address that takes the one-click POST of RFC 8058, and perhaps a mailbox."""

    url: str
    mailto: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageInputs:
    """All that makes one message differ from the next of the same template version.

    `message_id` and `references` are without angle brackets; `date` has a time zone. `automatic` says that no person
    wrote it (RFC 3834). `markup` is HTML that nobody sees, for programs. `extra_fields` are further header fields, their
    values as text.
    """

    context: Context
    sender: Address
    recipient: Address
    message_id: str
    date: datetime
    reply_to: Address | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    unsubscribe: Unsubscribe | None = None
    feedback_id: str = ""
    automatic: bool = True
    markup: str = ""
    extra_fields: Mapping[str, str] = field(default_factory=dict)


class MailTemplate:
    """One template version, ready for any number of messages."""

    def __init__(self, *, subject: CompiledTemplate, text: CompiledTemplate, html: CompiledTemplate) -> None:
        self.subject = subject
        self.text = _EncodedPart(text)
        self.html = _EncodedPart(html)
        digest = sha256(repr((subject.source, text.source, html.source)).encode()).hexdigest()
        boundary = _BOUNDARY + digest[:24]
        self.content_type = f'multipart/alternative;\r\n boundary="{boundary}"'.encode()
        self.opening = f"--{boundary}\r\n{_PART.format(kind='plain')}".encode()
        self.between = f"\r\n--{boundary}\r\n{_PART.format(kind='html')}".encode()
        self.closing = f"\r\n--{boundary}--\r\n".encode()

    def body(self, context: Context, markup: str = "") -> bytes:
        """The multipart body with both parts filled; also what DKIM hashes, canonical as it is."""
        html = self.html.filled(context)
        if markup:
            html = _with_markup(html, markup)
        return b"".join([self.opening, self.text.filled(context), self.between, html, self.closing])


def prepare_mail(*, subject: str, html: str, text: str | None = None, limits: Limits = DEFAULT_LIMITS) -> MailTemplate:
    """Compile the three Liquid sources of a mail; without `text`, it is taken from the HTML.

    Raises TemplateSyntaxProblem or TemplateLimitExceeded. Do it once per template version and keep the result.
    """
    return MailTemplate(
        subject=compile_template(subject.strip(), autoescape=False, limits=limits),
        text=compile_template(html_to_text(html) if text is None else text, autoescape=False, limits=limits),
        html=compile_template(html, autoescape=True, limits=limits),
    )


def assemble(
    *, template: MailTemplate, inputs: MessageInputs, subject: str | None = None, signer: Signer | None = None
) -> WireContent:
    """The message, ready for SMTP: CRLF line ends, ASCII unless an address needs SMTPUTF8, no line over 998 bytes.

    `subject` is given where it has been rendered already.
    Raises HeaderProblem for values that cannot stand in a header, TemplateRenderProblem or TemplateLimitExceeded
    where the template fails on these data.
    """
    context = plain(inputs.context)
    subject = template.subject.render(context) if subject is None else subject
    fields = _fields(subject, template.content_type, inputs)
    body = template.body(context, inputs.markup)
    head = b"".join([b"%s: %s\r\n" % line for line in fields])
    signature = signer.sign(fields=fields, body=body, at=inputs.date) if signer else b""
    return WireContent(b"".join([signature, head, b"\r\n", body]))


def _with_markup(html: bytes, markup: str) -> bytes:
    """The encoded HTML with `markup` where its body ends."""
    before, ends, after = html.rpartition(_BODY_ENDS)
    pieces = (
        [before, quoted_printable.encode(markup), ends + after] if ends else [html, quoted_printable.encode(markup)]
    )
    return quoted_printable.join(pieces)


class _EncodedPart:
    """A body part whose fixed text is quoted-printable already."""

    def __init__(self, template: CompiledTemplate) -> None:
        self._template = template
        self._encoded = {piece: quoted_printable.encode(piece) for piece in template.fixed_parts}

    def filled(self, context: Context) -> bytes:
        """The encoded output for `context`."""
        parts = list(filter(None, self._template.render_parts(context)))
        pieces = list(map(self._encoded.get, parts))
        own = [part for part, piece in zip(parts, pieces, strict=True) if piece is None]
        values = iter(quoted_printable.encode_values(own))
        return quoted_printable.join([next(values) if piece is None else piece for piece in pieces])


def _fields(subject: str, content_type: bytes, inputs: MessageInputs) -> list[HeaderField]:
    fields = [
        (b"Date", headers.date_value(inputs.date)),
        (b"From", inputs.sender.header_value("From")),
        (b"To", inputs.recipient.header_value("To")),
        (b"Subject", headers.text_value("Subject", subject)),
        (b"Message-ID", headers.message_id_value("Message-ID", [inputs.message_id])),
    ]
    if inputs.reply_to:
        fields.append((b"Reply-To", inputs.reply_to.header_value("Reply-To")))
    if inputs.in_reply_to:
        fields.append((b"In-Reply-To", headers.message_id_value("In-Reply-To", [inputs.in_reply_to])))
    if inputs.references:
        fields.append((b"References", headers.message_id_value("References", inputs.references)))
    if inputs.unsubscribe:
        addresses = headers.unsubscribe_value(inputs.unsubscribe.url, inputs.unsubscribe.mailto)
        fields += [(b"List-Unsubscribe", addresses), (b"List-Unsubscribe-Post", b"List-Unsubscribe=One-Click")]
    if inputs.feedback_id:
        fields.append((b"Feedback-ID", headers.text_value("Feedback-ID", inputs.feedback_id)))
    if inputs.automatic:
        fields.append((b"Auto-Submitted", b"auto-generated"))
    fields += [_extra_field(name, value) for name, value in inputs.extra_fields.items()]
    return [*fields, (b"MIME-Version", b"1.0"), (b"Content-Type", content_type)]


def _extra_field(name: str, value: str) -> HeaderField:
    if name.lower() in _OWN_FIELDS:
        raise HeaderProblem(f"{name} is written by the mail itself", field=name)
    return headers.field_name(name), headers.text_value(name, value)
