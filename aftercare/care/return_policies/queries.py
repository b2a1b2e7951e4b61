"""Reads: versions and the draft, and verdicts on orders under the versions they stand under. Within a store's scope."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import orjson

from aftercare.care.return_policies.gathering import Gathered, gather
from aftercare.care.return_policies.models import PolicyDraft, PolicyVersion, Replay
from aftercare.care.return_policies.policy.comparing import better_of
from aftercare.care.return_policies.policy.compiling import CompiledPolicy, compile_policy
from aftercare.care.return_policies.policy.evaluating import Override, evaluate
from aftercare.care.return_policies.policy.facts import RequestFacts, ReturnFacts
from aftercare.care.return_policies.policy.rules import NO_RULES, Policy
from aftercare.care.return_policies.policy.verdicts import Verdict
from aftercare.care.return_policies.reading import kept_policy, parse
from aftercare.commerce.orders.models import Line
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.stores.models import Store

LISTED = 50
NOTHING_PUBLISHED = compile_policy(NO_RULES)


@dataclass(frozen=True, slots=True)
class InForce:
    """A version ready to be asked, and since when it is in force."""

    policy: CompiledPolicy
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with its facts and verdict. `policy` is the version it stands under."""

    gathered: Gathered
    facts: ReturnFacts
    verdict: Verdict
    policy: CompiledPolicy


def versions_listed(*, limit: int = LISTED) -> list[PolicyVersion]:
    """Versions, the latest first."""
    return list(PolicyVersion.objects.order_by("-number")[:limit])


def version_numbered(*, number: int) -> PolicyVersion:
    """One; raises NotFound."""
    found = PolicyVersion.objects.filter(number=number).first()
    if found is None:
        raise NotFound("There is no such version of the return policy.", field="version")
    return found


def latest_version() -> PolicyVersion | None:
    """What is in force now; None where nothing was ever published."""
    return PolicyVersion.objects.order_by("-number").first()


def policy_now() -> InForce:
    """What is in force now; without any rules where nothing was ever published."""
    found = latest_version()
    return _in_force(found) if found else InForce(NOTHING_PUBLISHED)


def draft_of_store() -> PolicyDraft | None:
    """What is to be published next, if anybody has begun it."""
    return PolicyDraft.objects.first()


def draft_policy() -> tuple[Policy, int]:
    """What an editor begins with: the draft and its revision, else what is in force and 0."""
    draft = draft_of_store()
    if draft is not None:
        return kept_policy(draft.policy), draft.revision
    return policy_now().policy.written, 0


def replay_by_public_id(*, public_id: str) -> Replay:
    """One; raises NotFound."""
    found = Replay.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such replay.", field="replay")
    return found


def replays_listed(*, limit: int = 10) -> list[Replay]:
    """The latest first, without what they found."""
    return list(Replay.objects.defer("policy", "found").order_by("-asked_at", "-id")[:limit])


def line_ids_of(*, order_id: int) -> list[tuple[int, str]]:
    """The lines of an order by row id and by the shop's own id."""
    return list(Line.objects.filter(order_id=order_id).values_list("pk", "external_id"))


def judge_orders(
    *,
    order_ids: Collection[int],
    store: Store,
    now: datetime,
    requests: Mapping[str, RequestFacts] | None = None,
    override: Override | None = None,
    draft: CompiledPolicy | None = None,
) -> dict[int, list[Judged]]:
    """Every line's verdict by order: under the version of its order's day or the latest, whichever is better for it.

    `requests` by line key; what is not asked for is judged as all of it, unopened, at the shopper's own wish. With `draft`
    that policy is tried instead. Three statements, however many orders.
    """
    versions = [InForce(draft)] if draft else [*map(_in_force, versions_listed()), InForce(NOTHING_PUBLISHED)]
    found = gather(order_ids=order_ids, policies=[one.policy.written for one in versions], now=now)
    zone = ZoneInfo(store.time_zone)
    judged: dict[int, list[Judged]] = {}
    for one in found:
        left = one.line_facts.quantity - one.line_facts.returned
        request = (requests or {}).get(one.line_facts.key) or RequestFacts(quantity=max(left, 1))
        facts = ReturnFacts(one.order_facts, one.line_facts, one.customer_facts, request)
        then = _at(versions, one.order_facts.placed_at)
        verdict = evaluate(policy=then.policy, facts=facts, zone=zone, now=now, override=override)
        policy = then.policy
        if versions[0] is not then:
            latest = evaluate(policy=versions[0].policy, facts=facts, zone=zone, now=now, override=override)
            better = better_of(verdict, latest)
            policy, verdict = (versions[0].policy, latest) if better is latest else (policy, verdict)
        judged.setdefault(one.order_id, []).append(Judged(one, facts, verdict, policy))
    return judged


def _at(versions: Sequence[InForce], placed_at: datetime) -> InForce:
    """The version in force then; the last of the list is what there was before any."""
    return next((one for one in versions if one.since is not None and one.since <= placed_at), versions[-1])


def _in_force(version: PolicyVersion) -> InForce:
    source = orjson.dumps(version.policy, option=orjson.OPT_SORT_KEYS)
    return InForce(_compiled(version.number, source), version.since)


@lru_cache(maxsize=128)
def _compiled(number: int, source: bytes) -> CompiledPolicy:
    return compile_policy(parse(source), number=number)
