"""Orders in words: their states as badges."""

from django import template
from django.utils.safestring import SafeString

from aftercare.commerce.orders.models import Fulfilment, Order
from aftercare.commerce.orders.tones import FULFILMENT_TONES, PAYMENT_TONES, PROGRESS_TONES
from aftercare.foundation.web.templatetags.icons import badge

register = template.Library()


@register.simple_tag
def order_progress(order: Order) -> SafeString:
    """`{% order_progress order %}`: how far it is, as a badge."""
    return badge(PROGRESS_TONES[order.progress], str(Order.Progress(order.progress).label))


@register.simple_tag
def order_payment(order: Order) -> SafeString:
    """`{% order_payment order %}`: whether it is paid, as a badge."""
    return badge(PAYMENT_TONES[order.payment], str(Order.Payment(order.payment).label))


@register.simple_tag
def fulfilment_status(fulfilment: Fulfilment) -> SafeString:
    """`{% fulfilment_status fulfilment %}`: its status as a badge."""
    return badge(FULFILMENT_TONES[fulfilment.status], str(Fulfilment.Status(fulfilment.status).label))
