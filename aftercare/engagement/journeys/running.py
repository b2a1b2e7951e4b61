"""Running one step for a group that stands at it: the scheduler does so for real, a rehearsal to see what would happen."""

from collections.abc import Sequence
from datetime import datetime

from aftercare.engagement.journeys.conditions import describe_condition, holds_for
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.steps import steps
from aftercare.engagement.journeys.travel import Exit, Move, Traveller
from aftercare.foundation.database.stand_ins import is_trying


def run_step(definition: Definition, step_id: str, group: Sequence[Traveller], now: datetime) -> list[Move]:
    """The step's move for each of the group, in their order; the journey's conditions come first where it speaks."""
    use = definition.step(step_id)
    kind = steps[use.kind]
    config = kind.Config.model_validate(use.config)
    act = kind.try_out if is_trying() else kind.run
    if not kind.speaks or not definition.conditions:
        return act(group, config, now=now)
    objections = _objections(definition, group, now)
    spoken = [one for one, objection in zip(group, objections, strict=True) if objection is None]
    answers = iter(act(spoken, config, now=now) if spoken else [])
    return [next(answers) if objection is None else objection for objection in objections]


def _objections(definition: Definition, group: Sequence[Traveller], now: datetime) -> list[Exit | None]:
    """The journey's conditions, as they are now."""
    found: list[Exit | None] = [None] * len(group)
    for use in definition.conditions:
        for index, met in enumerate(holds_for(group, use, now=now)):
            if not met and found[index] is None:
                found[index] = Exit("condition", f"No longer so: {describe_condition(use)}")
    return found
