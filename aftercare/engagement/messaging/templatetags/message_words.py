"""Messages in words: their state as a badge, why, of which type, on which channel."""

from babel import Locale, UnknownLocaleError
from django import template
from django.utils.safestring import SafeString

from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.tones import NEWS_TONES, TONES
from aftercare.engagement.messaging.types import type_label
from aftercare.engagement.messaging.wording import reason_in_words
from aftercare.foundation.web.templatetags.icons import badge

register = template.Library()


@register.simple_tag
def message_state(message: Message) -> SafeString:
    """`{% message_state message %}`: its state as a badge; of what was sent, what was heard of it since."""
    if message.delivery:
        return badge(NEWS_TONES[message.delivery], str(message.get_delivery_display()))
    return badge(TONES[message.standing], str(message.standing.label))


@register.filter
def message_type_label(message: Message) -> str:
    """`{{ message|message_type_label }}`: "Order confirmed"."""
    return type_label(message.message_type)


@register.filter
def type_name(key: str) -> str:
    """`{{ version.key|type_name }}`: what a template or type is called."""
    return type_label(key)


@register.filter
def language_name(code: str) -> str:
    """`{{ one.wanted|language_name }}`: what a language is called in itself; the bare code where nobody knows."""
    try:
        return str(Locale.parse(code, sep="-").get_display_name() or code)
    except (UnknownLocaleError, ValueError):
        return code


@register.filter
def reason_label(message: Message) -> str:
    """`{{ message|reason_label }}`: why it was decided so, with whatever is known beyond."""
    return reason_in_words(message.reason, message.detail)


@register.filter
def channel_label(message: Message) -> str:
    """`{{ message|channel_label }}`: "E-mail"; the bare key where the channel is gone."""
    return str(channels[message.channel].label) if message.channel in channels else message.channel
