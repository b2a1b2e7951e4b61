"""SQL that counts what happened to a customer `c`, for the conditions that do."""

from aftercare.engagement.segments.asking import Question
from aftercare.engagement.segments.vocabulary import Bound

# As many times of an event are kept for each customer; further back there is only their number.
KEPT = 20


def bounded(bound: Bound, number: int, at_least: "dict[int, str] | AtLeast") -> str:
    """A comparison by what "at least n" is in SQL."""
    match bound:
        case Bound.AT_LEAST:
            return at_least[number]
        case Bound.AT_MOST:
            return f"NOT {at_least[number + 1]}"
        case Bound.EXACTLY:
            return f"({at_least[number]} AND NOT {at_least[number + 1]})"


class AtLeast:
    """What "at least n times" is for one type of event, ever or in the last days."""

    def __init__(self, question: Question, type_name: str, days: int | None) -> None:
        self._question = question
        self._type = question.value(type_name)
        self._days = days

    def __getitem__(self, number: int) -> str:
        if number <= 0:
            return "TRUE"
        row = f"FROM segments_activity a WHERE a.store_id = %(store)s AND a.type = {self._type}"
        return f"EXISTS (SELECT {row} AND a.customer_id = c.id{self._enough(number)})"

    def _enough(self, number: int) -> str:
        if self._days is None:
            return f" AND a.times >= {self._question.value(number)}" if number > 1 else ""
        since = self._question.ago(self._days)
        # That the last one is recent enough is implied, and what the index is ordered by.
        older = f" AND a.recent[{int(number)}] > {since}" if number > 1 else ""
        return f" AND a.last_at > {since}{older}"
