"""Forms made of a kind's settings alone: a new kind of step or condition needs no form of its own.

A field's label and help are `Field(title=, description=)`, its bounds are the field's, and what it may be is its type:
numbers, texts, times, yes or no, with `Choices` one or some of what is on offer, and rows of settings alike.
"""

import re
from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from aftercare.foundation.kit.choices import Choices, Hours
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.web.fields import refusal_of
from aftercare.foundation.web.rows_field import RowsField

_LONGEST = 1000
_HOURS_A_DAY = 24
_LONGEST_SPAN = 24 * 366
_MOST_ROWS = 20


class ListField(forms.CharField):
    """Several values in one line, separated by commas; numbers and yes or no are taken as such where they may be."""

    def __init__(self, *, parses_numbers: bool, **options: Any) -> None:
        super().__init__(**options)
        self._parses_numbers = parses_numbers

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else ", ".join(_written(one) for one in value or ())

    def clean(self, value: Any) -> list[Any]:
        words = [word.strip() for word in super().clean(value).split(",")]
        return [self._parsed(word) for word in words if word]

    def _parsed(self, word: str) -> str | int | bool:
        if not self._parses_numbers:
            return word
        if word.lower() in {"true", "false"}:
            return word.lower() == "true"
        return int(word) if re.fullmatch(r"-?[0-9]{1,15}", word) else word


class HoursWidget(forms.MultiWidget):
    """A number and its unit: days where that comes out even."""

    template_name = "web/components/hours.html"

    def __init__(self) -> None:
        units = [(_HOURS_A_DAY, gettext_lazy("days")), (1, gettext_lazy("hours"))]
        super().__init__([forms.NumberInput(attrs={"min": 1}), forms.Select(choices=units)])

    def decompress(self, value: int | None) -> list[int | None]:
        if value is None:
            return [None, _HOURS_A_DAY]
        unit = 1 if value % _HOURS_A_DAY else _HOURS_A_DAY
        return [value // unit, unit]


class HoursField(forms.MultiValueField):
    """A span in hours, which people may give in days."""

    def __init__(self, **options: Any) -> None:
        numbers = forms.IntegerField(min_value=1, max_value=_LONGEST_SPAN)
        units = forms.TypedChoiceField(choices=[(_HOURS_A_DAY, ""), (1, "")], coerce=int)
        super().__init__([numbers, units], widget=HoursWidget, **options)

    def compress(self, data_list: list[int]) -> int | None:
        return data_list[0] * data_list[1] if data_list else None


class ConfigForm(forms.Form):
    """The settings of one kind. When it is valid, `config` is what a definition keeps."""

    def __init__(
        self, config_class: type[BaseModel], data: Any = None, *, config: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=dict(config or {}), auto_id="config_%s")
        self._config_class = config_class
        self.config: dict[str, Any] = {}
        for name, info in config_class.model_fields.items():
            self.fields[name] = form_field(name, info)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        said = {name: value for name, value in cleaned.items() if value not in (None, "", [])}
        try:
            parsed = self._config_class.model_validate(
                {name: said[name] for name in self._own_fields() if name in said}
            )
        except ValidationError as error:
            for one in error.errors():
                self._object(refusal_of(one, place=one["loc"]))
        except Refusal as refusal:
            self._object(refusal)
        else:
            self.config = self._kept(parsed, cleaned)
        return cleaned

    def _own_fields(self) -> list[str]:
        return list(self._config_class.model_fields)

    def _kept(self, parsed: BaseModel, _cleaned: Mapping[str, Any]) -> dict[str, Any]:
        return parsed.model_dump(mode="json", exclude_defaults=True)

    def _object(self, refusal: Refusal) -> None:
        field = refusal.field.partition("[")[0]
        self.add_error(field if field in self.fields else None, refusal.sentence)


def form_field(name: str, info: FieldInfo) -> forms.Field:
    """The form's field for a setting."""
    field = _field(info)
    field.label = _(info.title) if info.title else name.replace("_", " ").capitalize()
    field.help_text = _(info.description) if info.description else ""
    # A list without an empty entry always has an answer; what is not ticked is one, too.
    field.required = (info.is_required() or type(field) is forms.ChoiceField) and type(field) is not forms.BooleanField
    if not info.is_required():
        field.initial = info.get_default(call_default_factory=True)
    return field


def _field(info: FieldInfo) -> forms.Field:
    annotation = info.annotation
    offered = next((one for one in info.metadata if isinstance(one, Choices)), None)
    many = get_origin(annotation) in (tuple, list)
    if offered is not None:
        return _choice(offered, many=many, required=info.is_required())
    if row := _row_of(annotation, many=many):
        columns = {name: form_field(name, column) for name, column in row.model_fields.items()}
        return RowsField(columns, most=_bound(info, "max_length") or _MOST_ROWS)
    if many:
        return ListField(parses_numbers=int in _flat_types(annotation), max_length=_LONGEST)
    if get_origin(annotation) is Literal:
        return forms.ChoiceField(choices=[(word, str(word).capitalize()) for word in get_args(annotation)])
    return _scalar(info)


def _row_of(annotation: Any, *, many: bool) -> type[BaseModel] | None:
    """The settings of one of several alike."""
    kind = next(iter(get_args(annotation)), None) if many else None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _scalar(info: FieldInfo) -> forms.Field:
    types = _flat_types(info.annotation)
    if bool in types:
        return forms.BooleanField()
    if Decimal in types:
        return forms.DecimalField(min_value=_bound(info, "ge"), max_value=_bound(info, "le"))
    if int in types and any(isinstance(one, Hours) for one in info.metadata):
        return HoursField()
    if int in types:
        return forms.IntegerField(min_value=_bound(info, "ge"), max_value=_bound(info, "le"))
    if time in types:
        return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    return forms.CharField(max_length=_bound(info, "max_length") or _LONGEST)


def _choice(offered: Choices, *, many: bool, required: bool) -> forms.Field:
    choices = list(offered.offer())
    if many:
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple)
    return forms.ChoiceField(choices=[("", _("Choose …")), *choices] if required else choices)


def _bound(info: FieldInfo, name: str) -> int | None:
    return next((getattr(one, name) for one in info.metadata if hasattr(one, name)), None)


def _flat_types(annotation: Any) -> set[Any]:
    return {annotation} | {inner for part in get_args(annotation) for inner in _flat_types(part)}


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
