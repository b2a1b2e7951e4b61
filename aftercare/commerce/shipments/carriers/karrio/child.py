"""The process that holds karrio: run by path (see `interpreter`), one JSON line in, one out, until nobody asks for a while.

It stands alone: it imports nothing of ours, and is given nothing of ours but what it is asked with. Karrio is large, slow
to import, and on import switches off the checking of certificates for everything in its process that uses urllib; none
of that may happen to a worker. Its calls go through `_open` below, which checks certificates, has a time-out and a size,
follows no redirect, and remembers what the other side answered.
"""

import contextlib
import importlib
import io
import json
import os
import select
import ssl
import sys
import time
import urllib.error
import urllib.request
import warnings
from email.message import Message
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

_IDLE_SECONDS = 120
_LARGEST = 4_000_000
# Where a carrier throttles, turns away, or cannot be reached, asking about the next number would only make it worse.
_STOPS = frozenset({0, 401, 403, 429, 503})
_KEPT_GATEWAYS = 16


class Line:
    """The one way out for karrio's requests. `calls` holds what came of them: status (0: none), seconds to wait, words."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, str, str]] = []
        self.via = ""
        self.timeout = 20.0
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(context=ssl.create_default_context()),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.HTTPDefaultErrorHandler(),
        ):
            self._opener.add_handler(handler)

    def open(self, request: urllib.request.Request, *, timeout: float | None = None) -> "Body":
        """The whole answer, within limits; raises HTTPError and OSError as urllib does."""
        parts = urlsplit(request.full_url)
        if self.via:
            request.add_unredirected_header("X-Forwarded-Host", parts.netloc)
            request.full_url = self.via + parts._replace(scheme="", netloc="").geturl()
        else:
            # Some connectors still write http; keys go nowhere in the clear.
            request.full_url = parts._replace(scheme="https").geturl()
        try:
            with self._opener.open(request, timeout=min(timeout or self.timeout, self.timeout)) as answer:
                body = Body(answer.status, answer.headers, _whole(answer))
        except urllib.error.HTTPError as error:
            self.calls.append((error.code, error.headers.get("Retry-After", ""), str(error.reason)))
            raise urllib.error.HTTPError(
                request.full_url, error.code, str(error.reason), error.headers, io.BytesIO(_whole(error))
            ) from None
        except (OSError, HTTPException) as error:
            self.calls.append((0, "", f"{type(error).__name__}: {error}"))
            raise urllib.error.URLError(str(error)) from None
        self.calls.append((body.status, "", ""))
        return body


class Body(io.BytesIO):
    """An answer that has been read, as karrio takes it."""

    def __init__(self, status: int, headers: Message, content: bytes) -> None:
        super().__init__(content)
        self.status = self.code = status
        self.headers = headers

    def info(self) -> Message:
        return self.headers


def _whole(answer: Any) -> bytes:
    until, taken = time.monotonic() + 60, b""
    while piece := answer.read(65_536):
        taken += piece
        if len(taken) > _LARGEST or time.monotonic() > until:
            raise OSError("the answer is too large or takes too long")
    return taken


class Karrio:
    """Connections to carriers, each kept with its access token for as long as this process lives."""

    def __init__(self, line: Line) -> None:
        # The one place that all its requests pass.
        vars(importlib.import_module("karrio.core.utils.helpers"))["_urlopen_with_span"] = line.open
        self._utils = importlib.import_module("karrio.core.utils")
        self._lib = importlib.import_module("karrio.lib")
        self._models = importlib.import_module("karrio.core.models")
        self._line = line
        self._connections: dict[str, tuple[Any, Any]] = {}

    def ask(self, connector: str, settings: dict[str, Any], numbers: list[str]) -> dict[str, Any]:
        """What a carrier knows of these numbers, in one request of karrio's."""
        self._line.calls = []
        answer: dict[str, Any] = {"numbers": numbers, "details": [], "messages": [], "error": ""}
        try:
            mapper, proxy = self._connection(connector, settings)
            request = mapper.create_tracking_request(self._models.TrackingRequest(tracking_numbers=numbers))
            details, messages = mapper.parse_tracking_response(proxy.get_tracking(request))
            answer["details"] = json.loads(self._lib.to_json(details))
            answer["messages"] = json.loads(self._lib.to_json(messages))
        except Exception as error:  # noqa: BLE001 -- whatever a connector trips over is an answer, not the end
            answer["messages"] = [_plain(one) for one in getattr(error, "messages", None) or ()]
            answer["error"] = f"{type(error).__name__}: {error}"[:300]
        answer["calls"] = self._line.calls
        return answer

    def _connection(self, connector: str, settings: dict[str, Any]) -> tuple[Any, Any]:
        """By importing that one plugin: karrio's own way in imports every connector there is."""
        key = json.dumps([connector, settings], sort_keys=True)
        if key not in self._connections:
            plugin = importlib.import_module(f"karrio.plugins.{connector}").METADATA
            said = self._utils.DP.to_object(plugin.Settings, settings)
            said.cache, said.tracer, said.system_config = (
                self._utils.Cache(), self._utils.Tracer(), self._utils.SystemConfig(),
            )  # fmt: skip
            while len(self._connections) >= _KEPT_GATEWAYS:
                del self._connections[next(iter(self._connections))]
            self._connections[key] = plugin.Mapper(said), plugin.Proxy(said)
        return self._connections[key]


def _plain(message: Any) -> dict[str, Any]:
    return {name: str(getattr(message, name, "") or "") for name in ("code", "message")}


def _answered(karrio: Karrio, line: Line, said: dict[str, Any]) -> dict[str, Any]:
    """Group by group, so that one number nobody can read spoils no other."""
    line.via, line.timeout = said["via"], said["timeout"]
    numbers, per_call = said["numbers"], said["per_call"]
    answers = []
    for start in range(0, len(numbers), per_call):
        group = numbers[start : start + per_call]
        answers.append(karrio.ask(said["connector"], said["settings"], group))
        if any(status in _STOPS for status, *_ in answers[-1]["calls"]):
            break
        if answers[-1]["error"] and len(group) > 1:
            answers[-1:] = [karrio.ask(said["connector"], said["settings"], [number]) for number in group]
    return {"answers": answers}


def main() -> None:
    """Answer until the parent is gone or has not asked for two minutes."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    warnings.simplefilter("ignore")
    line, karrio = Line(), None
    while select.select([sys.stdin], [], [], _IDLE_SECONDS)[0]:
        said = sys.stdin.readline()
        if not said:
            return
        try:
            karrio = karrio or Karrio(line)
            answer = _answered(karrio, line, json.loads(said))
        except Exception as error:  # noqa: BLE001 -- the parent must hear of it
            answer = {"failure": f"{type(error).__name__}: {error}"[:300]}
        with contextlib.suppress(BrokenPipeError):
            out.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
