"""What those who act are called on a timeline, and how what staff do reads there."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from aftercare.foundation.events.timelines import Told, names, tells
from aftercare.foundation.staff.events import (
    InvitationRevoked,
    RoleChanged,
    SecondFactorAdded,
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


@tells(SecondFactorAdded)
def _second_factor_added(data: Mapping[str, Any]) -> Told:
    return Told(_factor(data), "good")


@tells(SecondFactorRemoved)
def _second_factor_removed(data: Mapping[str, Any]) -> Told:
    return Told(_factor(data), "attention")


@tells(TokenIssued, TokenRevoked)
def _token(data: Mapping[str, Any]) -> Told:
    return Told(str(data.get("name", "")))


@tells(StoreChanged)
def _store_changed(data: Mapping[str, Any]) -> Told:
    changed = [str(name).replace("_", " ") for name in data.get("changes", {})]
    return Told(", ".join(changed) or _("nothing"))


def _factor(data: Mapping[str, Any]) -> str:
    words = {"totp": _("Authenticator app"), "passkey": _("Passkey"), "all": _("All of them")}
    return f"{data.get('email', '')} · {words.get(data.get('what', ''), '')}"


def _role(key: str) -> str:
    return str(ROLE_LABELS[Role(key)]) if key in set(Role) else key
