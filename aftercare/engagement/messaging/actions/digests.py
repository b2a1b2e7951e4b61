"""Digests: what was too much by itself goes out in one message, which names each and links to it. Nothing is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftercare.engagement.messaging.actions.decide import keep_decisions
from aftercare.engagement.messaging.actions.writing import Draft, write_drafts
from aftercare.engagement.messaging.channels import Claimed, channels
from aftercare.engagement.messaging.events import MessageMerged
from aftercare.engagement.messaging.facts import Asked
from aftercare.engagement.messaging.models import new_message_id
from aftercare.engagement.messaging.policy import Decision, Reason, Verdict
from aftercare.engagement.messaging.policy.situation import SEND
from aftercare.engagement.messaging.requests import MessageRequest
from aftercare.engagement.messaging.types import digest_of, message_type
from aftercare.foundation.database.bulk import fetch, fetch_decoded
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.liquid.plain_data import plain
from aftercare.foundation.kit.liquid.problems import TemplateProblem
from aftercare.foundation.kit.liquid.template import compile_template
from aftercare.foundation.web.portal_edge import sign_link

ORIGIN = "digest"
READ_PURPOSE = "merged message"
MERGED = Decision(Verdict.SEND, Reason.MERGED)
_MOST_NAMED = 50
_LONGEST_LINE = 200
_ROWS = """
    SELECT m.id, m.public_id, m.store_id, m.customer_id, m.order_id, m.shipment_id, m.message_type, m.legal_class,
           m.origin, m.template_id, m.recipient, m.recipient_name, m.context, b.look, 0, m.created_at,
           m.channel, t.words->>'preview'
    FROM messaging_message m LEFT JOIN messaging_brand b ON b.id = m.brand_id
    LEFT JOIN messaging_templateversion t ON t.id = m.template_id WHERE m.id = ANY(%s)
"""
_MERGE = """
    WITH gone AS (DELETE FROM messaging_outboxentry WHERE message_id = ANY(%(ids)s))
    UPDATE messaging_message AS m
    SET state = 'merged', reason = %(reason)s, detail = '', due_at = %(now)s, merged_into_id = v.digest
    FROM unnest(%(ids)s::bigint[], %(digests)s::bigint[]) AS v(id, digest) WHERE m.id = v.id RETURNING m.id
"""


@dataclass(frozen=True, slots=True)
class Headline:
    """How a digest speaks of a message, and where it can be read in full."""

    subject: str
    line: str
    url: str


@dataclass(frozen=True, slots=True)
class Member:
    """A message that goes out in a digest."""

    id: int
    public_id: str
    order_id: int | None
    shipment_id: int | None
    asked: Asked
    headline: Headline


def headlines_of(*, ids: Sequence[int]) -> dict[int, Headline]:
    """Of each message that can be named at all."""
    if not ids:
        return {}
    found = {}
    for *told, channel, preview in fetch_decoded(_ROWS, [list(ids)]):
        claimed = Claimed(*told)
        subject = channels[channel].headline(claimed) if channel in channels else ""
        if subject:
            found[claimed.id] = Headline(subject[:300], _line(preview, claimed), _address(claimed))
    return found


def send_digests(*, groups: Sequence[Sequence[Member]], now: datetime) -> None:
    """Write a digest of each group, its most important message first, and let the messages end in it."""
    if not groups:
        return
    drafts = [_draft(group, now) for group in groups]
    ids = write_drafts(drafts=drafts, now=now)
    pairs = [
        (member, draft) for group, draft in zip(groups, drafts, strict=True) for member in group
    ]  # fmt: skip
    fetch(_MERGE, {
        "ids": [member.id for member, _ in pairs], "digests": [ids[draft.public_id] for _, draft in pairs],
        "reason": Reason.MERGED.value, "now": now,
    })  # fmt: skip
    keep_decisions(rows=[(member.id, member.asked.store_id, MERGED) for member, _ in pairs], now=now)
    record([_fact(member, draft, now) for member, draft in pairs], now=now)


def _draft(group: Sequence[Member], now: datetime) -> Draft:
    first = group[0].asked
    named = [vars_of(member.headline) for member in group[:_MOST_NAMED]]
    request = MessageRequest(
        first.store_id, digest_of(first.kind.legal_class), first.channel, ORIGIN,
        f"{ORIGIN}:{group[0].public_id}", first.person.customer_id, caused_at=now, data={"messages": named},
    )  # fmt: skip
    expires_at = now + message_type(request.message_type).fresh_for
    return Draft(request, first.person, SEND, expires_at, new_message_id())


def vars_of(headline: Headline) -> dict[str, str]:
    """As templates see it."""
    return {"subject": headline.subject, "line": headline.line, "url": headline.url}


def _fact(member: Member, draft: Draft, now: datetime) -> Fact:
    one = member.asked
    merged = MessageMerged(member.public_id, one.kind.key, one.channel, draft.public_id)
    return Fact(
        merged, store_id=one.store_id, occurred_at=now, customer_id=one.person.customer_id, order_id=member.order_id,
        shipment_id=member.shipment_id, actor=ORIGIN,
    )  # fmt: skip


def _line(preview: str | None, message: Claimed) -> str:
    """What stands beside the subject in a list of mails."""
    context: dict[str, Any] = {**message.context, "brand": message.look}
    try:
        text = compile_template(preview or "", autoescape=False).render(plain(context))
    except TemplateProblem:
        return ""
    return " ".join(text.split())[:_LONGEST_LINE]


def _address(message: Claimed) -> str:
    token = sign_link(purpose=READ_PURPOSE, store_id=message.store_id, thing=message.public_id)
    return f"{message.look['portal']}messages/{token}/"
