"""Message types: what can be said, and what it is before the law.

The legal class stands here, with the type, and nowhere on a template, where someone could forget it. Capabilities above
register types of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.policy import LegalClass
from aftercare.foundation.kit.errors import NotFound

_TWO_DAYS = timedelta(days=2)


@dataclass(frozen=True)
class MessageType:
    """`template` names the templates it is rendered from; `fresh_for` is how long after its cause it is still useful.

    `urgent` breaks the quiet hours (only a transactional type may). `priority`, of 0 to 100, says what goes first when a
    customer has heard almost enough; a `digest` is made of what was too much. `for_recipient`: a gift's recipient gets it too, so
    it must not speak of prices. What its templates see beyond the order: `parcel` (it is usually about one), `guides`, and
    `event`, by an example; without one, what started it may be anything.
    """

    key: str
    label: Any
    legal_class: LegalClass
    fresh_for: timedelta
    urgent: bool = False
    for_recipient: bool = False
    parcel: bool = False
    guides: bool = False
    priority: int = 50
    digest: bool = False
    event: Mapping[str, Any] = field(default_factory=dict)

    @property
    def template(self) -> str:
        return self.key


_types: dict[str, MessageType] = {}


def register_type(message_type: MessageType) -> None:
    """Make a type known; a second one of the same key is refused."""
    assert message_type.key not in _types, f"two message types are called '{message_type.key}'"
    assert not message_type.urgent or message_type.legal_class == LegalClass.TRANSACTIONAL, (
        "only transactional is urgent"
    )
    _types[message_type.key] = message_type


def message_type(key: str) -> MessageType:
    """The type of this key; raises NotFound naming those there are."""
    if key not in _types:
        raise NotFound(f"There is no message type '{key}'.", field="message", remedy=f"Types: {', '.join(_types)}.")
    return _types[key]


def type_label(key: str) -> str:
    """How people call a type; the bare key where its capability is gone."""
    return str(_types[key].label) if key in _types else key


def is_urgent(key: str) -> bool:
    """Whether a type may break the quiet hours; not where its capability is gone."""
    return key in _types and _types[key].urgent


def is_of_parcel(key: str) -> bool:
    """Whether a type is usually about one parcel; not where its capability is gone."""
    return key in _types and _types[key].parcel


def type_priority(key: str) -> int:
    """How important a type is; as any other where its capability is gone."""
    return _types[key].priority if key in _types else MessageType.priority


def message_types() -> list[MessageType]:
    """All of them, in order of registration."""
    return list(_types.values())


def digest_of(legal_class: LegalClass) -> str:
    """The type of a digest of messages of this class: what it holds decides what it is before the law."""
    return f"digest_{legal_class.value}"


def _transactional(key: str, label: Any, fresh_for: timedelta, **more: Any) -> None:
    register_type(MessageType(key, label, LegalClass.TRANSACTIONAL, fresh_for, **more))


def _of_parcel(key: str, label: Any, fresh_for: timedelta, *, urgent: bool = False) -> None:
    _transactional(key, label, fresh_for, urgent=urgent, for_recipient=True, parcel=True)


_CANCELLED = {"number": "#1042", "whole": True, "reason": "", "lines": ["1"]}
_REFUNDED = {"number": "#1042", "refund": "r1", "amount": 1990, "currency": "EUR", "reason": ""}

_VISIT = {"number": "#1042", "fulfilment": "f1", "starts_at": "2026-12-01T08:00:00Z", "ends_at": "2026-12-01T10:00:00Z"}
_AGREED = {**_VISIT, "kind": "service_visit"}
_MOVED = {**_AGREED, "before": "2026-11-30T08:00:00Z"}
_COMING_UP = {**_VISIT, "notice": "day"}
_INCIDENT = {
    "number": "#1042", "incident": "inc_7d0xk2m9qv4t8r1n", "kind": "stalled", "blame": "carrier", "carrier": "dhl",
    "tells": True,
}  # fmt: skip
_CLAIM = {
    "number": "#1042", "claim": "clm_7d0xk2m9qv4t8r1n", "kind": "lost", "state": "approved",
    "shipment": "shp_7d0xk2m9qv4t8r1n", "carrier": "dhl", "remedy": "refund", "amount": 24000, "currency": "EUR",
    "reason": "The carrier confirms that it is lost.", "tells": True,
}  # fmt: skip
_MASS = {"mass": "mas_7d0xk2m9qv4t8r1n", "carrier": "DHL", "place": "Leipzig", "number": "#1042"}

_transactional("order_confirmed", _("Order confirmed"), _TWO_DAYS, urgent=True)
_transactional("order_cancelled", _("Order cancelled"), _TWO_DAYS, urgent=True, event=_CANCELLED)
_transactional("order_refunded", _("Refund made"), timedelta(days=7), event=_REFUNDED)
_transactional("back_ordered", _("Back-ordered"), _TWO_DAYS)
_transactional("packed", _("Packed"), timedelta(days=1))
_of_parcel("on_its_way", _("On its way"), _TWO_DAYS)
_of_parcel("out_for_delivery", _("Out for delivery"), timedelta(hours=10), urgent=True)
_of_parcel("delivered", _("Delivered"), _TWO_DAYS, urgent=True)
_of_parcel("attempt_failed", _("Delivery attempt failed"), _TWO_DAYS, urgent=True)
_of_parcel("ready_for_pickup", _("Ready for pick-up"), timedelta(days=5), urgent=True)
_transactional("picked_up", _("Picked up"), _TWO_DAYS)
_transactional("visit_scheduled", _("Visit agreed"), _TWO_DAYS, for_recipient=True, event=_AGREED)
_transactional("visit_moved", _("Visit moved"), _TWO_DAYS, urgent=True, for_recipient=True, event=_MOVED)
_transactional("visit_reminder", _("Visit coming up"), timedelta(hours=20), for_recipient=True, event=_COMING_UP)
_transactional("visit_under_way", _("Somebody is on the way"), timedelta(hours=3), urgent=True, for_recipient=True)
_transactional("visit_done", _("Visit done"), _TWO_DAYS)
_transactional("visit_missed", _("Nobody was there"), _TWO_DAYS, for_recipient=True)
_transactional("incident_opened", _("Something went wrong"), _TWO_DAYS, for_recipient=True, event=_INCIDENT)
_transactional("incident_recovered", _("It goes on after all"), _TWO_DAYS, for_recipient=True, event=_INCIDENT)
_transactional("mass_incident", _("Many parcels are held up"), _TWO_DAYS, for_recipient=True, event=_MASS)
_transactional("claim_received", _("Claim received"), timedelta(days=7), event=_CLAIM)
_transactional("claim_with_carrier", _("Claim with the carrier"), timedelta(days=7), event=_CLAIM)
_transactional("claim_approved", _("Claim approved"), timedelta(days=7), event=_CLAIM)
_transactional("claim_denied", _("Claim not approved"), timedelta(days=7), event=_CLAIM)
_transactional("claim_settled", _("Claim settled"), timedelta(days=7), event=_CLAIM)
_transactional("claim_withdrawn", _("Claim withdrawn"), timedelta(days=7), event=_CLAIM)
_DIGEST = {
    "messages": [{"subject": "Three ways to wear it", "line": "Two minutes to read.", "url": "https://shop.example/"}]
}
register_type(
    MessageType("thank_you", _("Thank you, with a guide"), LegalClass.SERVICE, timedelta(days=14), guides=True)
)
_programme = partial(MessageType, legal_class=LegalClass.SERVICE, guides=True)
register_type(_programme("getting_started", _("Getting started"), fresh_for=timedelta(days=7)))
register_type(_programme("reassurance", _("Reassurance in the first days"), fresh_for=timedelta(days=3)))
register_type(_programme("care_tips", _("Care tips"), fresh_for=timedelta(days=60)))
register_type(MessageType("win_back", _("Win back"), LegalClass.MARKETING, timedelta(days=180)))
register_type(MessageType("birthday", _("Birthday"), LegalClass.MARKETING, timedelta(days=1)))
_OWNED = {"number": "#1042", "line": "1", "title": "Filter jug", "product": "prd_7d0xk2m9qv4t8r1n"}
_SERVICE = {
    **_OWNED, "service": "6f1c", "schedule": "mnt_7d0xk2m9qv4t8r1n", "what": "Change the filter",
    "text": "Rinse the new one first.", "guide": "", "due_at": "2026-11-22T10:00:00+00:00",
}  # fmt: skip
register_type(MessageType("service_due", _("Service due"), LegalClass.SERVICE, timedelta(days=14), event=_SERVICE))
register_type(
    MessageType(
        "never_used",
        _("Never used: can we help?"),
        LegalClass.SERVICE,
        timedelta(days=14),
        event={**_OWNED, "days": 30},
    )
)
_NOTICE = {
    "notice": "ntc_7d0xk2m9qv4t8r1n", "title": "The handle may come loose", "text": "Please stop using it.",
    "product": "Filter jug",
}  # fmt: skip
register_type(MessageType("product_update", _("Product update"), LegalClass.SERVICE, timedelta(days=30), event=_NOTICE))
# What may hurt somebody is said at any hour and stays worth saying.
_transactional("product_safety", _("Safety notice"), timedelta(days=90), urgent=True, for_recipient=True, event=_NOTICE)
_transactional("product_recall", _("Recall"), timedelta(days=90), urgent=True, for_recipient=True, event=_NOTICE)
_CREDIT = {"amount": 1990, "currency": "EUR", "balance": 2500, "expires_at": "2026-12-31T22:59:59+00:00"}
_GRANTED = {**_CREDIT, "grant": "grt_7d0xk2m9qv4t8r1n", "kind": "refund", "reason": "Return", "tells": True}
_CODE = {"code": "K2M9QV4T8R", "promotion": "pmo_7d0xk2m9qv4t8r1n", "expires_at": "2026-12-31T22:59:59+00:00"}
_transactional("credit_granted", _("Credit granted"), timedelta(days=7), event=_GRANTED)
register_type(
    MessageType("credit_expiring", _("Credit expires soon"), LegalClass.SERVICE, timedelta(days=7), event=_CREDIT)
)
register_type(
    MessageType("personal_code", _("A code of one's own"), LegalClass.MARKETING, timedelta(days=7), event=_CODE)
)
for _class, _label in (
    (LegalClass.SERVICE, _("Digest of what could wait")), (LegalClass.MARKETING, _("Digest of news and offers")),
):  # fmt: skip
    register_type(MessageType(digest_of(_class), _label, _class, timedelta(days=2), digest=True, event=_DIGEST))
