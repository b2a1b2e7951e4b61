"""What lists are narrowed to, and what a mail provider must be told."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.models import InboundMessage, Message, Suppression
from aftercare.engagement.messaging.policy import Reason
from aftercare.engagement.messaging.providing import Provider, Setting
from aftercare.engagement.messaging.queries import MessageFilters
from aftercare.engagement.messaging.types import message_types
from aftercare.foundation.web.listing import DayField, Filters

LONGEST_SILENCE = timedelta(days=365)
_ALL = [("", _("All"))]


def _types() -> list[tuple[str, object]]:
    return [*_ALL, *((kind.key, kind.label) for kind in message_types())]


def _channels() -> list[tuple[str, object]]:
    return [*_ALL, *((channel.key, channel.label) for channel in channels)]


class MessageListFilters(Filters):
    """Messages by state, type, channel and reason."""

    state = forms.ChoiceField(label=_("State"), choices=[*_ALL, *Message.State.choices], required=False)
    type = forms.ChoiceField(label=_("Message"), choices=_types, required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=_channels, required=False)
    reason = forms.ChoiceField(label=_("Reason"), choices=[*_ALL, *Reason.choices], required=False)

    def narrowed(self) -> MessageFilters:
        """As the query takes them."""
        return MessageFilters(
            words=self.chosen("q") or "",
            state=self.chosen("state") or "",
            message_type=self.chosen("type") or "",
            channel=self.chosen("channel") or "",
            reason=self.chosen("reason") or "",
        )


class SuppressionFilters(Filters):
    """Blocked addresses by cause."""

    cause = forms.ChoiceField(label=_("Cause"), choices=[*_ALL, *Suppression.Cause.choices], required=False)


class LeaveAloneForm(forms.Form):
    """Until when nothing that can wait is said to a customer."""

    until = DayField(label=_("Until"))
    reason = forms.CharField(
        label=_("Why"), max_length=200, required=False, initial=_("They asked to be left alone"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data)
        self._today = today
        until = self.fields["until"]
        until.required = True
        until.required = True
        until.widget.attrs.update(min=str(today + timedelta(days=1)), max=str(today + LONGEST_SILENCE))

    def clean_until(self) -> date:
        """A day to come, and not so far away that nobody remembers."""
        until: date | None = self.cleaned_data["until"]
        if until is None or not self._today < until <= self._today + LONGEST_SILENCE:
            raise forms.ValidationError(_("Choose a day to come, within a year."))
        return until

    def clean_reason(self) -> str:
        """There always is one: somebody will ask."""
        return self.cleaned_data["reason"] or str(self.fields["reason"].initial)


class ReplyFilters(Filters):
    """Mail that came in, by kind; the search is for the sender or the subject."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[*_ALL, *InboundMessage.Kind.choices], required=False)


def connection_form(
    provider: Provider, data: Any, *, is_change: bool = False, known: Mapping[str, str] | None = None
) -> forms.Form:
    """What a provider must be told. When it is changed, secrets may stay empty: they are never shown again."""
    form = forms.Form(data, initial=dict(known or {}))
    for setting in provider.settings:
        form.fields[setting.name] = _field(setting, is_change=is_change)
    if provider.takes_replies:
        form.fields["reply_domain"] = forms.CharField(
            label=_("Domain for answers"), required=False, max_length=200,
            help_text=_("Such as in.shop.example, if all its mail comes to this provider. Customers answer there."),
        )  # fmt: skip
    return form


def _field(setting: Setting, *, is_change: bool) -> forms.Field:
    if setting.choices:
        return forms.ChoiceField(label=setting.label, choices=list(setting.choices.items()))
    if not setting.secret:
        return forms.CharField(
            label=setting.label, help_text=setting.help, required=not setting.optional, max_length=4000
        )
    stays = _("Empty: it stays as it is.") if is_change else setting.help
    return forms.CharField(
        label=setting.label, help_text=stays, required=not (setting.optional or is_change), max_length=4000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
