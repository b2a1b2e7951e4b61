"""Who asks for silence, in people's words: the capabilities that place holds because something is open with them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

BY_PROGRAMS = "api"
BY_STAFF = "staff"
BY_CUSTOMER = "customer pause"
# What is nobody's open matter: somebody just wants silence.
_WISHES: dict[str, Any] = {BY_STAFF: _("your staff"), BY_CUSTOMER: _("the customer")}
_holders: dict[str, Any] = {BY_PROGRAMS: _("what a program asked to be silent about")}


def register_holder(key: str, label: Any) -> str:
    """Name what is open while a capability's holds last; answers the key it places them under."""
    _holders[key] = label
    return key


def is_wish(key: str) -> bool:
    """Whether somebody just wants silence, and may end it whenever they like."""
    return key in _WISHES


def holder_label(key: str) -> Any:
    """Who keeps a hold, in people's words."""
    return _WISHES.get(key) or _holders.get(key, key)


def holders() -> Mapping[str, Any]:
    """What can be open, by the key of its holds. A customer's own wish for silence is not among them, nor is that of staff."""
    return _holders
