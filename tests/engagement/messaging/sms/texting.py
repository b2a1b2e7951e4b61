"""A shop that texts by a gateway, Sam who has a telephone, and the gateway's calls."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client

from aftercare.commerce.customers.models import Consent, Customer, Identity
from aftercare.engagement.messaging.actions.connections import connect_provider
from aftercare.engagement.messaging.actions.delivery import deliver_by_own_carriers
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.calling_back import call_back_path
from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.models import ChannelConnection, Message
from aftercare.engagement.messaging.queries import settings_of
from aftercare.engagement.messaging.requests import MessageRequest
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.messaging.cast import make_customer, make_order, with_templates
from tests.engagement.messaging.sms.recorded import SETTINGS, signed

NUMBER = "+4915112345678"
SMS = "sms"


class TextingShop:
    """Juniper & Oak with a gateway."""

    def __init__(self, store: Store, now: datetime, provider: str) -> None:
        self.store, self.now, self.provider = store, now, provider
        with store_scope(store.pk):
            with_templates(store, now)
            self.sam: Customer = make_customer(store, now, phone=NUMBER, country="DE")
            Identity.objects.create(store=store, customer=self.sam, kind="phone", value=NUMBER, added_at=now)
            self.order = make_order(self.sam, now)
            self.connection: ChannelConnection = connect_provider(
                store_id=store.pk,
                channel=SMS,
                provider=provider,
                settings=SETTINGS[provider],
                by="staff:usr_olga",
                now=now,
            )
            self.settings = settings_of(self.connection)

    def ask(self, key: str = "one", *, message_type: str = "delivered") -> Message:
        """Ask for a text, and let it go out if it may."""
        with store_scope(self.store.pk):
            request = MessageRequest(
                store_id=self.store.pk, message_type=message_type, channel=SMS, origin="test", dedupe_key=key,
                customer_id=self.sam.pk, order_id=self.order.pk, caused_at=self.now,
            )  # fmt: skip
            request_messages(requests=[request], now=self.now)
            deliver_by_own_carriers(self.now, channel=SMS)
            return Message.objects.get(dedupe_key=key)

    def again(self, message: Message) -> Message:
        with store_scope(self.store.pk):
            return Message.objects.get(pk=message.pk)

    def hears(self, webhook: str, told: dict[str, Any], **changed: Any) -> HttpResponse:
        """The gateway calls; `changed` is what a forger would have."""
        path = call_back_path(self.connection, webhook)
        body, headers, content_type = signed(
            self.provider, f"http://testserver.example{path}", told, self.settings | changed
        )  # fmt: skip
        return Client().post(path, body, content_type, headers=headers)

    def said(self) -> dict[str, bool]:
        with store_scope(self.store.pk):
            found = Consent.objects.filter(customer=self.sam, channel=SMS)
            return dict(found.values_list("purpose", "granted"))


assert SMS in channels
