"""Whom the demo shop speaks to: three segments and a list, as somebody who sells linen and jugs would make them."""

from datetime import datetime

from aftercare.commerce.customers.models import Customer
from aftercare.engagement.segments.actions import create_segment, put_on_list
from aftercare.engagement.segments.definition import read_definition
from aftercare.engagement.segments.vocabulary import Match
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope

_REGULARS = {
    "match": Match.ALL.value,
    "parts": [
        {"kind": "orders", "config": {"count": 2}},
        {"kind": "consent", "config": {"purpose": "marketing"}},
        {"kind": "parcel_health", "opposite": True},
    ],
}
_WORTH_A_WORD = {
    "match": Match.ALL.value,
    "parts": [
        {"kind": "order_value", "config": {"amount": "150", "currency": "EUR"}},
        {
            "match": Match.ANY.value,
            "parts": [
                {"kind": "country", "config": {"countries": ["DE", "AT"]}},
                {"kind": "performed", "config": {"event": "message.sent", "times": 3, "within_days": 30}},
            ],
        },
    ],
}
_WAITING = {
    "match": Match.ALL.value,
    "parts": [
        {"kind": "state", "config": {"begins": "order.placed", "ends": "order.delivered", "days": 5}},
        {"kind": "orders", "config": {"count": 1, "within_days": 14}},
    ],
}
_TESTERS = 12


def make_audiences(*, store: Store, now: datetime) -> None:
    """Once, when the shop is opened: they fill as its history is told."""
    with store_scope(store.pk):
        for name, description, definition in (
            (
                "Regulars we may write to",
                "Bought twice, said yes to news, and nothing of theirs is in trouble",
                _REGULARS,
            ),
            ("Worth a personal word", "Spent much, and near or often written to", _WORTH_A_WORD),
            ("Waiting for a while", "Ordered five days ago or earlier, and not everything has arrived", _WAITING),
        ):
            create_segment(
                store=store,
                name=name,
                description=description,
                definition=read_definition(definition),
                by="system",
                now=now,
            )


def choose_testers(*, store: Store, now: datetime) -> None:
    """A list, chosen by hand once there are customers: those who bought first."""
    with store_scope(store.pk):
        chosen = create_segment(
            store=store,
            name="Testers of the new jug",
            description="Asked on the phone",
            definition=None,
            by="system",
            now=now,
        )
        first = Customer.objects.present().order_by("created_at", "pk")[:_TESTERS]
        put_on_list(segment=chosen, customer_ids=[one.pk for one in first], now=now)
