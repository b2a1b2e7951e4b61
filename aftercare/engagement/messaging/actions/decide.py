"""Deciding about many messages at once: whoever counts holds the customers' rows, so that no two count past each other."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.facts import Asked, Facts, Kept, people_counted, spent_with_merged
from aftercare.engagement.messaging.policy import Decision, LegalClass, Reason, Verdict, decide
from aftercare.engagement.messaging.policy.budget import Ask, merge, room
from aftercare.engagement.messaging.sending_rules import Rules, rules_of
from aftercare.foundation.database.bulk import fetch, update_rows

# In one order, so that workers that decide about the same people wait for each other. The row must be there to be held.
_ENTER = """
    INSERT INTO messaging_spending (customer_id, store_id, spent)
    SELECT id, store_id, '[]' FROM unnest(%s::bigint[], %s::bigint[]) AS v(id, store_id) ORDER BY id
    ON CONFLICT (customer_id) DO NOTHING RETURNING customer_id
"""
_HOLD = """
    SELECT customer_id, spent FROM messaging_spending WHERE customer_id = ANY(%s) ORDER BY customer_id
    FOR NO KEY UPDATE
"""
_SPENDING = {"customer_id": "bigint", "spent": "jsonb"}
_KEEP = """
    INSERT INTO messaging_messagedecision (message_id, store_id, at, verdict, reason, rule, detail, until)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[],
                         %s::timestamptz[])
    RETURNING id
"""


@dataclass(slots=True)
class Decided:
    """What came of a batch, by place. Places of one list in `merged` go out together, in one digest."""

    facts: Facts
    decisions: list[Decision]
    merged: list[list[int]] = field(default_factory=list)


def decide_requests(*, asked: Sequence[Asked], now: datetime) -> Decided:
    """About what is asked for now: the most important first. Nothing is counted yet: it may have been asked before."""
    facts = _facts(asked, now)
    decisions: list[Decision] = [_UNDECIDED] * len(asked)
    for place in _in_order(asked, facts):
        decisions[place] = _decide_one(asked[place], facts, now)
    return Decided(facts, decisions)


def decide_waiting(*, asked: Sequence[Asked], now: datetime) -> Decided:
    """About what has waited: where more may go out than there is room for, digests take the rest."""
    facts = _facts(asked, now)
    facts.forget_waiting()
    decided = Decided(facts, [_UNDECIDED] * len(asked))
    willing: dict[object, list[Ask]] = defaultdict(list)
    for place in _in_order(asked, facts):
        decided.decisions[place] = decide(situation=facts.situation(asked[place], has_budget=False), now=now)
        if decided.decisions[place].verdict is Verdict.SEND:
            ask = _ask(place, asked[place], facts)
            willing[ask.kin].append(ask)
    # Groups come in the order of the most important message of each.
    for asks in willing.values():
        _share(asks, asked, decided, now)
    return decided


def keep_spending(*, facts: Facts, asked: Sequence[Asked]) -> None:
    """Write down what these messages, which are let go, cost the attention of their recipients."""
    people = sorted({one.person.customer_id for one in asked if one.person.customer_id is not None})
    rows = [(person, orjson.dumps(facts.spent_of(person)).decode()) for person in people]
    update_rows("messaging_spending", _SPENDING, rows, key="customer_id")


def keep_decisions(*, rows: Sequence[tuple[int, int, Decision]], now: datetime) -> None:
    """Keep (message, store, decision) each, to be shown."""
    if not rows:
        return
    told = [
        (row_id, store_id, now, d.verdict.value, d.reason.value, d.rule, d.detail[:300], d.until)
        for row_id, store_id, d in rows
    ]
    fetch(_KEEP, [list(column) for column in zip(*told, strict=True)])


_UNDECIDED = Decision(Verdict.DROP, Reason.OUT_OF_DATE)


def _facts(asked: Sequence[Asked], now: datetime) -> Facts:
    """What is known, with the rows of everybody whose budget may be touched held."""
    rules = rules_of(store_ids={one.store_id for one in asked})
    return Facts(asked=asked, now=now, rules=rules, spent=_held(asked, rules))


def _held(asked: Sequence[Asked], rules: Mapping[int, Rules]) -> dict[int, Kept]:
    people = people_counted(asked, rules)
    if not people:
        return {}
    stores = {one.person.customer_id: one.store_id for one in asked}
    rows = fetch(_HOLD, [people])
    missing = sorted(set(people) - {row[0] for row in rows})
    if missing:
        fetch(_ENTER, [missing, [stores[person] for person in missing]])
        rows += fetch(_HOLD, [missing])
    return spent_with_merged(rows, people)


def _in_order(asked: Sequence[Asked], facts: Facts) -> list[int]:
    """What is owed needs no order; of the rest the most important first, and of those what was asked for first."""

    def rank(place: int) -> tuple[int, datetime, int]:
        one = asked[place]
        if one.kind.legal_class is LegalClass.TRANSACTIONAL:
            return (-_FIRST, now, place)
        return (-facts.rules[one.store_id].priority_of(one.kind), one.asked_at, place)

    now = facts.now
    return sorted(range(len(asked)), key=rank)


_FIRST = 1_000


def _decide_one(one: Asked, facts: Facts, now: datetime) -> Decision:
    decision = decide(situation=facts.situation(one), now=now)
    if decision.verdict is Verdict.SEND:
        facts.spend(one)
    return decision


def _ask(place: int, one: Asked, facts: Facts) -> Ask:
    rules = facts.rules[one.store_id]
    can_merge = rules.told.digests and not one.kind.digest and channels[one.channel].merges
    is_owed = one.kind.legal_class is LegalClass.TRANSACTIONAL
    kin: object = place
    if can_merge and not is_owed and one.person.customer_id is not None:
        kin = (one.store_id, one.person.customer_id, one.channel, one.person.address, one.kind.legal_class)
    return Ask(place, one.kind.legal_class, rules.priority_of(one.kind), one.asked_at, kin)


def _share(asks: Sequence[Ask], asked: Sequence[Asked], decided: Decided, now: datetime) -> None:
    """What is left of a customer's budget among messages that could be merged."""
    facts, first = decided.facts, asked[asks[0].place]
    if first.kind.legal_class is LegalClass.TRANSACTIONAL or len(asks) == 1:
        for ask in asks:
            decided.decisions[ask.place] = _decide_one(asked[ask.place], facts, now)
        return
    free = room(budget=facts.budget(first), legal_class=first.kind.legal_class, now=now)
    alone, together = merge(asks=asks, free=free)
    for ask in alone:
        decided.decisions[ask.place] = _decide_one(asked[ask.place], facts, now)
    if together:
        facts.spend(asked[together[0].place])
        decided.merged.append([ask.place for ask in together])
        return
    for ask in asks:
        if ask not in alone:
            decided.decisions[ask.place] = _decide_one(asked[ask.place], facts, now)
