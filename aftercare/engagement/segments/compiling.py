"""From a definition to SQL: one condition on a customer `c`, in which "not" stands next to what it denies.

PostgreSQL makes joins of EXISTS and NOT EXISTS that stand free, and looks up row by row what hides behind NOT (…).
"""

from aftercare.engagement.segments.asking import Passing, Question
from aftercare.engagement.segments.definition import Condition, Group, known_conditions
from aftercare.engagement.segments.vocabulary import Match

EVERYONE, NO_ONE = "TRUE", "FALSE"


def predicate(group: Group, question: Question, *, denied: bool = False) -> str:
    """The SQL that is true for who fits (or, `denied`, for who does not); its values are in the question."""
    denies = denied != (group.match == Match.NONE)
    joins_all = denied == (group.match == Match.ANY)
    parts = [
        predicate(part, question, denied=denies) if isinstance(part, Group) else _leaf(part, question, denied=denies)
        for part in group.parts
    ]
    if not parts:
        return EVERYONE if joins_all else NO_ONE
    return f"({(' AND ' if joins_all else ' OR ').join(parts)})"


def shifts(group: Group, passing: Passing) -> list[str]:
    """SELECTs of the customers whose answer may have changed because time passed."""
    return [select for one in known_conditions(group) for select in one.known.shifted(one.settings, passing)]


def _leaf(condition: Condition, question: Question, *, denied: bool) -> str:
    if not condition.is_known:
        return NO_ONE  # whatever was asked, nobody is known to fit
    asked = condition.known.holds(condition.settings, question)
    return f"NOT {asked}" if condition.opposite != denied else asked
