"""Promotions read as a sentence, and the spans of the report, for staff."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercare.engagement.credit.models import Promotion
from aftercare.engagement.credit.queries.liability import EDGES, NEVER
from aftercare.engagement.credit.vocabulary import Discount
from aftercare.foundation.kit.money import Money
from aftercare.foundation.web.templatetags.amounts import money, number


def in_words(one: Promotion) -> str:
    """Such as “10% off · Kitchen · from €50.00 · once per customer · with store credit only”."""
    count = len(one.products)
    parts = [
        _gives(one),
        ", ".join(one.categories),
        ngettext("%(n)s product", "%(n)s products", count) % {"n": number(count)} if count else "",
        _("from %(amount)s") % {"amount": money(Money(one.minimum, one.currency))} if one.minimum else "",
        _("once per customer") if one.once_per_customer else "",
        str(one.get_stacking_display()).lower(),
    ]
    return " · ".join(part for part in parts if part)


def age_in_words(place: int) -> str:
    """How long ago it was given."""
    if place == 0:
        return _("In the last %(n)d days") % {"n": EDGES[0]}
    if place == len(EDGES):
        return _("More than %(n)d days ago") % {"n": EDGES[-1]}
    return _("%(from)d to %(to)d days ago") % {"from": EDGES[place - 1], "to": EDGES[place]}


def expiry_in_words(place: int) -> str:
    """When it expires."""
    if place == NEVER:
        return _("Does not expire")
    if place == 0:
        return _("Within %(n)d days") % {"n": EDGES[0]}
    if place == len(EDGES):
        return _("In more than %(n)d days") % {"n": EDGES[-1]}
    return _("In %(from)d to %(to)d days") % {"from": EDGES[place - 1], "to": EDGES[place]}


def _gives(one: Promotion) -> str:
    if one.discount == Discount.PERCENT:
        return _("%(percent)s%% off") % {"percent": number(float(one.percent or 0))}
    if one.discount == Discount.AMOUNT:
        return _("%(amount)s off") % {"amount": money(Money(one.amount, one.currency))}
    return str(one.get_discount_display())
