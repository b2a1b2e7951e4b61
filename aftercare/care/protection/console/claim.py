"""One claim: what is known of it, and deciding it, seen first as the customer will read it."""

from typing import Any

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftercare.care.protection.actions import move_claim
from aftercare.care.protection.explaining import step_in_words, things_in_words
from aftercare.care.protection.forms import MoveForm
from aftercare.care.protection.models import Claim
from aftercare.care.protection.policy import moves
from aftercare.care.protection.queries import claim_by_public_id, photo_by_public_id, safeguards_of, terms_number
from aftercare.care.protection.showing import photo_response
from aftercare.care.protection.tones import TONES
from aftercare.care.protection.vocabulary import CUSTOMER, ClaimState
from aftercare.care.protection.wording import doing_in_words, state_in_words, trace_as_read
from aftercare.foundation.events.timelines import names_of, said_by
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.timelines import order_timeline


@staff_page(Permission.ORDERS_READ)
def claim(request: StaffRequest, public_id: str) -> HttpResponse:
    """The whole of it, with what happened to its order."""
    return _page(request, claim_by_public_id(public_id=public_id))


@require_POST
@staff_page(Permission.ORDERS_WRITE)
def move(request: StaffRequest, public_id: str) -> HttpResponse:
    """First as a preview; what is confirmed is done."""
    found = claim_by_public_id(public_id=public_id)
    form = MoveForm(request.POST, claim=found, suggested=_suggested(found))
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    if request.POST.get("do") != "confirm":
        return _page(request, found, form=form, is_preview=request.POST.get("do") != "edit")
    try:
        move_claim(claim=found, decision=form.decision(), by=request.who, now=clock.now())
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    else:
        toasts.success(request, _("Done. The customer is told."))
    return redirect("claim", store=request.store.slug, public_id=public_id)


@staff_page(Permission.ORDERS_READ)
def photo(request: StaffRequest, public_id: str) -> HttpResponse:  # noqa: ARG001 -- the guard's signature
    """A photo of a claim."""
    return photo_response(bytes(photo_by_public_id(public_id=public_id).content))


def _page(
    request: StaffRequest, shown: Claim, *, form: MoveForm | None = None, is_preview: bool = False, status: int = 200
) -> HttpResponse:  # fmt: skip
    terms = terms_number(number=shown.terms)
    asked = safeguards_of(order_ids=[shown.order_id]).get(shown.order_id)
    called = {CUSTOMER: _("The customer"), **names_of(step.by for step in shown.steps.all())}
    context: dict[str, Any] = {
        "claim": shown, "tone": TONES[shown.state], "tones": TONES,
        "steps": [(step, said_by(step.by, called)) for step in shown.steps.all()],
        "trace": [step_in_words(step) for step in trace_as_read(shown.trace)],
        "plan": next((plan.name for plan in terms.plans if plan.key == shown.plan), shown.plan),
        "asked": asked, "wanted": things_in_words(asked.wanted) if asked else "",
        "can_move": any(state != ClaimState.WITHDRAWN for state in moves.following(shown.state)),
        "form": form or MoveForm(claim=shown, suggested=_suggested(shown)),
        "preview": _preview(shown, form) if form is not None and is_preview else None,
        "now": clock.now(), **order_timeline(request, shown.order_id),
    }  # fmt: skip
    return render(request, "protection/console/claim.html", context, status=status)


def _preview(claim: Claim, form: MoveForm) -> dict[str, Any]:
    """What the customer will read, from the claim as it would be."""
    said = form.cleaned_data
    after = Claim(
        order=claim.order, state=said["to"], remedy=said["remedy"] or claim.remedy,
        amount=said["amount"] or claim.amount, reason=said["reason"],
    )  # fmt: skip
    return {
        "state": state_in_words(after.state), "doing": doing_in_words(after), "reason": after.reason,
        "said": said, "task": after.remedy if after.state == ClaimState.APPROVED else "",
        "ends": after.state in (ClaimState.DENIED, ClaimState.SETTLED),
    }  # fmt: skip


def _suggested(claim: Claim) -> int:
    asked = safeguards_of(order_ids=[claim.order_id]).get(claim.order_id)
    worth = max(claim.order.total - claim.order.shipping - claim.order.refunded, 0)
    return moves.suggested_amount(claim.kind, worth=worth, insured=asked.insured if asked else 0)


urlpatterns = [
    path("claims/photos/<str:public_id>/", photo, name="claim_photo_of_staff"),
    path("claims/<str:public_id>/", claim, name="claim"),
    path("claims/<str:public_id>/move/", move, name="claim_move"),
]
