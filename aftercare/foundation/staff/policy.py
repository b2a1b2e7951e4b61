"""Who may do what: roles of people and scopes of tokens, as one readable table. And how long an invitation holds."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """What someone is in a store."""

    OWNER = "owner"
    AGENT = "agent"
    MARKETER = "marketer"
    OPERATOR = "operator"
    ANALYST = "analyst"


ROLE_LABELS = {
    Role.OWNER: _("Owner"),
    Role.AGENT: _("Agent"),
    Role.MARKETER: _("Marketer"),
    Role.OPERATOR: _("Operator"),
    Role.ANALYST: _("Analyst"),
}


class Permission(StrEnum):
    """What can be done. Reading and writing are apart; a token's scopes are these same words."""

    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    CATALOG_READ = "catalog:read"
    CATALOG_WRITE = "catalog:write"
    SHIPMENTS_READ = "shipments:read"
    SHIPMENTS_WRITE = "shipments:write"
    MESSAGES_READ = "messages:read"
    MESSAGES_WRITE = "messages:write"
    SEGMENTS_READ = "segments:read"
    SEGMENTS_WRITE = "segments:write"
    JOURNEYS_READ = "journeys:read"
    JOURNEYS_WRITE = "journeys:write"
    CREDIT_READ = "credit:read"
    CREDIT_WRITE = "credit:write"
    PROMOTIONS_READ = "promotions:read"
    PROMOTIONS_WRITE = "promotions:write"
    EVENTS_READ = "events:read"
    EVENTS_REPAIR = "events:repair"
    SETTINGS_READ = "settings:read"
    SETTINGS_WRITE = "settings:write"
    STAFF_READ = "staff:read"
    STAFF_WRITE = "staff:write"


PERMISSION_WORDS = {
    Permission.ORDERS_READ: _("See orders"),
    Permission.ORDERS_WRITE: _("Change orders and fulfilments"),
    Permission.CUSTOMERS_READ: _("See customers"),
    Permission.CUSTOMERS_WRITE: _("Change customers, consents and merges"),
    Permission.CATALOG_READ: _("See products and guides"),
    Permission.CATALOG_WRITE: _("Change products and guides"),
    Permission.SHIPMENTS_READ: _("See parcels and carriers"),
    Permission.SHIPMENTS_WRITE: _("Change parcels and report scans"),
    Permission.MESSAGES_READ: _("See messages and why they wait"),
    Permission.MESSAGES_WRITE: _("Change templates, holds and suppressions"),
    Permission.SEGMENTS_READ: _("See segments and who is in them"),
    Permission.SEGMENTS_WRITE: _("Change segments and lists"),
    Permission.JOURNEYS_READ: _("See journeys"),
    Permission.JOURNEYS_WRITE: _("Change, publish and pause journeys"),
    Permission.CREDIT_READ: _("See store credit and gift cards"),
    Permission.CREDIT_WRITE: _("Give, spend and take back credit, issue gift cards"),
    Permission.PROMOTIONS_READ: _("See promotions and their codes"),
    Permission.PROMOTIONS_WRITE: _("Change promotions, make and redeem codes"),
    Permission.EVENTS_READ: _("Read the event log"),
    Permission.EVENTS_REPAIR: _("Replay or give up parked events"),
    Permission.SETTINGS_READ: _("See settings, connections and tokens"),
    Permission.SETTINGS_WRITE: _("Change settings, connections and tokens"),
    Permission.STAFF_READ: _("See what staff did, and their sign-ins"),
    Permission.STAFF_WRITE: _("Invite people and change roles"),
}

_P = Permission
# What people do at work, and from where they sign in, is for owners alone.
_READ = frozenset(permission for permission in Permission if permission.endswith(":read")) - {_P.STAFF_READ}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.AGENT: _READ | {_P.ORDERS_WRITE, _P.CUSTOMERS_WRITE, _P.SHIPMENTS_WRITE, _P.MESSAGES_WRITE, _P.CREDIT_WRITE},
    Role.MARKETER: _READ
    | {
        _P.CUSTOMERS_WRITE,
        _P.CATALOG_WRITE,
        _P.MESSAGES_WRITE,
        _P.SEGMENTS_WRITE,
        _P.JOURNEYS_WRITE,
        _P.PROMOTIONS_WRITE,
    },
    Role.OPERATOR: _READ | {_P.ORDERS_WRITE, _P.SHIPMENTS_WRITE, _P.CATALOG_WRITE, _P.EVENTS_REPAIR},
    Role.ANALYST: _READ,
}


def role_may(*, role: Role, permission: Permission) -> bool:
    """Whether someone of this role may do this."""
    return permission in GRANTS[role]


def unknown_scopes(scopes: list[str]) -> list[str]:
    """Those of the asked scopes that do not exist."""
    known = {permission.value for permission in Permission}
    return [scope for scope in scopes if scope not in known]


INVITATION_HOLDS_FOR = timedelta(days=7)


class InvitationState(StrEnum):
    """What became of an invitation."""

    PENDING = "pending"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


def invitation_state(
    *, accepted_at: datetime | None, revoked_at: datetime | None, expires_at: datetime, now: datetime
) -> InvitationState:
    """An invitation is used once; taken back it stays so, however long it would have held."""
    if accepted_at is not None:
        return InvitationState.ACCEPTED
    if revoked_at is not None:
        return InvitationState.REVOKED
    return InvitationState.PENDING if now < expires_at else InvitationState.EXPIRED
