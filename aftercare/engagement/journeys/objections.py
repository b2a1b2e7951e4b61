"""What is wrong with a journey before anybody is on it, or could be better."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Weight(StrEnum):
    """An error keeps a draft from being published; advice is only shown."""

    ERROR = "error"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Objection:
    """What a kind says against one use of it; `field` names the setting, where it is one's fault."""

    sentence: str
    weight: Weight = Weight.ERROR
    field: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a step may look at to judge its settings.

    `ways` says where each way out leads; `written` names the templates that have a live version. `waited` is how long
    people are held up at least before they get here, since the last event that the journey heard of.
    """

    trigger: str
    ways: Mapping[str, str]
    written: frozenset[str]
    waited: timedelta
