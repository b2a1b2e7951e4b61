"""Batches through the API: up to 500 things in one call, each with an answer of its own.

The call succeeds as a whole even where some things are refused: one bad order never stops the others. What was refused
can be corrected and sent again; whatever was taken in before then changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, Field, SkipValidation, ValidationError

from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.ids import FindIds
from aftercare.foundation.kit.intake import Caveat, Intake, Outcome
from aftercare.foundation.kit.schema import Incoming
from aftercare.foundation.web.fields import refusal_of
from aftercare.foundation.web.parameters import SOURCE_MEANING, SOURCE_PATTERN

MOST = 500
Thing = TypeVar("Thing", bound=Incoming)
Source = Annotated[str, Field(pattern=SOURCE_PATTERN, description=SOURCE_MEANING, examples=["shop"])]
# Documented as a list of things, and checked one by one: see `read_batch`.
Batch = Annotated[list[SkipValidation[Thing]], Field(min_length=1, max_length=MOST)]


class ItemProblem(BaseModel):
    """Why a thing was refused. `field` is its path in the body."""

    code: str
    detail: str
    field: str = ""
    remedy: str = ""


class ItemWarning(BaseModel):
    """Something doubtful about a thing that was taken in all the same."""

    code: str
    detail: str
    field: str = ""


class ItemResult(BaseModel):
    """What became of one thing; `id` is ours, and empty where it was refused."""

    index: int
    id: str = ""
    outcome: Outcome
    problem: ItemProblem | None = None
    warnings: list[ItemWarning] = []


class BatchResult(BaseModel):
    """What became of a batch, in its order."""

    created: int
    changed: int
    unchanged: int
    refused: int
    results: list[ItemResult]


@dataclass(frozen=True, slots=True)
class ReadBatch(Generic[Thing]):
    """The things of a batch that are well formed, the place of each, and why the others are not."""

    name: str
    size: int
    things: list[Thing] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    malformed: dict[int, Refusal] = field(default_factory=dict)


def read_batch(kind: type[Thing], items: Sequence[Any], *, name: str) -> ReadBatch[Thing]:
    """Parse every item by itself; `name` is that of the list in the body."""
    batch: ReadBatch[Thing] = ReadBatch(name, len(items))
    for index, item in enumerate(items):
        try:
            thing = kind.model_validate(item)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            batch.malformed[index] = refusal_of(first, place=first["loc"], within=f"{name}[{index}]")
        else:
            batch.things.append(thing)
            batch.places.append(index)
    return batch


def batch_result(batch: ReadBatch[Any], intake: Intake, *, public_ids: FindIds) -> BatchResult:
    """The answer to a batch, of which `intake` tells what became of its well-formed things."""
    ids = public_ids(ids={row_id for row_id in intake.ids if row_id})
    results = [ItemResult(index=index, outcome=Outcome.REFUSED) for index in range(batch.size)]
    for index, refusal in batch.malformed.items():
        results[index].problem = _problem(refusal, refusal.field)
    for row_id, outcome, place in zip(intake.ids, intake.outcomes, batch.places, strict=True):
        results[place].outcome = outcome
        results[place].id = ids[row_id] if row_id else ""
    for position, refusal in intake.refused.items():
        place = batch.places[position]
        results[place].problem = _problem(refusal, _within(batch, place, refusal.field))
    for caveat in intake.warnings:
        place = batch.places[caveat.index]
        results[place].warnings.append(_warning(caveat, _within(batch, place, caveat.field)))
    return BatchResult(
        created=intake.created, changed=intake.changed, unchanged=intake.unchanged,
        refused=len(intake.refused) + len(batch.malformed), results=results,
    )  # fmt: skip


def only(intake: Intake) -> Outcome:
    """What became of the one thing that was to be taken in; raises its refusal."""
    if intake.refused:
        raise intake.refused[0]
    return intake.outcomes[0]


def _within(batch: ReadBatch[Any], place: int, path: str) -> str:
    return f"{batch.name}[{place}].{path}" if path else f"{batch.name}[{place}]"


def _problem(refusal: Refusal, path: str) -> ItemProblem:
    return ItemProblem(code=refusal.code, detail=refusal.sentence, field=path, remedy=refusal.remedy)


def _warning(caveat: Caveat, path: str) -> ItemWarning:
    return ItemWarning(code=caveat.code, detail=caveat.sentence, field=path)
