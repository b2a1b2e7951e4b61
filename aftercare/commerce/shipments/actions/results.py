"""What recording answers."""

from dataclasses import dataclass
from typing import Self

from aftercare.foundation.kit.intake import Intake, Outcome


@dataclass(slots=True)
class Recorded(Intake):
    """What became of each parcel or update (ids are shipments'), and how many scans were new."""

    scans: int = 0

    @classmethod
    def of(cls, count: int) -> Self:
        """Nothing decided yet about `count` things."""
        return cls(ids=[None] * count, outcomes=[Outcome.UNCHANGED] * count)
