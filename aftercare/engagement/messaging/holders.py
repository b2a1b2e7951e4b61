"""Who asks for silence, in people's words: the capabilities that place holds because something is open with them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

BY_PROGRAMS = "api"
_holders: dict[str, Any] = {BY_PROGRAMS: _("what a program asked to be silent about")}


def register_holder(key: str, label: Any) -> str:
    """Name what is open while a capability's holds last; answers the key it places them under."""
    _holders[key] = label
    return key


def holders() -> Mapping[str, Any]:
    """What can be open, by the key of its holds. A customer's own wish for silence is not among them."""
    return _holders
