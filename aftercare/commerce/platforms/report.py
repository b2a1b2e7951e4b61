"""What came of feeding a file."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from aftercare.commerce.platforms.files.records import Problem
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.intake import Intake

MOST_FREQUENT = 5


@dataclass(frozen=True, slots=True)
class Frequent:
    """A problem or a warning, how often it came, and where it stood first."""

    what: str
    count: int
    first_line: int
    example: str


@dataclass
class Findings:
    """Problems counted by field and kind: the values differ, the remedy does not."""

    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _first: dict[tuple[str, str], Problem] = field(default_factory=dict)

    def add(self, problems: Sequence[Problem]) -> None:
        """Count each distinct complaint of one record once."""
        for key, problem in {(problem.field, problem.kind): problem for problem in reversed(problems)}.items():
            self._counts[key] += 1
            self._first.setdefault(key, problem)

    def most_frequent(self) -> list[Frequent]:
        """The most frequent ones, the first of equals first."""
        return [
            Frequent(f"{name} {kind}".strip(), count, self._first[name, kind].line, self._first[name, kind].problem)
            for (name, kind), count in self._counts.most_common(MOST_FREQUENT)
        ]


@dataclass
class Report:
    """The counts add up: read = created + changed + unchanged + skipped + rejected."""

    kind: str
    file: str
    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    rejected: int = 0
    problems: Findings = field(default_factory=Findings)
    warnings: Findings = field(default_factory=Findings)
    rejects_path: str = ""
    state: str = "running"
    failure: Refusal | None = None

    @property
    def counts(self) -> dict[str, int]:
        names = ("read", "created", "changed", "unchanged", "skipped", "rejected")
        return {name: getattr(self, name) for name in names}

    def counts_with(self, intake: Intake) -> dict[str, int]:
        """The counts once these have come in."""
        return self.counts | {
            "read": self.read + len(intake.outcomes),
            "created": self.created + intake.created,
            "changed": self.changed + intake.changed,
            "unchanged": self.unchanged + intake.unchanged,
            "rejected": self.rejected + len(intake.refused),
        }

    def take_in(self, intake: Intake) -> None:
        """Count what came in."""
        for name, count in self.counts_with(intake).items():
            setattr(self, name, count)

    def leave_out(self, *, skipped: bool) -> None:
        """Count a record that did not come in: skipped as the mapping wants it, or rejected."""
        self.read += 1
        self.skipped += skipped
        self.rejected += not skipped
