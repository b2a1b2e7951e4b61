"""Rules a mapping states about its file, such as times that must follow each other."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from aftercare.commerce.platforms.files.records import Problem
from aftercare.commerce.platforms.mapping.columns import Reader
from aftercare.commerce.platforms.mapping.conditions import compile_condition
from aftercare.commerce.platforms.mapping.document import CheckSpec
from aftercare.commerce.platforms.mapping.moments import moment_reader
from aftercare.commerce.platforms.mapping.scope import Scope
from aftercare.commerce.platforms.mapping.values import Formats

Rule = Callable[[Scope], Problem | None]


class Check:
    """A rule and what its breach means: a warning beside the record, or its refusal."""

    def __init__(self, spec: CheckSpec, reader: Reader, formats: Formats, place: str) -> None:
        self._say = spec.say
        self.refuses = spec.otherwise == "reject"
        self._applies = compile_condition(spec.when, reader, place) if spec.when is not None else None
        self._rule = (
            _needed(spec.needed, reader, place)
            if spec.needed
            else _in_order(spec.in_order or (), reader, formats, place)
        )

    def breach(self, scope: Scope) -> Problem | None:
        """What is wrong with the record by this rule."""
        if self._applies is not None and not self._applies(scope):
            return None
        breach = self._rule(scope)
        return breach._replace(problem=f"{breach.problem}: {self._say}") if breach is not None and self._say else breach


def _needed(column: str, reader: Reader, place: str) -> Rule:
    get, label = reader.text(column, place), reader.label(column)

    def rule(scope: Scope) -> Problem | None:
        return None if get(scope) else Problem(scope.line, label, "is empty", "Fill it in.", "is empty")

    return rule


def _in_order(columns: Sequence[str], reader: Reader, formats: Formats, place: str) -> Rule:
    times = []
    for column in columns:
        label = reader.label(column)
        read = moment_reader(label=label, pattern=formats.time, zone=formats.zone, end_of_day=False)
        times.append((reader.text(column, place), read, label))

    def rule(scope: Scope) -> Problem | None:
        known = [(moment, label) for text, read, label in times if (moment := read(text(scope))) is not None]
        for (earlier, first), (later, second) in pairwise(known):
            if later < earlier:
                return Problem(
                    scope.line, second, f"{later.isoformat()} is before {first} ({earlier.isoformat()})",
                    "Correct one of the two.", f"is before {first}",
                )  # fmt: skip
        return None

    return rule
