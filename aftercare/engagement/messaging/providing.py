"""What whoever carries messages for a store must be told, and where it reports: alike for every channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

# The made secret that both sides sign with: the other side must be told it.
SHARED_SECRET = "secret"  # noqa: S105 -- a name


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing staff enter, by the name the provider's code knows it under; an `address` is one somebody typed."""

    name: str
    label: Any
    secret: bool = False
    optional: bool = False
    address: bool = False
    help: Any = ""
    choices: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address of ours that a provider calls, and the setting its signature is checked with, if there is one."""

    signed_by: str = ""
    has_inbound: bool = False


class Provider(Protocol):
    """Whom messages of a channel can be handed to."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> Any: ...
    @property
    def where(self) -> Any:
        """Where it keeps what it must be told."""

    @property
    def settings(self) -> Sequence[Setting]: ...
    @property
    def webhooks(self) -> Mapping[str, Webhook]:
        """By what the last part of their address says."""

    @property
    def can_send(self) -> bool: ...
    @property
    def takes_replies(self) -> bool:
        """Whether it wants a mail domain for answers."""

    def makes(self) -> Mapping[str, str]:
        """Secrets nobody enters, made when it is connected."""

    def check(self, settings: Mapping[str, str]) -> None:
        """What settings must be together; raises Invalid naming the one that is not."""
