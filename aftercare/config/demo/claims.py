"""What became of the demo shop's parcels that never came, or came broken: claimed, decided, settled; and one to claim still."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO

from PIL import Image, ImageDraw

from aftercare.care.protection.actions import Decision, Statement, move_claim, open_claim, settle_lapses
from aftercare.care.protection.actions.pictures import Picture, read_picture
from aftercare.care.protection.models import Lapse
from aftercare.care.protection.queries import terms_now, windows_of_parcels
from aftercare.care.protection.vocabulary import CUSTOMER, ClaimKind, ClaimState, Remedy
from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.vocabulary import Status
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope

_DAY = timedelta(days=1)
_CARDBOARD, _TAPE, _CRACK = (176, 138, 98), (205, 178, 140), (60, 40, 26)


def tell_what_was_claimed(*, store: Store, until: datetime) -> None:
    """Once, after the shop's history has been played."""
    with store_scope(store.pk):
        noticed = Lapse.objects.filter(settled_at=None, noticed_at__lt=until - 4 * _DAY)
        for order_id in noticed.values_list("order_id", flat=True).distinct():
            settle_lapses(order_id=order_id, by="system", now=until - 3 * _DAY)
        # The most valuable one waits for whoever looks at its page.
        long_lost = list(_claimable(store, ClaimKind.LOST, at=until - 3 * _DAY))[1:]
        if long_lost:
            _settled(store, long_lost[0], until)
        later = [one for one in _claimable(store, ClaimKind.LOST, at=until - _DAY) if one not in long_lost[:1]][1:]
        if later:
            _open(store, later[0], Statement(ClaimKind.LOST, "The page has not changed for days."), until - _DAY * 0.8)
        broken = next(_claimable(store, ClaimKind.DAMAGED, at=until - _DAY / 6), None)
        if broken is not None:
            words = "One corner is crushed, and what was in it is cracked."
            _open(store, broken, Statement(ClaimKind.DAMAGED, words, [_photo()]), until - _DAY / 6)


def _claimable(store: Store, kind: ClaimKind, *, at: datetime) -> Iterator[Shipment]:
    """Parcels that could be claimed then, and still now; the most valuable first."""
    statuses = [Status.DELIVERED] if kind == ClaimKind.DAMAGED else [Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY]
    found = Shipment.objects.filter(status__in=statuses, last_scan_at__lt=at).select_related("order")
    for parcel in found.order_by("-order__total", "id"):
        (one,) = windows_of_parcels(order=parcel.order, parcels=[parcel], store=store, terms=terms_now())
        if one.window(kind).is_open(at):
            yield parcel


def _open(store: Store, parcel: Shipment, statement: Statement, at: datetime) -> None:
    open_claim(store=store, order=parcel.order, shipment=parcel, statement=statement, by=CUSTOMER, now=at)


def _settled(store: Store, parcel: Shipment, until: datetime) -> None:
    """Received, with the carrier, approved and paid back, all within three days: older news is told to nobody."""
    statement = Statement(ClaimKind.LOST, "It should have been here last week. Nobody in the house has taken it.")
    claim = open_claim(
        store=store, order=parcel.order, shipment=parcel, statement=statement, by=CUSTOMER, now=until - 2.8 * _DAY
    ).claim
    worth = parcel.order.total - parcel.order.shipping
    decisions = (
        (2.1, Decision(ClaimState.WITH_CARRIER, reference="PB-2026-11873")),
        (1.2, Decision(ClaimState.APPROVED, "The carrier confirms that it is lost.", Remedy.REFUND, worth)),
        (0.4, Decision(ClaimState.SETTLED, "It is on its way to your account.")),
    )
    for days, decision in decisions:
        move_claim(claim=claim, decision=decision, by="system", now=until - days * _DAY)


def _photo() -> Picture:
    """A box with a crushed corner, drawn."""
    image = Image.new("RGB", (900, 675), (226, 222, 214))
    draw = ImageDraw.Draw(image)
    draw.polygon([(150, 200), (700, 160), (770, 300), (760, 560), (180, 600)], fill=_CARDBOARD)
    draw.polygon([(150, 380), (765, 345), (765, 395), (152, 430)], fill=_TAPE)
    draw.line([(700, 160), (610, 250), (660, 290), (590, 350), (640, 420)], fill=_CRACK, width=9)
    draw.polygon([(700, 160), (640, 200), (690, 250), (770, 300)], fill=(128, 96, 64))
    made = BytesIO()
    image.save(made, "PNG")
    return read_picture(made.getvalue())
