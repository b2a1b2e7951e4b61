"""What return rules decide: one file each. An effect answers rulings about things, and says in words what it does."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel

from aftercare.care.return_policies.policy.rulings import Ruling
from aftercare.foundation.kit.registry import Registry

Settings = TypeVar("Settings", bound=BaseModel)
Kind = TypeVar("Kind", bound="type[EffectKind[Any]]")


class EffectKind(ABC, Generic[Settings]):
    """The base of every effect kind.

    `label` and `hint` are for staff who choose among kinds; `icon` is one of Lucide's.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    hint: ClassVar[str] = ""
    icon: ClassVar[str] = "circle-dot"
    # Shoppers have nothing of it: the policy page leaves it out.
    is_internal: ClassVar[bool] = False
    Config: type[Settings]

    @abstractmethod
    def describe(self, config: Settings) -> str:
        """What it decides, for staff and shoppers alike, such as "Refund: until 30 days after delivery"."""

    @abstractmethod
    def rulings(self, config: Settings) -> Sequence[Ruling]:
        """What it says of which things. Raises Invalid, `field` naming the setting, where an amount is none."""

    def open_until(self, config: Settings) -> str:  # noqa: ARG002 -- for those who need it
        """The day of the year until which it keeps returns open; empty where it does not."""
        return ""


effects: Registry[EffectKind[Any]] = Registry(__name__)


def register(effect: Kind) -> Kind:
    """Class decorator that adds an effect kind."""
    effects.register(effect.key, effect())
    return effect
