"""What lists of messages and of blocked addresses are narrowed to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.models import Message, Suppression
from aftercare.engagement.messaging.policy import Reason
from aftercare.engagement.messaging.queries import MessageFilters
from aftercare.engagement.messaging.types import message_types
from aftercare.foundation.web.listing import Filters

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
