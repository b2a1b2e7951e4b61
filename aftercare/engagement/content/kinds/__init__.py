"""Kinds of guides: one file each. A kind says what it is called, where it stands among others, and how its text is shown."""

from typing import Any, ClassVar

from aftercare.engagement.content.schemas import GuideIn
from aftercare.foundation.kit.registry import Registry


class GuideKind:
    """The base of every kind. `template` shows a guide's text in the portal, with its schema.org markup where there is one."""

    key: ClassVar[str]
    label: ClassVar[Any]
    hint: ClassVar[Any]
    icon: ClassVar[str]
    # What one needs on the day it arrives comes first.
    position: ClassVar[int] = 50
    template: ClassVar[str] = "content/portal/kinds/text.html"
    # Whether its steps are ticked off, one by one, by whoever opens it from an order.
    can_be_ticked: ClassVar[bool] = False
    # Whether who opens one has the thing at hand.
    shows_use: ClassVar[bool] = True

    def check(self, guide: GuideIn) -> None:
        """Refuse what cannot be shown as this kind; raises Invalid naming the field."""


kinds: Registry[GuideKind] = Registry(__name__)


def register(kind: type[GuideKind]) -> type[GuideKind]:
    """Class decorator that adds a kind."""
    kinds.register(kind.key, kind())
    return kind


def kind_label(key: str) -> str:
    """How people call a kind; the bare key where it is gone."""
    return str(kinds[key].label) if key in kinds else key


def kind_choices() -> list[tuple[str, Any]]:
    """For forms."""
    return [(kind.key, kind.label) for kind in in_order()]


def in_order() -> list[GuideKind]:
    """What is needed first comes first."""
    return sorted(kinds, key=lambda kind: (kind.position, kind.key))


def can_be_ticked(key: str) -> bool:
    """Whether steps of guides of this kind are ticked off; not where the kind is gone."""
    return key in kinds and kinds[key].can_be_ticked


def shows_use(key: str) -> bool:
    """Whether opening guides of this kind tells that what they are about is used; not where the kind is gone."""
    return key in kinds and kinds[key].shows_use


def place_of(key: str) -> int:
    """Where guides of this kind stand among others."""
    return kinds[key].position if key in kinds else GuideKind.position
