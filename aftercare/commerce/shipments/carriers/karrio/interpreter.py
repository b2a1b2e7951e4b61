"""Talking to karrio, which lives in a process of its own (`child`): started when first needed, gone two minutes later.

So a web process never holds it, a worker only while it asks, and an installation that asks nobody pays nothing.
"""

import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from aftercare.commerce.shipments.errors import CarrierTroubled, LibraryMissing

_CHILD = Path(__file__).with_name("child.py")
_PER_CALL = 20.0
_STARTING = 60.0
# Nothing of our environment is theirs to see: secrets stand in it.
_PASSED_ON = ("PATH", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR")


class Question(NamedTuple):
    """Numbers to ask one carrier about, `per_call` of them in each request; `via` as in settings.CARRIER_GATEWAY."""

    connector: str
    settings: Mapping[str, Any]
    numbers: Sequence[str]
    per_call: int
    via: str = ""


def is_installed() -> bool:
    """Whether the extra `carriers` is there; without importing it."""
    return find_spec("karrio") is not None


class Interpreter:
    """One child at a time; threads take turns. A carrier has `per_call` seconds for each request."""

    def __init__(self, *, per_call: float = _PER_CALL) -> None:
        self._per_call = per_call
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def ask(self, question: Question) -> list[dict[str, Any]]:
        """What came of each request, in karrio's words (see `reading`); raises LibraryMissing and CarrierTroubled."""
        if not is_installed():
            raise LibraryMissing.of_karrio()
        said = {**question._asdict(), "settings": dict(question.settings), "timeout": self._per_call}
        calls = -(-len(question.numbers) // question.per_call)
        with self._turn:
            answer = self._answer(json.dumps(said).encode() + b"\n", within=_STARTING + calls * 3 * self._per_call)
        if "failure" in answer:
            raise CarrierTroubled(f"Karrio failed: {answer['failure']}")
        answers: list[dict[str, Any]] = answer["answers"]
        return answers

    def stop(self) -> None:
        """Let the child go now, rather than two minutes after it was last asked."""
        with self._turn:
            self._drop()

    def _answer(self, line: bytes, *, within: float) -> dict[str, Any]:
        # A child that ended itself for want of work is seen by the pipe that breaks.
        for _ in range(2):
            child = self._running()
            assert child.stdin is not None, "it was started with a pipe"
            assert child.stdout is not None, "it was started with a pipe"
            try:
                child.stdin.write(line)
                child.stdin.flush()
                if not select.select([child.stdout], [], [], within)[0]:
                    self._drop()
                    raise CarrierTroubled(f"The carrier was not done within {within:.0f} seconds.")
                if answer := child.stdout.readline():
                    read: dict[str, Any] = json.loads(answer)
                    return read
            except BrokenPipeError:
                pass
            self._drop()
        raise CarrierTroubled("The process that asks carriers ended twice without an answer.")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._drop()
            environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
            self._child = subprocess.Popen(  # noqa: S603 -- our own file, by this very Python
                [sys.executable, "-I", str(_CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # it quotes what carriers say of people
                env={**environment, "KARRIO_LOG_LEVEL": "ERROR"},
            )
        return self._child

    def _drop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None


THE_INTERPRETER = Interpreter()
