"""How events of return policies read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.care.return_policies import events
from aftercare.foundation.events.timelines import Told, tells, topic

topic("return_policy", gettext_lazy("Return policy"), "return_policy.")


@tells(events.PolicyPublished)
def _published(data: Mapping[str, Any]) -> Told:
    words = _("version %(n)d, %(rules)d rules") % {"n": data.get("version", 0), "rules": data.get("rules", 0)}
    return Told(" · ".join(filter(None, [words, data.get("note", "")])))
