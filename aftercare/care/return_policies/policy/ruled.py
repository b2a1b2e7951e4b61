"""What the rules of a policy say together, before amounts and days are worked out for a line."""

from dataclasses import dataclass

from aftercare.care.return_policies.policy.rulings import Cost, Days, Part, Permit, YearDay
from aftercare.care.return_policies.policy.tracing import RuleStep
from aftercare.care.return_policies.vocabulary import Method, Outcome, Processing


@dataclass(frozen=True, slots=True)
class OutcomeRules:
    """Of one outcome; each with the rule that said so, by its place, where somebody may ask."""

    outcome: Outcome
    permit: Permit | None
    permit_by: int | None
    window: Days | None
    window_by: int | None
    extension: YearDay | None
    restocking: Part
    bonus: Part
    processing: Processing
    ways: tuple[tuple[Method, Cost], ...]
    worth_at_most: int | None
    worth_by: int | None


@dataclass(frozen=True, slots=True)
class Ruled:
    """Of all outcomes, in the order of the vocabulary, and of the return as such."""

    outcomes: tuple[OutcomeRules, ...]
    needs_review: bool
    photos: int
    destination: str
    reason_group: str
    refunds_shipping: bool
    steps: tuple[RuleStep, ...]
