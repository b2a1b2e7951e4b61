"""The form of a condition: its kind's settings, and whether it is meant the other way round."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from pydantic import BaseModel

from aftercare.engagement.journeys.conditions import ConditionUse, conditions
from aftercare.foundation.web.config_forms import ConfigForm


class ConditionForm(ConfigForm):
    """A condition of one kind with its settings, or its opposite."""

    def __init__(self, kind: str, data: Any = None, *, use: Mapping[str, Any] | None = None) -> None:
        use = use or {}
        super().__init__(conditions[kind].Config, data, config=use.get("config"))
        self._kind = kind
        label = _("The opposite: it must not be so")
        self.fields["opposite"] = forms.BooleanField(
            label=label, required=False, initial=bool(use.get("opposite"))
        )  # fmt: skip

    def _kept(self, parsed: BaseModel, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        kept = super()._kept(parsed, cleaned)
        use = ConditionUse(kind=self._kind, config=kept, opposite=bool(cleaned.get("opposite")))
        return use.model_dump(mode="json", exclude_defaults=True)
