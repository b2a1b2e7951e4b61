"""Of many who open the same incident at once, one does."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from aftercare.care.incidents.actions import open_incident
from aftercare.care.incidents.errors import AlreadyOpen
from aftercare.care.incidents.vocabulary import IncidentKind
from aftercare.commerce.shipments.models import Shipment
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.care.incidents.cast import TUESDAY, fare, incidents, parcels

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_is_opened_however_many_try(store: Store) -> None:
    (parcel,) = parcels(store)

    def attempt(by_hand: bool) -> bool:  # noqa: FBT001 -- mapped over
        try:
            if by_hand:
                with store_scope(store.pk):
                    own = Shipment.objects.select_related("order").get(pk=parcel.pk)
                    open_incident(order=own.order, kind=IncidentKind.LATE, shipment=own, by="staff:x", now=TUESDAY)
            else:
                fare([parcel], "late", "past_deadline")
        except AlreadyOpen:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as people:
        list(people.map(attempt, [True, False] * 6))
    assert len(incidents(store)) == 1
