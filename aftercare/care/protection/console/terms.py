"""Rules and plans, read as sentences: what is asked of valuable orders, and when parcels can be claimed."""

from decimal import Decimal
from typing import Any

from django.contrib import messages as toasts
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from aftercare.care.protection.actions import change_plans, change_rules
from aftercare.care.protection.explaining import plan_in_words, rule_in_words
from aftercare.care.protection.forms import PlanForm, RuleForm
from aftercare.care.protection.models import Terms
from aftercare.care.protection.queries import latest_terms, terms_as_written
from aftercare.care.protection.schemas import MOST_PLANS, MOST_RULES, PlanIn, RuleIn
from aftercare.care.protection.terms import builtin_plans_as_written, plan_of, rule_of
from aftercare.care.protection.vocabulary import Wanted
from aftercare.foundation.events.timelines import names_of
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_SHOWN_VERSIONS = 10
NEW = "new"
_SUGGESTED = ((Wanted.SIGNATURE, 200), (Wanted.INSURANCE, 500), (Wanted.IN_PERSON, 1000))


@staff_page(Permission.ORDERS_READ)
def terms(request: StaffRequest) -> HttpResponse:
    """What is in force, sentence by sentence, and what was before."""
    return _page(request, RuleForm(currency=request.store.currency))


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def change(request: StaffRequest) -> HttpResponse:
    """Add a rule, take one away, or begin with those that are suggested."""
    rules, what = _rules(terms_as_written()), request.POST.get("do", "")
    if what == "suggest" and not rules:
        currency = request.store.currency
        rules = [RuleIn(wants=wants, at_least=Decimal(amount), currency=currency) for wants, amount in _SUGGESTED]
    elif what.startswith("remove-") and what.removeprefix("remove-").isdecimal():
        place = int(what.removeprefix("remove-"))
        rules = rules[:place] + rules[place + 1 :]
    else:
        form = RuleForm(request.POST, currency=request.store.currency)
        if not form.is_valid() or len(rules) >= MOST_RULES:
            return _page(request, form, status=422)
        rules = sorted([*rules, form.rule()], key=lambda rule: (rule.currency, rule.at_least))
    change_rules(store=request.store, rules=rules, by=request.who, now=clock.now())
    toasts.success(request, _("It holds for orders placed from now on."))
    return redirect("protection", store=request.store.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.SETTINGS_WRITE)
def plan(request: StaffRequest, key: str) -> HttpResponse:
    """One plan, or a new one."""
    plans = _plans(terms_as_written())
    found = next((one for one in plans if one.key == key), None)
    if found is None and key != NEW:
        raise Http404
    if request.POST.get("do") == "remove":
        _keep(request, [one for one in plans if one.key != key])
        return redirect("protection", store=request.store.slug)
    form = PlanForm(
        request.POST if request.method == "POST" else None, initial=PlanForm.said_of(found) if found else {}
    )
    if form.is_valid():
        changed = form.plan(key=found.key if found else public_id("plan").replace("_", "-"))
        others = [one for one in plans if one.key != changed.key]
        if any(plan_of(one).carrier == plan_of(changed).carrier for one in others):
            form.add_error("carrier", _("There is a plan for this carrier already."))
        elif len(others) >= MOST_PLANS:
            form.add_error(None, _("There are as many plans as there can be."))
        else:
            _keep(
                request, [changed if one.key == changed.key else one for one in plans] if found else [*plans, changed]
            )
            return redirect("protection", store=request.store.slug)
    context = {"form": form, "plan": found, "key": key}
    return render(request, "protection/console/plan.html", context, status=422 if form.is_bound else 200)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def builtin(request: StaffRequest) -> HttpResponse:
    """Take up the plans that Aftercare comes with."""
    change_plans(store=request.store, plans=None, by=request.who, now=clock.now())
    toasts.success(request, _("The plans are those that Aftercare comes with."))
    return redirect("protection", store=request.store.slug)


def _keep(request: StaffRequest, plans: list[PlanIn]) -> None:
    change_plans(store=request.store, plans=plans, by=request.who, now=clock.now())
    toasts.success(request, _("It holds for claims opened from now on."))


def _page(request: StaffRequest, form: RuleForm, *, status: int = 200) -> HttpResponse:
    kept = latest_terms(limit=_SHOWN_VERSIONS)
    latest = kept[0] if kept else terms_as_written()
    plans = [(plan, plan_in_words(plan_of(plan))) for plan in _plans(latest)]
    context: dict[str, Any] = {
        "rules": [(place, rule_in_words(rule_of(rule))) for place, rule in enumerate(_rules(latest))], "form": form,
        "plans": plans, "own_plans": latest.plans is not None, "versions": [_version(one) for one in kept],
        "names": names_of(one.by for one in kept),
    }  # fmt: skip
    return render(request, "protection/console/terms.html", context, status=status)


def _version(kept: Terms) -> dict[str, Any]:
    rules = [rule_in_words(rule_of(RuleIn.model_validate(rule))) for rule in kept.rules]
    return {"kept": kept, "rules": rules}


def _rules(terms: Terms) -> list[RuleIn]:
    return [RuleIn.model_validate(rule) for rule in terms.rules]


def _plans(terms: Terms) -> list[PlanIn]:
    if terms.plans is None:
        return list(builtin_plans_as_written())
    return [PlanIn.model_validate(plan) for plan in terms.plans]


urlpatterns = [
    path("protection/", terms, name="protection"),
    path("protection/rules/", change, name="protection_rules"),
    path("protection/plans/builtin/", builtin, name="protection_builtin"),
    path("protection/plans/<slug:key>/", plan, name="protection_plan"),
]

register_entry(
    Entry(
        group="Orders", position=46, label=_("Valuable orders"), icon="shield-check", url_name="protection",
        permission=Permission.ORDERS_READ,
    )
)  # fmt: skip
