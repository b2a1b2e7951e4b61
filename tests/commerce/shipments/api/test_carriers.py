"""Carriers through the API."""

from datetime import datetime
from typing import Any

import pytest

from aftercare.commerce.shipments.actions import connect_carrier
from aftercare.commerce.shipments.queries import carrier_account
from aftercare.foundation.kit.sealing import unseal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.calling import caller_for
from tests.commerce.shipments.carriers.answering import KEYS
from tests.factories import make_store

SIMULATED: dict[str, Any] = {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "seed": 7}


def test_connected_carriers_are_shown_without_their_secrets(store: Store, now: datetime) -> None:
    with store_scope(store.pk):
        connect_carrier(store_id=store.pk, carrier_key="simulated", settings=SIMULATED, now=now)
    (listed,) = caller_for(store, Permission.SETTINGS_READ).get("/carriers").body["items"]
    assert (listed["carrier"], listed["state"], listed["heard"]) == ("simulated", "active", 0)
    assert SIMULATED["secret"] not in str(listed)
    assert caller_for(make_store("birch")).get("/carriers").body == {"items": []}
    assert caller_for(store, Permission.SHIPMENTS_READ).get("/carriers").status == 403


class TestConnecting:
    """Carriers are connected, changed, paused and let go by program."""

    def test_a_carrier_says_what_it_must_be_told_and_that_connects_it(self, store: Store) -> None:
        program = caller_for(store)
        known = {one["carrier"]: one for one in program.get("/carriers/known").body["items"]}
        assert known["ups"]["is_asked"]
        assert not known["easypost"]["is_asked"]
        assert "simulated" not in known
        assert [one["name"] for one in known["easypost"]["settings"] if one["is_required"]] == ["secret"]
        made = program.put("/carriers/easypost", {"settings": {"secret": "a long word of ours"}}).body
        assert (made["state"], made["address"].rpartition("/hooks/")[2]) == ("active", "juniper/carriers/easypost")
        assert program.get("/carriers/easypost").body == made

    def test_what_is_left_out_stays(self, store: Store) -> None:
        program = caller_for(store)
        assert program.put("/carriers/ups", {"settings": {**KEYS}}).status == 200
        assert program.put("/carriers/ups", {"settings": {"per_hour": 7}}).status == 200
        with store_scope(store.pk):
            kept = unseal(carrier_account(store_id=store.pk, carrier_key="ups").sealed_config)
        assert {name: kept[name] for name in (*KEYS, "per_hour")} == {**KEYS, "per_hour": 7}

    @pytest.mark.parametrize(("path", "body", "refused"), [
        ("/carriers/none", {"settings": {}}, (404, "not_found", "")),
        ("/carriers/easypost", {"settings": {}}, (422, "invalid", "settings.secret")),
        ("/carriers/easypost", {"settings": {"secret": []}}, (422, "invalid", "settings.secret")),
        ("/carriers/easypost", {}, (422, "invalid", "settings")),
    ])  # fmt: skip
    def test_what_does_not_fit_is_named(self, store: Store, path: str, body: object, refused: object) -> None:
        problem = caller_for(store).put(path, body).problem
        assert (problem[0], problem[1], problem[2].partition(".function")[0].partition(".str")[0]) == refused

    def test_one_is_paused_tried_and_let_go(self, store: Store) -> None:
        program = caller_for(store)
        program.put("/carriers/ups", {"settings": {**KEYS}})
        assert program.call("patch", "/carriers/ups", {"state": "paused"}).body["state"] == "paused"
        assert program.call("patch", "/carriers/ups", {"state": "active"}).body["state"] == "active"
        assert program.post("/carriers/ups/test").body == {"accepted": True}
        program.put("/carriers/easypost", {"settings": {"secret": "a long word of ours"}})
        assert program.post("/carriers/easypost/test").problem[1] == "carrier_cannot_be_asked"
        assert program.call("delete", "/carriers/ups").status == 200
        for method in ("get", "delete"):
            assert program.call(method, "/carriers/ups").problem[:2] == (404, "carrier_not_connected")

    def test_reading_does_not_let_write_and_mallory_finds_nothing(self, store: Store) -> None:
        caller_for(store).put("/carriers/ups", {"settings": {**KEYS}})
        reader, mallory = caller_for(store, Permission.SETTINGS_READ), caller_for(make_store("mallory"))
        for method, path, body in (
            ("get", "", None), ("patch", "", {"state": "paused"}), ("post", "/test", None), ("delete", "", None),
        ):  # fmt: skip
            assert mallory.call(method, f"/carriers/ups{path}", body).problem[:2] == (404, "carrier_not_connected")
            if method != "get":
                assert reader.call(method, f"/carriers/ups{path}", body).problem[:2] == (403, "forbidden")
        assert reader.put("/carriers/ups", {"settings": {}}).problem[:2] == (403, "forbidden")
