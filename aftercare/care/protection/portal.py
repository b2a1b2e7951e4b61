"""The shopper's page of claims: what can be claimed, when, the form for it, and how each claim goes.

Whoever has the order's link may claim, guests and a gift's recipient too; the link is also all the protection there is
against forged posts, for a page elsewhere does not know it.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftercare.care.protection.actions import Decision, Statement, move_claim, open_claim
from aftercare.care.protection.actions.pictures import ACCEPTED, Picture, read_picture
from aftercare.care.protection.errors import NotNow, UnusablePhoto
from aftercare.care.protection.models import Claim
from aftercare.care.protection.policy.moves import by_customer
from aftercare.care.protection.queries import (
    ParcelWindows,
    claims_of_order,
    photo_by_public_id,
    terms_now,
    windows_of_parcels,
)
from aftercare.care.protection.schemas import MOST_PHOTOS
from aftercare.care.protection.showing import claim_line, photo_response
from aftercare.care.protection.vocabulary import CUSTOMER, ClaimKind, ClaimState
from aftercare.care.protection.wording import kind_in_words, refusal_in_words, state_in_words
from aftercare.commerce.orders.opening import link_of
from aftercare.commerce.orders.showing import ShownOrder, order_for_page
from aftercare.commerce.shipments.models import Shipment
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.web.portal_edge import PortalRequest, portal_page
from aftercare.foundation.web.ratelimit import Limit, caller, take

_CLAIMS = Limit("claim for an order", burst=10, seconds=3600)
_PHOTOS = Limit("look at a photo from", burst=120, seconds=600)
_DEAD_LINKS = Limit("dead claim link", burst=30, seconds=600)


class PhotosInput(forms.FileInput):
    """Several photos at once."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Photos, each looked at and made anew; cleaned into pictures."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list[Picture]:  # noqa: ARG002 -- Django's signature
        files: Sequence[UploadedFile[Any]] = [one for one in data or () if one]
        if len(files) > MOST_PHOTOS:
            raise forms.ValidationError(_("These are more than %(n)d photos.") % {"n": MOST_PHOTOS})
        try:
            return [read_picture(file.read()) for file in files]
        except UnusablePhoto as refusal:
            raise forms.ValidationError(f"{refusal.sentence} {refusal.remedy}") from None


