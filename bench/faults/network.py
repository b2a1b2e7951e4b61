"""Hosts of a small network on this machine (Linux network namespaces; needs root), which can be cut off and healed."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

_BRIDGE = "aftercare0"
_NETWORK = "10.77.0"
# Where this machine itself is reached by its hosts.
HERE = f"{_NETWORK}.254"
_NOBODY = "02:00:00:00:00:99"


class Host(NamedTuple):
    """One of them. What is run there is run by `command`."""

    name: str
    address: str

    @property
    def namespace(self) -> str:
        return f"aftercare-{self.name}"

    @property
    def _cable(self) -> str:
        return f"ac-{self.name}"

    def command(self, *words: str) -> list[str]:
        """These words, as what runs them on this host."""
        return ["ip", "netns", "exec", self.namespace, *words]

    def build(self) -> None:
        _ip("netns", "add", self.namespace)
        _ip("link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", self.namespace)
        _ip("link", "set", self._cable, "master", _BRIDGE, "up")
        _ip("-n", self.namespace, "addr", "add", f"{self.address}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            _ip("-n", self.namespace, "link", "set", device, "up")

    def remove(self) -> None:
        with suppress(subprocess.CalledProcessError):
            _ip("netns", "del", self.namespace)

    def unplug(self) -> None:
        """From now on nothing reaches it and nothing leaves it, and nobody is told."""
        _ip("link", "set", self._cable, "down")

    def plug_in(self) -> None:
        _ip("link", "set", self._cable, "up")

    def lose(self, other: "Host") -> None:
        """What it sends to that host goes astray; everybody else it reaches as ever."""
        _ip(
            "-n",
            self.namespace,
            "neigh",
            "replace",
            other.address,
            "lladdr",
            _NOBODY,
            "dev",
            "eth0",
            "nud",
            "permanent",
        )

    def find(self, other: "Host") -> None:
        _ip("-n", self.namespace, "neigh", "del", other.address, "dev", "eth0")


@contextmanager
def running_network(names: Sequence[str]) -> Iterator[list[Host]]:
    """Within, there are hosts of these names, and this machine is one more of them."""
    hosts = [Host(name, f"{_NETWORK}.{number}") for number, name in enumerate(names, start=1)]
    _remove(hosts)  # of a run that was killed
    _ip("link", "add", _BRIDGE, "type", "bridge")
    try:
        _ip("addr", "add", f"{HERE}/24", "dev", _BRIDGE)
        _ip("link", "set", _BRIDGE, "up")
        for host in hosts:
            host.build()
        yield hosts
    finally:
        _remove(hosts)


def _remove(hosts: Sequence[Host]) -> None:
    for host in hosts:
        host.remove()
    with suppress(subprocess.CalledProcessError):
        _ip("link", "del", _BRIDGE)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
