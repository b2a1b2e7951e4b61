"""What protection shows on console pages that are not its own: on orders, and on Today."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aftercare.care.protection.explaining import because_in_words, rule_in_words, step_in_words, things_in_words
from aftercare.care.protection.forms import BookingForm
from aftercare.care.protection.models import Claim, Lapse, Safeguards
from aftercare.care.protection.queries import (
    ClaimFilter,
    ParcelWindows,
    bookings_of,
    claims_for_list,
    claims_shown,
    count_claims,
    count_open_lapses,
    lapses_of,
    open_lapses,
    orders_with_claim,
    orders_with_lapse,
    safeguards_of,
    terms_now,
    terms_number,
    windows_of_parcels,
)
from aftercare.care.protection.tones import TONES
from aftercare.care.protection.vocabulary import ClaimState, Stage
from aftercare.commerce.orders.overview import OrderDetail
from aftercare.commerce.orders.troubles import Trouble, register_trouble
from aftercare.commerce.shipments.queries import parcels_of_orders
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.queries import stores_by_id
from aftercare.foundation.web.panels import Panel, register_panel
from aftercare.foundation.web.templatetags.amounts import number
from aftercare.foundation.web.today import SHOWN_PER_KIND, Concern, Concerns, register_concerns

_MOST = 100
_HURTS_OVERDUE, _HURTS_CLAIM, _HURTS_LAPSE = 88, 78, 76


def _of_order(about: OrderDetail, _request: HttpRequest) -> dict[str, Any]:
    order, now = about.order, clock.now()
    parcels = parcels_of_orders(order_ids=[order.pk]).get(order.pk, [])
    asked = safeguards_of(order_ids=[order.pk]).get(order.pk)
    booked = bookings_of(shipment_ids=[parcel.pk for parcel in parcels]) if parcels else {}
    store = stores_by_id(ids={order.store_id})[order.store_id]
    windows = windows_of_parcels(order=order, parcels=parcels, store=store, terms=terms_now())
    return {
        "order": order, "asked": asked, "wanted": things_in_words(asked.wanted) if asked else "",
        "trace": _trace(asked) if asked else [],
        "lapses": [(lapse, things_in_words(lapse.missing)) for lapse in lapses_of(order_id=order.pk)] if asked else [],
        "parcels": [
            (one.parcel, booked.get(one.parcel.pk), _windows(one, now),
             BookingForm(currency=order.currency, booked=booked.get(one.parcel.pk), auto_id=f"{one.parcel.public_id}_%s"))
            for one in windows
        ],
        "claims": claims_shown(order_id=order.pk), "tones": TONES, "now": now,
    }  # fmt: skip


def _trace(asked: Safeguards) -> list[tuple[str, str]]:
    rules = terms_number(number=asked.terms).rules
    return [(rule_in_words(rules[place]), because_in_words(why)) for place, why in asked.trace if place < len(rules)]


def _windows(found: ParcelWindows, now: datetime) -> list[dict[str, Any]]:
    return [
        {"kind": window.kind, "is_open": window.is_open(now), "opens": window.opens if window.is_ahead(now) else None,
         "closes": window.closes, "steps": [step_in_words(step) for step in window.trace]}
        for window in found.windows
    ]  # fmt: skip


def _claims(store: Store, now: datetime) -> Concerns:
    found = claims_for_list(narrowed=ClaimFilter(), limit=SHOWN_PER_KIND).rows
    total = count_claims(most=_MOST) if len(found) == SHOWN_PER_KIND else len(found)
    more = total - len(found)
    return Concerns(
        shown=[_claim(store, claim, now) for claim in found], total=total, url=reverse("claims", args=[store.slug]),
        label=ngettext("%(n)s more claim", "%(n)s more claims", more) % {"n": number(more)},
    )  # fmt: skip


def _claim(store: Store, claim: Claim, now: datetime) -> Concern:
    titles = {
        ClaimState.OPEN: _("Claim: %(kind)s"),
        ClaimState.WITH_CARRIER: _("Claim with the carrier: %(kind)s"),
        ClaimState.APPROVED: _("Approved, to be carried out: %(kind)s"),
    }
    parcel = claim.shipment
    words = [claim.order.number, parcel.carrier_name or parcel.carrier, str(claim.get_remedy_display())]
    return Concern(
        hurts=_HURTS_OVERDUE if claim.due_at < now else _HURTS_CLAIM, icon="file-warning", tone=TONES[claim.state],
        title=titles[ClaimState(claim.state)] % {"kind": claim.get_kind_display()},
        text=" · ".join(filter(None, words)), at=claim.opened_at,
        url=reverse("claim", args=[store.slug, claim.public_id]), action=_("Decide"),
    )  # fmt: skip


def _lapses(store: Store, now: datetime) -> Concerns:  # noqa: ARG001 -- every concern's signature
    found = open_lapses(limit=SHOWN_PER_KIND)
    total = count_open_lapses(most=_MOST) if len(found) == SHOWN_PER_KIND else len(found)
    more = total - len(found)
    return Concerns(
        shown=[_lapse(store, lapse) for lapse in found], total=total,
        url=reverse("orders", args=[store.slug]) + "?trouble=protection",
        label=ngettext("%(n)s more unprotected parcel", "%(n)s more unprotected parcels", more) % {"n": number(more)},
    )  # fmt: skip


def _lapse(store: Store, lapse: Lapse) -> Concern:
    titles = {
        Stage.ANNOUNCED: _("A parcel of %(order)s goes without what was asked"),
        Stage.DELIVERED: _("A parcel of %(order)s was delivered without what was asked"),
    }
    return Concern(
        hurts=_HURTS_LAPSE, icon="shield-alert", tone="attention",
        title=titles[Stage(lapse.stage)] % {"order": lapse.order.number}, text=things_in_words(lapse.missing),
        at=lapse.noticed_at, url=reverse("order", args=[store.slug, lapse.order.public_id]) + "#protection",
        action=_("Look into it"),
    )  # fmt: skip


register_panel(Panel("console.order.main", "protection", 12, "protection/console/order.html", _of_order))
register_trouble(Trouble("protection", gettext_lazy("Unprotected parcel"), lambda _store, _now: orders_with_lapse()))
register_trouble(Trouble("claim", gettext_lazy("Claim open"), lambda _store, _now: orders_with_claim()))
register_concerns(permission=Permission.ORDERS_READ, find=_claims)
register_concerns(permission=Permission.ORDERS_READ, find=_lapses)
