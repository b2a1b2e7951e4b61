"""Reads for the editor: the draft, or what a draft would begin as."""

from dataclasses import dataclass

from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.models import Draft, Journey, Version
from aftercare.engagement.messaging.queries import live_templates

FIRST_TRIGGER = "order.placed"


@dataclass(frozen=True)
class Working:
    """What is being edited: the draft where there is one, else what the live version says. `revision` 0: no draft."""

    definition: Definition
    revision: int
    based_on: int
    draft: Draft | None


def draft_of(*, journey: Journey) -> Draft | None:
    """The journey's draft."""
    return Draft.objects.filter(journey=journey).first()


def working_definition(*, journey: Journey) -> Working:
    """What an editor of this journey begins with. At most two queries."""
    draft = draft_of(journey=journey)
    if draft is not None:
        return Working(Definition.model_validate(draft.definition), draft.revision, draft.based_on, draft)
    latest = Version.objects.filter(journey=journey).order_by("-is_live", "-number").first()
    if latest is None:
        return Working(Definition(trigger=FIRST_TRIGGER), 0, 0, None)
    return Working(Definition.model_validate(latest.definition), 0, latest.number, None)


def written_templates() -> frozenset[str]:
    """The message templates that have a live version in any language. One query."""
    return frozenset(template.key for template in live_templates())
