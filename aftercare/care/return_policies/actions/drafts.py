"""The draft of a store's return policy: changed by one person at a time, or thrown away.

Whoever changes it says which revision they saw; if it is no longer that, nothing is written. Revision 0 means there was none.
"""

from datetime import datetime

from django.db import transaction

from aftercare.care.return_policies.models import PolicyDraft
from aftercare.care.return_policies.policy.rules import Policy
from aftercare.care.return_policies.queries import draft_of_store
from aftercare.care.return_policies.reading import stored
from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.events.timelines import actor_name
from aftercare.foundation.kit.drafts import check_revision
from aftercare.foundation.stores.models import Store

LOCK = "return policy"


@transaction.atomic
def change_draft(*, store: Store, policy: Policy, revision: int, by: str, now: datetime) -> PolicyDraft:
    """Keep what is to be published next; raises DraftChanged."""
    lock_for_transaction(LOCK, store.pk)
    draft = draft_of_store()
    check_revision(draft, seen=revision, name_of=actor_name)
    draft = draft or PolicyDraft(store=store)
    draft.policy = stored(policy)
    draft.revision += 1
    draft.changed_at, draft.changed_by = now, by
    draft.save()
    return draft


@transaction.atomic
def discard_draft(*, store: Store, revision: int) -> None:
    """Throw it away; what is published stays. Raises DraftChanged."""
    lock_for_transaction(LOCK, store.pk)
    check_revision(draft_of_store(), seen=revision, name_of=actor_name)
    PolicyDraft.objects.all().delete()
