import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from aftercare.care.incidents.actions import open_incident, word_mass
from aftercare.care.incidents.vocabulary import Blame, IncidentKind
from aftercare.care.incidents.wording import said_of
from aftercare.commerce.orders.page_rows import page_versions
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.care.incidents.cast import TUESDAY, fare, incidents, parcels
from tests.visiting import path_of, visitor, words_of

pytestmark = pytest.mark.django_db


def page_of(store: Store, index: int = 0) -> str:
    with store_scope(store.pk):
        order = incidents(store)[index].order
    answer = visitor().get(path_of(order, store))
    assert answer.status_code == 200
    return words_of(answer.content.decode())


def test_the_page_says_what_is_the_matter_and_what_we_do(store: Store) -> None:
    found = parcels(store)
    fare(found, "stalled", "silent")
    words = page_of(store)
    assert "We have heard nothing of your parcel for longer than usual We are asking the carrier" in words
    fare(found, "on_time", "on_schedule")
    assert "heard nothing" not in page_of(store)


def test_what_is_our_fault_is_called_so(store: Store) -> None:
    fare(parcels(store), "stalled", "not_handed_over")
    assert "Your parcel has not left us yet That is our fault" in page_of(store)


def test_a_carrier_that_holds_up_many_is_named_once(store: Store) -> None:
    fare(parcels(store, 10), "stalled", "silent")
    words = page_of(store)
    assert "Parcel Post is holding up many parcels Yours is one of them." in words
    assert "heard nothing" not in words
    with store_scope(store.pk):
        mass = incidents(store)[0].mass
        assert mass is not None
        word_mass(mass=mass, banner="They are on strike until Friday.", macro="")
    assert "They are on strike until Friday." in page_of(store)


def test_a_change_of_any_of_them_draws_the_page_anew(store: Store) -> None:
    found = parcels(store, 10)
    # Panels say what they are drawn from when the first address is asked for.
    visitor().get(path_of(found[0].order, store))
    seen = []
    with store_scope(store.pk):
        public_id = found[0].order.public_id

    def look() -> None:
        seen.append(page_versions(store_id=store.pk, public_id=public_id))

    look()
    fare(found, "stalled", "silent")
    look()
    with store_scope(store.pk):
        mass = incidents(store)[0].mass
        assert mass is not None
        word_mass(mass=mass, banner="They are on strike until Friday.", macro="")
    look()
    fare(found, "on_time", "on_schedule")
    look()
    assert len(set(seen)) == len(seen)


def test_what_the_parcel_itself_says_is_not_said_twice(store: Store) -> None:
    fare(parcels(store), "needs_customer", "attempt_failed")
    assert 'id="incidents"' not in page_of(store)


@pytest.mark.parametrize("count", [1, 3])
def test_more_incidents_cost_no_more_queries(store: Store, count: int) -> None:
    (parcel,) = parcels(store)
    fare([parcel], "late", "past_deadline")
    with store_scope(store.pk):
        for kind in (IncidentKind.DAMAGED, IncidentKind.OUT_OF_STOCK)[: count - 1]:
            shipment = parcel if kind == IncidentKind.DAMAGED else None
            open_incident(order=parcel.order, kind=kind, shipment=shipment, by="staff:x", now=TUESDAY)
    path, who = path_of(parcel.order, store), visitor()
    who.get(path)
    with CaptureQueriesContext(connection) as captured:
        who.get(path)
    assert len([query for query in captured if "incidents_incident" in query["sql"]]) == 1


@pytest.mark.parametrize("language", ["de", "fr", "es", "pt", "ar"])
def test_every_language_has_its_own_words(language: str) -> None:
    said = [(kind, blame) for kind in IncidentKind for blame in Blame]
    with translation.override("en"):
        english = [said_of(kind, blame) for kind, blame in said]
    with translation.override(language):
        own = [said_of(kind, blame) for kind, blame in said]
    for here, there in zip(own, english, strict=True):
        assert (here is None) == (there is None)
        assert here is None or there is None or not set(here) & set(there)
