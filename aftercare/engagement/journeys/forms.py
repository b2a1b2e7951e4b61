"""What the pages about journeys ask for, besides the settings of steps and conditions (see `config_forms`)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.engagement.journeys.builtin import builtin_journeys
from aftercare.engagement.journeys.definition import END, Definition, Entry
from aftercare.engagement.journeys.editing import open_ways
from aftercare.engagement.journeys.models import Enrolment, Journey
from aftercare.engagement.journeys.outline import NEXT
from aftercare.engagement.journeys.sentences import read, way_label
from aftercare.engagement.journeys.triggers import date_kind, trigger_choices
from aftercare.foundation.web.config_forms import ConfigForm, HoursField
from aftercare.foundation.web.listing import Filters

BUILTIN = "builtin:"
_MOST_SHOWN = 60


class EnrolmentFilters(Filters):
    """Enrolments by state and outcome."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=[("", gettext_lazy("All")), *Enrolment.State.choices], required=False
    )
    outcome = forms.SlugField(label=gettext_lazy("Outcome"), required=False, max_length=40)


class NameForm(forms.Form):
    """What a journey is called."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    description = forms.CharField(label=gettext_lazy("What it is for"), max_length=300, required=False)


class NewJourneyForm(NameForm):
    """A journey from scratch, or as another one is."""

    copy_of = forms.ChoiceField(label=gettext_lazy("Begin with"), required=False)
    trigger = forms.ChoiceField(
        label=gettext_lazy("When"), choices=trigger_choices, initial="order.placed",
        help_text=gettext_lazy("What starts it. A copy keeps its own."),
    )  # fmt: skip

    def __init__(self, data: Any, *, journeys: Sequence[Journey]) -> None:
        super().__init__(data)
        own = [(journey.public_id, journey.name) for journey in journeys]
        built = [(f"{BUILTIN}{one['key']}", one["name"]) for one in builtin_journeys()]
        self.fields["copy_of"].choices = [  # type: ignore[attr-defined]  # a ChoiceField's
            ("", _("Nothing: from scratch")), (_("A copy of one of yours"), own), (_("A copy of a built-in one"), built)
        ]  # fmt: skip


class EntryForm(forms.Form):
    """What starts a journey, and for whom how often."""

    trigger = forms.ChoiceField(label=gettext_lazy("When"), choices=trigger_choices)
    once_per = forms.ChoiceField(
        label=gettext_lazy("Begins"),
        choices=[
            ("event", gettext_lazy("Every time it happens")),
            ("order", gettext_lazy("Once for every order")),
            ("shipment", gettext_lazy("Once for every parcel")),
            ("customer", gettext_lazy("Once for every customer")),
        ],
    )
    again_after_days = forms.IntegerField(
        label=gettext_lazy("Again after, in days"), min_value=1, max_value=3650, required=False,
        help_text=gettext_lazy("Empty: never again for the same order, parcel or customer."),
    )  # fmt: skip
    fresh_for_hours = HoursField(
        label=gettext_lazy("Only news of the last"),
        help_text=gettext_lazy("What we hear of later than this starts nothing."),
    )  # fmt: skip

    def __init__(self, data: Any, *, definition: Definition) -> None:
        super().__init__(data, initial={"trigger": definition.trigger, **definition.entry.model_dump()})
        kind = date_kind(definition.trigger)
        # A kind is chosen first; its settings are those it has until it is opened again.
        is_asked = kind is not None and (data is None or data.get("trigger") == definition.trigger)
        self._date = ConfigForm(kind.Config, data, config=definition.settings) if kind and is_asked else None
        if self._date is not None:
            own = dict(self.fields)
            self.fields.clear()
            self.fields |= {"trigger": own.pop("trigger"), **self._date.fields, **own}
            self.initial.update(self._date.initial)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, errors in (self._date.errors if self._date else {}).items():
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, errors)
        return cleaned

    def settings(self) -> dict[str, Any]:
        """Those of the trigger, once it is valid."""
        return self._date.config if self._date is not None else {}

    def entry(self) -> Entry:
        """What was said, once it is valid."""
        said = self.cleaned_data
        return Entry(
            once_per=said["once_per"], again_after_days=said["again_after_days"],
            fresh_for_hours=said["fresh_for_hours"],
        )  # fmt: skip


class WaysForm(forms.Form):
    """Where those ways out of a step lead on which nothing is indented."""

    def __init__(self, data: Any, *, definition: Definition, step_id: str) -> None:
        super().__init__(data, auto_id="way_%s")
        choices = [("", _("Go on with what stands below")), (END, _("End the journey"))]
        choices += [
            (step.id, f"{step.number} · {step.text[:_MOST_SHOWN]}")
            for step in read(definition).steps
            if step.id != step_id
        ]
        self._now = open_ways(definition, step_id=step_id)
        for way, target in self._now.items():
            label = _("Then") if way == NEXT else way_label(definition.step(step_id), way)
            self.fields[f"way_{way}"] = forms.ChoiceField(
                label=label, choices=choices, initial=target, required=False
            )  # fmt: skip

    def changed_ways(self) -> dict[str, str]:
        """The ways that are to lead elsewhere than they do."""
        said = {way: self.cleaned_data.get(f"way_{way}", target) for way, target in self._now.items()}
        return {way: target for way, target in said.items() if target != self._now[way]}


class PublishForm(forms.Form):
    """What changed, for whoever reads the versions later."""

    note = forms.CharField(
        label=gettext_lazy("What changed, and why"), max_length=300, required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("So that others understand it later")}),
    )  # fmt: skip
