"""Connections kept open between the batches of one process."""

import os
import threading
from collections import defaultdict

from aftercare.engagement.messaging.email.smtp.connection import PipelinedConnection
from aftercare.engagement.messaging.email.smtp.relay import Relay


class ConnectionPool:
    """Idle connections by relay. A forked child never uses its parent's: two writers would mix their commands."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = os.getpid()
        self._idle: dict[Relay, list[PipelinedConnection]] = defaultdict(list)

    def take(self, relay: Relay) -> PipelinedConnection:
        """An idle connection that still stands, or a new one; raises RelayUnavailable."""
        while (connection := self._pop(relay)) is not None:
            if connection.is_fresh:
                return connection
            connection.close()
        return PipelinedConnection(relay)

    def put_back(self, connection: PipelinedConnection) -> None:
        """Keep a connection for the next batch."""
        connection.session = None
        with self._lock:
            self._of_this_process()[connection.relay].append(connection)

    def close(self) -> None:
        """Close all idle connections."""
        with self._lock:
            idle = [connection for connections in self._of_this_process().values() for connection in connections]
            self._idle.clear()
        for connection in idle:
            connection.close()

    def _pop(self, relay: Relay) -> PipelinedConnection | None:
        with self._lock:
            idle = self._of_this_process()[relay]
            return idle.pop() if idle else None

    def _of_this_process(self) -> dict[Relay, list[PipelinedConnection]]:
        if self._owner != os.getpid():
            self._owner = os.getpid()
            self._idle = defaultdict(list)
        return self._idle


POOL = ConnectionPool()
