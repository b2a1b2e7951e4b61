"""A shopper's credit on the shop's pages: what they have and how it came, and gift cards by their code.

The signed link is all the proof, and all the protection against forged posts, as for the order's own page.
"""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.queries import person_ids, surviving
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.engagement.credit.actions import redeem_card
from aftercare.engagement.credit.asking import ask_by_code
from aftercare.engagement.credit.forms import new_form_key
from aftercare.engagement.credit.links import CREDIT_LINK
from aftercare.engagement.credit.queries.cards import value_of
from aftercare.engagement.credit.queries.wallets import entries_of, wallets_of
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound, Refusal, TooMany
from aftercare.foundation.kit.money import Money
from aftercare.foundation.web.listing import cursor_of
from aftercare.foundation.web.portal_edge import PortalRequest, portal_page, read_link
from aftercare.foundation.web.ratelimit import Limit, caller, take

_WHO = "customer"
_LOOKS = Limit("credit page", burst=60, seconds=600)
_MOST_TYPED = 60


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def credit(request: PortalRequest, token: str) -> HttpResponse:
    """What the buyer has, and all that happened to it; a POST turns a gift card into credit."""
    take(limit=_LOOKS, who=caller(request), now=clock.now())
    buyer = _buyer(request, token)
    if request.method != "POST":
        return _page(request, token, buyer)
    try:
        _redeem(request, buyer)
    except TooMany:
        raise
    except Refusal:
        wrong = _("We cannot redeem this code. Check it letter by letter; a card that is used up cannot be redeemed.")
        return _page(request, token, buyer, wrong=wrong, status=422)
    return redirect("credit_page", store=request.store.slug, token=token)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def gift_card(request: PortalRequest) -> HttpResponse:
    """What is left on a card, for whoever has its code. It is asked by POST: codes do not belong into addresses."""
    if request.method != "POST":
        return render(request, "credit/portal/gift_card.html", {})
    now, code = clock.now(), request.POST.get("code", "")[:_MOST_TYPED]
    try:
        card = ask_by_code(code=code, store_id=request.store.pk, who=caller(request), now=now)
    except NotFound:
        return render(request, "credit/portal/gift_card.html", {"is_unknown": True, "code": code}, status=422)
    return render(request, "credit/portal/gift_card.html", {"card": card, "value": value_of(card, now=now)})


def _redeem(request: PortalRequest, buyer: Customer) -> None:
    now, code = clock.now(), request.POST.get("code", "")[:_MOST_TYPED]
    card = ask_by_code(code=code, store_id=request.store.pk, who=caller(request), now=now)
    key = f"portal:{request.POST.get('key', '')[:60]}"
    redeem_card(card=card, customer=buyer, key=key, by=_WHO, now=now)


def _buyer(request: PortalRequest, token: str) -> Customer:
    thing = read_link(purpose=CREDIT_LINK, store_id=request.store.pk, token=token)
    try:
        buyer = order_by_public_id(public_id=thing).customer
    except NotFound:
        raise Http404 from None
    if buyer is None:
        raise Http404
    return surviving(customer=buyer)


def _page(request: PortalRequest, token: str, buyer: Customer, *, wrong: str = "", status: int = 200) -> HttpResponse:
    people = person_ids(customer=buyer)
    entries = entries_of(customer_ids=people, after=cursor_of(request))
    context = {
        "wallets": wallets_of(customer_ids=people, now=clock.now()), "following": entries.following,
        "entries": [(one, Money(one.change, one.currency)) for one in entries.rows if one.change],
        "wrong": wrong, "token": token, "key": new_form_key(),
    }  # fmt: skip
    return render(request, "credit/portal/credit.html", context, status=status)


urlpatterns = [
    path("credit/<str:token>/", credit, name="credit_page"),
    path("gift-card/", gift_card, name="gift_card_value"),
]
