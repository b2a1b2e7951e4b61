"""What segments show on console pages that are not their own: on a customer's, and to the search."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from aftercare.commerce.customers.people import Person
from aftercare.engagement.segments.queries import segments_called, segments_of
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.panels import Panel, register_panel
from aftercare.foundation.web.search import Hit, Searchable, register_search


def _of_customer(about: Person, _request: HttpRequest) -> dict[str, Any] | None:
    memberships = segments_of(customer_ids=about.ids)
    return {"memberships": memberships} if memberships else None


def _find(store: Store, words: str, limit: int) -> Sequence[Hit]:
    return [
        Hit(url=reverse("segment", args=[store.slug, one.public_id]), title=one.name, text=one.description)
        for one in segments_called(words=words, limit=limit)
    ]


register_panel(
    Panel(
        "console.customer.side",
        "segments",
        position=15,
        template="segments/console/customer.html",
        context=_of_customer,
    )
)
register_search(
    Searchable(70, gettext_lazy("Segments"), icon="shapes", permission=Permission.SEGMENTS_READ, find=_find)
)
