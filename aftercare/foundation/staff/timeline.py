"""What those who act are called on a timeline, and how what staff do reads there."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from aftercare.foundation.events.timelines import Told, names, tells
from aftercare.foundation.staff.events import (
    InvitationRevoked,
    RoleChanged,
    SecondFactorRemoved,
    StaffInvited,
    StaffJoined,
    StaffRemoved,
    StoreChanged,
    TokenIssued,
    TokenRevoked,
)
from aftercare.foundation.staff.policy import ROLE_LABELS, Role
from aftercare.foundation.staff.queries import names_of_staff, names_of_tokens

names("staff", names_of_staff)
names("token", names_of_tokens)


@tells(StaffInvited, InvitationRevoked, StaffJoined)
def _invited(data: Mapping[str, Any]) -> Told:
    return Told(f"{data.get('email', '')} · {_role(data.get('role', ''))}")


@tells(RoleChanged)
def _role_changed(data: Mapping[str, Any]) -> Told:
    return Told(
        f"{data.get('email', '')} · {_role(data.get('before', ''))} → {_role(data.get('after', ''))}", "attention"
    )


@tells(StaffRemoved)
def _removed(data: Mapping[str, Any]) -> Told:
    return Told(f"{data.get('email', '')} · {_role(data.get('role', ''))}", "attention")


@tells(SecondFactorRemoved)
def _second_factor_removed(data: Mapping[str, Any]) -> Told:
    return Told(str(data.get("what", "")), "attention")


@tells(TokenIssued, TokenRevoked)
def _token(data: Mapping[str, Any]) -> Told:
    return Told(str(data.get("name", "")))


@tells(StoreChanged)
def _store_changed(data: Mapping[str, Any]) -> Told:
    changed = [str(name).replace("_", " ") for name in data.get("changes", {})]
    return Told(", ".join(changed) or _("nothing"))


def _role(key: str) -> str:
    return str(ROLE_LABELS[Role(key)]) if key in set(Role) else key
