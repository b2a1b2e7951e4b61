"""Channels: one file each. A channel turns claimed messages into what its medium carries, and carries it.

Both methods take a batch: what is shared is prepared once, and connections are used well. A channel never touches the
outbox; it answers with receipts, and the outbox draws the conclusions.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from aftercare.foundation.kit.registry import Registry


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message to be sent now, with all that its bytes depend on."""

    id: int
    public_id: str
    store_id: int
    customer_id: int | None
    order_id: int | None
    shipment_id: int | None
    message_type: str
    legal_class: str
    origin: str
    template_id: int | None
    recipient: str
    recipient_name: str
    context: dict[str, Any]
    look: dict[str, str]
    attempts: int
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the medium carries: `subject` for lists, `payload` as bytes, `digest` to recognise it by.

    `problem` is set where nothing could be made: a template that fails on these data, a recipient that is none.
    """

    subject: str = ""
    payload: bytes = b""
    digest: bytes = b""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """`sent`, `refused` for good, or `later`: it did not get through, or nobody can say whether it did."""

    outcome: Literal["sent", "refused", "later"]
    reply: str
    address_is_dead: bool = False


class Channel(ABC):
    """The base of every channel."""

    key: ClassVar[str]
    label: ClassVar[Any]
    icon: ClassVar[str]
    batch: ClassVar[int] = 100

    @abstractmethod
    def prepare(self, messages: Sequence[Claimed]) -> list[Prepared]:
        """The same messages make the same payloads, now and in a year: that is how what was sent can be shown."""

    @abstractmethod
    def deliver(self, messages: Sequence[Claimed], prepared: Sequence[Prepared]) -> list[Receipt]:
        """Carry them, outside any transaction; a receipt for each, in their order. Raises for none of them."""


channels: Registry[Channel] = Registry(__name__)


def register(channel: type[Channel]) -> type[Channel]:
    """Class decorator that adds a channel."""
    channels.register(channel.key, channel())
    return channel
