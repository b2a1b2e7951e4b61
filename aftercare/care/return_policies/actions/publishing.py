"""New versions of a store's return policy."""

from datetime import datetime

from django.db import transaction

from aftercare.care.return_policies.actions.drafts import LOCK
from aftercare.care.return_policies.checking import problems_of
from aftercare.care.return_policies.errors import NothingToPublish, NotPublishable
from aftercare.care.return_policies.events import PolicyPublished
from aftercare.care.return_policies.models import PolicyDraft, PolicyVersion
from aftercare.care.return_policies.queries import draft_of_store, latest_version
from aftercare.care.return_policies.reading import kept_policy
from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.events.timelines import actor_name
from aftercare.foundation.kit.drafts import check_revision
from aftercare.foundation.stores.models import Store


@transaction.atomic
def publish_draft(*, store: Store, revision: int, note: str, by: str, now: datetime) -> PolicyVersion:
    """Put the draft in force; raises DraftChanged, NothingToPublish or NotPublishable."""
    lock_for_transaction(LOCK, store.pk)
    draft, latest = draft_of_store(), latest_version()
    if draft is None or (latest is not None and latest.policy == draft.policy):
        raise NothingToPublish("There is nothing new to publish.", remedy="Change the draft first.")
    check_revision(draft, seen=revision, name_of=actor_name)
    policy = kept_policy(draft.policy)
    blocking = [one for one in problems_of(policy, country=store.country, currency=store.currency) if one.blocks]
    if blocking:
        field = f"rules[{blocking[0].rule}]" if blocking[0].rule is not None else "rules"
        raise NotPublishable(blocking[0].sentence, field=field, remedy="Mend the draft, then publish it.")
    version = PolicyVersion.objects.create(
        store=store, number=latest.number + 1 if latest else 1, policy=draft.policy, note=note, since=now, by=by
    )
    PolicyDraft.objects.all().delete()
    told = PolicyPublished(version=version.number, rules=len(policy.rules), note=note)
    record([Fact(told, store_id=store.pk, occurred_at=now, actor=by)], now=now)
    return version
