"""Drafts of templates: changed by one person at a time, published as a version, or thrown away.

Whoever changes a draft says which revision they saw; if it is no longer that, nothing is written and they are told who
came before them. Revision 0 means that there was no draft.
"""

from datetime import datetime

from django.db import transaction

from aftercare.engagement.messaging.actions.templates import publish_template
from aftercare.engagement.messaging.contents import Content, with_newlines
from aftercare.engagement.messaging.drafts import check_name, content_of_draft, draft_of, live_version
from aftercare.engagement.messaging.errors import NotPublishable
from aftercare.engagement.messaging.events import TemplateDraftDiscarded
from aftercare.engagement.messaging.judging import judged
from aftercare.engagement.messaging.models import TemplateDraft, TemplateVersion
from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.events.timelines import actor_name
from aftercare.foundation.kit.drafts import DraftChanged, check_revision
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store

_LOCK = "message templates"


@transaction.atomic
def change_draft(
    *, store: Store, key: str, locale: str, content: Content, revision: int, by: str, now: datetime,
    based_on: int | None = None,
) -> TemplateDraft:  # fmt: skip
    """Keep what the template is to say next, whatever is wrong with it; raises NotFound, DraftChanged or Invalid.

    A draft with a source of its own does not become words again: discard it, or restore a version that had them.
    """
    check_name(key=key, locale=locale)
    lock_for_transaction(_LOCK, store.pk)
    draft = draft_of(key=key, locale=locale)
    check_revision(draft, seen=revision, name_of=actor_name)
    if draft is None:
        live = live_version(key=key, locale=locale)
        draft = TemplateDraft(store=store, key=key, locale=locale, revision=0, based_on=live.number if live else 0)
    elif draft.words is None and content.words is not None:
        raise Invalid(
            "This draft has a source of its own.", field="words", remedy="Send `source`, or discard the draft first."
        )
    content = with_newlines(content)
    if content.is_too_long:
        raise Invalid(
            "This is far too long.", field="source" if content.words is None else "words", remedy="Write less."
        )
    draft.subject, draft.source = content.subject, "" if content.words else content.source
    draft.words, draft.short = content.words and vars(content.words), content.short
    draft.revision += 1
    draft.based_on = draft.based_on if based_on is None else based_on
    draft.changed_at, draft.changed_by = now, by
    draft.save()
    return draft


@transaction.atomic
def discard_draft(*, store: Store, key: str, locale: str, revision: int, by: str, now: datetime) -> None:
    """Throw it away; what is published stays. Raises NotFound or DraftChanged."""
    check_name(key=key, locale=locale)
    lock_for_transaction(_LOCK, store.pk)
    draft = draft_of(key=key, locale=locale)
    check_revision(draft, seen=revision, name_of=actor_name)
    if draft is not None:
        TemplateDraft.objects.filter(pk=draft.pk).delete()
        discarded = TemplateDraftDiscarded(key, locale)
        record([Fact(discarded, store_id=store.pk, occurred_at=now, actor=by)], now=now)


@transaction.atomic
def publish_draft(
    *, store: Store, key: str, locale: str, revision: int, note: str, by: str, now: datetime
) -> TemplateVersion:
    """Make a version of it, which the next messages are made from; raises NotFound, DraftChanged or NotPublishable."""
    check_name(key=key, locale=locale)
    lock_for_transaction(_LOCK, store.pk)
    draft = draft_of(key=key, locale=locale)
    if draft is None:
        raise DraftChanged("There is no draft any more.", remedy="Look at the template as it is now.")
    check_revision(draft, seen=revision, name_of=actor_name)
    content = content_of_draft(draft)
    errors = [found for found in judged(store=store, key=key, locale=locale, content=content, now=now) if found.blocks]
    if errors:
        raise NotPublishable(errors[0].sentence, field=errors[0].place, remedy=errors[0].remedy)
    version = publish_template(store=store, key=key, locale=locale, content=content, by=by, now=now, note=note)
    TemplateDraft.objects.filter(pk=draft.pk).delete()
    return version
