"""From the section of a mapping file to a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from aftercare.commerce.platforms.errors import BadMapping
from aftercare.commerce.platforms.mapping.checks import Check
from aftercare.commerce.platforms.mapping.columns import Reader, Rows, no_such_rows
from aftercare.commerce.platforms.mapping.conditions import compile_condition
from aftercare.commerce.platforms.mapping.document import (
    GUIDE,
    ItemSpec,
    KindSpec,
    MappingFile,
    ValueSpec,
    checked,
    suggestion,
)
from aftercare.commerce.platforms.mapping.plan import (
    Condition,
    Group,
    Items,
    Listing,
    Node,
    Spread,
    as_it_is,
    one_per_element,
    one_per_key,
    one_per_row,
)
from aftercare.commerce.platforms.mapping.scope import RECORD
from aftercare.commerce.platforms.mapping.values import Formats, ValueCompiler
from aftercare.commerce.platforms.shape import FieldShape, Kind, shape_of

THE_RECORD = "rows"


@dataclass(frozen=True)
class Plan:
    """How records of one kind are made: the fields, which records count, what is checked, what makes one record."""

    root: Group
    when: Condition | None = None
    checks: Sequence[Check] = ()
    group: str | None = None


def compile_kind(
    *,
    kind: str,
    schema: type[BaseModel],
    document: MappingFile,
    columns: Sequence[str] | None,
    joined: Mapping[str, Rows],
) -> Plan:
    """The plan of a mapping's section for a file with these columns (None: NDJSON); raises BadMapping."""
    spec = kind_spec(document, kind)
    reader = Reader({RECORD: Rows(columns), **joined})
    formats = Formats(zone=document.zone, time=document.time, decimal=document.decimal)
    compiler = _Compiler(reader, formats)
    if spec.group is not None:
        reader.resolve(spec.group, f"{kind}.group")
        if columns is None:
            raise BadMapping(
                f"{kind}.group: NDJSON has one record per line.", field=f"{kind}.group", remedy="Remove it."
            )
    return Plan(
        root=compiler.group(spec.fields, schema, f"{kind}.fields"),
        when=compile_condition(spec.when, reader, kind) if spec.when is not None else None,
        checks=[Check(check, reader, formats, f"{kind}.checks[{index}]") for index, check in enumerate(spec.checks)],
        group=spec.group,
    )


def kind_spec(document: MappingFile, kind: str) -> KindSpec:
    """The section for a kind; raises BadMapping where there is none."""
    if kind not in document.kinds:
        there = ", ".join(document.kinds) or "none"
        raise BadMapping(
            f"The mapping has no section [{kind}].", field=kind, remedy=f"Add it; there is: {there}. See {GUIDE}."
        )
    return document.kinds[kind]


@dataclass(frozen=True)
class _Compiler:
    reader: Reader
    formats: Formats

    def group(self, given: Any, model: type[BaseModel], place: str) -> Group:
        shapes = shape_of(model)
        if not isinstance(given, dict):
            raise BadMapping(
                f"{place} is a group of fields.", field=place, remedy=f"Give some of: {', '.join(shapes)}."
            )
        for name in given:
            if name not in shapes:
                where = f"{place}.{name}"
                raise BadMapping(
                    f"{where}: there is no such field.", field=where, remedy=suggestion(name, list(shapes))
                )
        for name, shape in shapes.items():
            if shape.required and name not in given:
                raise BadMapping(
                    f"{place}: '{name}' is required.", field=f"{place}.{name}", remedy="Say where it comes from."
                )
        return Group({name: self._node(value, shapes[name], f"{place}.{name}") for name, value in given.items()})

    def _node(self, given: Any, shape: FieldShape, place: str) -> Node:
        if shape.kind is Kind.MODEL and shape.model is not None:
            return self.group(given, shape.model, place)
        if shape.kind is Kind.MODELS and shape.model is not None:
            return self._listing(given, shape.model, place)
        if shape.kind is Kind.NAMED_VALUES and isinstance(given, dict):
            return Group({name: self._value(value, shape, f"{place}.{name}") for name, value in given.items()})
        return self._value(given, shape, place)

    def _value(self, given: Any, shape: FieldShape, place: str) -> Node:
        content = {"column": given} if isinstance(given, str) else given
        return ValueCompiler(self.reader, self.formats).leaf(checked(ValueSpec, content, place=place), shape, place)

    def _listing(self, given: Any, model: type[BaseModel], place: str) -> Node:
        if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
            raise BadMapping(f"{place} is a list.", field=place, remedy=f"Write [[{place}]], once per sort of item.")
        return Listing([self._items(dict(item), model, f"{place}[{index}]") for index, item in enumerate(given)], place)

    def _items(self, table: dict[str, Any], model: type[BaseModel], place: str) -> Items:
        fields = {name: value for name, value in table.items() if name not in ItemSpec.model_fields}
        spec = checked(ItemSpec, {name: value for name, value in table.items() if name not in fields}, place=place)
        reader, spread = self._spread(spec, place) if spec.each is not None else (self.reader, as_it_is)
        condition = compile_condition(spec.when, reader, place) if spec.when is not None else None
        return Items(_Compiler(reader, self.formats).group(fields, model, place), spread, condition)

    def _spread(self, spec: ItemSpec, place: str) -> tuple[Reader, Spread]:
        each = spec.each or ""
        name = RECORD if each == THE_RECORD else each
        if name not in self.reader.known:
            return self._nested(each, place)
        if spec.by is None:
            return self.reader, one_per_row(name)
        found, column = self.reader.resolve(spec.by, f"{place}.by")
        if found != name:
            raise BadMapping(
                f"{place}.by: '{spec.by}' is no column of {each}.", field=f"{place}.by", remedy="Name one."
            )
        return self.reader, one_per_key(name, column)

    def _nested(self, each: str, place: str) -> tuple[Reader, Spread]:
        """A list inside the JSON object, or inside the rows named before the dot."""
        if self.reader.known[RECORD].columns is not None:
            raise no_such_rows(each, f"{place}.each")
        parent, _, name = each.rpartition(".")
        inside = parent in self.reader.known
        spread = one_per_element(name, of=parent if inside else RECORD, path=name if inside else each)
        return self.reader.with_rows(name, Rows(None)), spread
