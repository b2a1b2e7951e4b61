"""The demo shop's other channels: set up, and one parcel that all of them tell of, one after the other.

Nothing leaves the demo: what a gateway or push service would carry is kept, and `phones` answers for the customers.
"""

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from aftercare.commerce.orders.models import Order
from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.vocabulary import Status
from aftercare.engagement.messaging.actions.connections import connect_provider
from aftercare.engagement.messaging.actions.delivery import deliver_by_own_carriers, deliver_due
from aftercare.engagement.messaging.actions.devices import add_device
from aftercare.engagement.messaging.actions.ways import ask_best, change_way, go_on
from aftercare.engagement.messaging.channels import INBOX, MAIL, PUSH, SMS, VOICE, channels
from aftercare.engagement.messaging.policy.ways import Leg
from aftercare.engagement.messaging.push.encryption import point_of
from aftercare.engagement.messaging.requests import BEST, MessageRequest
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope

_BY = "system"
WEBHOOK = "webhook"
_WAYS = {
    "out_for_delivery": [Leg(PUSH, 10), Leg(SMS, 20), Leg(MAIL)],
    "attempt_failed": [Leg(PUSH, 10), Leg(INBOX, 20), Leg(SMS, 20), Leg(VOICE, 30), Leg(WEBHOOK, 10), Leg(MAIL)],
    "delivered": [Leg(INBOX), Leg(MAIL)],
}
_TOLD_FOR = timedelta(hours=3)
_STEP = timedelta(minutes=5)
_SECRET = "AAECAwQFBgcICQoLDA0ODw"  # noqa: S105 -- of no browser there is


def set_up_channels(*, store: Store, until: datetime) -> None:
    """Connect what every channel needs, and say which goes first."""
    with store_scope(store.pk):
        for channel, provider, settings in (
            (PUSH, "webpush", {}),
            (SMS, "http", {"address": "https://sms.juniper.example/send", "sender": "Juniper"}),
            (WEBHOOK, "endpoint", {"address": "https://app.juniper.example/messages"}),
        ):
            connect_provider(
                store_id=store.pk, channel=channel, provider=provider, settings=settings, by=_BY, now=until - _TOLD_FOR
            )
        for key, legs in _WAYS.items():
            change_way(store_id=store.pk, message_type_key=key, legs=legs, by=_BY, now=until - _TOLD_FOR)
        order = _with_a_telephone()
        if order is not None:
            _tell(store, order, until)


def _with_a_telephone() -> Order | None:
    """A parcel on its way to somebody who can be called."""
    found = Shipment.objects.filter(status=Status.IN_TRANSIT, order__customer__phone__startswith="+")
    parcel = found.select_related("order__customer").order_by("-order__total", "pk").first()
    return parcel.order if parcel else None


def _tell(store: Store, order: Order, until: datetime) -> None:
    """Nobody looks at their telephone: the message goes from one channel to the next, until staff have it on their list."""
    customer, now = order.customer, until - _TOLD_FOR
    assert customer is not None, "chosen for it"
    key = urlsafe_b64encode(point_of(ec.generate_private_key(ec.SECP256R1()))).rstrip(b"=").decode()
    add_device(
        customer=customer, endpoint="https://push.juniper.example/demo", key=key, secret=_SECRET,
        purposes={"delivery": "Your deliveries (Notification)"}, browser="Chrome, Android", now=now,
    )  # fmt: skip
    parcel = Shipment.objects.filter(order=order).order_by("pk").last()
    request = MessageRequest(
        store_id=store.pk, message_type="attempt_failed", channel=BEST, origin="journey:attempt-failed",
        dedupe_key=f"demo:every channel:{order.public_id}", customer_id=customer.pk, order_id=order.pk,
        shipment_id=parcel.pk if parcel else None, caused_at=now,
    )  # fmt: skip
    ask_best(requests=[request], now=now)
    while now < until:
        deliver_due(now)
        for channel in channels:
            if channel.own_lane == channel.key:
                deliver_by_own_carriers(now, channel=channel.key)
        go_on(now)
        now += _STEP
