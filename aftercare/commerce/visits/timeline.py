"""How events of visits read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from aftercare.commerce.visits.events import VisitComingUp
from aftercare.commerce.visits.vocabulary import Notice
from aftercare.foundation.events.timelines import Told, tells, topic

topic("visits", _("Visits"), "visit.")


@tells(VisitComingUp)
def _coming_up(data: Mapping[str, Any]) -> Told:
    return Told(str(dict(Notice.choices).get(data.get("notice", ""), "")), "information")
