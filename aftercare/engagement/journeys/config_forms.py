"""The forms of conditions: a kind's settings, whether it is meant the other way round, and which way it opens."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ValidationError

from aftercare.engagement.journeys.conditions import ConditionUse, conditions
from aftercare.engagement.journeys.steps.multi_split import MultiSplitConfig
from aftercare.foundation.web.config_forms import ConfigForm
from aftercare.foundation.web.fields import refusal_of

OPPOSITE = gettext_lazy("The opposite: it must not be so")


class WayForm(ConfigForm):
    """One way of a step whose ways each have a question; what it keeps are the settings of the whole step.

    `place` is which of the ways it is, one more than there are for a new one.
    """

    def __init__(self, kind: str, data: Any = None, *, ways: Sequence[Mapping[str, Any]], place: int) -> None:
        now = dict(ways[place]) if place < len(ways) else {}
        use = now.get("when", {})
        super().__init__(conditions[kind].Config, data, config=use.get("config") if use.get("kind") == kind else None)
        self._kind, self._ways, self._place = kind, ways, place
        own = dict(self.fields)
        self.fields.clear()
        self.fields["way_name"] = forms.CharField(
            label=_("What this way is called"), max_length=40, initial=now.get("name", "")
        )
        self.fields |= own
        self.fields["opposite"] = forms.BooleanField(label=OPPOSITE, required=False, initial=bool(use.get("opposite")))
        if place < len(ways) > 1:
            self._offer_places(len(ways))

    def _offer_places(self, count: int) -> None:
        places = [(str(number), str(number + 1)) for number in range(count)]
        self.fields["asked_as"] = forms.ChoiceField(
            label=_("Asked as number"), choices=places, initial=str(self._place), required=False
        )
        self.fields["gone"] = forms.BooleanField(label=_("Take this way out"), required=False)

    def _kept(self, parsed: BaseModel, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        use = ConditionUse(kind=self._kind, config=super()._kept(parsed, cleaned), opposite=bool(cleaned["opposite"]))
        ways = [dict(way) for number, way in enumerate(self._ways) if number != self._place]
        if not cleaned.get("gone"):
            way = {"name": cleaned["way_name"], "when": use.model_dump(mode="json", exclude_defaults=True)}
            ways.insert(int(cleaned.get("asked_as") or self._place), way)
        return MultiSplitConfig.model_validate({"ways": ways}).model_dump(mode="json", exclude_defaults=True)

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except ValidationError as error:
            self.add_error("way_name", refusal_of(error.errors()[0], place=()).sentence)
            return self.cleaned_data


class ConditionForm(ConfigForm):
    """A condition of one kind with its settings, or its opposite."""

    def __init__(self, kind: str, data: Any = None, *, use: Mapping[str, Any] | None = None) -> None:
        use = use or {}
        super().__init__(conditions[kind].Config, data, config=use.get("config"))
        self._kind = kind
        self.fields["opposite"] = forms.BooleanField(
            label=OPPOSITE, required=False, initial=bool(use.get("opposite"))
        )  # fmt: skip

    def _kept(self, parsed: BaseModel, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        kept = super()._kept(parsed, cleaned)
        use = ConditionUse(kind=self._kind, config=kept, opposite=bool(cleaned.get("opposite")))
        return use.model_dump(mode="json", exclude_defaults=True)
