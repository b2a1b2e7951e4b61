"""A field of several rows alike, such as names with their weights: what is there, and some empty rows for more."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

_SPARE = 2
_MOST = 20
_FEWEST = 3


class RowsWidget(forms.Widget):
    """A small table of inputs, each called after its row and column. Works without scripts."""

    template_name = "web/components/rows.html"
    use_fieldset = True

    def __init__(self, columns: Mapping[str, forms.Field], most: int) -> None:
        super().__init__()
        self._columns = columns
        self._most = most

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows: Sequence[Mapping[str, Any]] = list(value or ())
        shown = min(self._most, max(_FEWEST, len(rows) + _SPARE))
        filled = [*rows, *({} for _empty in range(shown - len(rows)))]
        autofocus = {"autofocus": True} if self.attrs.get("autofocus") else {}
        context["heads"] = [field.label for field in self._columns.values()]
        context["rows"] = [
            [self._cell(name, number, column, row.get(column), {} if number else autofocus) for column in self._columns]
            for number, row in enumerate(filled)
        ]
        return context

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> list[dict[str, Any]]:
        rows = [
            {
                column: field.widget.value_from_datadict(data, {}, f"{name}_{number}_{column}")
                for column, field in self._columns.items()
            }
            for number in range(_MOST)
        ]
        first = next(iter(self._columns))
        # A row counts once its first column says something: others may have a usual value.
        return [row for row in rows if str(row[first] or "").strip()]

    def value_omitted_from_data(self, data: Any, _files: Any, name: str) -> bool:
        return not any(key.startswith(f"{name}_") for key in data)

    def _cell(self, name: str, number: int, column: str, value: Any, attrs: dict[str, Any]) -> str:
        field = self._columns[column]
        label = _("%(column)s, row %(number)s") % {"column": field.label, "number": number + 1}
        usual = field.initial if value is None else value
        return str(field.widget.render(f"{name}_{number}_{column}", usual, {**attrs, "aria-label": label}))


class RowsField(forms.Field):
    """Answers the rows as a list of what each column said."""

    def __init__(self, columns: Mapping[str, forms.Field], *, most: int = _MOST, **options: Any) -> None:
        super().__init__(widget=RowsWidget(columns, most), **options)
        self._columns = columns

    def clean(self, value: Any) -> list[dict[str, Any]]:
        rows = super().clean(value)
        return [self._row(number, row) for number, row in enumerate(rows or (), start=1)]

    def _row(self, number: int, row: Mapping[str, Any]) -> dict[str, Any]:
        cleaned = {}
        for column, field in self._columns.items():
            try:
                cleaned[column] = field.clean(row[column])
            except forms.ValidationError as error:
                place = _("Row %(number)s, %(column)s:") % {"number": number, "column": field.label}
                raise forms.ValidationError([f"{place} {sentence}" for sentence in error.messages]) from error
        return {column: said for column, said in cleaned.items() if said not in (None, "")}
