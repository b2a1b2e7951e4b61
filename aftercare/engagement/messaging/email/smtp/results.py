"""What became of a message handed to a relay."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """The relay took responsibility for the message; `reply` is its answer, often with its queue id."""

    reply: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The relay said no to this message; `permanent` (5xx) or worth another try later (4xx)."""

    code: int
    enhanced: str
    text: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """The connection ended after the whole message was written and before the answer: it may have been taken.

    Sending it again may deliver it twice; not sending it may lose it. That choice is the caller's.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The relay never had the whole message: it can safely be sent again."""

    reason: str


SendResult = Accepted | Refused | Unknown | NotSent
