"""Replays: asked for by staff, carried out by a worker, kept with what they found."""

from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from aftercare.care.return_policies.gathering import YEAR
from aftercare.care.return_policies.models import Replay
from aftercare.care.return_policies.policy.compiling import compile_policy
from aftercare.care.return_policies.policy.rules import Policy
from aftercare.care.return_policies.queries import NOTHING_PUBLISHED, policy_now, version_numbered
from aftercare.care.return_policies.reading import kept_policy, stored
from aftercare.care.return_policies.replaying import Trial, replay
from aftercare.foundation.stores.models import Store


def ask_replay(*, store: Store, policy: Policy, by: str, now: datetime) -> Replay:
    """Keep that it is wanted: over the last twelve months, beside what is in force."""
    return Replay.objects.create(
        store=store, policy=stored(policy), against=policy_now().policy.number, since=now - YEAR, until=now,
        asked_at=now, asked_by=by,
    )  # fmt: skip


def carry_out_replay(*, run: Replay, store: Store, now: datetime) -> Replay:
    """Do it, and keep what was found. What fails is kept as failed, for another can be asked for."""
    against = NOTHING_PUBLISHED
    if run.against:
        kept = version_numbered(number=run.against)
        against = compile_policy(kept_policy(kept.policy), number=kept.number)
    policy = compile_policy(kept_policy(run.policy), number=run.against + 1)
    trial = Trial(policy, against, run.since, run.until, ZoneInfo(store.time_zone))
    run.state = Replay.State.FAILED
    try:
        run.found = asdict(replay(trial=trial, now=now))
        run.state = Replay.State.DONE
    finally:
        run.save(update_fields=["state", "found"])
    return run
