"""Who did something to a journey, as people say it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from aftercare.engagement.journeys.actions.publish import BY_US
from aftercare.foundation.events.timelines import said_by
from aftercare.foundation.staff.queries import names_of_staff


def names_of_actors(actors: Iterable[str]) -> dict[str, str]:
    """What to call each actor. One query, or none."""
    found = set(actors)
    staff = {actor.partition(":")[2] for actor in found if actor.startswith("staff:")}
    names = names_of_staff(public_ids=staff) if staff else {}
    return {actor: _("Aftercare") if actor == BY_US else said_by(actor, names) for actor in found}
