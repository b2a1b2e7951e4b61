"""Taking requests: decide each, write it down with its reason, all in sets."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aftercare.engagement.messaging.actions.decide import Decided, decide_requests, keep_spending
from aftercare.engagement.messaging.actions.writing import OUTBOX, Draft, write_drafts
from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.facts import Asked
from aftercare.engagement.messaging.models import new_message_id
from aftercare.engagement.messaging.policy import Decision, Verdict
from aftercare.engagement.messaging.recipients import recipients_of
from aftercare.engagement.messaging.requests import MessageRequest, Recipient
from aftercare.engagement.messaging.types import message_type
from aftercare.foundation.jobs.loops import wake


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a request: the message's row id (None if it had been taken before), and the decision."""

    message_id: int | None
    decision: Decision


def request_messages(*, requests: Sequence[MessageRequest], now: datetime) -> list[Taken]:
    """Decide about every request and write it to the outbox, in the caller's transaction.

    Answers in the order of the requests; where a request has two recipients, the buyer's decision counts.
    """
    if not requests:
        return []
    people = reached(requests, recipients_of(requests))
    places = [place for place, found in enumerate(people) for _ in found]
    asked = [
        asked_for(request, person, now=now)
        for request, found in zip(requests, people, strict=True)
        for person in found
    ]  # fmt: skip
    decided = decide_requests(asked=asked, now=now)
    drafts = [
        Draft(requests[place], one.person, decision, one.expires_at, new_message_id())
        for place, one, decision in zip(places, asked, decided.decisions, strict=True)
    ]
    ids = write_drafts(drafts=drafts, now=now)
    _count(drafts, asked, decided, ids)
    if any(draft.decision.verdict is Verdict.SEND for draft in drafts):
        wake(OUTBOX)
    first: dict[int, Taken] = {}
    for place, draft in zip(places, drafts, strict=True):
        first.setdefault(place, Taken(ids.get(draft.public_id), draft.decision))
    return [first[place] for place in range(len(requests))]


def reached(requests: Sequence[MessageRequest], people: Sequence[list[Recipient]]) -> list[list[Recipient]]:
    """Everybody with their address on the channel that is asked for."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, request in enumerate(requests):
        places[request.channel].append(place)
    found = [list(those) for those in people]
    for key, of_channel in places.items():
        flat = [(place, index) for place in of_channel for index in range(len(found[place]))]
        addresses = channels[key].addresses(
            [found[place][index] for place, index in flat], store_ids=[requests[place].store_id for place, _ in flat]
        )
        for (place, index), address in zip(flat, addresses, strict=True):
            found[place][index] = found[place][index]._replace(address=address)
    return found


def asked_for(request: MessageRequest, person: Recipient, *, now: datetime) -> Asked:
    """A request to one recipient, as it is decided about."""
    kind = message_type(request.message_type)
    expires_at = None if request.caused_at is None else request.caused_at + kind.fresh_for
    return Asked(
        request.store_id, kind, request.channel, person, now, request.order_id, request.line_id, expires_at
    )  # fmt: skip


def _count(drafts: Sequence[Draft], asked: Sequence[Asked], decided: Decided, ids: dict[str, int]) -> None:
    """Of what is let go, only what is new costs attention: the same request may come twice."""
    facts = decided.facts
    counts = [
        (one, draft.public_id in ids)
        for draft, one in zip(drafts, asked, strict=True)
        if draft.decision.verdict is Verdict.SEND and one.kind.legal_class in facts.rules[one.store_id].counted
    ]
    for one, is_new in counts:
        if not is_new:
            facts.take_back(one)
    keep_spending(facts=facts, asked=[one for one, is_new in counts if is_new])
