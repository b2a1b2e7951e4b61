"""Who gives the money of an order back: the shop it came from, else the provider that took it, else a person."""

from collections.abc import Mapping
from typing import Any

from aftercare.care.refunds.payers import payers
from aftercare.care.refunds.queries import account_of
from aftercare.care.refunds.vocabulary import MANUAL
from aftercare.commerce.orders.models import Order
from aftercare.commerce.platforms.errors import SettingsLocked
from aftercare.commerce.platforms.models import Connection
from aftercare.commerce.platforms.queries import settings_of
from aftercare.foundation.kit.sealing import Unsealable, unseal


def payer_for(*, order: Order, payment: str) -> str:
    """The key of a payer that can, as things stand."""
    for payer in payers:
        is_asked = bool(payer.platform or payment)
        if is_asked and payer.can(settings_for(payer=payer.key, order=order)):
            return payer.key
    return MANUAL


def settings_for(*, payer: str, order: Order) -> Mapping[str, Any]:
    """What the payer is told; empty where it is not connected. Within the store's scope."""
    if payer not in payers:
        return {}
    platform = payers[payer].platform
    return _of_platform(platform, order.source) if platform else _of_account(payer)


def _of_platform(platform: str, source: str) -> Mapping[str, Any]:
    found = Connection.objects.filter(
        platform=platform, source=source, state=Connection.State.ACTIVE
    ).first()  # fmt: skip
    try:
        return settings_of(found) if found else {}
    except SettingsLocked:
        return {}


def _of_account(payer: str) -> Mapping[str, Any]:
    found = account_of(payer=payer)
    try:
        return unseal(found.sealed_settings) if found else {}
    except Unsealable:
        return {}
