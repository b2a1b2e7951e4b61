"""Text-message gateways: one file each. `segments` counts what a text costs, `keywords` knows STOP, HELP and START."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.gateways import Gateway
from aftercare.engagement.messaging.providing import Setting
from aftercare.engagement.messaging.receipts import Receipt
from aftercare.engagement.messaging.sms.segments import segments_of
from aftercare.engagement.messaging.sms.senders import read_senders, sender_for
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.kit.registry import Registry

SENDER = Setting("sender", _("Sender"), help=_("A number such as +4915112345678, or a name of up to eleven letters."))
SENDERS = Setting(
    "senders", _("Senders by country"), optional=True,
    help=_("Such as US=+15005550006, FR=Juniper. Countries that allow no names need a number."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextOut:
    """A text to carry, and where to report what becomes of it."""

    public_id: str
    recipient: str
    text: str
    parts: int
    reports_to: str
    at: datetime


class SmsGateway(Gateway):
    """The base of every SMS gateway."""

    def check(self, settings: Mapping[str, str]) -> None:
        read_senders(settings["sender"], settings["senders"])

    @abstractmethod
    def send(self, text: TextOut, settings: Mapping[str, Any]) -> Receipt:
        """Carry it; raises nothing."""

    def reply(self, recipient: str, text: str, settings: Mapping[str, Any], *, now: datetime) -> None:
        # A courtesy: what counts is written already, so nobody repeats it where it fails.
        self.send(TextOut(public_id("msg"), recipient, text, segments_of(text).parts, "", now), settings)

    @staticmethod
    def sender(settings: Mapping[str, Any], recipient: str) -> str:
        """Who it comes from, where this number is."""
        return sender_for(recipient, senders=read_senders(settings["sender"], settings.get("senders", "")))


gateways: Registry[SmsGateway] = Registry(__name__)


def register(gateway: type[SmsGateway]) -> type[SmsGateway]:
    """Class decorator that adds a gateway."""
    gateways.register(gateway.key, gateway())
    return gateway
