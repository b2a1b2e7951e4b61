"""E-mail, over the installation's relay or the store's own provider; without either, and in the demo, it is kept here."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from typing import Literal, cast

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.channels import MAIL, Channel, Claimed, Parts, Prepared, Receipt, register
from aftercare.engagement.messaging.email.addresses import Address
from aftercare.engagement.messaging.email.dkim import Signer
from aftercare.engagement.messaging.email.mime import MailTemplate, MessageInputs, Unsubscribe, assemble, prepare_mail
from aftercare.engagement.messaging.email.smtp.delivery import Outgoing, send_batch
from aftercare.engagement.messaging.email.smtp.relay import Relay
from aftercare.engagement.messaging.email.smtp.results import Accepted, NotSent, Refused, SendResult, Unknown
from aftercare.engagement.messaging.markup import markup_of
from aftercare.engagement.messaging.policy import LegalClass
from aftercare.engagement.messaging.providers import Handed, MailProvider, providers
from aftercare.engagement.messaging.queries import carriers
from aftercare.engagement.messaging.tags import BOUNCE, REPLY, UNSUBSCRIBE, tagged_address
from aftercare.engagement.messaging.templates import prepared_mail
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.liquid.plain_data import plain

_END_OF_FIELD = re.compile(rb"\r\n(?![ \t])")
_NO_CARRIER = Receipt("later", "The store's mail provider is not connected")
TRIAL_MARK = "[Test] "
KEPT_HERE = "Kept in the outbox viewer: no relay is configured"


@register
class EmailChannel(Channel):
    """Multipart text and HTML, threaded by order, with one-click unsubscribe where it is not transactional."""

    key = MAIL
    label = _("E-mail")
    icon = "mail"
    batch = 200
    own_lane = "email.own"
    identity = "email"
    durable = True
    links = False
    merges = True

    def providers(self) -> Mapping[str, MailProvider]:
        return providers()

    def prepare(self, messages: Sequence[Claimed]) -> list[Prepared]:
        signer = _signer()
        return [_prepare(message, signer) for message in messages]

    def headline(self, message: Claimed) -> str:
        if message.template_id is None:
            return ""
        context = plain({**message.context, "brand": message.look})
        try:
            return " ".join(prepared_mail(message.template_id).subject.render(context).split())
        except Refusal:
            return ""

    def prepare_trial(self, message: Claimed, *, subject: str, html: str) -> Prepared:
        try:
            return _assembled(prepare_mail(subject=subject, html=html), message, _signer(), mark=TRIAL_MARK)
        except Refusal as refusal:
            return Prepared(problem=refusal.sentence)

    def parts(self, prepared: Prepared) -> Parts:
        raw = prepared.payload.replace(b"\r\n..", b"\r\n.")
        mail = message_from_bytes(raw, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        return Parts(_part(mail, "plain"), _part(mail, "html"), [(name, str(value)) for name, value in mail.items()])

    def deliver(self, messages: Sequence[Claimed], prepared: Sequence[Prepared]) -> Iterator[tuple[int, Receipt]]:
        relay = _relay()
        if relay is None:
            yield from _kept(messages)
            return
        outgoing = [
            Outgoing(sender=_bounces_to(message), recipient=message.recipient, content=payload.payload)
            for message, payload in zip(messages, prepared, strict=True)
        ]
        for place, result in send_batch(outgoing, relay=relay):
            yield place, _receipt(result)

    def deliver_by_own(
        self, messages: Sequence[Claimed], prepared: Sequence[Prepared]
    ) -> Iterator[tuple[int, Receipt]]:
        if settings.DEMO:
            yield from _kept(messages)
            return
        found = carriers(channel=self.key, store_ids={message.store_id for message in messages})
        by_store: dict[int, list[int]] = defaultdict(list)
        for index, message in enumerate(messages):
            by_store[message.store_id].append(index)
        for store_id, indexes in by_store.items():
            carrier = found.get(store_id)
            handed = [Handed(messages[index].public_id, prepared[index].payload) for index in indexes]
            answers = (
                _send_by()(
                    provider=carrier.provider, settings=carrier.settings, handed=handed, connection=carrier.connection
                )
                if carrier
                else [_NO_CARRIER] * len(indexes)
            )
            yield from zip(indexes, answers, strict=True)


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body is not None else ""


@cache
def _send_by() -> Callable[..., Iterable[Receipt]]:
    """Loaded where a store has a provider: the libraries it takes are 5 MB in every process that sends."""
    found: Callable[..., Iterable[Receipt]] = import_string("aftercare.engagement.messaging.providers.sending.send_by")
    return found


def _kept(messages: Sequence[Claimed]) -> Iterator[tuple[int, Receipt]]:
    return ((place, Receipt("sent", KEPT_HERE)) for place in range(len(messages)))


def _bounces_to(message: Claimed) -> str:
    """The envelope's sender: an address that names the message where delivery reports come to us, else the store's."""
    domain = message.look.get("reply_domain")
    return tagged_address(BOUNCE, message.public_id, domain) if domain else message.look["sender_email"]


def _prepare(message: Claimed, signer: Signer | None) -> Prepared:
    if message.template_id is None:
        return Prepared(problem="There is no template for it")
    try:
        return _assembled(prepared_mail(message.template_id), message, signer)
    except Refusal as refusal:
        return Prepared(problem=refusal.sentence)


def _assembled(template: MailTemplate, message: Claimed, signer: Signer | None, *, mark: str = "") -> Prepared:
    inputs = _inputs(message)
    subject = mark + template.subject.render(inputs.context)
    payload = assemble(template=template, inputs=inputs, subject=subject, signer=signer)
    return Prepared(subject=" ".join(subject.split()), payload=payload, digest=digest_of(payload))


def digest_of(payload: bytes) -> bytes:
    """Recognises a mail without its DKIM signature, which changes with the key. Processors have SHA-256 built in."""
    unsigned = memoryview(payload)
    if payload.startswith(b"DKIM-Signature:") and (end := _END_OF_FIELD.search(payload)):
        unsigned = unsigned[end.end() :]
    return hashlib.sha256(unsigned).digest()[:16]


def _inputs(message: Claimed) -> MessageInputs:
    look = message.look
    domain = look["sender_email"].rpartition("@")[2]
    order_id = message.context.get("order", {}).get("id")
    thread = f"{order_id}@{domain}" if order_id else ""
    token = message.context.get("unsubscribe")
    # RFC 8058 wants https; an installation without it (a demo on a laptop) has the link in the text only. What is owed
    # cannot be ended: its link leads to the choices.
    one_click = token and message.legal_class != LegalClass.TRANSACTIONAL and look["portal"].startswith("https://")
    domain_of_ours = look.get("reply_domain", "")
    mailto = tagged_address(UNSUBSCRIBE, message.public_id, domain_of_ours) if domain_of_ours else ""
    unsubscribe = Unsubscribe(url=f"{look['portal']}unsubscribe/{token}/", mailto=mailto) if one_click else None
    answers_to = tagged_address(REPLY, message.public_id, domain_of_ours) if domain_of_ours else look["support_email"]
    return MessageInputs(
        context=plain({**message.context, "brand": look}),
        sender=Address(look["sender_email"], look["name"]),
        recipient=Address(message.recipient, message.recipient_name),
        reply_to=Address(answers_to, look["name"]) if answers_to else None,
        message_id=f"{message.public_id}@{domain}",
        date=message.sent_at,
        # The order is the thread's root, though never a mail itself: all mails of an order stand together.
        in_reply_to=thread,
        references=(thread,) if thread else (),
        unsubscribe=unsubscribe,
        markup=markup_of(message_type=message.message_type, context=message.context, look=look),
    )


def _receipt(result: SendResult) -> Receipt:
    match result:
        case Accepted(reply):
            return Receipt("sent", reply)
        case Refused(code, enhanced, text, permanent):
            # 5.1.x speaks of the address itself (RFC 3463 §3.2); other refusals may be of this mail only.
            is_dead = permanent and enhanced.startswith("5.1.")
            return Receipt("refused" if permanent else "later", f"{code} {enhanced} {text}".strip(), is_dead)
        case Unknown(reason) | NotSent(reason):
            return Receipt("later", reason)


@cache
def _relay() -> Relay | None:
    if not settings.SMTP_HOST or settings.DEMO:
        return None
    return Relay(
        host=settings.SMTP_HOST, port=settings.SMTP_PORT, username=settings.SMTP_USERNAME,
        password=settings.SMTP_PASSWORD, connections=settings.SMTP_CONNECTIONS,
        security=cast(Literal["none", "starttls", "tls"], settings.SMTP_SECURITY),
    )  # fmt: skip


@cache
def _signer() -> Signer | None:
    if not (settings.DKIM_DOMAIN and settings.DKIM_KEY):
        return None
    key = settings.DKIM_KEY.encode()
    return Signer(domain=settings.DKIM_DOMAIN, selector=settings.DKIM_SELECTOR, private_key=key)
