"""Refusals of journeys: expected, typed, and worded for the person in front of the screen."""

from aftercare.foundation.kit.errors import Refusal


class NotPublishable(Refusal):
    """The draft has errors; each of them names its place."""

    code = "draft_has_errors"
    status = 422


class JourneyExists(Refusal):
    """A journey of this key is there already."""

    code = "journey_exists"


class EnteredRecently(Refusal):
    """The journey is not entered again so soon."""

    code = "entered_recently"


class NotPossibleNow(Refusal):
    """The journey's state does not allow it."""

    code = "not_in_this_state"
