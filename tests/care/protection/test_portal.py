from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aftercare.care.protection.models import Claim
from aftercare.commerce.orders.page_rows import page_versions, watching
from aftercare.commerce.shipments.models import Shipment
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.care.protection.cast import claim_of, delivered, judge, parcel_of, photo_file, set_rules, silent, valuable
from tests.commerce.shipments.parcels import hours
from tests.factories import make_store
from tests.visiting import path_of, visitor, words_of

pytestmark = pytest.mark.django_db
DAY_THREE, DAY_SIX, DAY_NINE = hours(24 * 3), hours(24 * 6), hours(24 * 9)


def page_of(store: Store, parcel: Shipment, at: datetime, *, claim: bool = False, **options: bool) -> str:
    with time_machine.travel(at, tick=False):
        path = path_of(parcel.order, store, **options) + ("claim/" if claim else "")
        answer = visitor().get(path)
    assert answer.status_code == 200
    return words_of(answer.content.decode())


def send(store: Store, parcel: Shipment, at: datetime, client: Client | None = None, **form: Any) -> HttpResponse:
    with time_machine.travel(at, tick=False):
        return (client or visitor()).post(path_of(parcel.order, store) + "claim/", form)  # type: ignore[return-value]  # Django's own answer


def claims(store: Store) -> list[Claim]:
    with store_scope(store.pk):
        return list(Claim.objects.order_by("id"))


def test_the_page_says_what_is_in_place_and_promises_nothing_that_lacks(store: Store) -> None:
    set_rules(store)
    order = valuable(store, price="1200.00")
    with time_machine.travel(hours(2), tick=False):
        words = words_of(visitor().get(path_of(order, store)).content.decode())
    assert "Someone must sign for this parcel Insured up to €1,200.00 Handed over in person" in words
    parcel = parcel_of(store, service="registered, insured")
    judge(parcel)
    words = page_of(store, parcel, hours(6))
    assert "Insured up to €1,200.00" in words
    assert "Handed over in person" not in words, "nobody booked it"


def test_a_gifts_recipient_does_not_learn_what_it_cost(store: Store) -> None:
    set_rules(store)
    valuable(store, gift={"recipient": "Robin", "email": "robin@example.org"})
    parcel = parcel_of(store, service="registered, insured")
    words = page_of(store, parcel, hours(6), for_recipient=True)
    assert "Insured" in words
    assert "600" not in words


def test_it_is_said_from_when_one_can_claim_and_then_how(store: Store) -> None:
    parcel = silent(store)
    assert "claim" not in page_of(store, parcel, hours(6)), "a parcel that moves is not spoken of as lost"
    assert "If it does not arrive: you can claim from Monday, 23 November." in page_of(store, parcel, DAY_SIX)
    assert "You can claim it. Claim it" in page_of(store, parcel, DAY_NINE)
    early = page_of(store, parcel, DAY_THREE, claim=True)
    assert "It never arrived You can claim from Monday, 23 November." in early
    assert "Send the claim" not in early
    assert "Send the claim" in page_of(store, parcel, DAY_NINE, claim=True)


def test_a_guest_claims_with_the_link_alone(store: Store) -> None:
    parcel = silent(store)
    answer = send(store, parcel, DAY_NINE, what=f"{parcel.public_id}-lost", told="It never came")
    assert answer.status_code == 302
    (claim,) = claims(store)
    assert (claim.kind, claim.told, claim.opened_by) == ("lost", "It never came", "customer")
    words = page_of(store, parcel, DAY_NINE)
    assert "Your claim We have your claim and are looking into it" in words
    assert "It never came" in page_of(store, parcel, DAY_NINE, claim=True)
    send(store, parcel, DAY_NINE, what=f"{parcel.public_id}-lost")
    assert len(claims(store)) == 1


