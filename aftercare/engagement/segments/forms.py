"""What the pages about segments ask for, besides the settings of conditions."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel

from aftercare.engagement.segments.conditions import conditions
from aftercare.engagement.segments.definition import Condition
from aftercare.engagement.segments.vocabulary import SegmentKind, SegmentState
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.web.config_forms import ConfigForm
from aftercare.foundation.web.listing import Filters


class SegmentListFilters(Filters):
    """Segments by kind and state."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[("", _("All")), *SegmentKind.choices], required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=[("", gettext_lazy("Live")), *SegmentState.choices], required=False
    )


class MemberFilters(Filters):
    """Who is in it, by words of their name, e-mail or phone."""


class NameForm(forms.Form):
    """What a segment is called. The names leave those of settings free."""

    segment_name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    segment_description = forms.CharField(label=gettext_lazy("What it is for"), max_length=300, required=False)


class ListForm(forms.Form):
    """A new list, or what one is called."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    description = forms.CharField(label=gettext_lazy("What it is for"), max_length=300, required=False)


class ImportForm(forms.Form):
    """A file of customers."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV with a first line that says which column is email, phone or customer (our id, or yours)."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )


class ConditionForm(ConfigForm):
    """A condition of one kind with its settings, or its opposite. When it is valid, `condition` is what it says."""

    def __init__(self, kind: str, data: Any = None, *, condition: Condition | None = None) -> None:
        config: Mapping[str, Any] | None = condition.settings.model_dump(mode="json") if condition else None
        super().__init__(conditions[kind].Config, data, config=config)
        self._kind = kind
        self.condition: Condition | None = None
        self.fields["opposite"] = forms.BooleanField(
            label=_("The opposite: it must not be so"), required=False, initial=bool(condition and condition.opposite)
        )

    def _kept(self, parsed: BaseModel, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        kept = super()._kept(parsed, cleaned)
        self.condition = Condition(kind=self._kind, config=kept, opposite=bool(cleaned.get("opposite")))
        return kept

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.condition is not None:
            try:
                self.condition.known.check(self.condition.settings)
            except Refusal as refusal:
                self._object(refusal)
        return cleaned
