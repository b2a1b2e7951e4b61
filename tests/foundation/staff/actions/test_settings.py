"""A store's settings change with a trace."""

from datetime import datetime, time

import pytest

from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.staff.actions import change_settings
from aftercare.foundation.stores.models import Store

OLGA = "staff:usr_olga"


def told(store: Store) -> list[dict[str, object]]:
    return [row.data["changes"] for row in EventRow.objects.filter(type="store.changed", actor=OLGA).order_by("seq")]


def test_what_changed_is_told_with_what_was_before(shop: Store, now: datetime) -> None:
    change_settings(
        store=shop, by=OLGA, now=now, name="Juniper", quiet_from=time(22), currency="EUR", second_factor_required=True
    )
    assert told(shop) == [
        {
            "name": {"before": "Juniper & Oak", "after": "Juniper"},
            "quiet_from": {"before": "21:00:00", "after": "22:00:00"},
            "second_factor_required": {"before": False, "after": True},
        }
    ]


def test_what_stays_leaves_no_trace(shop: Store, now: datetime) -> None:
    change_settings(store=shop, by=OLGA, now=now, name=shop.name)
    assert told(shop) == []


def test_what_is_refused_leaves_no_trace(shop: Store, now: datetime) -> None:
    with pytest.raises(Invalid):
        change_settings(store=shop, by=OLGA, now=now, name="Juniper", currency="Euro")
    assert told(shop) == []
    assert Store.objects.get(pk=shop.pk).name == "Juniper & Oak"


def test_two_long_logos_that_begin_alike_differ_all_the_same(shop: Store, now: datetime) -> None:
    change_settings(store=shop, by=OLGA, now=now, logo="<svg>" + "x" * 5000)
    change_settings(store=shop, by=OLGA, now=now, logo="<svg>" + "x" * 5001)
    assert len(told(shop)) == 2
    assert len(str(told(shop))) < 1500
