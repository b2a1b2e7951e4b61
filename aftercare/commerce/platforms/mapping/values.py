"""One value of a mapping, compiled: from its specification to a function of the record."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import AwareDatetime

from aftercare.commerce.platforms.errors import BadMapping
from aftercare.commerce.platforms.mapping.columns import Reader
from aftercare.commerce.platforms.mapping.conditions import compile_condition
from aftercare.commerce.platforms.mapping.document import ValueSpec
from aftercare.commerce.platforms.mapping.moments import moment_reader
from aftercare.commerce.platforms.mapping.plan import Getter, Leaf
from aftercare.commerce.platforms.mapping.scope import CellProblem, Scope
from aftercare.commerce.platforms.shape import FieldShape, Kind, bare

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_DIGITS = 18


@dataclass(frozen=True)
class Formats:
    """How the file writes times and numbers unless a value says otherwise."""

    zone: str | None
    time: str | None
    decimal: str


@dataclass(frozen=True)
class ValueCompiler:
    """Compiles the values of one record, whose columns the reader knows."""

    reader: Reader
    formats: Formats

    def leaf(self, spec: ValueSpec, shape: FieldShape, place: str) -> Leaf:
        """The node of one value; raises BadMapping where the specification does not fit the field or the file."""
        get = self._typed(spec, shape, place)
        if spec.when is not None:
            get = _only_when(compile_condition(spec.when, self.reader, place), get)
        return Leaf(get, ", ".join(map(self.reader.label, references(spec))) or place)

    def _typed(self, spec: ValueSpec, shape: FieldShape, place: str) -> Getter:
        if spec.first is not None:
            return self._first(spec.first, shape, place)
        if spec.constant is not None:
            return _constant(spec.constant)
        if spec.sum is not None:
            return self._sum(spec, place)
        if spec.all is not None:
            return _distinct(self.reader.texts(spec.all, place))
        if spec.latest is not None:
            return _latest([self._moment(reference, spec, place) for reference in spec.latest])
        return self._from_text(spec, shape, place)

    def _from_text(self, spec: ValueSpec, shape: FieldShape, place: str) -> Getter:
        text = (
            self._template(spec.template, place)
            if spec.template is not None
            else self.reader.text(spec.column or "", place)
        )
        label = self.reader.label(spec.column or place)
        if spec.values is not None:
            return _translated(text, spec, label, place)
        if shape.kind is Kind.VALUES:
            return split(text, spec.split or ",")
        if bare(shape.type) in (AwareDatetime, datetime) or spec.time or spec.zone or spec.end_of_day:
            return _then(text, self._moments(spec, label))
        if bare(shape.type) in (Decimal, int) or spec.factor or spec.decimal:
            return _then(text, number_reader(label, spec.decimal or self.formats.decimal, _factor(spec, place)))
        return lambda scope: text(scope) or None

    def _first(self, options: list[str | ValueSpec], shape: FieldShape, place: str) -> Getter:
        specs = [ValueSpec(column=option) if isinstance(option, str) else option for option in options]
        getters = [self.leaf(spec, shape, f"{place}.first[{index}]").get for index, spec in enumerate(specs)]

        def get(scope: Scope) -> Any:
            for getter in getters:
                value = getter(scope)
                if value is not None:
                    return value
            return None

        return get

    def _sum(self, spec: ValueSpec, place: str) -> Getter:
        columns = [(self.reader.texts(name, place), self.reader.label(name)) for name in spec.sum or ()]
        factor, decimal = _factor(spec, place), spec.decimal or self.formats.decimal
        readers = [(texts, number_reader(label, decimal, factor)) for texts, label in columns]

        def get(scope: Scope) -> Decimal | None:
            numbers = [number for texts, read in readers for text in texts(scope) if (number := read(text)) is not None]
            return sum(numbers, Decimal(0)) if numbers else None

        return get

    def _template(self, template: str, place: str) -> Callable[[Scope], str]:
        parts = [(name, self.reader.text(name, place)) for name in _PLACEHOLDER.findall(template)]
        pieces = _PLACEHOLDER.split(template)[::2]

        def get(scope: Scope) -> str:
            texts = [text(scope) for _, text in parts]
            if parts and not any(texts):
                return ""
            return pieces[0] + "".join(text + piece for text, piece in zip(texts, pieces[1:], strict=True))

        return get

    def _moment(self, reference: str, spec: ValueSpec, place: str) -> Getter:
        return _then(self.reader.text(reference, place), self._moments(spec, self.reader.label(reference)))

    def _moments(self, spec: ValueSpec, label: str) -> Callable[[str], datetime | None]:
        return moment_reader(
            label=label,
            pattern=spec.time or self.formats.time,
            zone=spec.zone or self.formats.zone,
            end_of_day=spec.end_of_day,
        )


def references(spec: ValueSpec) -> list[str]:
    """Every column the specification reads, in its order."""
    nested = [
        name for option in spec.first or () for name in ([option] if isinstance(option, str) else references(option))
    ]
    named = [name for name in (spec.column, spec.all) if name is not None]
    return [*named, *nested, *(spec.latest or ()), *(spec.sum or ()), *_PLACEHOLDER.findall(spec.template or "")]


def number_reader(label: str, decimal: str, factor: Decimal | None) -> Callable[[str], Decimal | None]:
    """Reads a number with `decimal` before its fraction and multiplies it; empty text is no number."""

    def read(text: str) -> Decimal | None:
        if not text:
            return None
        number = _number(text.replace(".", "").replace(",", ".") if decimal == "," else text)
        if number is None:
            raise CellProblem(label, f"'{text}' is not a number", "Correct it.", kind="is not a number")
        return number if factor is None else number * factor

    return read


def _number(text: str) -> Decimal | None:
    """None for what is no number, or beyond any amount: arithmetic on it would fail or never end."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number.adjusted() < _DIGITS else None


def _factor(spec: ValueSpec, place: str) -> Decimal | None:
    if spec.factor is None:
        return None
    factor = _number(spec.factor)
    if factor is None:
        raise BadMapping(
            f"{place}.factor: '{spec.factor}' is no number.", field=f"{place}.factor", remedy='Write "0.01".'
        )
    return factor


def _constant(value: Any) -> Getter:
    return lambda _scope: value


def _only_when(condition: Callable[[Scope], bool], get: Getter) -> Getter:
    return lambda scope: get(scope) if condition(scope) else None


def _then(text: Callable[[Scope], str], read: Callable[[str], Any]) -> Getter:
    return lambda scope: read(text(scope))


def split(text: Callable[[Scope], str], separator: str) -> Getter:
    """The parts of a list that stands in one cell."""
    return lambda scope: [part.strip() for part in text(scope).split(separator) if part.strip()] or None


def _distinct(texts: Callable[[Scope], list[str]]) -> Getter:
    return lambda scope: list(dict.fromkeys(texts(scope))) or None


def _latest(moments: list[Getter]) -> Getter:
    return lambda scope: max((found for moment in moments if (found := moment(scope)) is not None), default=None)


def _translated(text: Callable[[Scope], str], spec: ValueSpec, label: str, place: str) -> Getter:
    words = spec.values or {}

    def get(scope: Scope) -> Any:
        word = text(scope)
        if word in words:
            return words[word]
        if spec.otherwise is None and word:
            raise CellProblem(label, f"'{word}' is not translated", f"Add it to {place}.values.", kind="not translated")
        return spec.otherwise

    return get
