"""The console's navigation: capabilities register entries, the shell shows those the reader may open."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from aftercare.foundation.staff.policy import Permission, Role, role_may
from aftercare.foundation.stores.scope import store_scope


@dataclass(frozen=True)
class Entry:
    """`group` is the heading; `count` answers how many things there need a person (0 shows none)."""

    group: str
    position: int
    label: Any
    icon: str
    url_name: str
    permission: Permission
    count: Callable[[int], int] | None = field(default=None, compare=False)


_entries: list[Entry] = []
GROUPS: dict[str, Any] = {
    "": "",
    "Orders": _("Orders"),
    "Engagement": _("Engagement"),
    "Insight": _("Insight"),
    "System": _("System"),
}


def register_entry(entry: Entry) -> None:
    """Add an entry to the navigation."""
    _entries.append(entry)


def navigation(*, request: HttpRequest, store_slug: str, store_id: int, role: Role) -> list[dict[str, Any]]:
    """Groups of entries with url, count and whether it is the page being looked at."""
    groups: dict[str, list[dict[str, Any]]] = {name: [] for name in GROUPS}
    for entry in sorted(_entries, key=lambda entry: entry.position):
        if not role_may(role=role, permission=entry.permission):
            continue
        url = reverse(entry.url_name, args=[store_slug])
        is_home = entry.group == ""
        groups[entry.group].append({
            "label": entry.label,
            "icon": entry.icon,
            "url": url,
            "count": _count(entry, store_id),
            "active": request.path == url if is_home else request.path.startswith(url),
        })  # fmt: skip
    return [{"label": GROUPS[name], "items": items} for name, items in groups.items() if items]


def _count(entry: Entry, store_id: int) -> int:
    """In a scope of its own: a page that refuses something is rendered when the view's is closed."""
    if entry.count is None:
        return 0
    with store_scope(store_id):
        return entry.count(store_id)
