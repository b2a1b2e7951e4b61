"""Who may do what: roles of people and scopes of tokens, as one readable table."""

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
    JOURNEYS_READ = "journeys:read"
    JOURNEYS_WRITE = "journeys:write"
    EVENTS_READ = "events:read"
    EVENTS_REPAIR = "events:repair"
    SETTINGS_READ = "settings:read"
    SETTINGS_WRITE = "settings:write"
    STAFF_WRITE = "staff:write"


_READ = frozenset(permission for permission in Permission if permission.endswith(":read"))
_P = Permission

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.AGENT: _READ | {_P.ORDERS_WRITE, _P.CUSTOMERS_WRITE, _P.SHIPMENTS_WRITE, _P.MESSAGES_WRITE},
    Role.MARKETER: _READ | {_P.CUSTOMERS_WRITE, _P.CATALOG_WRITE, _P.MESSAGES_WRITE, _P.JOURNEYS_WRITE},
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
