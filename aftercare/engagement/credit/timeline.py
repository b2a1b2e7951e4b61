"""How events of credit read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.engagement.credit import events
from aftercare.engagement.credit.origins import Origin
from aftercare.engagement.credit.vocabulary import Discount
from aftercare.foundation.events.timelines import Told, tells, topic
from aftercare.foundation.web.templatetags.amounts import money, number

topic("credit", gettext_lazy("Credit"), "credit.", "gift_card.", "promotion.", "code.")


@tells(events.CreditGranted)
def _granted(data: Mapping[str, Any]) -> Told:
    kind = data.get("kind", "")
    label = str(Origin(kind).label) if kind in Origin.values else kind
    return Told(_joined(_amount(data), label, data.get("reason", "")), "good")


@tells(events.CreditSpent)
def _spent(data: Mapping[str, Any]) -> Told:
    return Told(_joined(_amount(data), data.get("reference", "")))


@tells(events.CreditRestored)
def _restored(data: Mapping[str, Any]) -> Told:
    return Told(_joined(_amount(data), data.get("reason", "")), "good")


@tells(events.CreditClawedBack)
def _clawed(data: Mapping[str, Any]) -> Told:
    spent = ""
    if data.get("spent") and data.get("currency"):
        spent = _("%(amount)s was spent already") % {"amount": money(data["spent"], data["currency"])}
    return Told(_joined(_amount(data), data.get("reason", ""), spent), "attention")


@tells(events.CreditExpiring, events.CreditExpired)
def _expiring(data: Mapping[str, Any]) -> Told:
    return Told(_amount(data), "attention")


@tells(events.GiftCardIssued, events.GiftCardRedeemed, events.GiftCardDisabled)
def _card(data: Mapping[str, Any]) -> Told:
    return Told(_joined(f"…{data.get('last_four', '')}", _amount(data), data.get("reason", "")))


@tells(events.PromotionSaved)
def _saved(data: Mapping[str, Any]) -> Told:
    kind = data.get("discount", "")
    return Told(_joined(data.get("name", ""), str(Discount(kind).label) if kind in Discount.values else kind))


@tells(events.PromotionOver)
def _over(data: Mapping[str, Any]) -> Told:
    return Told(data.get("name", ""))


@tells(events.CodesMade, events.CodesRevoked)
def _codes(data: Mapping[str, Any]) -> Told:
    return Told(_joined(data.get("name", ""), number(data.get("count")), data.get("batch", "")))


@tells(events.CodeRedeemed, events.CodeCancelled)
def _redeemed(data: Mapping[str, Any]) -> Told:
    return Told(_joined(data.get("code", ""), _amount(data), data.get("reference", "")))


def _amount(data: Mapping[str, Any]) -> str:
    return money(data["amount"], data["currency"]) if data.get("currency") else ""


def _joined(*words: str) -> str:
    return " · ".join(filter(None, words))
