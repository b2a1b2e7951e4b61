"""What the pages of return policies ask for, besides the settings of conditions and effects."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel

from aftercare.care.return_policies.policy.conditions import conditions
from aftercare.care.return_policies.policy.effects import effects
from aftercare.care.return_policies.policy.rules import Effect, settings_of
from aftercare.care.return_policies.vocabulary import Blame, ItemState
from aftercare.engagement.segments.definition import Condition
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.web.config_forms import ConfigForm


class ConditionForm(ConfigForm):
    """A condition of one kind with its settings, or its opposite. When it is valid, `part` is what it says."""

    def __init__(self, kind: str, data: Any = None, *, part: Condition | None = None) -> None:
        config = settings_of(part).model_dump(mode="json") if part else None
        super().__init__(conditions[kind].Config, data, config=config)
        self._kind = kind
        self.part: Condition | None = None
        self.fields["opposite"] = forms.BooleanField(
            label=_("The opposite: it must not be so"), required=False, initial=bool(part and part.opposite)
        )

    def _kept(self, parsed: BaseModel, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        kept = super()._kept(parsed, cleaned)
        self.part = Condition(kind=self._kind, config=kept, opposite=bool(cleaned.get("opposite")))
        return kept


class EffectForm(ConfigForm):
    """What a rule decides, with its settings. When it is valid, `part` is what it says."""

    def __init__(self, kind: str, data: Any = None, *, part: Effect | None = None) -> None:
        config = settings_of(part).model_dump(mode="json") if part else None
        super().__init__(effects[kind].Config, data, config=config)
        self._kind = kind
        self.part: Effect | None = None

    def _kept(self, parsed: BaseModel, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        kept = super()._kept(parsed, cleaned)
        try:
            effects[self._kind].rulings(parsed)
        except Refusal as refusal:
            self._object(refusal)
        else:
            self.part = Effect(kind=self._kind, config=kept)
        return kept


class TryForm(forms.Form):
    """An order to try a policy on, and what the shopper says of what they return."""

    order = forms.CharField(label=gettext_lazy("Order number"), max_length=60, required=False)
    state = forms.ChoiceField(label=gettext_lazy("They say it is"), choices=ItemState.choices, required=False)
    blame = forms.ChoiceField(label=gettext_lazy("It goes back because of"), choices=Blame.choices, required=False)


class PublishForm(forms.Form):
    """Why it was made."""

    note = forms.CharField(
        label=gettext_lazy("What is new"), max_length=300, required=False,
        help_text=gettext_lazy("For those who look at the versions later."),
    )  # fmt: skip
