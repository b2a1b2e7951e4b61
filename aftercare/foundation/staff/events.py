"""What owners decide about their people, their programs and their store."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@dataclass(frozen=True)
class InvitationEvent(Event):
    """The base: which invitation, to whom, to work as what."""

    invitation: str
    email: str
    role: str


@event
@dataclass(frozen=True)
class StaffInvited(InvitationEvent):
    """Also told when the invitation is sent again; `again` says so."""

    type: ClassVar = "staff.invited"
    label: ClassVar = _("Invitation sent")
    icon: ClassVar = "mail"
    again: bool = False


@event
@dataclass(frozen=True)
class InvitationRevoked(InvitationEvent):
    type: ClassVar = "staff.invitation_revoked"
    label: ClassVar = _("Invitation taken back")
    icon: ClassVar = "mail-x"


@dataclass(frozen=True)
class MemberEvent(Event):
    """The base: who."""

    member: str
    email: str


@event
@dataclass(frozen=True)
class StaffJoined(MemberEvent):
    type: ClassVar = "staff.joined"
    label: ClassVar = _("Works here now")
    icon: ClassVar = "user-round-plus"
    role: str


@event
@dataclass(frozen=True)
class RoleChanged(MemberEvent):
    type: ClassVar = "staff.role_changed"
    label: ClassVar = _("Role changed")
    icon: ClassVar = "user-round-cog"
    before: str
    after: str


@event
@dataclass(frozen=True)
class StaffRemoved(MemberEvent):
    type: ClassVar = "staff.removed"
    label: ClassVar = _("No longer works here")
    icon: ClassVar = "user-round-minus"
    role: str


@dataclass(frozen=True)
class SecondFactorEvent(MemberEvent):
    """The base: `what` is `totp`, `passkey` or `all`. Told in every store the person works in."""

    what: str


@event
@dataclass(frozen=True)
class SecondFactorAdded(SecondFactorEvent):
    type: ClassVar = "staff.second_factor_added"
    label: ClassVar = _("Second factor added")
    icon: ClassVar = "shield-check"


@event
@dataclass(frozen=True)
class SecondFactorRemoved(SecondFactorEvent):
    type: ClassVar = "staff.second_factor_removed"
    label: ClassVar = _("Second factor removed")
    icon: ClassVar = "shield-off"


@dataclass(frozen=True)
class TokenEvent(Event):
    """The base: which token."""

    token: str
    name: str


@event
@dataclass(frozen=True)
class TokenIssued(TokenEvent):
    """`expires_at` is empty where it does not expire."""

    type: ClassVar = "token.issued"
    label: ClassVar = _("API token made")
    icon: ClassVar = "key-round"
    scopes: list[str]
    expires_at: str


@event
@dataclass(frozen=True)
class TokenRevoked(TokenEvent):
    type: ClassVar = "token.revoked"
    label: ClassVar = _("API token revoked")
    icon: ClassVar = "key-round"


@event
@dataclass(frozen=True)
class StoreChanged(Event):
    """`changes` maps each setting to `before` and `after`; long texts are cut."""

    type: ClassVar = "store.changed"
    label: ClassVar = _("Settings changed")
    icon: ClassVar = "settings"
    changes: dict[str, dict[str, Any]]
