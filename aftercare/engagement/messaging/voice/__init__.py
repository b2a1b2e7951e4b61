"""Calling people: gateways that speak a text and take a key as the answer, one file each; without one, staff call."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aftercare.engagement.messaging.gateways import Gateway
from aftercare.engagement.messaging.receipts import Receipt
from aftercare.foundation.kit.registry import Registry


class Digit(StrEnum):
    """What the keys mean, as they are told."""

    HEARD = "1"
    CALL_BACK = "2"
    STOP = "9"


@dataclass(frozen=True, slots=True)
class CallOut:
    """A call to make: what is said in which language, and where keys and what becomes of it are reported."""

    public_id: str
    recipient: str
    text: str
    keys: str
    locale: str
    answers_to: str
    reports_to: str


class VoiceGateway(Gateway):
    """The base of every voice gateway."""

    @abstractmethod
    def call(self, out: CallOut, settings: Mapping[str, Any]) -> Receipt:
        """Begin the call; raises nothing."""


gateways: Registry[VoiceGateway] = Registry(__name__)


def register(gateway: type[VoiceGateway]) -> type[VoiceGateway]:
    """Class decorator that adds a gateway."""
    gateways.register(gateway.key, gateway())
    return gateway
