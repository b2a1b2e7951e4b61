"""What a segment is made of: groups of conditions, nested. As JSON, with a version, for programs and for the database.

`{"version": 1, "match": "all", "parts": [{"kind": "country", "config": {"countries": ["DE"]}}, {"match": "any", …}]}`
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Discriminator, Tag, ValidationError

from aftercare.engagement.segments.conditions import ConditionKind, conditions
from aftercare.engagement.segments.errors import UnusableDefinition
from aftercare.engagement.segments.vocabulary import Match
from aftercare.foundation.kit.errors import NotFound, Refusal
from aftercare.foundation.kit.schema import Free, Text
from aftercare.foundation.web.fields import field_path, refusal_of

VERSION: Literal[1] = 1
DEEPEST, MOST = 5, 50
_GROUP, _CONDITION = "group", "condition"


class Part(BaseModel):
    """The base of all parts: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(Part):
    """A condition with its settings, or its opposite."""

    kind: Text
    config: Free = {}
    opposite: bool = False

    @property
    def is_known(self) -> bool:
        """False where the package that brought its kind is gone."""
        return self.kind in conditions

    @property
    def known(self) -> ConditionKind[Any]:
        return conditions[self.kind]

    @property
    def settings(self) -> Any:
        """The settings as its kind reads them."""
        return _settings(self.kind, orjson.dumps(self.config))


def _which(part: Any) -> str:
    is_group = isinstance(part, Group) or (isinstance(part, Mapping) and ("parts" in part or "match" in part))
    return _GROUP if is_group else _CONDITION


class Group(Part):
    """Parts of which all, at least one, or none must hold. Without any: everybody, nobody, everybody."""

    match: Match = Match.ALL
    parts: tuple[
        Annotated["Annotated[Group, Tag(_GROUP)] | Annotated[Condition, Tag(_CONDITION)]", Discriminator(_which)], ...
    ] = ()


class Definition(Group):
    """The whole."""

    version: Literal[1] = VERSION


EVERYBODY = Definition()


def read_definition(said: Mapping[str, Any], *, within: str = "") -> Definition:
    """As it was sent or kept; raises UnusableDefinition naming the path of the part at fault."""
    try:
        found = Definition.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        refusal = refusal_of(first, place=_place(first["loc"]), within=within)
        remedy = f"Groups match {', '.join(Match.values)}; conditions have a kind, a config and maybe an opposite."
        raise UnusableDefinition(refusal.sentence, field=refusal.field, remedy=remedy) from None
    _check_size(found, within)
    for path, condition in conditions_of(found):
        _check_settings(condition, field_path(_steps(path), within=within))
    return found


def check_facts(definition: Definition, *, within: str = "") -> None:
    """Raises UnusableDefinition where a condition names what is not in this store. Within its scope."""
    for path, condition in conditions_of(definition):
        try:
            condition.known.check(condition.settings)
        except Refusal as refusal:
            place = field_path([*_steps(path), "config", refusal.field], within=within)
            raise UnusableDefinition(refusal.sentence, field=place, remedy=refusal.remedy) from None


def stored(definition: Group) -> dict[str, Any]:
    """As segments keep it: of conditions, only what differs from the usual."""
    return {"version": VERSION, **_dumped(definition)}


def _dumped(part: Group | Condition) -> dict[str, Any]:
    if isinstance(part, Group):
        return {"match": part.match.value, "parts": [_dumped(inner) for inner in part.parts]}
    return part.model_dump(mode="json", exclude_defaults=True)


def conditions_of(group: Group, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Condition]]:
    """Every condition with its path: the places from the top group down."""
    for place, part in enumerate(group.parts):
        if isinstance(part, Group):
            yield from conditions_of(part, (*path, place))
        else:
            yield (*path, place), part


def known_conditions(group: Group) -> Iterator[Condition]:
    """Every condition whose kind is there."""
    return (condition for _path, condition in conditions_of(group) if condition.is_known)


def touched_by(definition: Group) -> frozenset[str]:
    """Types of the events that may change the answer for their customer."""
    return frozenset().union(*(one.known.touched_by(one.settings) for one in known_conditions(definition)))


def stirred_by(definition: Group) -> frozenset[str]:
    """Types of the events after which the answer may be another for anybody."""
    return frozenset().union(*(one.known.stirred_by(one.settings) for one in known_conditions(definition)))


def refers_to(definition: Group) -> frozenset[str]:
    """Public ids of the segments it depends on."""
    return frozenset().union(*(one.known.refers_to(one.settings) for one in known_conditions(definition)))


def depth_of(group: Group) -> int:
    """How many groups stand within each other."""
    return 1 + max((depth_of(part) for part in group.parts if isinstance(part, Group)), default=0)


@lru_cache(maxsize=4096)
def parse(source: str) -> Definition:
    """A kept definition; the same text is read once."""
    return Definition.model_validate_json(source)


@lru_cache(maxsize=4096)
def _settings(kind: str, config: bytes) -> BaseModel:
    settings: BaseModel = conditions[kind].Config.model_validate_json(config)
    return settings


def _check_size(definition: Definition, within: str) -> None:
    if depth_of(definition) > DEEPEST:
        raise UnusableDefinition(
            f"Groups stand more than {DEEPEST} deep.", field=within, remedy="Make a segment of a part, and refer to it."
        )
    if sum(1 for _ in conditions_of(definition)) > MOST:
        raise UnusableDefinition(
            f"There are more than {MOST} conditions.", field=within, remedy="Make a segment of some, and refer to it."
        )


def _check_settings(condition: Condition, place: str) -> None:
    if condition.kind not in conditions:
        known = ", ".join(conditions.keys())
        sentence = f"There is no condition '{condition.kind}'."
        raise UnusableDefinition(sentence, field=f"{place}.kind", remedy=f"Use one of: {known}.")
    try:
        conditions[condition.kind].Config.model_validate(condition.config)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        refusal = refusal_of(first, place=first["loc"], within=f"{place}.config")
        names = ", ".join(conditions[condition.kind].Config.model_fields)
        raise UnusableDefinition(
            refusal.sentence, field=refusal.field, remedy=f"The settings of '{condition.kind}' are: {names}."
        ) from None
    except NotFound as refusal:
        raise UnusableDefinition(refusal.sentence, field=f"{place}.config", remedy=refusal.remedy) from None


def _steps(path: tuple[int, ...]) -> list[int | str]:
    return [step for place in path for step in ("parts", place)]


def _place(location: tuple[int | str, ...]) -> list[int | str]:
    """Without the names of the alternatives that pydantic puts behind a place in a list."""
    return [
        step
        for index, step in enumerate(location)
        if not (step in (_GROUP, _CONDITION) and index and isinstance(location[index - 1], int))
    ]
