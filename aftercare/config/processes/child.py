"""One supervised process, over all its lives."""

import os
import signal
import subprocess
from contextlib import suppress

from aftercare.config.processes.backoff import History, after_crash
from aftercare.config.processes.output import LineBuffer, Screen
from aftercare.config.processes.spec import ProcessSpec
from aftercare.foundation.database.embedded.parent_death import die_with_parent

CHUNK = 65536


class Child:
    """Starts, reads, signals and buries one process; decides nothing."""

    def __init__(self, spec: ProcessSpec, *, screen: Screen) -> None:
        self.spec = spec
        self.history = History()
        self.start_at: float | None = 0.0
        self._screen = screen
        self._lines = LineBuffer()
        self._process: subprocess.Popen[bytes] | None = None
        self._output: int | None = None
        self._started_at = 0.0

    @property
    def name(self) -> str:
        """Its name in the output."""
        return self.spec.name

    @property
    def pid(self) -> int | None:
        """Its process id while it has not been buried."""
        return self._process.pid if self._process else None

    @property
    def output(self) -> int | None:
        """The descriptor to wait for, unless the process has closed its output."""
        return self._output

    def start(self, *, now: float) -> None:
        """Start the process; count a command that cannot even be run as a crash."""
        self.start_at = None
        self._started_at = now
        self._lines = LineBuffer()
        try:
            self._process = self._spawn()
        except OSError as error:
            self._show(self._lines.feed(f"{self.spec.argv[0]}: {error.strerror}\n".encode()))
            self.history = after_crash(history=self.history, lived=0)
            return
        assert self._process.stdout
        self._output = self._process.stdout.fileno()
        os.set_blocking(self._output, False)

    def read(self) -> bool:
        """Show what it has printed; return whether there may be more at once."""
        if self._output is None:
            return False
        try:
            chunk = os.read(self._output, CHUNK)
        except BlockingIOError:
            return False
        if not chunk:
            self._output = None
        self._show(self._lines.feed(chunk) if chunk else self._lines.flush())
        return bool(chunk)

    def bury(self, *, now: float) -> int | None:
        """Return the exit status once it has ended, with the rest of its output shown and its children killed."""
        if self._process is None or (status := self._process.poll()) is None:
            return None
        self.kill()
        while self.read():
            pass
        self._show(self._lines.flush())
        assert self._process.stdout
        self._process.stdout.close()
        self._process = self._output = None
        self.history = after_crash(history=self.history, lived=now - self._started_at)
        return status

    def terminate(self) -> None:
        """Ask it to end."""
        if self._process:
            self._process.terminate()

    def kill(self) -> None:
        """End it and whatever it started by force."""
        if self._process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def last_words(self) -> list[str]:
        """Return the last lines that it printed."""
        return self._lines.recent()

    def _spawn(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - the command line of our own program
            list(self.spec.argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # What a program prints should be seen when it prints it, not when its buffer is full.
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.spec.env},
            # A group of its own: Ctrl-C reaches only us, and force reaches its own children too.
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - it takes no lock
        )

    def _show(self, lines: list[str]) -> None:
        for line in lines:
            self._screen.show(self.name, line)
