"""A shop as its owner sets it up, and waiting until nothing is left to be done for it."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence

import httpx
import psycopg

from bench.faults.running import COMMAND
from bench.faults.verdict import unsettled

_SCOPES = ("orders:write", "settings:write")


def open_shop(settings: Mapping[str, str]) -> str:
    """A store with everything built in; a token for its API."""
    _run(settings, "store", "add", "juniper", "--name", "Juniper & Oak", "--sender-email", "hello@juniper.example")
    return _run(settings, "staff", "token", "juniper", "faults", *(f"--scope={scope}" for scope in _SCOPES))


def listen(url: str, *, token: str, to: Sequence[str]) -> None:
    """Let these addresses be told of every order."""
    for address in to:
        body = {"url": address, "types": ["order.placed"]}
        made = httpx.post(f"{url}/api/v1/webhooks", json=body, headers={"Authorization": f"Bearer {token}"}, timeout=60)
        made.raise_for_status()


def await_settled(database: "psycopg.Connection[tuple[int]]", *, patience: float) -> None:
    """Until all is done, or nobody believes it any more."""
    deadline = time.monotonic() + patience
    while left := unsettled(database):
        if time.monotonic() > deadline:
            print(f"it has not settled: {left}")
            return
        time.sleep(1)


def _run(settings: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [*COMMAND, *arguments], env={**os.environ, **settings}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"aftercare {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()
