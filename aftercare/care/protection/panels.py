"""What shoppers see of protection on their order's page: what is in place, their claims, and when they can claim."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _

from aftercare.care.protection.models import Safeguards
from aftercare.care.protection.policy.windows import Why
from aftercare.care.protection.queries import (
    ParcelWindows,
    claims_shown,
    lapses_of,
    protection_of_order,
    windows_of_parcels,
)
from aftercare.care.protection.showing import claim_line
from aftercare.care.protection.terms import InForce
from aftercare.care.protection.vocabulary import ClaimKind, ClaimState, Wanted
from aftercare.care.protection.wording import day_in_words
from aftercare.commerce.orders.page_rows import page_drawn_from
from aftercare.commerce.orders.showing import ShownOrder
from aftercare.commerce.shipments.models import Shipment
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.panels import Panel, register_panel
from aftercare.foundation.web.portal_edge import PortalRequest
from aftercare.foundation.web.templatetags.locale import reading_locale

# A parcel that was silent for only a while is not spoken of as lost.
_SPOKEN_OF = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Hint:
    """When a parcel can be claimed; `is_open` where it can be now, `is_quiet` where nothing suggests that one must."""

    parcel: Shipment
    text: str
    is_open: bool
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class InPlace:
    """One thing that protects a delivery."""

    icon: str
    text: str


def in_place(asked: Safeguards | None, *, lacking: set[str], currency: str, shows_money: bool) -> list[InPlace]:
    """What the delivery has; what is known to lack is not promised."""
    if asked is None:
        return []
    insured = Money(asked.insured, currency).format(reading_locale())
    words = _("Insured up to %(amount)s") % {"amount": insured} if shows_money else _("Insured")
    known = {
        Wanted.SIGNATURE: InPlace(icon="pen-line", text=_("Someone must sign for this parcel")),
        Wanted.INSURANCE: InPlace(icon="shield-check", text=words),
        Wanted.IN_PERSON: InPlace(
            icon="handshake", text=_("Handed over in person, not left with neighbours or in a safe place")
        ),
    }
    return [known[wanted] for wanted in asked.wanted if wanted not in lacking]


def hint_of(found: ParcelWindows, *, now: datetime) -> Hint | None:
    """What to say of a parcel that nobody has claimed; None where there is nothing to say yet, or any more."""
    lost, stolen, damaged = (found.window(kind) for kind in ClaimKind)
    if lost.opens is not None and lost.is_open(now):
        return Hint(found.parcel, _("It should have arrived by now. You can claim it."), is_open=True, is_quiet=False)
    if lost.opens is not None and lost.is_ahead(now):
        is_late = lost.trace[0].why is Why.PAST_PROMISE or lost.opens - now < _SPOKEN_OF
        told = _("If it does not arrive: you can claim from %(day)s.") % {"day": day_in_words(lost.opens, now=now)}
        is_due = found.parcel.expected_by is None or found.parcel.expected_by < now
        return Hint(found.parcel, told, is_open=False, is_quiet=False) if is_late and is_due else None
    ends = [window.closes for window in (stolen, damaged) if window.closes is not None and now < window.closes]
    if not ends:
        return None
    last = day_in_words(max(ends) - timedelta(seconds=1), now=now)
    told = _("Not there, or damaged? You can report it until %(day)s.") % {"day": last}
    return Hint(found.parcel, told, is_open=any(one.is_open(now) for one in (stolen, damaged)), is_quiet=True)


def _shown(about: ShownOrder, request: HttpRequest) -> dict[str, Any] | None:
    order = about.order
    asked, terms, has_lapses, has_claims = protection_of_order(order_id=order.pk)
    lacking = {word for lapse in lapses_of(order_id=order.pk) for word in lapse.missing} if has_lapses else set()
    has_arrived = bool(order.delivered_at)
    items = [] if has_arrived or order.cancelled_at else in_place(
        asked, lacking=lacking, currency=order.currency, shows_money=not about.for_recipient
    )  # fmt: skip
    claims = claims_shown(order_id=order.pk) if has_claims else []
    claimed = {claim.shipment_id for claim in claims if claim.state != ClaimState.WITHDRAWN}
    hints = _hints(about, terms, claimed=claimed, store=cast(PortalRequest, request).store)
    if not (items or claims or hints):
        return None
    lines = [claim_line(claim, shows_money=not about.for_recipient) for claim in claims]
    return {"in_place": items, "claims": lines, "hints": hints}


def _hints(about: ShownOrder, terms: InForce, *, claimed: set[int], store: Store) -> list[Hint]:
    parcels = [one.about for one in about.arrivals if isinstance(one.about, Shipment) and one.about.pk not in claimed]
    if not parcels or about.order.cancelled_at:
        return []
    windows = windows_of_parcels(order=about.order, parcels=parcels, store=store, terms=terms)
    hints = (hint_of(found, now=about.now) for found in windows)
    return [hint for hint in hints if hint is not None]


page_drawn_from(
    "protection_safeguards AS r WHERE r.order_id = o.id",
    "protection_lapse AS r WHERE r.order_id = o.id",
    "protection_claim AS r WHERE r.order_id = o.id",
    "protection_terms AS r WHERE r.store_id = o.store_id",
)
register_panel(Panel("portal.order.main", "protection", 25, "protection/portal/order.html", _shown))
