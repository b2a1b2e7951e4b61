"""Connecting carriers, and what they push."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercare.commerce.shipments.actions import connect_carrier, disconnect_carrier, receive_webhook
from aftercare.commerce.shipments.actions.results import Recorded
from aftercare.commerce.shipments.errors import NotConnected, NotSigned, UnknownParcel, Unreadable
from aftercare.commerce.shipments.messages import sign
from aftercare.commerce.shipments.models import CarrierAccount
from aftercare.commerce.shipments.queries import carrier_account, carrier_accounts
from aftercare.foundation.kit.errors import Invalid, NotFound, Refusal
from aftercare.foundation.kit.sealing import Unsealable, unseal
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests import factories
from tests.commerce.shipments.parcels import NOW, announce, hours, parcel, place_order, shipment, told

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_SECRET = "whsec_" + "A" * 32
COLLECTED = {"at": hours(5).isoformat(), "code": "PU", "text": "Collected"}


@pytest.fixture
def connected(shop: Store) -> Store:
    place_order(shop)
    announce(shop, shipment())
    connect_carrier(
        store_id=shop.pk, carrier_key="generic", settings={"secret": SECRET, "codes": {"PU": "picked_up"}}, now=NOW
    )
    return shop


def pushed(store: Store, message: Any, *, secret: str = SECRET, **changed: Any) -> Recorded:
    body = message if isinstance(message, bytes) else orjson.dumps(message)
    headers = sign(body=body, secret=secret, message_id="msg_1", now=NOW)
    arguments = {"store": store, "carrier_key": "generic", "body": body, "headers": headers, "now": NOW, **changed}
    return receive_webhook(**arguments)


def update(number: str = "PPP1DE", **fields: Any) -> dict[str, Any]:
    return {"tracking_number": number, "scans": [COLLECTED], **fields}


class TestConnecting:
    def test_settings_are_sealed(self, connected: Store):
        account = carrier_account(store_id=connected.pk, carrier_key="generic")
        assert SECRET.removeprefix("whsec_") not in account.sealed_config
        assert unseal(account.sealed_config) == {
            "secret": SECRET, "codes": {"PU": {"status": "picked_up", "reason": ""}},
        }  # fmt: skip
        assert account.connected_at == NOW

    def test_again_replaces_the_settings_and_keeps_since_when(self, connected: Store):
        later = NOW + timedelta(days=1)
        connect_carrier(store_id=connected.pk, carrier_key="generic", settings={"secret": OTHER_SECRET}, now=later)
        (account,) = carrier_accounts()
        assert unseal(account.sealed_config)["secret"] == OTHER_SECRET
        assert account.connected_at == NOW

    def test_a_wrong_setting_is_named(self, shop: Store):
        with pytest.raises(Invalid) as refused:
            connect_carrier(store_id=shop.pk, carrier_key="generic", settings={"secret": "no base64!"}, now=NOW)
        assert refused.value.field == "secret"
        assert carrier_accounts() == []

    def test_there_is_no_such_carrier(self, shop: Store):
        with pytest.raises(NotFound, match="nobody"):
            connect_carrier(store_id=shop.pk, carrier_key="nobody", settings={}, now=NOW)

    def test_what_another_key_sealed_has_to_be_told_again(self, connected: Store, settings: Any):
        settings.SECRET_KEY = "another key " * 5
        with pytest.raises(Unsealable):
            pushed(connected, {"updates": [update()]})

    def test_a_replaced_key_still_opens_what_it_sealed(self, connected: Store, settings: Any):
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another key " * 5
        assert pushed(connected, {"updates": [update()]}).scans == 1

    def test_disconnected_it_is_heard_no_more_and_its_parcels_stay(self, connected: Store):
        pushed(connected, {"updates": [update()]})
        disconnect_carrier(store_id=connected.pk, carrier_key="generic", now=NOW)
        with pytest.raises(NotConnected):
            pushed(connected, {"updates": [update()]})
        with pytest.raises(NotConnected):
            disconnect_carrier(store_id=connected.pk, carrier_key="generic", now=NOW)
        assert parcel(connected).status == "picked_up"


class TestWebhook:
    def test_a_signed_message_moves_the_parcel(self, connected: Store):
        result = pushed(connected, {"updates": [update()]})
        assert result.scans == 1
        assert parcel(connected).status == "picked_up"
        assert parcel(connected).scans.all()[0].source == "generic"
        assert told(connected)[-1] == "shipment.handed_over"

    def test_header_names_come_in_any_case(self, connected: Store):
        body = orjson.dumps({"updates": [update()]})
        headers = {
            name.title(): value for name, value in sign(body=body, secret=SECRET, message_id="m", now=NOW).items()
        }
        assert pushed(connected, body, headers=headers).scans == 1

    def test_the_same_message_again_changes_nothing(self, connected: Store):
        pushed(connected, {"updates": [update()]})
        again = pushed(connected, {"updates": [update()]})
        assert (again.scans, again.unchanged) == (0, 1)
        assert told(connected).count("shipment.handed_over") == 1

    def test_local_times_are_read_in_the_store_s_zone(self, connected: Store):
        local = {"at": "2026-11-16T14:00:00", "code": "PU"}
        pushed(connected, {"updates": [update(scans=[local])]})
        (scan,) = parcel(connected).scans.all()
        assert (scan.occurred_at, scan.zone_known) == (hours(5), False)

    def test_unknown_parcels_are_reported_and_the_rest_recorded(self, connected: Store):
        result = pushed(connected, {"updates": [update("NOBODYS"), update()]})
        assert isinstance(result.refused[0], UnknownParcel)
        assert parcel(connected).status == "picked_up"

    def test_a_message_signed_by_another_is_refused(self, connected: Store):
        with pytest.raises(NotSigned):
            pushed(connected, {"updates": [update()]}, secret=OTHER_SECRET)
        assert parcel(connected).status == "pending"

    def test_a_signed_message_of_another_shape_is_refused(self, connected: Store):
        with pytest.raises(Unreadable) as refused:
            pushed(connected, {"updates": [update(scans=[])]})
        assert refused.value.field == "updates[0].scans"

    def test_a_store_s_secret_opens_no_other_store(self, connected: Store):
        mallory = factories.make_store("mallory")
        with store_scope(mallory.pk):
            connect_carrier(store_id=mallory.pk, carrier_key="generic", settings={"secret": OTHER_SECRET}, now=NOW)
            with pytest.raises(NotSigned):
                pushed(mallory, {"updates": [update()]})
            assert UnknownParcel in map(
                type, pushed(mallory, {"updates": [update()]}, secret=OTHER_SECRET).refused.values()
            )
            assert CarrierAccount.objects.count() == 1
        assert parcel(connected).status == "pending"


json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
texts = st.text(max_size=12) | st.sampled_from(["PU", "ü", "a\u0000b", "\\N", "\t", "x" * 400])
odd_scans = st.fixed_dictionaries(
    {"at": st.datetimes().map(lambda at: at.isoformat() + "Z") | json | st.just(hours(5).isoformat())},
    optional={
        "code": texts | json,
        "text": texts | json,
        "place": texts | json,
        "status": texts | st.just("delivered"),
    },
)
odd_messages = json | st.fixed_dictionaries(
    {"updates": st.lists(
        st.fixed_dictionaries({"tracking_number": texts | st.just("PPP1DE"), "scans": st.lists(odd_scans, max_size=2)}),
        max_size=2,
    )}
)  # fmt: skip


@pytest.mark.slow
@given(message=odd_messages)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_signed_is_recorded_or_refused(connected: Store, message: Any):
    try:
        result = pushed(connected, message)
    except Refusal:
        return
    assert len(result.outcomes) == len(message["updates"])
