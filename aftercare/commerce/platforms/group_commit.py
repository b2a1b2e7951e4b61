"""Group commit: what several threads want to write at the same time is committed once.

A durable commit waits for the disk, and the disk takes as long for fifty rows as for one. Whoever comes first writes
for all who came meanwhile, the others wait until their row is committed; nobody waits for company.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Row = TypeVar("Row")


class NotWritten(Exception):  # noqa: N818 -- read as a sentence
    """Whoever wrote for all was interrupted."""


class _Ticket(Generic[Row]):
    def __init__(self, row: Row) -> None:
        self.row = row
        self.is_settled = False
        # Until it is known to be written, it is not: whatever ends the writer must not look like success.
        self.failure: Exception | None = NotWritten()


class GroupCommit(Generic[Row]):
    """`write(rows)` writes them in a transaction of its own, and writing a row twice must do no harm."""

    def __init__(self, write: Callable[[Sequence[Row]], None], *, at_most: int) -> None:
        self._write = write
        self._at_most = at_most
        self._waiting: list[_Ticket[Row]] = []
        self._guard = threading.Lock()
        self._leading = threading.Lock()

    def commit(self, row: Row) -> None:
        """Returns once the row is committed; raises what kept this very row from it."""
        ticket = _Ticket(row)
        with self._guard:
            self._waiting.append(ticket)
        while not ticket.is_settled:
            with self._leading:
                if not ticket.is_settled:
                    self._settle(self._next_group())
        if ticket.failure is not None:
            raise ticket.failure

    def _next_group(self) -> list[_Ticket[Row]]:
        with self._guard:
            group, self._waiting = self._waiting[: self._at_most], self._waiting[self._at_most :]
        return group

    def _settle(self, group: Sequence[_Ticket[Row]]) -> None:
        """Together, or where that fails one by one, so that a row that cannot be written fails alone."""
        try:
            failure = self._failure_of([ticket.row for ticket in group])
            for ticket in group:
                ticket.failure = failure if failure is None or len(group) == 1 else self._failure_of([ticket.row])
        finally:
            for ticket in group:
                ticket.is_settled = True

    def _failure_of(self, rows: Sequence[Row]) -> Exception | None:
        try:
            self._write(rows)
        except Exception as failure:  # noqa: BLE001 -- raised to whom it belongs
            return failure
        return None
