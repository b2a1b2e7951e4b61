"""Parcels in words: their status as a badge, reasons as people say them."""

from django import template
from django.utils.safestring import SafeString

from aftercare.commerce.shipments.models import Scan, Shipment
from aftercare.commerce.shipments.tones import TONES
from aftercare.commerce.shipments.vocabulary import Status
from aftercare.foundation.web.templatetags.icons import badge

register = template.Library()


@register.simple_tag
def shipment_status(thing: Shipment | Scan) -> SafeString:
    """`{% shipment_status shipment %}`, also of a scan: its canonical status as a badge."""
    return badge(TONES[thing.status], str(Status(thing.status).label))


@register.filter
def reason_words(reason: str) -> str:
    """`{{ scan.reason|reason_words }}`: "consignee not home"."""
    return reason.replace("_", " ")
