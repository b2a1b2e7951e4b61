"""Rows with all that hangs on them, read in one statement: for pages that are asked for far more often than they change.

Django's own prefetching takes a query per relation, and composes each anew: ten times what PostgreSQL takes over them.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

import orjson
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.base import ModelState

from aftercare.foundation.database.bulk import fetch_prepared

Row = TypeVar("Row", bound=models.Model)
Record = dict[str, Any]
_READERS: dict[type, Callable[[str], object]] = {
    models.DateTimeField: datetime.fromisoformat, models.DateField: date.fromisoformat,
    models.TimeField: time.fromisoformat, models.UUIDField: UUID,
}  # fmt: skip
_UNREADABLE = {models.DecimalField, models.DurationField}


@dataclass(frozen=True)
class Part:
    """Rows that refer to the whole, as `getattr(whole, name).all()` gives them; `order` is SQL over their columns."""

    name: str
    order: str = "id"
    parts: tuple["Part", ...] = ()


def read_whole(
    model: type[Row], *, where: str, parameters: Sequence[object], order: str = "id", owner: str = "",
    parts: tuple[Part, ...] = (),
) -> list[Row]:  # fmt: skip
    """The rows that `where` selects (SQL over the alias `t`, which names the store) with their parts, in one statement.

    `owner` is a foreign key whose row comes along. What is binary (digests) is left out, and fetched should anybody ask.
    """
    (document,) = fetch_prepared(_statement(model, where, order, owner, parts), parameters)[0]
    return [_built(model, record, owner, parts) for record in orjson.loads(document or "[]")]


@lru_cache(maxsize=64)
def _statement(model: type[models.Model], where: str, order: str, owner: str, parts: tuple[Part, ...]) -> str:
    extra = "".join(_part_column(model, part, "t") for part in parts)
    if owner:
        key = _foreign_key(model, owner)
        table = key.related_model._meta.db_table  # noqa: SLF001 -- Django's own API
        extra += f", (SELECT row_to_json(owner) FROM {table} AS owner WHERE owner.id = t.{key.column}) AS {owner}"  # noqa: S608 -- as below
    rows = f"SELECT t.*{extra} FROM {model._meta.db_table} AS t WHERE {where}"  # noqa: S608, SLF001 -- names of ours only
    return f"SELECT json_agg(whole ORDER BY {order})::text FROM ({rows}) AS whole"  # noqa: S608 -- as above


def _part_column(model: type[models.Model], part: Part, whole: str) -> str:
    """The part's rows as one JSON column, whatever hangs on them included."""
    child, column = _relation(model, part.name)
    alias = f"{whole}_{part.name}"
    extra = "".join(_part_column(child, deeper, alias) for deeper in part.parts)
    rows = f"SELECT {alias}.*{extra} FROM {child._meta.db_table} AS {alias} WHERE {alias}.{column} = {whole}.id"  # noqa: S608, SLF001 -- as above
    return f", (SELECT json_agg(part ORDER BY {part.order}) FROM ({rows}) AS part) AS {part.name}"  # noqa: S608 -- as above


def _built(model: type[Row], record: Record, owner: str, parts: tuple[Part, ...]) -> Row:
    kept: dict[str, Any] = {}
    for part in parts:
        child, _ = _relation(model, part.name)
        rows = [_built(child, one, "", part.parts) for one in record.pop(part.name) or ()]
        # As prefetch_related leaves them, but built in no store's scope: a further query on them is refused.
        found = _set_of(child)(child)
        found._result_cache, found._prefetch_done = rows, True  # type: ignore[attr-defined]  # noqa: SLF001
        kept[part.name] = found
    of_owner = record.pop(owner) if owner else None
    row = _row(model, record)
    if owner:
        row._state.fields_cache[owner] = of_owner and _row(_foreign_key(model, owner).related_model, of_owner)  # noqa: SLF001
    row._prefetched_objects_cache = kept  # type: ignore[attr-defined]  # noqa: SLF001
    return row


def _row(model: type[Row], record: Record) -> Row:
    """As unpickling makes one: set the fields, run nothing. A field that is left out is fetched when it is asked for."""
    for name, read in _readers(model):
        value = record[name]
        if value is not None:
            record[name] = read(value)
    for name in _left_out(model):
        del record[name]
    row = model.__new__(model)
    row.__dict__.update(record)
    state = row._state = ModelState()  # noqa: SLF001 -- Django's own API
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    return row


@lru_cache(maxsize=64)
def _readers(model: type[models.Model]) -> Collection[tuple[str, Callable[[str], object]]]:
    """How the fields are read that JSON has no value for."""
    kinds = [(field.attname, type(field)) for field in _fields(model)]
    assert not {kind for _, kind in kinds} & _UNREADABLE, f"{model.__name__} has a field that JSON does not carry"
    return [(name, _READERS[kind]) for name, kind in kinds if kind in _READERS]


@lru_cache(maxsize=64)
def _left_out(model: type[models.Model]) -> Collection[str]:
    return [field.attname for field in _fields(model) if isinstance(field, models.BinaryField)]


def _fields(model: type[models.Model]) -> "Sequence[models.Field[Any, Any]]":
    return model._meta.concrete_fields  # noqa: SLF001 -- Django's own API


@lru_cache(maxsize=64)
def _set_of(model: type[models.Model]) -> "type[models.QuerySet[Any]]":
    return type(model._default_manager.none())  # noqa: SLF001 -- Django's own API


@lru_cache(maxsize=64)
def _relation(model: type[models.Model], name: str) -> tuple[type[models.Model], str]:
    """The model of a reverse relation, and its column that refers to the whole."""
    found = model._meta.get_field(name)  # noqa: SLF001 -- Django's own API
    assert isinstance(found, models.ManyToOneRel)
    return found.related_model, found.field.column


def _foreign_key(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)  # noqa: SLF001 -- Django's own API
