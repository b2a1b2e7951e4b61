"""Where people see refunds and see to them; and nobody else's."""

import pytest

from aftercare.care.refunds.models import AskedRefund, PaymentAccount
from aftercare.foundation.staff.policy import Permission, Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores, store_scope
from tests.calling import caller_for
from tests.care.refunds.cast import again, ask, bought
from tests.factories import make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def test_a_person_confirms_pays_and_says_so(store: Store) -> None:
    order = bought(store)
    refund = ask(order, confirmed=False)
    arne = Staff(store, Role.AGENT, "arne@juniper.example")
    for page in (("today",), ("order", order.public_id), ("refunds",)):
        assert "€19.90" in words_of(arne.see(*page)), page
    arne.do("refund_see_to", refund.public_id, "confirm")
    assert "To be made by hand" in words_of(arne.see("refunds"))
    arne.do("refund_see_to", refund.public_id, "made", note="Bank transfer")
    assert again(refund).state == "made"
    assert "Waiting for somebody" not in words_of(arne.see("refunds"))
    arne.do("refund_see_to", refund.public_id, "drop", note="Too late")
    assert again(refund).state == "made"
    arne.do("refund_see_to", refund.public_id, "steal", expect=404)


def test_who_may_only_look_changes_nothing_and_others_see_nothing(store: Store) -> None:
    refund = ask(bought(store), confirmed=False)
    other = make_store("mallory")
    mallory = Staff(other, Role.OWNER, "mallory@other.example")
    assert "€19.90" not in words_of(mallory.see("refunds"))
    mallory.do("refund_see_to", refund.public_id, "confirm", expect=404)
    viewer = Staff(store, Role.ANALYST, "vera@juniper.example")
    viewer.do("refund_see_to", refund.public_id, "confirm", expect=403)
    viewer.do("refunds_stripe", secret_key="rk_1", expect=403)
    assert again(refund).state == "asked"
    assert caller_for(other).get(f"/refunds/{refund.public_id}").status == 404


def test_the_page_asks_as_much_for_three_as_for_one(store: Store) -> None:
    olga, order = Staff(store), bought(store)
    ask(order, 100, key="1", confirmed=False)
    one = olga.count_queries("refunds")
    for key in "23":
        ask(order, 100, key=key, confirmed=False)
    assert olga.count_queries("refunds") == one


def test_stripe_is_connected_replaced_and_forgotten(store: Store) -> None:
    olga = Staff(store)
    olga.do("refunds_stripe", secret_key="rk_live_1")
    olga.do("refunds_stripe", secret_key="rk_live_2")
    with store_scope(store.pk):
        assert PaymentAccount.objects.filter(ended_at=None).count() == 1
    assert "rk_live" not in olga.see("refunds")
    olga.do("refunds_stripe", secret_key="")
    with across_stores("a look at what is kept"):
        assert not PaymentAccount.objects.exclude(sealed_settings="").exists()


def test_programs_ask_confirm_and_finish(store: Store) -> None:
    order, program = bought(store), caller_for(store)
    body = {"key": "t-1", "order": order.public_id, "amount": "19.90", "reason": "Scratched"}
    made = program.post("/refunds", body).body
    assert (made["state"], made["payer"], made["amount"]) == ("asked", "manual", "19.90")
    assert program.post("/refunds", body).body["id"] == made["id"]
    assert program.get(f"/orders/{order.public_id}/left-to-refund").body["amount"] == "69.10"
    assert program.post("/refunds", {**body, "amount": "20"}).problem == (409, "refund_key_used", "key")
    assert program.post("/refunds", {**body, "key": "t-2", "amount": "69.11"}).problem == (
        422,
        "more_than_paid",
        "amount",
    )
    assert program.post("/refunds", {**body, "key": "t-2", "amount": "1.999"}).problem == (422, "invalid", "amount")
    path = f"/refunds/{made['id']}"
    assert program.post(f"{path}/confirm").body["state"] == "by_hand"
    assert program.post(f"{path}/retry").problem == (409, "refund_state", "refund")
    assert program.post(f"{path}/made", {"external_id": "TRF-1"}).body["state"] == "made"
    assert [one["id"] for one in program.get("/refunds", state="made").body["items"]] == [made["id"]]
    assert caller_for(store, Permission.ORDERS_READ).post(f"{path}/drop", {"note": "x"}).status == 403
    with store_scope(store.pk):
        assert AskedRefund.objects.get().external_id == "TRF-1"
