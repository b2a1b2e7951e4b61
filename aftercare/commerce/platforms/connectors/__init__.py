"""Shop connectors: a folder of kinds that only translate.

A connector knows how its platform signs, how a message is recognised when it comes again, and what it says in our
words. It reads no clock, opens no database and calls nobody: `actions` does, so that a connector is tested with a
recorded message and `==`. Dropping one module into this folder adds a platform everywhere (docs/howto/connector.md).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol, TypeVar, runtime_checkable

from django import forms

from aftercare.foundation.kit.registry import Registry
from aftercare.foundation.kit.schema import Incoming

Settings = Mapping[str, Any]
Headers = Mapping[str, str]
_LONGEST_ID = 120


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing in the message is of interest to us, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class PrivacyAsked:
    """A person, or the shop as a whole, asks to see or to erase what is kept; ids are the platform's."""

    kind: Literal["data_request", "redact_customer", "redact_shop"]
    customer: str = ""
    email: str = ""
    orders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Farewell:
    """The shop has ended the connection on its side."""

    sentence: str


# What a message says: things any importable kind takes in, requests, or nothing.
News = Incoming | PrivacyAsked | Farewell | Ignored


@dataclass(frozen=True, slots=True)
class PageCall:
    """What to ask the platform for."""

    url: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """Some records, each with the topic it would have come under; `following` is the next cursor, empty at the end.

    `pause` is how many seconds the platform wants us to wait.
    """

    records: list[tuple[str, Any]]
    following: str = ""
    pause: float = 0.0


@runtime_checkable
class FetchesPages(Protocol):
    """A platform that can be asked for what was before it was connected."""

    resources: ClassVar[tuple[str, ...]]

    def has_access(self, settings: Settings) -> bool:
        """Whether the store has told us what asking takes."""
        ...

    def page_call(self, *, resource: str, cursor: str, settings: Settings) -> PageCall:
        """The call for the page of `resource` at `cursor`, the first where it is empty."""
        ...

    def read_page(self, *, resource: str, cursor: str, headers: Headers, body: bytes) -> FetchedPage:
        """What the platform answered; raises Untranslatable or NotJson."""
        ...


class Connector:
    """One platform. Subclass it in a module of this folder and `@register` it.

    `SettingsForm` asks for what a store must tell us; its field `secret` is what the platform signs with. `topics` are
    what the store subscribes to and `where` says where. Header names are in lower case; of those that begin with
    `header_prefix` all but signatures are kept with the message.
    """

    key: ClassVar[str]
    label: ClassVar[Any]
    SettingsForm: ClassVar[type[forms.Form]]
    topics: ClassVar[tuple[str, ...]]
    where: ClassVar[Any]
    topic_header: ClassVar[str] = ""
    id_header: ClassVar[str]
    header_prefix: ClassVar[str]

    def verify(self, *, headers: Headers, body: bytes, settings: Settings, now: datetime) -> None:
        """Raises NotSigned or Stale, and never anything else, unless the platform signed these very bytes."""
        raise NotImplementedError

    def is_greeting(self, *, headers: Headers, body: bytes) -> bool:
        """Whether this is an unsigned call that only asks if somebody is there. Nothing of it is kept."""
        del headers, body
        return False

    def message_id(self, *, headers: Headers, body: bytes) -> str:
        """What is the same when the platform sends the same message again."""
        given = headers.get(self.id_header, "").strip()
        if given.isprintable() and 0 < len(given) <= _LONGEST_ID:
            return given
        topic = headers.get(self.topic_header, "")
        return hashlib.blake2b(topic.encode(errors="replace") + b"\0" + body, digest_size=20).hexdigest()

    def topic(self, *, headers: Headers, payload: Any) -> str:
        """What the message is about, in the platform's words."""
        del payload
        return headers.get(self.topic_header, "").strip()

    def translate(self, *, topic: str, payload: Any) -> list[News]:
        """The message in our words; raises Untranslatable, and never anything else, where it does not fit."""
        raise NotImplementedError


registry: Registry[Connector] = Registry(__name__)
ConnectorClass = TypeVar("ConnectorClass", bound=type[Connector])


def register(connector_class: ConnectorClass) -> ConnectorClass:
    """Class decorator that adds a platform."""
    registry.register(connector_class.key, connector_class())
    return connector_class