def test_damage_needs_a_photo_and_shows_it_to_whoever_has_the_link(store: Store) -> None:
    parcel = delivered(store)
    what, at = f"{parcel.public_id}-damaged", hours(40)
    refused = send(store, parcel, at, what=what)
    assert "A photo of the damage is needed." in refused.content.decode()
    refused = send(store, parcel, at, what=what, photos=[SimpleUploadedFile("a.jpg", b"<svg/>")])
    assert "no photo we can read" in refused.content.decode()
    files = [SimpleUploadedFile(f"{name}.png", photo_file()) for name in "ab"]
    assert send(store, parcel, at, what=what, photos=files).status_code == 302
    with store_scope(store.pk):
        kept = [photo.public_id for photo in claims(store)[0].photos.all()]
    assert len(kept) == 2
    path = path_of(parcel.order, store) + f"claim/photos/{kept[0]}/"
    assert visitor().get(path)["Content-Type"] == "image/jpeg"
    other = valuable(store, "2")
    assert visitor().get(path_of(other, store) + f"claim/photos/{kept[0]}/").status_code == 404


@pytest.mark.parametrize("what", ["", "lost", "shp_other-lost"])
def test_what_cannot_be_claimed_is_not(store: Store, what: str) -> None:
    parcel = silent(store)
    assert send(store, parcel, DAY_NINE, what=what).status_code == 422
    assert send(store, parcel, DAY_THREE, what=f"{parcel.public_id}-lost").status_code == 422
    assert claims(store) == []


def test_a_claim_is_withdrawn_as_long_as_nobody_decided_it(store: Store) -> None:
    parcel = silent(store)
    claim = claim_of(parcel, store)
    path = path_of(parcel.order, store) + f"claim/{claim.public_id}/withdraw/"
    assert visitor().post(path).status_code == 302
    assert visitor().post(path).status_code == 302
    assert [one.state for one in claims(store)] == ["withdrawn"]
    other = valuable(store, "2")
    assert visitor().post(path_of(other, store) + f"claim/{claim.public_id}/withdraw/").status_code == 404


def test_links_of_others_open_nothing(store: Store) -> None:
    parcel = silent(store)
    token = path_of(parcel.order, store).split("/")[4]
    other = make_store("mallory")
    assert visitor().get(f"/s/{other.slug}/o/{token}/claim/").status_code == 404
    assert visitor().get(f"/s/{store.slug}/o/{token}x/claim/").status_code == 404


def test_a_change_of_any_of_it_draws_the_page_anew(store: Store) -> None:
    seen = []
    order = valuable(store)

    def look() -> None:
        seen.append(page_versions(store_id=store.pk, public_id=order.public_id))

    look()
    set_rules(store)
    look()
    valuable(store)
    look()
    parcel = parcel_of(store)
    look()
    judge(parcel)
    look()
    claim_of(parcel, store)
    look()
    assert len(set(seen)) == len(seen)


def test_nothing_is_read_that_would_keep_the_page_from_being_kept(store: Store) -> None:
    set_rules(store)
    parcel = silent(store)
    judge(parcel)
    claim_of(parcel, store)
    with watching() as strangers, time_machine.travel(DAY_NINE, tick=False):
        visitor().get(path_of(parcel.order, store))
    assert not {table for table in strangers if table.startswith(("protection", "incidents", "shipments"))}


def test_more_claims_cost_no_more_queries(store: Store) -> None:
    parcel = delivered(store)
    path, counts = path_of(parcel.order, store), []
    for kind in ("stolen", "damaged"):
        at = hours(30 + 24 * 7)
        send(store, parcel, at, what=f"{parcel.public_id}-{kind}", photos=[SimpleUploadedFile("a.png", photo_file())])
        with time_machine.travel(at, tick=False):
            visitor().get(path)
            with CaptureQueriesContext(connection) as captured:
                visitor().get(path)
        counts.append(len([query for query in captured if "protection_" in query["sql"]]))
    assert len(claims(store)) == 2
    assert counts[0] == counts[1]
