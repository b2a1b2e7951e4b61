"""Reads: terms, what is asked and lacking, when parcels can be claimed, and claims. All within a store's scope."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, Prefetch, Q

from aftercare.care.protection.models import Booking, Claim, ClaimPhoto, ClaimStep, Lapse, Safeguards, Terms
from aftercare.care.protection.policy.windows import Facts, Plan, Window, plan_for, windows_of
from aftercare.care.protection.terms import InForce, in_force
from aftercare.care.protection.vocabulary import UNSETTLED, ClaimState
from aftercare.commerce.orders.models import Order
from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.queries import by_words
from aftercare.foundation.database.bulk import fetch_decoded
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import StoreQuerySet, active_store_id

_OF_ORDER = """
    SELECT s.signature, s.in_person, s.insured, t.number, t.rules, t.plans,
           EXISTS (SELECT FROM protection_lapse l WHERE l.order_id = o.id AND l.settled_at IS NULL),
           EXISTS (SELECT FROM protection_claim c WHERE c.order_id = o.id)
    FROM (SELECT %(order)s::bigint AS id) o LEFT JOIN protection_safeguards s ON s.order_id = o.id
    LEFT JOIN LATERAL (
        SELECT number, rules, plans FROM protection_terms WHERE store_id = %(store)s ORDER BY number DESC LIMIT 1
    ) t ON true
"""


class OrderProtection(NamedTuple):
    """What an order's page asks first; `asked` None where nothing is, and the rest only where there is any."""

    asked: Safeguards | None
    terms: InForce
    has_lapses: bool
    has_claims: bool


@dataclass(frozen=True)
class ClaimFilter:
    """What a list is narrowed to. Without a state: whatever is not settled.

    `words` as `by_words` takes them.
    """

    words: str = ""
    state: str = ""
    kind: str = ""
    carrier: str = ""
    order_id: int | None = None


class ParcelWindows(NamedTuple):
    """A parcel with the plan it stands under and when it can be claimed as what."""

    parcel: Shipment
    plan: Plan | None
    windows: list[Window]

    def window(self, kind: str) -> Window:
        return next(window for window in self.windows if window.kind == kind)


def terms_now() -> InForce:
    """What is in force in the store."""
    latest = terms_as_written()
    return in_force(latest.number, latest.rules, latest.plans)


def protection_of_order(*, order_id: int) -> OrderProtection:
    """What is asked of an order's deliveries, the terms in force, and whether there is more to ask for; one query."""
    ((signature, in_person, insured, number, rules, plans, has_lapses, has_claims),) = fetch_decoded(
        _OF_ORDER, {"order": order_id, "store": active_store_id()}
    )
    asked = (
        Safeguards(order_id=order_id, signature=signature, in_person=in_person, insured=insured)
        if insured is not None
        else None
    )
    terms = in_force(number, rules, plans) if number is not None else in_force(0, [], None)
    return OrderProtection(asked if asked and asked.wanted else None, terms, has_lapses, has_claims)


def terms_as_written() -> Terms:
    """The latest version; number 0 where the store has never changed anything."""
    return Terms.objects.order_by("-number").first() or Terms(number=0, rules=[], plans=None)


def latest_terms(*, limit: int) -> list[Terms]:
    """Versions, the latest first."""
    return list(Terms.objects.order_by("-number")[:limit])


def terms_number(*, number: int) -> InForce:
    """A version of before; 0 is what comes along. Raises NotFound."""
    if number == 0:
        return in_force(0, [], None)
    found = Terms.objects.filter(number=number).first()
    if found is None:
        raise NotFound(f"There is no version {number} of the terms.", field="terms")
    return in_force(found.number, found.rules, found.plans)


def safeguards_of(*, order_ids: Collection[int]) -> dict[int, Safeguards]:
    """What is asked of the deliveries of these orders, by order; those of which nothing is asked are left out."""
    found = Safeguards.objects.filter(order_id__in=order_ids)
    return {one.order_id: one for one in found if one.wanted}


def bookings_of(*, shipment_ids: Collection[int]) -> dict[int, Booking]:
    """What was bought for these parcels, by parcel."""
    return {one.shipment_id: one for one in Booking.objects.filter(shipment_id__in=shipment_ids)}


def lapses_of(*, order_id: int) -> list[Lapse]:
    """What is lacking of an order's parcels and not settled yet, each with its parcel."""
    found = Lapse.objects.filter(order_id=order_id, settled_at=None).select_related("shipment")
    return list(found.order_by("noticed_at", "id"))


def open_lapses(*, limit: int) -> list[Lapse]:
    """The latest in the store that nobody has settled, each with order and parcel."""
    found = Lapse.objects.filter(settled_at=None).select_related("order", "shipment")
    return list(found.order_by("-noticed_at", "-id")[:limit])


def count_open_lapses(*, most: int) -> int:
    """How many there are, counted up to `most`."""
    return int(Lapse.objects.filter(settled_at=None)[:most].count())


def orders_with_lapse() -> Q:
    """Of a query of orders, those with a parcel that lacks what was asked."""
    return Q(pk__in=Lapse.objects.filter(settled_at=None).values("order_id"))


def orders_with_claim() -> Q:
    """Of a query of orders, those with a claim that is not settled."""
    return Q(pk__in=Claim.objects.filter(state__in=UNSETTLED).values("order_id"))


