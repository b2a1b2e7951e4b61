"""Where a running installation listens. Known before Django is set up, because its settings are made from it."""

import os
from dataclasses import dataclass

_HERE = {"0.0.0.0", "127.0.0.1"}  # noqa: S104 -- asked for by the user


@dataclass(frozen=True)
class Addresses:
    """The host, the port of pages and API, and that of live updates."""

    host: str
    port: int
    live_port: int

    @property
    def name(self) -> str:
        """The host as a browser on this machine calls it."""
        return "localhost" if self.host in _HERE else self.host

    def settle(self) -> None:
        """Let links point here, unless the installation is known under addresses of its own."""
        os.environ.setdefault("AFTERCARE_URL", f"http://{self.name}:{self.port}")
        os.environ.setdefault("AFTERCARE_LIVE_URL", f"http://{self.name}:{self.live_port}")
