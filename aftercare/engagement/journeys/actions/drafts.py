"""Drafts: changed by one person at a time, published as a version, or thrown away.

Whoever changes a draft says which revision they saw; if it is no longer that, nothing is written and they are told who
came before them. Revision 0 means that there was no draft.
"""

from datetime import datetime

from django.db import transaction

from aftercare.engagement.journeys.actions.publish import publish_version
from aftercare.engagement.journeys.checking import problems_of
from aftercare.engagement.journeys.definition import Definition, stored
from aftercare.engagement.journeys.drafts import draft_of, written_templates
from aftercare.engagement.journeys.errors import NotPossibleNow, NotPublishable
from aftercare.engagement.journeys.models import Draft, Journey, Version
from aftercare.foundation.events.timelines import actor_name
from aftercare.foundation.kit.drafts import DraftChanged, check_revision


@transaction.atomic
def change_draft(
    *, journey: Journey, definition: Definition, revision: int, by: str, now: datetime, based_on: int | None = None
) -> Draft:
    """Keep what the journey is to do next; raises DraftChanged. Without `based_on` it stays what it was."""
    _lock(journey)
    draft = draft_of(journey=journey)
    check_revision(draft, seen=revision, name_of=actor_name)
    if draft is None:
        live = Version.objects.filter(journey=journey, is_live=True).first()
        draft = Draft(store_id=journey.store_id, journey=journey, revision=0, based_on=live.number if live else 0)
    draft.definition = stored(definition)
    draft.revision += 1
    draft.based_on = draft.based_on if based_on is None else based_on
    draft.changed_at, draft.changed_by = now, by
    draft.save()
    return draft


@transaction.atomic
def discard_draft(*, journey: Journey, revision: int) -> None:
    """Throw it away; what is published stays. Raises DraftChanged."""
    _lock(journey)
    draft = draft_of(journey=journey)
    check_revision(draft, seen=revision, name_of=actor_name)
    Draft.objects.filter(journey=journey).delete()


@transaction.atomic
def publish_draft(*, journey: Journey, revision: int, note: str, by: str, now: datetime) -> Version:
    """Make a version of it, which new enrolments follow; raises DraftChanged, NotPublishable or NotPossibleNow."""
    _lock(journey)
    draft = draft_of(journey=journey)
    if draft is None:
        raise DraftChanged("There is no draft any more.", remedy="Look at the journey as it is now.")
    check_revision(draft, seen=revision, name_of=actor_name)
    if journey.state == Journey.State.ARCHIVED:
        raise NotPossibleNow("The journey is archived.", remedy="Take it back first.")
    errors = [
        problem
        for problem in problems_of(Definition.model_validate(draft.definition), written=written_templates())
        if problem.blocks
    ]
    if errors:
        raise NotPublishable(errors[0].sentence, field=errors[0].place, remedy="Mend the draft, then publish it.")
    version = publish_version(
        store=journey.store, key=journey.key, name=journey.name, description=journey.description,
        definition=draft.definition, by=by, now=now, note=note,
    )  # fmt: skip
    Draft.objects.filter(journey=journey).delete()
    return version


def _lock(journey: Journey) -> None:
    """Two who come at once are let in one after the other, also where there is no draft yet to be locked."""
    list(Journey.objects.select_for_update(of=("self",)).filter(pk=journey.pk).values_list("pk"))
