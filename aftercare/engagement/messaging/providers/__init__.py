"""Mail providers: who can send a store's mail instead of the relay, and tell what became of it.

A provider is one entry of `table.toml`. Sending and reading webhooks are django-anymail's; what its classes leave in
each provider's own words (is a bounce for good? did a person open it?) stands in the entry.

- `sending`: prepared messages through a provider's API, each with a result.
- `receiving`: a webhook's call, verified and read into `News` and `Arrived`.
- `own_server`: the webhook of a mail server that posts what arrives.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from aftercare.engagement.messaging.providing import Setting, Webhook
from aftercare.engagement.messaging.reputation import Severity
from aftercare.foundation.kit.errors import NotFound

Said = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailWebhook(Webhook):
    """Which of anymail's views reads it."""

    view: str


@dataclass(frozen=True, slots=True)
class MailProvider:
    """Whom mail can be handed to.

    Without a `backend` it goes by the relay; `soft`, `hard`, `machine` read its events.

    One that knows no metadata is `tagged`: it gives back a tag instead, by which its events are matched. One that takes
    `only_headers` has a field of its own for the one-click address.
    """

    key: str
    label: str
    where: str
    settings: tuple[Setting, ...]
    backend: str = ""
    tracking: MailWebhook | None = None
    inbound: MailWebhook | None = None
    spf: str = ""
    dkim: tuple[str, ...] = ()
    idempotency_header: str = ""
    tagged: bool = False
    only_headers: tuple[str, ...] = ()
    unsubscribe_field: str = ""
    soft: Said = field(default_factory=dict)
    hard: Said = field(default_factory=dict)
    machine: Said = field(default_factory=dict)

    @property
    def can_send(self) -> bool:
        return bool(self.backend)

    @property
    def webhooks(self) -> dict[str, MailWebhook]:
        """By what the last part of their address says."""
        both = {"tracking": self.tracking, "inbound": self.inbound}
        return {name: webhook for name, webhook in both.items() if webhook is not None}

    @property
    def takes_replies(self) -> bool:
        return self.inbound is not None or bool(self.tracking and self.tracking.has_inbound)

    def makes(self) -> Mapping[str, str]:
        return {}

    def check(self, settings: Mapping[str, str]) -> None:
        """anymail says so itself."""

    def severity(self, event: Any) -> Severity | None:
        """What the provider itself says of a bounce, if it says."""
        if _says(self.hard, event):
            return Severity.HARD
        return Severity.SOFT if _says(self.soft, event) else None

    def is_machine(self, event: Any) -> bool:
        """Whether the provider says that no person opened it: a proxy that fetches pictures ahead."""
        return _says(self.machine, event)


@dataclass(frozen=True, slots=True)
class Handed:
    """A message to hand over: what we call it, and its bytes."""

    public_id: str
    payload: bytes


def provider_called(key: str) -> MailProvider:
    """The provider of this key; raises NotFound naming those there are."""
    if key not in providers():
        raise NotFound(f"There is no mail provider '{key}'.", field="provider", remedy=", ".join(providers()))
    return providers()[key]


@cache
def providers() -> dict[str, MailProvider]:
    """Every provider by key, as the table lists them."""
    return read_table(text=files(__name__).joinpath("table.toml").read_text(encoding="utf-8"))


def read_table(*, text: str) -> dict[str, MailProvider]:
    """The providers that a table in TOML describes, by key."""
    return {key: _provider(key, entry) for key, entry in tomllib.loads(text).items()}


def _provider(key: str, entry: dict[str, Any]) -> MailProvider:
    read: dict[str, Any] = {
        "settings": tuple(Setting(name, **told) for name, told in entry.pop("settings", {}).items()),
        **{name: tuple(entry.pop(name, ())) for name in ("dkim", "only_headers")},
        **{name: MailWebhook(**entry.pop(name)) for name in ("tracking", "inbound") if name in entry},
        **{name: _said(entry.pop(name)) for name in ("soft", "hard", "machine") if name in entry},
    }
    return MailProvider(key=key, **read, **entry)


def _said(words: dict[str, list[str]]) -> Said:
    return {path: frozenset(values) for path, values in words.items()}


def _says(said: Said, event: Any) -> bool:
    return any(_at(event, path) in values for path, values in said.items())


def _at(event: Any, path: str) -> str:
    for name in path.split("."):
        if not isinstance(event, Mapping) or name not in event:
            return ""
        event = event[name]
    return str(event)
