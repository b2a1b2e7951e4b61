"""What the fields of a schema are made of, as far as columns and documents must know."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


class Kind(Enum):
    VALUE = "a value"
    VALUES = "a list of values"
    MODEL = "a group of fields"
    MODELS = "a list of groups"
    NAMED_VALUES = "values by name"


@dataclass(frozen=True)
class FieldShape:
    """One field: what it holds, of which model if it is a group, of which type if it is a value."""

    kind: Kind
    required: bool
    model: type[BaseModel] | None
    type: Any


@cache
def shape_of(model: type[BaseModel]) -> Mapping[str, FieldShape]:
    """The fields of a schema by name, in their order."""
    return {name: _shape(info.annotation, required=info.is_required()) for name, info in model.model_fields.items()}


def bare(annotation: Any) -> Any:
    """The type without `Annotated` and without `| None`."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in {Union, UnionType}:
        options = [option for option in get_args(annotation) if option is not NoneType]
        return bare(options[0]) if len(options) == 1 else annotation
    return annotation


def _shape(annotation: Any, *, required: bool) -> FieldShape:
    inner = bare(annotation)
    kind, model = Kind.VALUE, None
    if get_origin(inner) is tuple:
        item = bare(get_args(inner)[0])
        kind, model = (Kind.MODELS, item) if _is_model(item) else (Kind.VALUES, None)
    elif get_origin(inner) is dict:
        kind = Kind.NAMED_VALUES
    elif _is_model(inner):
        kind, model = Kind.MODEL, inner
    return FieldShape(kind=kind, required=required, model=model, type=annotation)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
