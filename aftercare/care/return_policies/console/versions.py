"""The return policy in force, read as sentences; its versions, and what differs between two of them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from aftercare.care.return_policies.console.showing import compared, rules_shown
from aftercare.care.return_policies.policy.rules import NO_RULES, Policy
from aftercare.care.return_policies.queries import draft_of_store, replays_listed, versions_listed
from aftercare.care.return_policies.reading import kept_policy
from aftercare.foundation.events.timelines import names_of
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_DRAFT = "draft"


@staff_page(Permission.ORDERS_READ)
def policy(request: StaffRequest) -> HttpResponse:
    """What is in force, what was, and what the draft would change."""
    versions, draft, replays = versions_listed(), draft_of_store(), replays_listed()
    policies = {str(one.number): kept_policy(one.policy) for one in versions}
    if draft is not None:
        policies = {_DRAFT: kept_policy(draft.policy), **policies}
    names = list(policies)
    after = _chosen(request.GET.get("to", ""), names, 0)
    before = _chosen(request.GET.get("from", ""), names, 1)
    latest: Policy = kept_policy(versions[0].policy) if versions else NO_RULES
    differing = compared(policies[before], policies[after]) if len(names) > 1 else []
    return render(request, "return_policies/console/policy.html", {
        "rules": rules_shown(latest), "versions": versions, "draft": draft, "replays": replays,
        "people": names_of([*(one.by for one in versions), *(one.asked_by for one in replays)]),
        "names": names, "before": before, "after": after, "lines": differing, "now": clock.now(),
    })  # fmt: skip


def _chosen(said: str, names: list[str], place: int) -> str:
    return said if said in names else names[place] if place < len(names) else ""


urlpatterns = [path("return-policy/", policy, name="return_policy")]

register_entry(
    Entry(
        group="Orders", position=47, label=_("Return policy"), icon="undo-2", url_name="return_policy",
        permission=Permission.ORDERS_READ,
    )
)  # fmt: skip
