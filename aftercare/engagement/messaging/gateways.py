"""Gateways: providers of the channels that are not mail, one file each in their channel's folder.

A gateway only translates: what is to be carried into a call, and what is reported into plain values. It reads no row.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from aftercare.engagement.messaging.handing import asked_to_wait
from aftercare.engagement.messaging.news import News
from aftercare.engagement.messaging.providing import Setting, Webhook
from aftercare.engagement.messaging.receipts import Receipt
from aftercare.foundation.webhooks.outgoing import Answer, ask_provider

_NOT_LET_IN = frozenset({401, 403})
_LONGEST_REPLY = 300
_LONGEST_ANSWER = 65_536


@dataclass(frozen=True, slots=True)
class Call:
    """A provider's call to us, as it came; `url` is the address it was made to."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    settings: Mapping[str, Any]

    def header(self, name: str) -> str:
        """Whatever its case."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class TextIn:
    """A text that came in. `is_answered`: the provider has answered its keyword itself."""

    key: str
    sender: str
    recipient: str
    text: str
    at: datetime
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key somebody pressed while we called."""

    key: str
    public_id: str
    digit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """All that one call told; `ignored` counts what is of no use to us."""

    news: Sequence[News] = ()
    texts: Sequence[TextIn] = ()
    pressed: Sequence[Pressed] = ()
    ignored: int = 0


class Gateway(ABC):
    """The base of every gateway: what it must be told, and how its calls are read."""

    key: ClassVar[str]
    label: ClassVar[Any]
    where: ClassVar[Any]
    settings: ClassVar[Sequence[Setting]] = ()
    webhooks: ClassVar[Mapping[str, Webhook]] = {}
    answers_in: ClassVar[str] = "application/json"
    can_send: ClassVar[bool] = True
    takes_replies: ClassVar[bool] = False
    answers_inline: ClassVar[bool] = True

    def makes(self) -> Mapping[str, str]:
        """Secrets nobody enters, made when it is connected."""
        return {}

    def check(self, settings: Mapping[str, str]) -> None:  # noqa: B027 -- most have nothing to check
        """What settings must be together; raises Invalid naming the one that is not."""

    @abstractmethod
    def read(self, webhook: str, call: Call, *, now: datetime) -> Heard:
        """Raises NotGenuine, WebhookNotSetUp or UnreadableEvent; nothing a caller sends raises anything else."""

    def answer(self, reply: str) -> bytes:  # noqa: ARG002 -- for those that can
        """What its call is answered with; `reply` is for whoever wrote or was called."""
        return b"{}"

    def reply(self, recipient: str, text: str, settings: Mapping[str, Any], *, now: datetime) -> None:  # noqa: B027 -- as above
        """The same by a call of ours, for those that take none in their answers."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call of ours to a provider."""

    url: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def ask(asked: Asked) -> Answer:
    """Make it, by the house's one way out."""
    return ask_provider(url=asked.url, body=asked.body, headers=asked.headers, at_most=_LONGEST_ANSWER)


def not_taken(answer: Answer, *, said: str = "", label: Any = "") -> Receipt:
    """What an answer other than 2xx means: refused, unless it speaks of the provider itself or of us."""
    text = " ".join(f"{answer.status or ''} {said or answer.body.decode('utf-8', 'replace')}".split())[:_LONGEST_REPLY]
    if answer.status in _NOT_LET_IN:
        return Receipt("later", text, trouble=text, stops=True)
    if wait := asked_to_wait(status=answer.status, retry_after=answer.headers.get("retry-after", ""), label=label):
        return wait
    if answer.status == 0 or answer.status >= 500:
        return Receipt("later", text)
    return Receipt("refused", text)
