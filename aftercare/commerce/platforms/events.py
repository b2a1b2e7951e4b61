"""What staff do about connected shops."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@dataclass(frozen=True)
class ConnectionEvent(Event):
    """The base: which connection, of which shop."""

    icon: ClassVar = "store"

    connection: str
    platform: str
    source: str


@event
@dataclass(frozen=True)
class ShopConnected(ConnectionEvent):
    type: ClassVar = "shop_connection.made"
    label: ClassVar = _("Shop connected")


@event
@dataclass(frozen=True)
class ShopSecretChanged(ConnectionEvent):
    """`had_leaked`: the old secret was refused at once."""

    type: ClassVar = "shop_connection.secret_changed"
    label: ClassVar = _("Shop's secret changed")
    icon: ClassVar = "key-round"

    had_leaked: bool = False


@event
@dataclass(frozen=True)
class ShopDisconnected(ConnectionEvent):
    type: ClassVar = "shop_connection.ended"
    label: ClassVar = _("Shop disconnected")
