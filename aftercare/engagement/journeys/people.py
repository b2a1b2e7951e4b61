"""Who did something to a journey, as people say it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from aftercare.engagement.journeys.actions.publish import BY_US
from aftercare.foundation.events.timelines import names_of, said_by


def names_of_actors(actors: Iterable[str]) -> dict[str, str]:
    """What to call each actor. One query for each kind of actor that has names."""
    found = set(actors)
    called = names_of(found)
    return {actor: _("Aftercare") if actor == BY_US else said_by(actor, called) for actor in found}
