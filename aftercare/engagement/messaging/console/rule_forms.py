"""What staff type on the pages of the moment: a message to try, and the parts of the sending rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.policy import LegalClass
from aftercare.engagement.messaging.policy.best_hour import HOURS
from aftercare.engagement.messaging.policy.budget import LONGEST_WINDOW
from aftercare.engagement.messaging.sending_rules import MOST_PERCENT, HoursIn, LimitIn, SendingRulesIn
from aftercare.engagement.messaging.types import message_types
from aftercare.engagement.messaging.wording import class_in_words, hour_in_words

CLASSES = {
    LegalClass.SERVICE: gettext_lazy("Help with a purchase"),
    LegalClass.MARKETING: gettext_lazy("News and offers"),
    LegalClass.TRANSACTIONAL: gettext_lazy("What is owed (counts, and never waits)"),
}


class SimulatorForm(forms.Form):
    """Whom, what, how and when."""

    customer = forms.CharField(
        label=gettext_lazy("Customer"), max_length=200, help_text=gettext_lazy("Name, address or id.")
    )
    order = forms.CharField(
        label=gettext_lazy("Order"), required=False, max_length=60, help_text=gettext_lazy("Its number, if it is about one.")
    )  # fmt: skip
    type = forms.ChoiceField(label=gettext_lazy("Message"))
    channel = forms.ChoiceField(label=gettext_lazy("By"))
    at = forms.DateTimeField(
        label=gettext_lazy("When"), required=False, help_text=gettext_lazy("In the store's time; empty is now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.key, f"{kind.label} ({class_in_words(kind.legal_class)})") for kind in message_types()]
        _choose(self, "type", sorted(kinds, key=lambda kind: "thank_you" not in kind[0]))
        _choose(self, "channel", [(channel.key, str(channel.label)) for channel in channels])


class LimitForm(forms.Form):
    """One limit of the budget."""

    most = forms.IntegerField(label=gettext_lazy("At most"), min_value=1, max_value=1000, initial=1)
    days = forms.IntegerField(
        label=gettext_lazy("In so many days"), min_value=1, max_value=LONGEST_WINDOW.days, initial=1
    )  # fmt: skip
    covers = forms.MultipleChoiceField(
        label=gettext_lazy("Messages that count"), widget=forms.CheckboxSelectMultiple,
        choices=[(key.value, label) for key, label in CLASSES.items()],
        initial=[LegalClass.SERVICE.value, LegalClass.MARKETING.value],
    )  # fmt: skip

    def limit(self) -> LimitIn:
        """As it is kept."""
        return LimitIn.model_validate(self.cleaned_data)


class HoursForm(forms.Form):
    """Hours of a country, or of all."""

    country = forms.RegexField(
        "^([A-Z]{2})?$", label=gettext_lazy("Country"), required=False, max_length=2,
        help_text=gettext_lazy("Two letters, such as FR; empty is every country."),
    )  # fmt: skip
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("By"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None is all."),
    )  # fmt: skip
    covers = forms.MultipleChoiceField(
        label=gettext_lazy("Messages"), widget=forms.CheckboxSelectMultiple, initial=[LegalClass.MARKETING.value],
        choices=[(key.value, CLASSES[key]) for key in (LegalClass.SERVICE, LegalClass.MARKETING)],
    )  # fmt: skip
    weekday = forms.CharField(label=gettext_lazy("Workdays"), max_length=60, initial="09:00-20:00")
    saturday = forms.CharField(label=gettext_lazy("Saturdays"), max_length=60, required=False, initial="09:00-20:00")
    sunday = forms.CharField(
        label=gettext_lazy("Sundays"), max_length=60, required=False, help_text=gettext_lazy("Empty is closed.")
    )  # fmt: skip
    holiday = forms.CharField(label=gettext_lazy("Public holidays"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "channels", [(channel.key, str(channel.label)) for channel in channels])

    def clean(self) -> dict[str, Any]:
        said = dict(super().clean() or {})
        if self.errors:
            return said
        days = {name: _spans(said[name]) for name in ("weekday", "saturday", "sunday", "holiday")}
        try:
            said["hours"] = HoursIn.model_validate(
                {"country": said["country"], "channels": said["channels"], "covers": said["covers"], **days}
            )
        except ValidationError as error:
            for problem in error.errors():
                name = str(problem["loc"][0]) if problem["loc"] else "weekday"
                self.add_error(name, _("Write spans such as 09:00-12:30, 13:30-17:00; workdays need one."))
        return said

    def hours(self) -> HoursIn:
        """As it is kept."""
        found: HoursIn = self.cleaned_data["hours"]
        return found


class HabitsForm(forms.Form):
    """Digests, the best hour, and the control group."""

    digests = forms.BooleanField(
        label=gettext_lazy("Merge what was too much into one message"), required=False,
        help_text=gettext_lazy("When there is room again. Otherwise the most important goes first and the rest waits on."),
    )  # fmt: skip
    best_hour = forms.BooleanField(
        label=gettext_lazy("Write when the customer reads"), required=False,
        help_text=gettext_lazy("Learned every night from what they open; what is owed does not wait for it."),
    )  # fmt: skip
    default_hour = forms.TypedChoiceField(
        label=gettext_lazy("While nothing is known of them or the store"), required=False, empty_value=None, coerce=int,
        choices=[("", gettext_lazy("at once")), *((hour, hour_in_words(hour)) for hour in range(HOURS))],
    )  # fmt: skip
    patience_hours = forms.IntegerField(
        label=gettext_lazy("Wait for that hour at most (hours)"), min_value=1, max_value=48
    )  # fmt: skip
    control_percent = forms.FloatField(
        label=gettext_lazy("Control group (percent of customers)"), min_value=0, max_value=MOST_PERCENT,
        help_text=gettext_lazy("They get only what is owed, so that all the rest has something to be measured against."),
    )  # fmt: skip

    @staticmethod
    def said_of(rules: SendingRulesIn) -> dict[str, Any]:
        """What stands in the form at first."""
        return {name: getattr(rules, name) for name in HabitsForm.base_fields}


class PrioritiesForm(forms.Form):
    """What goes first when there is room for one."""

    def __init__(self, *args: Any, rules: SendingRulesIn, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kinds = {
            kind.key: kind for kind in message_types()
            if kind.legal_class is not LegalClass.TRANSACTIONAL and not kind.digest
        }  # fmt: skip
        for key, kind in self._kinds.items():
            self.fields[key] = forms.IntegerField(
                label=kind.label, min_value=0, max_value=100, required=False,
                initial=rules.priorities.get(key, kind.priority),
            )  # fmt: skip

    def priorities(self) -> dict[str, int]:
        """Those that differ from what the types say themselves."""
        return {
            key: said for key, said in self.cleaned_data.items() if said not in {None, self._kinds[key].priority}
        }  # fmt: skip


def _spans(text: str) -> list[str]:
    return [part.strip().replace("\N{EN DASH}", "-") for part in text.split(",") if part.strip()]


def _choose(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
