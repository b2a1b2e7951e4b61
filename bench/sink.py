"""A server that takes mail and throws it away, as fast as there is one, and says how much it took.

postfix's `smtp-sink`: the one on the machine, or unpacked from the distribution's package into a temporary folder; where
neither can be had, a sink in Python, slower, and `Sink.name` says so.
"""

import asyncio
import multiprocessing
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.ports import free_ports

_COUNTER = re.compile(rb"mesg=(\d+)\r")
_TICKS = os.sysconf("SC_CLK_TCK")
_GREETING = b"220 sink\r\n"
_OFFER = b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"


class Sink:
    """Runs while the `with` block does, on `port` of 127.0.0.1."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="aftercare-sink-"))
        (self.port,) = free_ports(1)
        self.program = shutil.which("smtp-sink") or _unpacked(self.folder)
        self.name = "smtp-sink" if self.program else "a sink in Python (no smtp-sink to be had)"
        self._counter = self.folder / "counter"
        self._taken: Synchronized[int] = multiprocessing.Value("Q", 0)

    def __enter__(self) -> Self:
        if self.program:
            self._process = self._start(self.program)
            self.pid = self._process.pid
        else:
            server = multiprocessing.Process(target=_serve, args=(self.port, self._taken), daemon=True)
            server.start()
            self._server = server
            self.pid = server.pid or 0
        _await_port(self.port)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._process if self.program else self._server
        process.terminate()
        process.wait(5) if isinstance(process, subprocess.Popen) else process.join(5)
        shutil.rmtree(self.folder, ignore_errors=True)

    def count(self) -> int:
        """Messages taken since the start."""
        if not self.program:
            return self._taken.value
        found = _COUNTER.findall(self._counter.read_bytes()[-200:])
        return int(found[-1]) if found else 0

    def cpu(self) -> float:
        """CPU seconds used since the start."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def _start(self, program: str) -> "subprocess.Popen[bytes]":
        # A pipe nobody reads would fill and stop it, so the counter goes to a file.
        unprivileged = ["-u", "nobody"] if os.geteuid() == 0 else []
        libraries = {"LD_LIBRARY_PATH": str(Path(program).parents[1] / "lib" / "postfix")}
        with self._counter.open("wb") as counter:
            return subprocess.Popen(
                [program, *unprivileged, "-c", f"127.0.0.1:{self.port}", "1000"],
                stdout=counter,
                env=os.environ | libraries,
            )


def _unpacked(folder: Path) -> str | None:
    """smtp-sink out of Debian's postfix package, without installing it (and so without starting a mail server)."""
    with suppress(OSError, subprocess.CalledProcessError):
        folder.chmod(0o755)
        subprocess.run(["apt-get", "download", "-q", "postfix"], cwd=folder, check=True, capture_output=True)
        (package,) = folder.glob("postfix_*.deb")
        subprocess.run(["dpkg", "-x", package.name, "."], cwd=folder, check=True, capture_output=True)
        return str(folder / "usr" / "sbin" / "smtp-sink")
    return None


def _await_port(port: int) -> None:
    for _ in range(100):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError("the sink does not start")


def _serve(port: int, taken: "Synchronized[int]") -> None:
    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: _PythonSink(taken), "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(main())


class _PythonSink(asyncio.Protocol):
    """Knows commands by their first letters and the end of a content by its dot."""

    def __init__(self, taken: "Synchronized[int]") -> None:
        self.taken = taken
        self.buffer = b""
        self.in_content = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(_GREETING)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        answers: list[bytes] = []
        while self._took_one(answers):
            pass
        self.transport.write(b"".join(answers))

    def _took_one(self, answers: list[bytes]) -> bool:
        end = self.buffer.find(b"\r\n.\r\n" if self.in_content else b"\r\n")
        if end < 0:
            return False
        if self.in_content:
            self.buffer = self.buffer[end + 5 :]
            self.in_content = False
            self.taken.value += 1
            answers.append(b"250 ok\r\n")
            return True
        verb, self.buffer = self.buffer[:4].upper(), self.buffer[end + 2 :]
        self.in_content = verb == b"DATA"
        answers.append({b"EHLO": _OFFER, b"DATA": b"354 go\r\n", b"QUIT": b"221 bye\r\n"}.get(verb, b"250 ok\r\n"))
        return True
