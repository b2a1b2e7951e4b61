"""Where mail is handed over, and how."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """A mail server that takes our messages.

    `connections` are used at once by one process; each carries at most `max_messages` (0: any number). `timeout` is for
    one answer, `final_timeout` for the answer to a whole message, which RFC 5321 §4.5.3.2.6 wants generous: giving up
    early turns a slow acceptance into an Unknown. `ca_file` names a private authority to trust.
    """

    host: str
    port: int = 587
    username: str = ""
    password: str = field(default="", repr=False)
    security: Literal["none", "starttls", "tls"] = "starttls"
    connections: int = 2
    max_messages: int = 0
    timeout: float = 60
    final_timeout: float = 600
    helo: str = "localhost"
    ca_file: str = ""


class RelayUnavailable(Exception):  # noqa: N818 -- a state of the world, reported per message
    """No connection to the relay can be had: refused, unreachable, bad certificate, wrong password."""