def windows_of_parcels(
    *, order: Order, parcels: Sequence[Shipment], store: Store, terms: InForce
) -> list[ParcelWindows]:  # fmt: skip
    """When each parcel of an order can be claimed as what; no query."""
    zone = ZoneInfo(store.time_zone)
    found = []
    for parcel in parcels:
        plan = plan_for(terms.plans, parcel.carrier)
        windows = windows_of(parcel=facts_of(order, parcel, store), plan=plan, zone=zone)
        found.append(ParcelWindows(parcel, plan, windows))
    return found


def facts_of(order: Order, parcel: Shipment, store: Store) -> Facts:
    """A parcel as the policy sees it. Past its promise is what is later than both the carrier and the shop have said."""
    promises = [day for day in (parcel.expected_by, order.promised_by) if day is not None]
    country = str(order.shipping_address.get("country") or "").upper()
    return Facts(
        status=parcel.status, status_at=parcel.status_at, reason=parcel.reason,
        is_domestic=country == store.country.upper() if country else None, handed_over_at=parcel.handed_over_at,
        last_scan_at=parcel.last_scan_at, delivered_at=parcel.delivered_at,
        promised_by=max(promises, default=None), called_off=order.cancelled_at is not None,
    )  # fmt: skip


def claim_by_public_id(*, public_id: str) -> Claim:
    """One claim with its order, parcel, customer, incident, steps and photos (without their content); raises NotFound."""
    found = _whole().filter(public_id=public_id).first()
    if found is None:
        raise NotFound(f"There is no claim '{public_id}'.", field="claim")
    return found


def claims_of_order(*, order_id: int) -> list[Claim]:
    """All of an order, the latest first, with what belongs to each."""
    return list(_whole().filter(order_id=order_id).order_by("-opened_at", "-id"))


def claims_shown(*, order_id: int) -> list[Claim]:
    """The claims of an order as its page shows them, the latest first; one query."""
    found = Claim.objects.filter(order_id=order_id).select_related("order", "shipment")
    return list(found.order_by("-opened_at", "-id"))


def claims_for_list(
    *, narrowed: ClaimFilter, after: str = "", limit: int = 50, whole: bool = False
) -> Page[Claim]:  # fmt: skip
    """One page: open ones by when they are due, others the latest first; `whole` with steps, photos and incident."""
    found = _narrowed(_whole() if whole else Claim.objects.select_related("order", "shipment", "customer"), narrowed)
    if narrowed.state and narrowed.state not in UNSETTLED:
        return page(found, by="opened_at", after=after, limit=limit)
    return page(found, by="due_at", after=after, limit=limit, ascending=True)


def claims_for_carrier(*, carrier: str, after: str = "", limit: int = 500) -> Page[Claim]:
    """Open claims of a carrier (empty: of all) that still wait for it, with what it asks for; the earliest first."""
    found = Claim.objects.filter(state__in=[ClaimState.OPEN, ClaimState.WITH_CARRIER])
    found = found.filter(carrier=carrier) if carrier else found
    whole = found.select_related("order", "shipment").annotate(photo_count=Count("photos"))  # type: ignore[no-redef]  # declared there for readers
    return page(whole, by="due_at", after=after, limit=limit, ascending=True)


def carriers_with_claims() -> list[str]:
    """The carriers of which claims are open, by key."""
    open_ones = Claim.objects.filter(state__in=UNSETTLED).exclude(carrier="")
    return sorted(open_ones.values_list("carrier", flat=True).distinct())


def count_claims(*, most: int = 1000) -> int:
    """Claims that somebody has something to do about, counted up to `most`."""
    return int(Claim.objects.filter(state__in=UNSETTLED)[:most].count())


def photo_by_public_id(*, public_id: str, order_id: int | None = None) -> ClaimPhoto:
    """One photo, of this order's claims if it is named; raises NotFound."""
    found = ClaimPhoto.objects.filter(public_id=public_id)
    found = found.filter(claim__order_id=order_id) if order_id is not None else found
    photo: ClaimPhoto | None = found.first()
    if photo is None:
        raise NotFound(f"There is no photo '{public_id}'.", field="photo")
    return photo


def contents_of_photos(*, claim_ids: Collection[int]) -> dict[int, list[ClaimPhoto]]:
    """The photos themselves, by claim."""
    found: dict[int, list[ClaimPhoto]] = defaultdict(list)
    for photo in ClaimPhoto.objects.filter(claim_id__in=claim_ids).order_by("id"):
        found[photo.claim_id].append(photo)
    return dict(found)


def _whole() -> StoreQuerySet[Claim]:
    found: StoreQuerySet[Claim] = Claim.objects.select_related("order", "shipment", "customer", "incident")
    steps: Any = Prefetch("steps", ClaimStep.objects.order_by("at", "id"))
    photos: Any = Prefetch("photos", ClaimPhoto.objects.defer("content").order_by("id"))
    whole: StoreQuerySet[Claim] = found.prefetch_related(steps, photos)
    return whole


def _narrowed(found: StoreQuerySet[Claim], narrowed: ClaimFilter) -> StoreQuerySet[Claim]:
    found = found.filter(state=narrowed.state) if narrowed.state else found.filter(state__in=UNSETTLED)
    equal = {"kind": narrowed.kind, "carrier": narrowed.carrier, "order_id": narrowed.order_id}
    found = found.filter(**{name: value for name, value in equal.items() if value})
    if narrowed.words:
        found = found.filter(by_words(narrowed.words))
    return found
