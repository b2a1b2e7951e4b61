"""Ways out that staff name themselves. A way's name is what a definition and the log know it by."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import StringConstraints

from aftercare.engagement.journeys.outline import NEXT

OTHERWISE = "otherwise"
WayName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[^\x00]+$")]


def check_names(names: Sequence[str]) -> None:
    """Raise ValueError where two ways have one name, or one has a name that means something else."""
    if len(names) != len(set(names)):
        raise ValueError(_("Two ways have the same name."))
    if taken := {NEXT, OTHERWISE} & set(names):
        raise ValueError(_("No way can be called “%(name)s”.") % {"name": min(taken)})
