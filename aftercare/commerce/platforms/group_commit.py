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
        # Held until there is news: the row is settled, or whoever brought it is to write.
        self.news = threading.Lock()
        self.news.acquire()


class GroupCommit(Generic[Row]):
    """`write(rows)` writes them in a transaction of its own, and writing a row twice must do no harm.

    Everybody waits for a lock of their own: were they to queue for one, each would have to run before the next group
    could be written.
    """

    def __init__(self, write: Callable[[Sequence[Row]], None], *, at_most: int) -> None:
        self._write = write
        self._at_most = at_most
        self._waiting: list[_Ticket[Row]] = []
        self._guard = threading.Lock()
        self._is_led = False

    def commit(self, row: Row) -> None:
        """Returns once the row is committed; raises what kept this very row from it."""
        ticket = _Ticket(row)
        with self._guard:
            self._waiting.append(ticket)
            leads, self._is_led = not self._is_led, True
        if not leads:
            ticket.news.acquire()
        if not ticket.is_settled:
            self._lead(ticket)
        if ticket.failure is not None:
            raise ticket.failure

    def _lead(self, own: _Ticket[Row]) -> None:
        """Write until one's own row is settled, then let the next in line write."""
        try:
            while not own.is_settled:
                self._settle(self._next_group())
        finally:
            self._hand_over()

    def _hand_over(self) -> None:
        with self._guard:
            self._is_led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].news.release()

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
                ticket.news.release()

    def _failure_of(self, rows: Sequence[Row]) -> Exception | None:
        try:
            self._write(rows)
        except Exception as failure:  # noqa: BLE001 -- raised to whom it belongs
            return failure
        return None