class ClaimForm(forms.Form):
    """Which parcel, what became of it, and how it looks."""

    what = forms.ChoiceField(label=gettext_lazy("What happened?"), widget=forms.RadioSelect)
    told = forms.CharField(
        label=gettext_lazy("Tell us more"), required=False, max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=gettext_lazy("Such as where the parcel was to be left, or what is broken."),
    )  # fmt: skip
    photos = PhotosField(
        label=gettext_lazy("Photos"), required=False, widget=PhotosInput(attrs={"accept": ACCEPTED}),
        help_text=gettext_lazy("For damage we need at least one: of the parcel, and of what was in it. JPEG, PNG or WebP."),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        found: Sequence[ParcelWindows],
        decided: Collection[tuple[int, str]],
        now: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choices = _choices(found, decided, now)
        field = self.fields["what"]
        field.choices = [(key, label) for key, (label, _, _) in self._choices.items()]  # type: ignore[attr-defined]  # a ChoiceField
        if len(self._choices) == 1:
            field.initial = next(iter(self._choices))

    @property
    def can_be_filled_in(self) -> bool:
        """Whether there is anything to claim now."""
        return bool(self._choices)

    @property
    def chosen(self) -> tuple[Shipment, ClaimKind]:
        """The parcel, and what became of it."""
        _label, parcel, kind = self._choices[self.cleaned_data["what"]]
        return parcel, kind


def _choices(
    found: Sequence[ParcelWindows], decided: Collection[tuple[int, str]], now: datetime
) -> Mapping[str, tuple[str, Shipment, ClaimKind]]:
    choices = {}
    for number, one in enumerate(found, start=1):
        which = _("Parcel %(number)d: ") % {"number": number} if len(found) > 1 else ""
        for window in one.windows:
            if window.is_open(now) and (one.parcel.pk, window.kind.value) not in decided:
                label = f"{which}{kind_in_words(window.kind)}"
                choices[f"{one.parcel.public_id}-{window.kind}"] = (label, one.parcel, window.kind)
    return choices


@csrf_exempt
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def claim_page(request: PortalRequest, token: str) -> HttpResponse:
    """What can be claimed of an order, and the claims there are."""
    link, now = link_of(request, token, dead=_DEAD_LINKS), clock.now()
    shown = order_for_page(store=request.store, public_id=link.public_id, for_recipient=link.for_recipient, now=now)
    with timezone.override(shown.zone):
        found, claims = _parcels(request, shown), claims_of_order(order_id=shown.order.pk)
        decided = {(one.shipment_id, one.kind) for one in claims if one.state != ClaimState.WITHDRAWN}
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = ClaimForm(*sent, found=found, decided=decided, now=now)
        if form.is_bound:
            take(limit=_CLAIMS, who=link.public_id, now=now)
            if form.is_valid() and _opened(request, shown, form):
                return redirect(f"{request.path}#claims")
        return render(
            request, "protection/portal/claims.html", _context(shown, found, claims, form, token=token),
            status=422 if form.is_bound else 200,
        )  # fmt: skip


@csrf_exempt
@require_POST
@portal_page
def withdraw(request: PortalRequest, token: str, public_id: str) -> HttpResponse:
    """Take a claim back, as long as nobody has decided it."""
    link, now = link_of(request, token, dead=_DEAD_LINKS), clock.now()
    shown = order_for_page(store=request.store, public_id=link.public_id, for_recipient=link.for_recipient, now=now)
    claim = next((one for one in claims_of_order(order_id=shown.order.pk) if one.public_id == public_id), None)
    if claim is None:
        raise Http404
    take(limit=_CLAIMS, who=link.public_id, now=now)
    # Where somebody was quicker, the page says where it is by now.
    with suppress(NotNow):
        move_claim(claim=claim, decision=Decision(ClaimState.WITHDRAWN), by=CUSTOMER, now=now)
    return redirect(reverse("claim_page", args=[request.store.slug, token]) + "#claims")


@require_safe
@portal_page
def photo(request: PortalRequest, token: str, public_id: str) -> HttpResponse:
    """A photo of a claim, for whoever has the order's link."""
    link, now = link_of(request, token, dead=_DEAD_LINKS), clock.now()
    take(limit=_PHOTOS, who=caller(request), now=now)
    shown = order_for_page(store=request.store, public_id=link.public_id, for_recipient=link.for_recipient, now=now)
    return photo_response(bytes(photo_by_public_id(public_id=public_id, order_id=shown.order.pk).content))


def _parcels(request: PortalRequest, shown: ShownOrder) -> list[ParcelWindows]:
    parcels = [arrival.about for arrival in shown.arrivals if isinstance(arrival.about, Shipment)]
    return windows_of_parcels(order=shown.order, parcels=parcels, store=request.store, terms=terms_now())


def _opened(request: PortalRequest, shown: ShownOrder, form: ClaimForm) -> bool:
    parcel, kind = form.chosen
    statement = Statement(kind, form.cleaned_data["told"], form.cleaned_data["photos"])
    try:
        open_claim(
            store=request.store, order=shown.order, shipment=parcel, statement=statement, by=CUSTOMER, now=shown.now
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error("photos" if refusal.field == "photos" else None, refusal.sentence)
        return False
    return True


def _context(
    shown: ShownOrder, found: Sequence[ParcelWindows], claims: Sequence[Claim], form: ClaimForm, *, token: str
) -> dict[str, Any]:
    shows_money = not shown.for_recipient
    lines = [
        {**claim_line(claim, shows_money=shows_money), "can_withdraw": by_customer(claim.state), "steps": _steps(claim)}
        for claim in claims
    ]
    return {
        "shown": shown, "order": shown.order, "form": form, "claims": lines, "now": shown.now, "token": token,
        "parcels": [_later(one, number, len(found), shown.now) for number, one in enumerate(found, start=1)],
    }  # fmt: skip


def _steps(claim: Claim) -> list[dict[str, Any]]:
    """What happened to a claim, the latest first, as a timeline."""
    return [
        {
            "icon": "circle-dot",
            "title": state_in_words(step.state),
            "at": step.at,
            "text": step.reason,
            "tone": "neutral",
        }
        for step in reversed(claim.steps.all())
    ]


def _later(found: ParcelWindows, number: int, of: int, now: datetime) -> dict[str, Any]:
    """What cannot be claimed of a parcel now, and why or from when."""
    return {
        "parcel": found.parcel, "number": number if of > 1 else 0,
        "reasons": [
            (kind_in_words(window.kind), refusal_in_words(window, now=now))
            for window in found.windows if not window.is_open(now)
        ],
    }  # fmt: skip


urlpatterns = [
    path("o/<str:token>/claim/", claim_page, name="claim_page"),
    path("o/<str:token>/claim/<str:public_id>/withdraw/", withdraw, name="claim_withdraw"),
    path("o/<str:token>/claim/photos/<str:public_id>/", photo, name="claim_photo"),
]
