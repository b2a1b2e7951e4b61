"""How events of orders and fulfilments read on a timeline."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from aftercare.commerce.orders.events import (
    FulfilmentBackOrdered,
    FulfilmentCancelled,
    FulfilmentCompleted,
    FulfilmentMissed,
    FulfilmentMoved,
    FulfilmentPacked,
    FulfilmentReady,
    FulfilmentScheduled,
    FulfilmentUnderWay,
    OrderCancelled,
    OrderDelivered,
    OrderEdited,
    OrderPlaced,
    OrderRefunded,
)
from aftercare.commerce.orders.models import Fulfilment
from aftercare.foundation.events.timelines import Told, tells, topic
from aftercare.foundation.kit.money import Money

topic("orders", gettext_lazy("Order"), "order.", "fulfilment.")


@tells(OrderPlaced)
def _placed(data: Mapping[str, Any]) -> Told:
    lines = data.get("lines", 0)
    return Told(f"{_amount(data, 'total')} · " + ngettext("%(n)d line", "%(n)d lines", lines) % {"n": lines}, "brand")


@tells(OrderEdited)
def _edited(data: Mapping[str, Any]) -> Told:
    return Told(", ".join(name.replace("_", " ") for name in data.get("changed", [])))


@tells(OrderCancelled)
def _cancelled(data: Mapping[str, Any]) -> Told:
    extent = _("The whole order") if data.get("whole") else _("Some of its lines")
    return Told(_with_reason(extent, data), "problem")


@tells(OrderRefunded)
def _refunded(data: Mapping[str, Any]) -> Told:
    return Told(_with_reason(_amount(data, "amount"), data), "attention")


@tells(OrderDelivered)
def _delivered(data: Mapping[str, Any]) -> Told:  # noqa: ARG001 -- every teller's signature
    return Told(tone="good")


@tells(FulfilmentPacked, FulfilmentReady, FulfilmentUnderWay, FulfilmentCompleted, FulfilmentCancelled)
def _fulfilment(data: Mapping[str, Any]) -> Told:
    return Told(_kind(data))


@tells(FulfilmentScheduled, FulfilmentMoved)
def _appointment(data: Mapping[str, Any]) -> Told:
    if "starts_at" not in data:
        return Told()
    starts = timezone.localtime(datetime.fromisoformat(data["starts_at"]))
    when = f"{date_format(starts, 'MONTH_DAY_FORMAT')}, {date_format(starts, 'H:i')}"
    return Told(f"{_kind(data)}: {when}", "information")


@tells(FulfilmentBackOrdered, FulfilmentMissed)
def _trouble(data: Mapping[str, Any]) -> Told:
    return Told(_kind(data), "attention")


def _kind(data: Mapping[str, Any]) -> str:
    kinds: dict[str, Any] = dict(Fulfilment.Kind.choices)
    return str(kinds.get(data.get("kind", ""), ""))


def _amount(data: Mapping[str, Any], name: str) -> str:
    return Money(data.get(name, 0), data.get("currency", "EUR")).format(get_language() or "en")


def _with_reason(text: str, data: Mapping[str, Any]) -> str:
    return f"{text}: {data['reason']}" if data.get("reason") else text
