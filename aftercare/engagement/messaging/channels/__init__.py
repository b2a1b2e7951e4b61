"""Channels: one file each. A channel turns claimed messages into what its medium carries, and carries it.

Both methods take a batch: what is shared is prepared once, and connections are used well. A channel never touches the
outbox; it answers with receipts as they come in, and the outbox draws the conclusions.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from aftercare.engagement.messaging.gateways import Gateway
from aftercare.engagement.messaging.providing import Provider
from aftercare.engagement.messaging.receipts import Receipt
from aftercare.engagement.messaging.requests import Recipient
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
class Parts:
    """What was carried, for people: text, and where the medium has them HTML and headers."""

    text: str
    html: str = ""
    headers: Sequence[tuple[str, str]] = ()


class Channel(ABC):
    """The base of every channel. Where stores may have a carrier of their own, `own_lane` names what waits for those:
    the channel's own key, where there is no other.

    `identity` is the kind of customer's identity its addresses are. What is owed is said on a `durable` channel whatever
    the customer chose; one with `links` carries a short address of ours. `without_provider` says what holds then. One
    whose messages can be listed in a digest `merges`, and knows their `headline`; one that `is_theirs` is the customer's
    to choose.
    """

    key: ClassVar[str]
    label: ClassVar[Any]
    icon: ClassVar[str]
    batch: ClassVar[int] = 100
    own_lane: ClassVar[str] = ""
    identity: ClassVar[str] = ""
    durable: ClassVar[bool] = False
    without_provider: ClassVar[Any] = ""
    can_be_tried: ClassVar[bool] = False
    links: ClassVar[bool] = True
    merges: ClassVar[bool] = False
    is_theirs: ClassVar[bool] = True

    def providers(self) -> Mapping[str, Provider]:
        """Who can carry its messages for a store, by key."""
        return self.gateways()

    def gateways(self) -> Mapping[str, Gateway]:
        """Those of them that are read as gateways."""
        return {}

    def addresses(self, people: Sequence[Recipient], *, store_ids: Sequence[int]) -> list[str]:  # noqa: ARG002 -- for those that ask the store
        """Where each person of a store is reached; empty where they are not."""
        return [person.address for person in people]

    @abstractmethod
    def prepare(self, messages: Sequence[Claimed]) -> list[Prepared]:
        """The same messages make the same payloads, now and in a year: that is how what was sent can be shown."""

    @abstractmethod
    def deliver(self, messages: Sequence[Claimed], prepared: Sequence[Prepared]) -> Iterator[tuple[int, Receipt]]:
        """Carry them, outside any transaction, and say what became of each, by its place, as soon as that is known.

        Raises for none of them. What is yielded is written down soon, and so not carried again should we be killed.
        """

    def headline(self, message: Claimed) -> str:  # noqa: ARG002 -- for those that merge
        """By what a digest calls a message; empty where nothing can be made of it."""
        return ""

    def parts(self, prepared: Prepared) -> Parts:
        """A payload taken apart, to be shown."""
        return Parts(prepared.payload.decode())

    def prepare_trial(self, message: Claimed, *, subject: str, html: str) -> Prepared:  # noqa: ARG002 -- for those that can
        """What would be carried if `subject` and `html` were the message's template, marked as a trial."""
        return Prepared(problem="Messages on this channel cannot be tried out")

    def try_out(self, *, brand: str, recipient: str, carrier: Any, now: datetime) -> Receipt | None:  # noqa: ARG002 -- as above
        """Send one's own number a test by this carrier; None where that is not done here."""
        return None

    def deliver_by_own(
        self, messages: Sequence[Claimed], prepared: Sequence[Prepared]
    ) -> Iterator[tuple[int, Receipt]]:
        """The same, for what is in `own_lane`: each by its store's own carrier."""
        return self.deliver(messages, prepared)


__all__ = [
    "INBOX",
    "MAIL",
    "PUSH",
    "SMS",
    "VOICE",
    "Channel",
    "Claimed",
    "Parts",
    "Prepared",
    "Receipt",
    "channels",
    "register",
]

MAIL, INBOX, PUSH, SMS, VOICE = "email", "inbox", "push", "sms", "voice"
channels: Registry[Channel] = Registry(__name__)


def register(channel: type[Channel]) -> type[Channel]:
    """Class decorator that adds a channel."""
    channels.register(channel.key, channel())
    return channel
